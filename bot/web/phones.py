"""Find the phone numbers in a run of text, so that a thumb can call them.

Figures that only look alike must stay text: sums, dates, law numbers, dossier codes. So a number has to have the shape
of a Vietnamese one, and the short ones, which any sum could be, count only where the writer set them in bold.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Shapes of the Vietnamese numbering plan: 0 and nine or ten more digits (none begins with 00 or 01 since 2018), the
# same
# after +84, an area code before the 1022 hotline, and 1800 or 1900 with four to six digits.
_LONG = (
    r"(?:\+84|0)[ .]?[2-9](?:[ .\-]?\d){7,9}"
    r"|\(0\d{2,3}\) ?\d{3,4}[ .\-]?\d{3,4}"
    r"|0\d{2,3}[ .]1022"
    r"|1[89]00(?:[ .]?\d){4,6}"
)

# Emergencies (111 to 115), directory and fault desks (116 to 119), reports of nuisance calls, the public-service
# hotline.
_SHORT = r"11[1-9]|156|1022"

_NOT_INSIDE = r"(?<![\w/+])(?<!\d[.,\-])(?:{})(?!\w|[.,/\-]\d)"
_ANYWHERE = re.compile(_NOT_INSIDE.format(_LONG))
_IN_BOLD = re.compile(_NOT_INSIDE.format(f"{_LONG}|{_SHORT}"))
_NOT_DIALLED = re.compile(r"[^\d+]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text; ``dial`` is the number to call, as ``tel:`` wants it, or empty."""

    text: str
    dial: str = ""


def pieces(text: str, *, is_bold: bool) -> Iterator[Piece]:
    """Yield *text* in pieces, in order and with nothing lost; phone numbers stand alone."""
    end = 0
    for match in (_IN_BOLD if is_bold else _ANYWHERE).finditer(text):
        if match.start() > end:
            yield Piece(text[end : match.start()])
        yield Piece(match[0], _NOT_DIALLED.sub("", match[0]))
        end = match.end()
    if end < len(text):
        yield Piece(text[end:])
