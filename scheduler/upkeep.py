"""Once a day: forget what was kept long enough, and tell what the content needs.

The clock only ticks: a lease sees to it that one process does the work, and doing it twice changes nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.knowledge.library import Library
from bot.knowledge.notices import find_notices
from bot.ports.world import Clock, Leases, Retention

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Keep:
    """For how many days what is kept: questions, messages and replies; the ids of people who left; tickets.

    Whoever comes back within the second finds their commune again. `bot.settings` holds both to what people are told;
    tickets are kept for the two years that `content/messages.yaml` names.
    """

    questions_days: int = 90
    leavers_days: int = 30
    tickets_days: int = 730


class Upkeep:
    """The daily round."""

    def __init__(
        self,
        retention: Retention,
        library: Callable[[], Library],
        leases: Leases,
        clock: Clock,
        *,
        keep: Keep,
        expire: Callable[[], Awaitable[int]] | None = None,
    ) -> None:
        """Forget through *retention* what is older than *keep*; look after what *library* returns.

        *expire* gives up deliveries that have waited too long and returns how many.
        """
        self._retention = retention
        self._library = library
        self._leases = leases
        self._clock = clock
        self._keep = keep
        self._expire = expire

    async def __call__(self) -> None:
        """Go round, unless another process does at this moment."""
        lease = await self._leases.acquire("upkeep")
        if lease is None:
            return
        try:
            await self._go_round(self._clock.now())
        finally:
            await lease.release()

    async def _go_round(self, now: datetime) -> None:
        expired = await self._expire() if self._expire else 0
        questions = await self._retention.forget_questions(now - timedelta(days=self._keep.questions_days))
        leavers = await self._retention.forget_leavers(now - timedelta(days=self._keep.leavers_days))
        tickets = await self._retention.forget_tickets(now - timedelta(days=self._keep.tickets_days))
        log.info(
            "upkeep_done",
            forgotten_questions=questions,
            forgotten_people=leavers,
            forgotten_tickets=tickets,
            expired_deliveries=expired,
        )
        for notice in find_notices(self._library(), now.date()):
            log.warning("content_needs_review", file=str(notice.file), notice=notice.text)
