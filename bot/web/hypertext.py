"""The Markdown subset as safe HTML, for every page of ours that shows what somebody wrote.

A page puts the result into itself as it stands, so everything is escaped here and only these tags come out: the heading
it asks for, p, ul, ol, li, strong, br, a.
"""

from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import urlsplit

from bot.markup import Block, BlockKind, Span, parse
from bot.web.phones import pieces


def html(markdown: str, *, heading: str = "h3") -> str:
    """Return *markdown* (the subset of `bot.markup`) as HTML; *heading* is the tag that fits where it will stand."""
    return "".join(_list(run) if _begins_list(run[0]) else _single(run[0], heading) for run in _runs(parse(markdown)))


def is_followable(url: str) -> bool:
    """Tell whether *url* may stand behind a link: web addresses and phone numbers, nothing that runs or hides."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "tel" or (parts.scheme in {"http", "https"} and bool(parts.hostname))


def _runs(blocks: Iterable[Block]) -> Iterator[list[Block]]:
    """Yield *blocks* one by one, those of a list together."""
    run = list[Block]()
    for block in blocks:
        if run and not _goes_on(run[0], block):
            yield run
            run = []
        run.append(block)
    if run:
        yield run


def _begins_list(block: Block) -> bool:
    return block.kind is BlockKind.ITEM and bool(block.marker)


def _goes_on(first: Block, block: Block) -> bool:
    """Tell whether *block* belongs to the list that *first* began; without a marker it goes on with the item before."""
    is_item = _begins_list(first) and block.kind is BlockKind.ITEM
    return is_item and (not block.marker or _tag(block) == _tag(first))


def _tag(item: Block) -> str:
    return "ul" if item.marker == "•" else "ol"


def _list(items: list[Block]) -> str:
    """Return one list."""
    tag = _tag(items[0])
    start = items[0].marker.rstrip(".")
    opening = f'<ol start="{int(start)}">' if tag == "ol" and start != "1" else f"<{tag}>"
    points = "".join(("</li><li>" if item.marker else "<br>") + _inline(item) for item in items)
    return f"{opening}{points.removeprefix('</li>')}</li></{tag}>"


def _single(block: Block, heading: str) -> str:
    tag = heading if block.kind is BlockKind.HEADING else "p"
    return f"<{tag}>{_inline(block)}</{tag}>"


def _inline(block: Block) -> str:
    return "".join(map(_span, block.spans))


def _span(span: Span) -> str:
    text = _link(span) if span.url else _callable_text(span)
    return f"<strong>{text}</strong>" if span.is_bold else text


def _link(span: Span) -> str:
    """Return a link; where the address may not be followed, its words and, of a mail address, the address."""
    if is_followable(span.url):
        outside = "" if span.url.startswith("tel:") else ' target="_blank"'
        return f'<a href="{escape(span.url)}"{outside} rel="noopener">{_text(span.text)}</a>'
    address = span.url.removeprefix("mailto:")
    is_mail = address not in {span.url, span.text}
    return _text(f"{span.text}: {address}" if is_mail else span.text)


def _callable_text(span: Span) -> str:
    return "".join(
        f'<a href="tel:{piece.dial}" rel="noopener">{_text(piece.text)}</a>' if piece.dial else _text(piece.text)
        for piece in pieces(span.text, is_bold=span.is_bold)
    )


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")
