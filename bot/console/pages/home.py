"""The first page: what waits for me today, in one screen, each with a number and the way to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.states import Role
from bot.bulletins.timing import WEEKDAYS, Weekly
from bot.console.addresses import at
from bot.console.looks import capital
from bot.console.page import Answer, Page, Shown, Visit, nobodys
from bot.desk.answer_lists import Need
from bot.desk.ports.house import ErrandBook, Errands
from bot.knowledge.library import Library
from bot.knowledge.notices import find_notices
from bot.tickets.states import Tab

LOOKS_BACK = timedelta(days=7)
"""How long what went wrong, and what nobody could answer, stays on the first page."""

_LOOKS_AHEAD = timedelta(days=7)
_MOST_SLOTS = 3


@dataclass(frozen=True, slots=True)
class Card:
    """Something that waits: how many of what, why it matters, and where to go."""

    number: int
    label: str
    why: str
    address: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _EmptySlot:
    commune: str
    at: datetime


class HomePage:
    """Shows what waits, as *errands* counts it; slots are in *zone*."""

    def __init__(self, errands: ErrandBook, zone: ZoneInfo) -> None:
        """Count with *errands*."""
        self._errands = errands
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the first page."""
        return [Page(method="GET", path="/", show=self.show, needs=Role.EDITOR, whose=nobodys)]

    async def show(self, visit: Visit) -> Answer:
        """Show what waits for whoever looks."""
        errands = await self._errands.errands(visit.me, since=visit.now - LOOKS_BACK, now=visit.now)
        empty = await self._empty_slots(visit)
        due = len(list(find_notices(visit.library, visit.now.astimezone(self._zone).date())))
        cards = [card for card in _cards(visit, errands, _slot_lines(visit, empty), len(empty), due) if card.number]
        return Shown("home.html", visit.words.home.greeting.format(name=visit.me.name), {"cards": cards})

    async def _empty_slots(self, visit: Visit) -> list[_EmptySlot]:
        """Return the slots of the coming week that no bulletin is meant for, the next one first."""
        coming = sorted(_coming_slots(visit, self._zone), key=lambda slot: (slot.at, slot.commune))
        if not coming:
            return []
        first, last = coming[0].at.date(), coming[-1].at.date()
        filled = await self._errands.filled_slots({slot.commune for slot in coming}, first, last)
        return [slot for slot in coming if (slot.commune, slot.at.date()) not in filled]


def _coming_slots(visit: Visit, zone: ZoneInfo) -> Iterator[_EmptySlot]:
    for code in visit.communes:
        commune = visit.library.shelves.communes.get(code)
        if commune is None:
            continue
        weekly = Weekly(WEEKDAYS.index(commune.slot.weekday), commune.slot.at, zone)
        coming = weekly.on(weekly.next(visit.now))
        if coming - visit.now <= _LOOKS_AHEAD:
            yield _EmptySlot(code, coming)


def _slot_lines(visit: Visit, empty: Sequence[_EmptySlot]) -> tuple[str, ...]:
    words = visit.words.home
    lines = [
        words.empty_slot.format(
            commune=_name(visit.library, slot.commune),
            weekday=visit.words.weekdays[slot.at.weekday()],
            date=f"{slot.at:%d/%m}",
            time=f"{slot.at:%H:%M}",
        )
        for slot in empty[:_MOST_SLOTS]
    ]
    more = len(empty) - len(lines)
    return (*lines, words.more_slots.format(number=more)) if more else tuple(lines)


def _name(library: Library, commune: str) -> str:
    return capital(library.fields(commune)["commune.name"])


def _cards(visit: Visit, errands: Errands, slots: tuple[str, ...], empty: int, due: int) -> list[Card]:
    """Return everything that can wait, most urgent first, those without anything included."""
    words = visit.words.home
    approve = errands.to_approve if visit.can(Role.APPROVER) else 0
    return [
        Card(approve, words.to_approve, words.to_approve_why, at("ban-tin", trang_thai="submitted")),
        Card(errands.troubled, words.troubled, words.troubled_why, at("ban-tin", trang_thai="troubled")),
        Card(empty, words.empty_slots, "", at("ban-tin", "soan"), slots),
        Card(errands.overdue, words.overdue, words.overdue_why, at("phan-anh", muc=Tab.OVERDUE)),
        Card(errands.tickets, words.tickets, words.tickets_why, at("phan-anh")),
        Card(errands.drafts, words.drafts, words.drafts_why, at("ban-tin", trang_thai="draft")),
        Card(errands.unanswered, words.unanswered, words.unanswered_why, at("cau-hoi")),
        Card(due, words.answers, words.answers_why, at("cau-tra-loi", can=Need.STALE)),
    ]
