"""What reports need of time: each day counted once it is over, and staff reminded before a quarter's figures close.

Ticks may come twice, late or on two machines: what was done stands in the database, so doing it again changes nothing.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.bulletins.states import CLOCKWORK
from bot.desk.ports.house import StaffBook
from bot.desk.report_contents import told_day, told_period
from bot.desk.reports import Period, due_soon
from bot.knowledge.library import Library
from bot.ports.reminders import Reminder, ReminderBook
from bot.ports.world import Clock, DayCounter

log = structlog.get_logger()

_COUNTED_AT = time(1)
"""From when on a day is counted: messages of before midnight are long stored, and nothing is forgotten that soon."""

_REMINDED_AT = time(8)
"""When offices open."""


class ReportClerk:
    """Counts and reminds whenever it is ticked."""

    def __init__(
        self,
        counter: DayCounter,
        reminders: ReminderBook,
        staff: StaffBook,
        library: Callable[[], Library],
        *,
        clock: Clock,
        zone: ZoneInfo,
        address: str,
    ) -> None:
        """Remind *staff* of the reports at *address*; days are those of *zone*."""
        self._counter = counter
        self._reminders = reminders
        self._staff = staff
        self._library = library
        self._clock = clock
        self._zone = zone
        self._address = address
        self._counted: date | None = None
        self._reminded: Period | None = None

    async def __call__(self) -> None:
        """Do what is due; a failure of one keeps not the other, and the next tick tries again."""
        now = self._clock.now().astimezone(self._zone)
        for work in (self._count, self._remind):
            try:
                await work(now)
            except Exception:
                log.exception("report_work_failed")

    async def _count(self, now: datetime) -> None:
        last = now.date() - timedelta(days=1)
        if now.time() < _COUNTED_AT or self._counted == last:
            return
        days = await self._counter.count_up_to(last)
        self._counted = last
        if days:
            log.info("days_counted", days=days, last=str(last))

    async def _remind(self, now: datetime) -> None:
        quarter = due_soon(now.date())
        if quarter is None or quarter == self._reminded or now.time() < _REMINDED_AT:
            return
        words = self._library().shelves.console.reports
        text = words.reminder.format(
            period=told_period(quarter, words.periods), last=told_day(quarter.last), address=self._address
        )
        chats = [member.person_id for member in await self._staff.members()]
        letters = [Reminder(person, text) for person in chats if person is not None]
        if not letters:  # somebody may link their chat in time
            return
        is_new = await self._reminders.remind(f"report-{quarter.code}", letters, by=CLOCKWORK)
        self._reminded = quarter
        if is_new:
            log.info("report_reminded", period=quarter.code, told=len(letters))
