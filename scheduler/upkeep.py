"""Once a day: forget what was kept long enough, and tell what the content needs.

The clock only ticks: a lease sees to it that one process does the work, and doing it twice changes nothing.
"""

from collections.abc import Callable
from datetime import timedelta

import structlog

from bot.knowledge.library import Library
from bot.knowledge.notices import find_notices
from bot.ports import Clock, Leases, Retention

log = structlog.get_logger()

QUESTION_DAYS = 90
"""How long questions, messages and replies are kept: what `content/messages.yaml` promises people."""

LEAVER_DAYS = 30
"""How long the id of somebody who left is kept, so that coming back finds their commune again."""


class Upkeep:
    """The daily round."""

    def __init__(self, retention: Retention, library: Callable[[], Library], leases: Leases, clock: Clock) -> None:
        """Forget through *retention*; look after what *library* returns."""
        self._retention = retention
        self._library = library
        self._leases = leases
        self._clock = clock

    async def __call__(self) -> None:
        """Go round, unless another process does at this moment."""
        lease = await self._leases.acquire("upkeep")
        if lease is None:
            return
        try:
            now = self._clock.now()
            questions = await self._retention.forget_questions(now - timedelta(days=QUESTION_DAYS))
            leavers = await self._retention.forget_leavers(now - timedelta(days=LEAVER_DAYS))
            log.info("upkeep_done", forgotten_questions=questions, forgotten_people=leavers)
            for notice in find_notices(self._library(), now.date()):
                log.warning("content_needs_review", file=str(notice.file), notice=notice.text)
        finally:
            await lease.release()
