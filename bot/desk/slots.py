"""When a bulletin shall go: an exact time as an official types it, or the next free weekly slot of its communes."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.timing import WEEKDAYS, Weekly
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.knowledge.schema import Week
from bot.ports.bulletins import Draft

SLOT = "slot"
"""What is typed instead of a time for the next free slot."""

NOW = "now"
"""What is typed for as soon as it is approved."""

FORGIVEN = timedelta(minutes=1)
"""How far a time may have passed while somebody typed it."""

FARTHEST = timedelta(days=366)
"""A time after this is a slip of the year."""

_WEEK = timedelta(days=7)
_YEARS = range(2020, 2200)


def weekly(code: str, library: Library, zone: ZoneInfo) -> Weekly:
    """Return the slot of the commune *code*, which takes part."""
    slot = library.shelves.communes[code].slot
    return Weekly(WEEKDAYS.index(slot.weekday), slot.at, zone)


def week_of(day: date, library: Library) -> Week:
    """Return the calendar's week of *day*; the rare 53rd has the text of the 52nd."""
    weeks = library.shelves.calendar.weeks
    return weeks[min(day.isocalendar().week, len(weeks)) - 1]


def common_slot(communes: Collection[str], library: Library, zone: ZoneInfo) -> Weekly:
    """Return the slot that all of *communes* have.

    Raises:
        UserError: they have several, and an exact time must be chosen; or there are none.
    """
    if not communes:
        raise UserError(library.shelves.bulletin.desk.mistakes.no_commune, about="communes")
    slots = {weekly(code, library, zone) for code in communes}
    if len(slots) != 1:
        raise UserError(library.shelves.bulletin.desk.mistakes.slots_differ, about="at")
    return slots.pop()


def in_slot(draft: Draft, slot: Weekly, now: datetime, taken: Collection[date]) -> Draft:
    """Return *draft* for the first *slot* after *now* that is not *taken*."""
    day = slot.next(now)
    while day in taken:
        day += _WEEK
    return replace(draft, due_at=slot.on(day), slot_date=day)


def at_time(draft: Draft, typed: str, library: Library, zone: ZoneInfo) -> Draft:
    """Return *draft* for the moment *typed* in ISO 8601; without an offset it is local.

    Raises:
        UserError: it is no moment. A bare day is none: nobody means midnight.
    """
    try:
        moment = datetime.fromisoformat(typed.strip())
    except ValueError:
        moment = None
    if moment is None or ":" not in typed or moment.year not in _YEARS:
        raise UserError(library.shelves.bulletin.desk.mistakes.time_unreadable.format(text=typed), about="at")
    return replace(draft, due_at=moment if moment.tzinfo else moment.replace(tzinfo=zone), slot_date=None)


def check_time(due_at: datetime | None, now: datetime, library: Library, zone: ZoneInfo) -> None:
    """See that a bulletin may be due at *due_at*.

    Raises:
        UserError: that moment has passed, or is more than a year away.
    """
    if due_at is None:
        return
    mistakes = library.shelves.bulletin.desk.mistakes
    if due_at < now - FORGIVEN:
        raise UserError(mistakes.time_past.format(time=told(due_at, zone)), about="at")
    if due_at > now + FARTHEST:
        raise UserError(mistakes.time_too_far.format(time=told(due_at, zone)), about="at")


def told(moment: datetime, zone: ZoneInfo) -> str:
    """Return *moment* as people write it: "19:00 ngày 27/11/2026"."""
    return f"{moment.astimezone(zone):%H:%M ngày %d/%m/%Y}"
