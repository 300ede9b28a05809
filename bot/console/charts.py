"""Charts as SVG, drawn here and not by a script: bars with their figure beside them, each under its label.

A chart says its title and what it shows to whoever cannot see it; the page has a table with the same figures. Colours
come from the style sheet by class, and differ in lightness, so that they are told apart without colour too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import shorten

from markupsafe import Markup

WIDTH = 340
"""Units; text of 13 units is readable at the width of a phone."""

_BAR, _LABEL, _GAP, _FIGURE = 16, 18, 12, 58
_LONGEST_LABEL = 46
_SHADES = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, and the numbers of its parts in the order of the legend."""

    label: str
    parts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart, and the same as a table: ``heads`` are the words for the label and for each part."""

    svg: Markup
    title: str
    heads: tuple[str, ...]
    bars: tuple[Bar, ...]

    @property
    def legend(self) -> tuple[str, ...]:
        """Return the words for the parts; empty where there is one only, which the title names."""
        return self.heads[1:] if len(self.heads) > 2 else ()  # noqa: PLR2004  # a label and one part


def bars(title: str, describes: str, heads: Sequence[str], rows: Sequence[Bar]) -> Chart | None:
    """Return *rows* as bars, each as long as its parts together; None where there is nothing to see.

    Raises:
        ValueError: a bar has other parts than *heads* names, or more than there are shades.
    """
    if any(len(row.parts) != len(heads) - 1 for row in rows) or len(heads) - 1 > _SHADES:
        msg = f"each bar has a part for each of {heads[1:]}"
        raise ValueError(msg)
    longest = max((sum(row.parts) for row in rows), default=0)
    if not longest:
        return None
    height = len(rows) * (_LABEL + _BAR + _GAP)
    drawn = Markup("").join(_row(row, index, longest) for index, row in enumerate(rows))
    svg = Markup(
        '<svg class="chart" role="img" viewBox="0 0 {width} {height}" aria-label="{title}">'
        "<title>{title}</title><desc>{describes}</desc>{drawn}</svg>"
    ).format(width=WIDTH, height=height, title=title, describes=describes, drawn=drawn)
    return Chart(svg, title, tuple(heads), tuple(rows))


def _row(row: Bar, index: int, longest: int) -> Markup:
    """Return a label, and under it the bar with its sum at the end."""
    top = index * (_LABEL + _BAR + _GAP)
    unit = (WIDTH - _FIGURE) / longest
    parts, left = [], 0.0
    for shade, number in enumerate(row.parts):
        parts.append(_part(shade, left, top + _LABEL, number * unit))
        left += number * unit
    label = shorten(row.label, _LONGEST_LABEL, placeholder="…")
    figure = f"{sum(row.parts):,}".replace(",", ".")
    return Markup(
        '<text x="0" y="{label_y}" class="label">{label}</text>{parts}<text x="{x}" y="{y}" class="number">{n}</text>'
    ).format(
        label_y=top + _LABEL - 5,
        label=label,
        parts=Markup("").join(parts),
        x=round(left + 6, 1),
        y=top + _LABEL + _BAR - 3,
        n=figure,
    )


def _part(shade: int, left: float, top: float, width: float) -> Markup:
    if not width:
        return Markup("")
    return Markup('<rect class="shade-{shade}" x="{left}" y="{top}" width="{width}" height="{height}"/>').format(
        shade=shade, left=round(left, 1), top=top, width=round(max(width, 1.0), 1), height=_BAR
    )
