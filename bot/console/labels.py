"""Say at each cell of a table what stands at the head of its column, for screens too narrow to show the heads.

A phone shows a row as a card, one cell under the other (`console.css`), where "9" alone would mean nothing. The heads
are known where the table is written and the cells come as finished HTML, so the words are put into the cells here, once
for every page, instead of in each template.
"""

import re
from collections.abc import Sequence
from itertools import count

from markupsafe import Markup, escape

_ROW = re.compile(r"<tr\b.*?(?=<tr\b|\Z)", re.DOTALL)
_CELL = re.compile(r"<(td|th)\b([^>]*)>")


def labelled(rows: Markup, heads: Sequence[str]) -> Markup:
    """Return *rows*, escaped already, with ``data-label`` in each ``td``: the one of *heads* above it.

    A ``th`` names its row and needs no label; nor does a cell under an empty head, or beyond the last.
    """
    return Markup(_ROW.sub(lambda row: _with_labels(row[0], heads), rows))  # noqa: S704  # it was escaped when it came


def _with_labels(row: str, heads: Sequence[str]) -> str:
    column = count()

    def cell(found: re.Match[str]) -> str:
        place = next(column)
        head = heads[place] if place < len(heads) else ""
        if found[1] == "th" or not head:
            return found[0]
        return f'<td{found[2]} data-label="{escape(head)}">'

    return _CELL.sub(cell, row)
