"""The periods that communication work is reported for, and when their figures are closed.

Quarters, halves and years end on the 14th of their last month and begin on the 15th of the month before their first:
Decree 09/2019/NĐ-CP, article 12. So a report that is due before the 15th (Hớn Quản 2024, V.6) covers its whole period.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_FIRST_DAY, _LAST_DAY = 15, 14
_REMINDED_ON = 10
_MONTHS = 12
_CODE = re.compile(r"(\d{4})(?:-([qh])([1-4]))?", re.ASCII)
_ROMAN = ("I", "II", "III", "IV")


class Kind(StrEnum):
    """How long a period is; also the letter of its code."""

    QUARTER = "q"
    HALF = "h"
    YEAR = ""


_IN_A_YEAR = {Kind.QUARTER: 4, Kind.HALF: 2, Kind.YEAR: 1}


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter, half or whole of ``year``; ``number`` counts from 1."""

    year: int
    kind: Kind
    number: int = 1

    @property
    def code(self) -> str:
        """Return how addresses and files name it: 2026-q4, 2026-h2, 2026."""
        return f"{self.year}-{self.kind}{self.number}" if self.kind else f"{self.year}"

    @property
    def roman(self) -> str:
        """Return its number as people write quarters: IV."""
        return _ROMAN[self.number - 1]

    @property
    def last(self) -> date:
        """Return the last day whose figures belong to it."""
        return date(self.year, self.number * _months(self.kind), _LAST_DAY)

    @property
    def first(self) -> date:
        """Return the first one."""
        month = (self.number - 1) * _months(self.kind)
        return date(self.year, month, _FIRST_DAY) if month else date(self.year - 1, _MONTHS, _FIRST_DAY)


def period_of(code: str) -> Period | None:
    """Return the period called *code*; None if there is none such."""
    found = _CODE.fullmatch(code)
    if not found or int(found[1]) <= date.min.year:
        return None
    kind, number = Kind(found[2] or ""), int(found[3] or 1)
    return Period(int(found[1]), kind, number) if number <= _IN_A_YEAR[kind] else None


def quarter_of(day: date) -> Period:
    """Return the quarter that *day* is reported in."""
    return next(period for period in _periods_around(day, Kind.QUARTER) if period.first <= day <= period.last)


def recent(today: date) -> list[Period]:
    """Return what may be reported on *today*: this year's and last year's periods that have begun, newest first."""
    begun = [period for kind in Kind for period in _periods_around(today, kind) if period.first <= today]
    return sorted(begun, key=lambda period: (-period.last.toordinal(), period.first.toordinal()))


def due_soon(today: date) -> Period | None:
    """Return the quarter to remind of *today*: from the 10th of its last month until its figures are closed."""
    quarter = quarter_of(today)
    return quarter if (quarter.last - today).days <= _LAST_DAY - _REMINDED_ON else None


def _months(kind: Kind) -> int:
    return _MONTHS // _IN_A_YEAR[kind]


def _periods_around(day: date, kind: Kind) -> Iterator[Period]:
    for year in (day.year - 1, day.year, day.year + 1):
        yield from (Period(year, kind, number) for number in range(1, _IN_A_YEAR[kind] + 1))
