"""The small Markdown that answers, bulletins and replies are written in, as blocks each channel can show.

Headings, paragraphs, one-level lists, bold and links: what every platform can show in some way. markdown-it reads it;
here it becomes plain data, is cut to a platform's limit, and is shown as text where a platform knows no formatting.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("zero").enable(["heading", "list", "emphasis", "link", "escape", "newline"])


_SPECIAL = frozenset(r"\`*_[]()#+-.!<>|~")


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one look; ``url`` is empty unless it is a link."""

    text: str
    is_bold: bool = False
    url: str = ""


_BREAK = Span("\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph or one list item; ``marker`` is what an item begins with (``"•"`` or ``"2."``)."""

    kind: BlockKind
    spans: tuple[Span, ...]
    marker: str = ""


@lru_cache(maxsize=2048)
def parse(markdown: str) -> tuple[Block, ...]:
    """Return the blocks of *markdown*; what is outside the subset is kept as plain text, never dropped."""
    return tuple(_blocks(_PARSER.parse(markdown)))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    kind, markers = BlockKind.PARAGRAPH, list[int | None]()
    marker = ""
    for token in tokens:
        match token.type:
            case "heading_open":
                kind = BlockKind.HEADING
            case "heading_close":
                kind = BlockKind.PARAGRAPH
            case "bullet_list_open":
                markers.append(None)
            case "ordered_list_open":
                markers.append(int(token.attrGet("start") or 1) - 1)
            case "bullet_list_close" | "ordered_list_close":
                markers.pop()
            case "list_item_open":
                number = markers[-1]
                markers[-1] = None if number is None else number + 1
                marker = "•" if number is None else f"{number + 1}."
            case "inline":
                inside = BlockKind.ITEM if markers and kind is BlockKind.PARAGRAPH else kind
                if spans := _joined(_spans(token.children or [])):
                    yield Block(inside, spans, marker if inside is BlockKind.ITEM else "")
                    marker = ""
            case _:
                pass


def _spans(tokens: list[Token]) -> Iterator[Span]:
    is_bold, url = False, ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        match token.type:
            case "strong_open" | "strong_close":
                is_bold = token.type == "strong_open"
            case "link_open":
                url = str(token.attrGet("href") or "")
            case "link_close":
                if before is not None and before.type == "link_open":
                    yield Span(url, is_bold=is_bold, url=url)
                url = ""
            case "softbreak":
                yield Span(" ", is_bold=is_bold, url=url)
            case "hardbreak":
                yield _BREAK
            case "text" | "text_special":
                if token.content:
                    yield Span(token.content, is_bold=is_bold, url=url)
            case _:
                pass


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return *spans* with neighbours of one look made one; line breaks stay by themselves."""
    joined: list[Span] = []
    for span in spans:
        last = joined[-1] if joined else _BREAK
        if _BREAK not in (last, span) and (last.is_bold, last.url) == (span.is_bold, span.url):
            joined[-1] = replace(last, text=last.text + span.text)
        else:
            joined.append(span)
    return tuple(joined)


def escape(text: str) -> str:
    """Return *text* so that `parse` shows it letter for letter: for what a person typed, inside a sentence of ours."""
    return "".join(f"\\{c}" if c in _SPECIAL else c for c in text.replace("\n", " "))


def escape_lines(text: str) -> str:
    """Return *text* so that `parse` shows it letter for letter and line by line, as a text of its own."""
    paragraphs = (paragraph.strip().split("\n") for paragraph in re.split(r"\n\s*\n", text))
    return "\n\n".join("\\\n".join(escape(line.strip()) for line in lines) for lines in paragraphs if any(lines))


def plain(blocks: Iterable[Block]) -> str:
    """Return the blocks as text without formatting: headings on their own line, links as ``label: address``."""
    lines: list[str] = []
    previous: Block | None = None
    for block in blocks:
        if previous is not None and not (block.kind is BlockKind.ITEM and previous.kind is not BlockKind.PARAGRAPH):
            lines.append("")
        lines.append(plain_line(block))
        previous = block
    return "\n".join(lines)


def plain_line(block: Block) -> str:
    """Return one block as text, with its marker if it has one."""
    text = "".join(_plain_span(span) for span in block.spans)
    return f"{block.marker} {text}" if block.marker else text


def _plain_span(span: Span) -> str:
    if not span.url or span.url == span.text:
        return span.text
    return f"{span.text}: {span.url.removeprefix('mailto:').removeprefix('tel:')}"


def markdown(blocks: Iterable[Block]) -> str:
    """Return the blocks as Markdown again: parsing it gives the same blocks."""
    lines: list[str] = []
    previous: Block | None = None
    for block in _lists_apart(blocks):
        follows_item = previous is not None and previous.kind is BlockKind.ITEM
        is_continued = block.kind is BlockKind.ITEM and not block.marker and follows_item
        if previous is not None and (is_continued or not (block.kind is BlockKind.ITEM and follows_item)):
            lines.append("")
        lines.append(_CONTINUED + _markdown_line(block) if is_continued else _markdown_line(block))
        previous = block
    return "\n".join(lines)


def _lists_apart(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield *blocks*, numbering with ``)`` in turn where a list touches another: Markdown would count on otherwise."""
    last, sign = 0, "."
    for block in blocks:
        number = block.marker.rstrip(".") if block.kind is BlockKind.ITEM else ""
        if number.isdecimal():
            if last and int(number) != last + 1:
                sign = ")" if sign == "." else "."
            last = int(number)
            yield replace(block, marker=f"{number}{sign}")
            continue
        if block.marker or block.kind is not BlockKind.ITEM:
            last = 0
        yield block


_CONTINUED = " " * 4
"""Before a further paragraph of a list item: enough to stand inside it, up to ``"99. "``."""


def _markdown_line(block: Block) -> str:
    text = "".join(_markdown_span(span) for span in block.spans)
    match block.kind:
        case BlockKind.HEADING:
            return f"## {text}"
        case BlockKind.ITEM:
            return f"{'-' if block.marker == '•' else block.marker} {text}".lstrip()
        case BlockKind.PARAGRAPH:
            return text


def _markdown_span(span: Span) -> str:
    if span == _BREAK:
        return "\\\n"
    text = escape(span.text)
    if span.is_bold and (inner := text.strip()):
        # Asterisks beside a space are no formatting but asterisks, and a cut leaves a space at the end.
        before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        text = f"{before}**{inner}**{after}"
    return f"[{text}]({span.url})" if span.url else text


def paginate(blocks: Iterable[Block], limit: int, measure: Callable[[str], int] = len) -> tuple[tuple[Block, ...], ...]:
    """Cut *blocks* into pages whose plain text measures at most *limit*; nothing is lost.

    A heading stays with what follows it where both fit; a block longer than a page is cut between words.
    """
    whole = tuple(blocks)
    if whole and measure(plain(whole)) <= limit:
        return (whole,)
    pages: list[tuple[Block, ...]] = []
    page: tuple[Block, ...] = ()
    for block in (part for uncut in whole for part in _cut(uncut, limit, measure)):
        if page and measure(plain((*page, block))) > limit:
            carried = page[-1:] if page[-1].kind is BlockKind.HEADING and len(page) > 1 else ()
            if measure(plain((*carried, block))) > limit:
                carried = ()
            pages.append(page[: len(page) - len(carried)])
            page = carried
        page = (*page, block)
    return (*pages, page) if page else tuple(pages)


def _cut(block: Block, limit: int, measure: Callable[[str], int]) -> Iterator[Block]:
    """Yield *block*, or pieces of it that each fit in *limit*."""
    rest = block
    while measure(plain_line(rest)) > limit:
        head, rest = _cut_once(rest, limit, measure)
        yield head
    yield rest


def _cut_once(block: Block, limit: int, measure: Callable[[str], int]) -> tuple[Block, Block]:
    """Return a first piece that fits and what is left: whole spans, then words, then letters.

    A link stays whole; one that is longer than a page becomes text.
    """
    taken: list[Span] = []
    for index, whole in enumerate(block.spans):
        if measure(plain_line(replace(block, spans=(*taken, whole)))) <= limit:
            taken.append(whole)
            continue
        if whole.url and taken and measure(_plain_span(whole)) <= limit:
            return replace(block, spans=tuple(taken)), replace(block, spans=block.spans[index:], marker="")
        span = Span(_plain_span(whole), is_bold=whole.is_bold)
        fits = _prefix(
            span.text,
            lambda text: measure(plain_line(replace(block, spans=(*taken, Span(text))))) <= limit,
            may_be_empty=bool(taken),
        )
        if not fits and not taken:
            fits = span.text[:1]
        head = (*taken, replace(span, text=fits)) if fits else tuple(taken)
        left = (replace(span, text=span.text[len(fits) :]), *block.spans[index + 1 :])
        return replace(block, spans=head), replace(block, spans=left, marker="")
    return block, replace(block, spans=(), marker="")


_LONGEST_WORD = 30
"""Letters; what is longer is no word but an address, and may be cut anywhere."""


def _prefix(text: str, fits: Callable[[str], bool], *, may_be_empty: bool) -> str:
    """Return the longest beginning of *text* that fits, cut between words where there are any."""
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(text[:middle]) else (low, middle - 1)
    if low == len(text) or text[low] == " ":
        return text[:low]
    at_space = text.rfind(" ", 0, low) + 1
    is_inside_word = low - at_space <= _LONGEST_WORD and (at_space > 0 or may_be_empty)
    return text[: at_space if is_inside_word else low]
