"""A bulletin as a sheet of paper: a self-contained A4 page to print and pin to the board of a hamlet's culture house.

No script, no font, no picture from elsewhere: the page looks the same from a console, a mail or a USB stick. Every
sentence comes in with the `Sheet`; addresses of links are printed, because paper cannot be pressed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby

from bot.bulletins.links import address_beside
from bot.markup import Block, BlockKind, Span, parse


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on the paper, finished texts all: ``body`` is Markdown, ``ask`` the lines under it on where to ask.

    ``mark`` stands before the title of what is urgent or corrects another bulletin.
    """

    kind: str
    commune: str
    date: str
    title: str
    body: str
    ask: tuple[str, ...]
    mark: str = ""


_SIZES = ((500, 19), (750, 17), (850, 15), (1300, 13))
"""Letters of a body, and the points in which so many still fill about one page, to be read from a step away."""

_SMALLEST = 11

_STYLE = """
@page { size: A4; margin: 16mm 18mm; }
* { box-sizing: border-box; }
html { font: SIZEpt/1.45 "Noto Sans", "Roboto", "Segoe UI", Arial, "Liberation Sans", sans-serif; color: #000; }
body { margin: 0 auto; max-width: 174mm; min-height: 262mm; display: flex; flex-direction: column; background: #fff; }
header { text-align: center; border-bottom: 2pt solid #000; padding-bottom: 3mm; }
header p { margin: 0; }
.commune { font-size: 1.1em; text-transform: uppercase; }
.kind { font-size: 1.5em; font-weight: 700; text-transform: uppercase; letter-spacing: .04em; }
main { flex: 1; }
h1 { font-size: 1.6em; line-height: 1.2; margin: 6mm 0 4mm; text-wrap: balance; }
.mark { text-transform: uppercase; border: 2pt solid #000; padding: 0 2mm; margin-right: 2mm; white-space: nowrap; }
h2 { font-size: 1.15em; margin: 5mm 0 2mm; break-after: avoid; }
p, ul, ol { margin: 0 0 3mm; }
ul, ol { padding-left: 7mm; }
li { margin-bottom: 1.5mm; break-inside: avoid; }
.address { font-weight: 700; overflow-wrap: anywhere; }
footer { border-top: 1pt solid #000; margin-top: 5mm; padding-top: 3mm; font-size: .85em; break-inside: avoid; }
footer p { margin: 0 0 1mm; }
@media screen { body { padding: 16mm 5vw; max-width: calc(174mm + 10vw); } }
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def sheet(page: Sheet) -> str:
    """Return *page* as HTML; what anyone typed is text in it, never markup."""
    mark = f'<span class="mark">{escape(page.mark.rstrip(": "))}</span>' if page.mark else ""
    lines = [
        "<!doctype html>",
        '<html lang="vi">',
        f'<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        f"<title>{escape(f'{page.kind} {page.commune}: {page.title}')}</title>",
        f"<style>{_STYLE.replace('SIZE', str(_size(page.body)))}</style></head>",
        "<body>",
        f"<header>{_paragraph(page.commune, 'commune')}{_paragraph(page.kind, 'kind')}{_paragraph(page.date)}</header>",
        f"<main><h1>{mark}{escape(page.title)}</h1>",
        *_blocks(parse(page.body)),
        "</main>",
        f"<footer>{''.join(_paragraph(line) for line in page.ask)}</footer>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _size(body: str) -> int:
    return next((points for letters, points in _SIZES if len(body) <= letters), _SMALLEST)


def _paragraph(text: str, kind: str = "") -> str:
    opening = f'<p class="{kind}">' if kind else "<p>"
    return f"{opening}{escape(text)}</p>" if text else ""


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for is_item, run in groupby(blocks, lambda block: block.kind is BlockKind.ITEM):
        if is_item:
            yield from _lists(run)
        else:
            yield from (f"<{tag}>{_inside(block)}</{tag}>" for block in run for tag in [_tag(block)])


def _tag(block: Block) -> str:
    return "h2" if block.kind is BlockKind.HEADING else "p"


def _lists(items: Iterable[Block]) -> Iterator[str]:
    """Yield *items* as lists; one without a marker is a further paragraph of the item before it."""
    rows: list[tuple[str, str]] = []
    for item in items:
        if item.marker or not rows:
            rows.append((item.marker.rstrip("."), _inside(item)))
        else:
            marker, html = rows[-1]
            rows[-1] = (marker, f"{html}<p>{_inside(item)}</p>")
    for is_counted, run in groupby(rows, lambda row: row[0].isdecimal()):
        tag = "ol" if is_counted else "ul"
        yield f"<{tag}>"
        yield from (f'<li value="{marker}">{html}</li>' if is_counted else f"<li>{html}</li>" for marker, html in run)
        yield f"</{tag}>"


def _inside(block: Block) -> str:
    return "".join(map(_span, block.spans))


def _span(span: Span) -> str:
    html = escape(span.text).replace("\n", "<br>")
    if span.is_bold:
        html = f"<strong>{html}</strong>"
    address = address_beside(span)
    if not address:
        return html
    return f'{html} (<span class="address">{escape(address)}</span>)'
