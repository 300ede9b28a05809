"""A `Reply` as what the page shows: safe HTML for the text, plain data for what may be pressed.

The page puts ``html`` into the document as it stands, so everything is escaped here and only these tags come out: h3,
p, ul, ol, li, strong, br, a.
"""

import json
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import urlsplit

from bot.channels.web.phones import pieces
from bot.markup import Block, BlockKind, Span, parse
from bot.messages import Outgoing, Reply


def render(reply: Reply, *, forgets: bool = False) -> tuple[str, ...]:
    """Return *reply* as one stored body, none if there is nothing in it.

    The body is JSON: ``{"html": str, "choices": [{"label", "payload"}], "links": [{"label", "url"}], "asks_location":
    bool}``, choices in the order of their numbers. *forgets* adds ``"forgets": true``: the page drops what it kept
    before this reply.
    """
    body: dict[str, object] = {
        "html": html(reply.text),
        "choices": [{"label": button.label, "payload": button.payload} for button in reply.choices],
        "links": [{"label": button.label, "url": button.url} for button in reply.buttons if is_followable(button.url)],
        "asks_location": reply.asks_location,
    }
    if not any(body.values()):
        return ()
    if forgets:
        body["forgets"] = True
    return (json.dumps(body, ensure_ascii=False, separators=(",", ":")),)


def shown(reply: Outgoing) -> dict[str, object]:
    """Return a stored reply as the page gets it: its body and, as ``id``, our number of it."""
    body: dict[str, object] = json.loads(reply.body)
    return {"id": reply.id, **body}


def html(markdown: str) -> str:
    """Return *markdown* (the subset of `bot.markup`) as HTML."""
    return "".join(_list(run) if _begins_list(run[0]) else _single(run[0]) for run in _runs(parse(markdown)))


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


def _single(block: Block) -> str:
    tag = "h3" if block.kind is BlockKind.HEADING else "p"
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
