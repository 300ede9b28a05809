"""The radio script of a bulletin: what the announcer of a commune's loudspeakers reads aloud, written out.

Nothing in it needs thinking while it is read: no digit, no abbreviation, no sign, short paragraphs. Reading words aloud
is `bot.bulletins.reading`; here they become an announcement with an opening, a closing and its lists counted out.
"""

import re
from collections.abc import Iterator

from bot.bulletins.links import address_beside
from bot.bulletins.numerals import read_date, read_decimal, read_number, read_ordinal, read_phone, read_time
from bot.bulletins.reading import SpokenWords, read_aloud
from bot.markup import Block, BlockKind, Span, parse

__all__ = [
    "SpokenWords",
    "radio_script",
    "read_date",
    "read_decimal",
    "read_number",
    "read_phone",
    "read_time",
]

LONGEST_PARAGRAPH = 60
"""Words; about 20 seconds, after which the eye needs a place to rest."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def radio_script(title: str, body_markdown: str, words: SpokenWords) -> str:
    """Return what is read aloud of a bulletin: paragraphs with an empty line between them.

    A *title* that neither opening nor closing names is announced by itself.
    """
    is_named = "{title}" in f"{words.opening}{words.closing}"
    parts = [
        *_lines(words.opening, title),
        *([] if is_named else [title]),
        *(said for block in parse(body_markdown) for said in _said(block, words)),
        *_lines(words.closing, title),
    ]
    spoken = (paragraph for part in parts for paragraph in _paragraphs(read_aloud(part, words)))
    return "\n\n".join(filter(None, spoken))


def _lines(text: str, title: str) -> list[str]:
    return text.replace("{title}", title.strip()).splitlines()


def _said(block: Block, words: SpokenWords) -> Iterator[str]:
    """Yield the lines of *block* as they are announced."""
    lines = "".join(_span(span, words) for span in block.spans).split("\n")
    if block.kind is BlockKind.HEADING:
        yield words.heading.replace("{heading}", " ".join(lines))
    elif block.kind is BlockKind.ITEM and block.marker.rstrip(".").isdecimal():
        yield f"Thứ {read_ordinal(int(block.marker.rstrip('.')), words.dialect)}: {lines[0]}"
        yield from lines[1:]
    else:
        yield from lines


def _span(span: Span, words: SpokenWords) -> str:
    """Return the text of *span*; a link as its label and its address, once where they are the same."""
    address = address_beside(span)
    return words.link.replace("{label}", span.text).replace("{address}", address) if address else span.text


def _paragraphs(text: str) -> Iterator[str]:
    """Yield *text* in paragraphs of whole sentences, none longer than `LONGEST_PARAGRAPH` unless one sentence is."""
    taken: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        if taken and len(" ".join([*taken, sentence]).split()) > LONGEST_PARAGRAPH:
            yield " ".join(taken)
            taken = []
        taken.append(sentence)
    yield " ".join(taken)
