"""What went out week by week: the figures of a chart. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.deliveries import State
from bot.desk.ports.bulletins import Outing

WEEKS = 12
"""How many weeks a chart shows: a quarter, as reports are due."""

SHOWN = (State.SENT, State.HELD, State.FAILED, State.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Week:
    """One week, by its Monday: how many copies are in each of `SHOWN`."""

    monday: date
    counts: tuple[int, ...]


def first_monday(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the first of `WEEKS` weeks began, of which the last is that of *now*."""
    today = now.astimezone(zone).date()
    monday = _monday(today) - timedelta(weeks=WEEKS - 1)
    return datetime(monday.year, monday.month, monday.day, tzinfo=zone)


def by_week(outings: Iterable[Outing], now: datetime, zone: ZoneInfo) -> Sequence[Week]:
    """Return every week up to that of *now*, newest first, also those in which nothing went out."""
    first = first_monday(now, zone).date()
    sums = {first + timedelta(weeks=number): Counter[State]() for number in range(WEEKS)}
    for outing in outings:
        week = sums.get(_monday(outing.published_at.astimezone(zone).date()))
        if week is not None:
            week.update({state: outing.counts[state] for state in SHOWN})
    return [Week(monday, tuple(counts[state] for state in SHOWN)) for monday, counts in reversed(sums.items())]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
