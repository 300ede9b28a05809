"""Tell staff in their own chats of what citizens want of them: what is new, and in the morning what is late.

    feedback             outside quiet hours, at most once in `EVERY` for a commune
    waits for a person   while the office is open, and then at once; of further ones at most once in `EVERY`
    late                 every working morning

Ticks may come twice, late or on two machines: what was told stands in the database, so doing it again changes nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.bulletins.timing import Quiet
from bot.desk.ports.house import StaffBook, StaffMember
from bot.knowledge.hours import OfficeHours
from bot.knowledge.library import Library
from bot.knowledge.ticket_words import TicketReminders
from bot.ports.reminders import NewTicket, Reminder, TicketNews, TicketReminderBook
from bot.ports.world import Clock
from bot.tickets.states import TicketKind

log = structlog.get_logger()

EVERY = timedelta(minutes=10)
"""On a busy day staff hear no more often than this: soon enough for somebody who waits, rare enough to be read."""

_NOON = 12


@dataclass(frozen=True, slots=True)
class Hour:
    """What the hour allows in a commune."""

    is_open: bool
    is_quiet: bool


def news_of(commune: str, tickets: Sequence[NewTicket], hour: Hour) -> TicketNews | None:
    """Return what staff of *commune* are to be told of its new *tickets* at this *hour*; None if nothing.

    Whoever hears of a person who waits hears of all that is new.
    """
    people = [ticket for ticket in tickets if ticket.kind is TicketKind.HANDOVER]
    feedback = [ticket for ticket in tickets if ticket.kind is TicketKind.FEEDBACK]
    has_person = hour.is_open and _has_untold(people)
    if not has_person and (hour.is_quiet or not _has_untold(feedback)):
        return None
    told = [*(people if has_person else ()), *feedback]
    untold = tuple(ticket.id for ticket in told if not ticket.is_told)
    return TicketNews(commune, untold, people=len(people) if has_person else 0, feedback=len(feedback))


def whom_to_tell(members: Iterable[StaffMember], commune: str) -> list[int]:
    """Return the chats of those who work for *commune*; where nobody else has one, of those who work for all."""
    with_chat = [member for member in members if member.person_id is not None]
    own = [member for member in with_chat if member.communes is not None and commune in member.communes]
    everywhere = [member for member in with_chat if member.communes is None]
    return [member.person_id for member in own or everywhere if member.person_id is not None]


def told(news: TicketNews, name: str, words: TicketReminders, address: str) -> str:
    """Return *news* of the commune called *name* in a sentence; the tickets are at *address*."""
    total = news.people + news.feedback
    [only] = news.tickets if total == 1 else [0]
    place = f"{address}/{only}" if only else f"{address}?xa={news.commune}"
    if news.people and news.feedback:
        return words.both.format(commune=name, people=news.people, count=news.feedback, address=place)
    sentence = words.person if news.people else words.feedback
    return sentence.format(commune=name, count=total, address=place)


class TicketClerk:
    """Reminds whenever it is ticked."""

    def __init__(
        self,
        book: TicketReminderBook,
        staff: StaffBook,
        library: Callable[[], Library],
        *,
        clock: Clock,
        zone: ZoneInfo,
        address: str,
        quiet: Quiet | None = None,
    ) -> None:
        """Remind *staff* of the tickets at *address*, feedback not in *quiet* hours; offices open in *zone*."""
        self._book = book
        self._staff = staff
        self._library = library
        self._clock = clock
        self._zone = zone
        self._address = address
        self._quiet = quiet
        self._warned: dict[str, date] = {}

    async def __call__(self) -> None:
        """Tell what is due; a failure of one keeps not the other, and the next tick tries again."""
        now, library = self._clock.now().astimezone(self._zone), self._library()
        for work in (self._tell_all, self._warn_all):
            try:
                await work(now, library)
            except Exception:
                log.exception("ticket_reminder_failed")

    async def _tell_all(self, now: datetime, library: Library) -> None:
        by_commune = defaultdict[str, list[NewTicket]](list)
        for ticket in await self._book.new(library.shelves.communes):
            by_commune[ticket.commune].append(ticket)
        untold = {commune: found for commune, found in by_commune.items() if _has_untold(found)}
        if not untold:
            return
        members = await self._staff.members()
        is_quiet = self._quiet is not None and self._quiet.covers(now)
        for commune, found in untold.items():
            news = news_of(commune, found, Hour(is_open(library, commune, now), is_quiet))
            if news:
                await self._tell(news, whom_to_tell(members, commune), library)

    async def _tell(self, news: TicketNews, chats: Sequence[int], library: Library) -> None:
        """Tell *news* to *chats*; where there is none, it stays news until somebody links theirs."""
        words = library.shelves.console.tickets.reminders
        text = told(news, _name(library, news.commune), words, self._address)
        reminders = [Reminder(chat, text) for chat in chats]
        if reminders and await self._book.tell(news, reminders, every=EVERY):
            log.info("tickets_told", commune=news.commune, tickets=len(news.tickets), told=len(reminders))

    async def _warn_all(self, now: datetime, library: Library) -> None:
        due = [
            commune
            for commune in library.shelves.communes
            if now.hour < _NOON and self._warned.get(commune) != now.date() and is_open(library, commune, now)
        ]
        late = await self._book.overdue(due) if due else {}
        members = await self._staff.members() if late else []
        for commune, count in late.items():
            await self._warn(commune, count, whom_to_tell(members, commune), now.date(), library)

    async def _warn(self, commune: str, count: int, chats: Sequence[int], day: date, library: Library) -> None:
        words = library.shelves.console.tickets.reminders
        place = f"{self._address}?muc=overdue&xa={commune}"
        text = words.overdue.format(commune=_name(library, commune), count=count, address=place)
        reminders = [Reminder(chat, text) for chat in chats]
        if not reminders:
            return
        if await self._book.warn(commune, day, reminders):
            log.info("tickets_late", commune=commune, tickets=count, told=len(reminders))
        self._warned[commune] = day


def is_open(library: Library, commune: str, now: datetime) -> bool:
    """Tell whether the office of *commune* is open at *now*, local time."""
    hours = OfficeHours.of(library.locality(commune).commune, library.shelves.national)
    return hours.opening(now).since <= now


def _has_untold(tickets: Iterable[NewTicket]) -> bool:
    return any(not ticket.is_told for ticket in tickets)


def _name(library: Library, commune: str) -> str:
    name = library.fields(commune)["commune.name"]
    return name[:1].upper() + name[1:]
