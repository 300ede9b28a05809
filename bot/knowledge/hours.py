"""When an office is open: weekly hours, less holidays, plus make-up working days. Pure calendar rules, local time."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.knowledge.schema import Commune, National, Weekday

_WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOK_AHEAD_DAYS = 21
"""Longer than any run of closed days: the longest Tết break with its weekends was nine days."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of being open, aware local times; it ends before ``until``."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of one office. ``weekly`` maps ``"mon"``… to text such as ``"07:30-11:30, 13:30-17:00"``."""

    weekly: Mapping[Weekday, str]
    holidays: Collection[date]
    make_up_days: Collection[date]

    @classmethod
    def of(cls, commune: Commune | None, national: National) -> "OfficeHours":
        """Return the hours of *commune*, or the usual ones of the country where its file gives none."""
        return cls(
            weekly=(commune.open if commune else None) or national.open,
            holidays={*national.holidays, *(commune.holidays if commune else ())},
            make_up_days={*national.make_up_days, *(commune.make_up_days if commune else ())},
        )

    def opening(self, now: datetime) -> Opening:
        """Return the stretch that *now* falls into, or the next one to come.

        Raises:
            LookupError: the office does not open within three weeks, so its hours are wrong.
        """
        for opening in self._openings(now):
            if now < opening.until:
                return opening
        msg = "no opening hours within three weeks"
        raise LookupError(msg)

    def deadline(self, now: datetime, days: int) -> datetime:
        """Return when the office closes on the *days*-th day that it is open after the day of *now*, local time.

        Raises:
            LookupError: it is not open on so many days, so its hours are wrong.
        """
        left = days
        for offset in range(1, days * 7 + _LOOK_AHEAD_DAYS):
            day = now.date() + timedelta(days=offset)
            if stretches := list(self._stretches(day)):
                left -= 1
                if not left:
                    return datetime.combine(day, max(until for _, until in stretches), tzinfo=now.tzinfo)
        msg = f"not open on {days} days"
        raise LookupError(msg)

    def _openings(self, now: datetime) -> Iterator[Opening]:
        for offset in range(_LOOK_AHEAD_DAYS):
            day = now.date() + timedelta(days=offset)
            for since, until in self._stretches(day):
                yield Opening(
                    datetime.combine(day, since, tzinfo=now.tzinfo), datetime.combine(day, until, tzinfo=now.tzinfo)
                )

    def _stretches(self, day: date) -> Iterator[tuple[time, time]]:
        if day in self.holidays:
            return
        # A make-up day is a weekend day worked in exchange for a day off: Monday's hours hold.
        text = self.weekly.get("mon" if day in self.make_up_days else _WEEKDAYS[day.weekday()], "")
        for part in filter(None, text.split(",")):
            since, until = part.strip().split("-")
            yield time.fromisoformat(since), time.fromisoformat(until)
