"""Can a grandmother follow it? What makes a Vietnamese text hard: long sentences, bare abbreviations, officialese.

No I/O and no list of words here: the words come from ``content/national.yaml``, so that editors decide on them, and
every rule is a table test.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from bot.markup import Block, BlockKind, parse

LONGEST_SENTENCE = 30
"""Words; spoken at an even pace, what one breath and one thought hold."""

_KIND = "Bộ luật|Luật|Pháp lệnh|Nghị quyết liên tịch|Nghị quyết|Nghị định|Thông tư liên tịch|Thông tư|Quyết định|Chỉ thị"
_CODE = r"\d+(?:\.\d+)?(?:/\d{4})?(?:/[A-ZĐ][\w-]*|-[A-ZĐ]+/TW)"

_DOCUMENT = re.compile(rf"\b(?:{_KIND}) (?:(?!{_KIND})[^\d.;:!?()«»]){{0,90}}?(?P<code>{_CODE})")
"""A legal document in full: its kind, its name where it has one, its number with year and issuer."""

_BARE_DOCUMENT = re.compile(
    rf"""\b(?:
        (?:{_KIND})\s(?:số\s)?\d[\w./-]*                  # Nghị định 118; Luật 60/2014/QH13 without its name
        | (?:Bộ\sluật|Luật)\s[A-ZĐ](?:(?!{_KIND})[^\d.,;:!?()«»]){{0,60}}?\s(?:năm\s)?\d{{4}}(?![\d/.])  # Luật Hộ tịch 2014
        | (?:NĐ|TT|QĐ|NQ|TTLT|CT)\s?-?\d[\w./-]*          # NĐ 118, NĐ118
        | (?<![\d/])\d+(?:/\d{{4}})?/(?:NĐ|TT|QĐ|NQ|QH)[\w-]*  # 118/2025/NĐ-CP without its kind
    )""",
    re.VERBOSE,
)
_NAMED_KIND = re.compile(r"Bộ luật|Luật|Pháp lệnh")

_END = re.compile(r"(?<=[.!?…])[»”\")]*\s+(?=[^\sa-zà-ỹđ])|\n")
_WORD = re.compile(r"\w[^\s]*")
_QUOTED = re.compile(r"«[^»]*»")
_CAPITALS = re.compile(r"(?<![\w./-])[A-ZĐÀ-Ỹ]{2,}(?![\w]|[./-]\w)")


def sentences(markdown: str) -> Iterator[str]:
    """Yield the sentences of *markdown* without its formatting; a list item is a sentence, a heading is none."""
    for block in parse(markdown):
        if block.kind is not BlockKind.HEADING:
            yield from (sentence for part in _END.split(_said(block)) if (sentence := part.strip()))


def _said(block: Block) -> str:
    return "".join(span.text for span in block.spans)


def word_count(sentence: str) -> int:
    """Return how many words *sentence* has; the full name of a legal document is one, and so is a field to fill."""
    return len(_WORD.findall(_DOCUMENT.sub("văn-bản", sentence)))


def long_sentences(markdown: str) -> list[str]:
    """Return the sentences of *markdown* that nobody reads out in one breath."""
    return [sentence for sentence in sentences(markdown) if word_count(sentence) > LONGEST_SENTENCE]
