"""When a bulletin may go out: weekly slots, quiet hours, and how late is too late.

Everything takes the moment it decides about, so a test can turn the clock both ways. Moments are aware; slots and quiet
hours are local times, and a day has its slot once whatever the clock does.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

GRACE = timedelta(hours=6)
"""How late a bulletin may start (the machine was off) before an official has to decide anew."""

REMIND_BEFORE = timedelta(hours=24)
"""How long before an empty slot somebody is told."""

EXPIRES_AFTER = timedelta(weeks=4)
"""How long a bulletin waits for a person who has to write first."""

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Weekly:
    """A commune's slot: ``weekday`` counts from Monday, 0."""

    weekday: int
    at: time
    zone: ZoneInfo

    def on(self, day: date) -> datetime:
        """Return the slot's moment on *day*."""
        return datetime.combine(day, self.at, self.zone)

    def next(self, now: datetime) -> date:
        """Return the local date of the first slot after *now*."""
        today = now.astimezone(self.zone).date()
        day = today + timedelta(days=(self.weekday - today.weekday()) % 7)
        return day if self.on(day) > now else day + timedelta(days=7)

    def last(self, now: datetime) -> date:
        """Return the local date of the latest slot not after *now*."""
        return self.next(now) - timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which no bulletin goes out, over midnight or not: from ``since`` until just before ``until``."""

    since: time
    until: time
    zone: ZoneInfo

    def covers(self, now: datetime) -> bool:
        """Tell whether *now* is quiet."""
        local = now.astimezone(self.zone).time()
        if self.since <= self.until:
            return self.since <= local < self.until
        return local >= self.since or local < self.until

    def end(self, now: datetime) -> datetime:
        """Return when it stops being quiet: *now* itself if it is not."""
        if not self.covers(now):
            return now
        local = now.astimezone(self.zone)
        day = local.date() + timedelta(days=1 if local.time() >= self.until else 0)
        return datetime.combine(day, self.until, self.zone)


def is_too_late(due_at: datetime, now: datetime, quiet: Quiet | None) -> bool:
    """Tell whether a bulletin due at *due_at* may no longer start by itself; waiting for quiet hours is not late."""
    begins = quiet.end(due_at) if quiet else due_at
    return now - begins > GRACE
