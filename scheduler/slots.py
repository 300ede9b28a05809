"""See that no commune has an empty week: remind its staff in time, or use the calendar's text, as its file says.

    24 h before, nothing approved    remind, send -> staff are told        draft -> the calendar's text awaits approval
    at the slot, nothing approved    send -> the calendar's text goes out

Ticks may come twice, late, on two machines, or with a clock that jumps: what was done stands in the slot's row.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.bulletins.states import CLOCKWORK
from bot.bulletins.timing import GRACE, REMIND_BEFORE, WEEKDAYS, Weekly
from bot.desk.ports.house import StaffBook
from bot.desk.slots import week_of
from bot.knowledge.bulletin_words import SlotWords
from bot.knowledge.library import Library
from bot.knowledge.schema import Commune, Week
from bot.ports.bulletins import Audience, Draft
from bot.ports.reminders import Reminder
from bot.ports.sending import SlotBook, SlotPlan
from bot.ports.world import Alerts, Clock

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Due:
    """A slot that wants looking after: coming within a day, or just passed."""

    commune: str
    file: Commune
    day: date
    at: datetime
    has_passed: bool


def slots_near(library: Library, zone: ZoneInfo, now: datetime) -> Iterator[Due]:
    """Yield the slots that come within `REMIND_BEFORE` or passed within `GRACE`."""
    for code, file in library.shelves.communes.items():
        weekly = Weekly(WEEKDAYS.index(file.slot.weekday), file.slot.at, zone)
        for day, has_passed in ((weekly.next(now), False), (weekly.last(now), True)):
            at = weekly.on(day)
            if (now - at <= GRACE) if has_passed else (at - now <= REMIND_BEFORE):
                yield Due(code, file, day, at, has_passed)


class SlotKeeper:
    """Looks after the slots whenever it is ticked."""

    def __init__(
        self,
        book: SlotBook,
        staff: StaffBook,
        library: Callable[[], Library],
        *,
        clock: Clock,
        alerts: Alerts,
        zone: ZoneInfo,
    ) -> None:
        """Keep the slots of the communes that *library* has files of."""
        self._book = book
        self._staff = staff
        self._library = library
        self._clock = clock
        self._alerts = alerts
        self._zone = zone

    async def __call__(self) -> None:
        """Look after every slot that is near; a failure of one is logged and keeps none of the others."""
        now = self._clock.now()
        near = list(slots_near(self._library(), self._zone, now))
        if not near:
            return
        days = [due.day for due in near]
        plans = await self._book.plans(min(days), max(days) + timedelta(days=1))
        for due in near:
            try:
                await self._look_after(due, plans.get((due.commune, due.day), SlotPlan()))
            except Exception:
                log.exception("slot_failed", commune=due.commune, day=str(due.day))

    async def _look_after(self, due: Due, plan: SlotPlan) -> None:
        if plan.is_taken:
            return
        rule = due.file.slot.empty_week
        if due.has_passed:
            if rule == "send" and not plan.is_decided:
                await self._fill(due)
        elif not plan.is_reminded:
            if rule == "draft" and not plan.has_draft:
                await self._prepare(due)
            else:
                await self._remind(due)

    async def _remind(self, due: Due) -> None:
        words = self._words
        reminders = await self._reminders(words.will_send if due.file.slot.empty_week == "send" else words.empty, due)
        if await self._book.remind(due.commune, due.day, reminders, by=CLOCKWORK):
            self._note("slot_reminded", due, reminders)

    async def _prepare(self, due: Due) -> None:
        reminders = await self._reminders(self._words.prepared, due)
        if await self._book.prepare(self._draft(due), due.commune, reminders, by=CLOCKWORK) is not None:
            self._note("slot_prepared", due, reminders)

    async def _fill(self, due: Due) -> None:
        if await self._book.fill(self._draft(due), due.commune, by=CLOCKWORK) is not None:
            log.info("slot_filled", commune=due.commune, day=str(due.day))

    @property
    def _words(self) -> SlotWords:
        return self._library().shelves.bulletin.desk.slots

    def _draft(self, due: Due) -> Draft:
        week = self._week(due)
        return Draft(
            title=week.title,
            body=week.draft,
            audiences=(Audience(due.commune),),
            due_at=due.at,
            slot_date=due.day,
        )

    def _week(self, due: Due) -> Week:
        return week_of(due.day, self._library())

    async def _reminders(self, text: str, due: Due) -> list[Reminder]:
        """Return *text* for every member of staff of the commune whose chat is known."""
        said = text.format(
            commune=due.file.name, time=f"{due.at:%H:%M}", date=f"{due.day:%d/%m/%Y}", title=self._week(due).title
        )
        return [
            Reminder(member.person_id, said)
            for member in await self._staff.members()
            if member.person_id is not None and member.signer.serves({due.commune})
        ]

    def _note(self, event: str, due: Due, reminders: Sequence[Reminder]) -> None:
        log.info(event, commune=due.commune, day=str(due.day), told=len(reminders))
        if not reminders:
            self._alerts.alert(
                "slot_empty",
                f"commune {due.commune} has no approved bulletin for {due.day} and nobody of its staff has a chat:"
                " call them, and link their chats with `loaxa staff chat NAME`",
            )
