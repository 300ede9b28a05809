"""A bar chart as SVG text: enough for a page of figures, readable by people and by diffs."""

from collections.abc import Sequence
from html import escape

_WIDTH, _ROW, _LABEL, _NUMBER = 640, 30, 200, 56


def bars(title: str, values: Sequence[tuple[str, float]], *, most: float) -> str:
    """Return a horizontal bar chart of *values*, whose longest possible bar is *most*."""
    room = _WIDTH - _LABEL - _NUMBER
    height = _ROW * (len(values) + 1) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="8" y="20" font-weight="bold">{escape(title)}</text>',
    ]
    for place, (name, value) in enumerate(values, start=1):
        top, length = place * _ROW + 6, room * value / most
        colour = "#8e1b1b" if place == 1 else "#9a9288"
        parts.append(f'<text x="{_LABEL - 8}" y="{top + 16}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect x="{_LABEL}" y="{top}" width="{length:.1f}" height="{_ROW - 8}" fill="{colour}"/>')
        parts.append(f'<text x="{_LABEL + length + 6:.1f}" y="{top + 16}">{value:.1f}</text>')
    return "\n".join([*parts, "</svg>\n"])
