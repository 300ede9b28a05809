"""Begin bulletins whose time has come, and end those that are through.

Any number of processes may look at the same moment: who begins a bulletin is decided by the row. One that is too late,
or whose text is no longer what was approved, goes back to whoever approved it instead of out to people.
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime

import structlog

from bot.bulletins.timing import Quiet, is_too_late
from bot.messages import Channel
from bot.ports.bulletins import Bulletin
from bot.ports.sending import Launches
from bot.ports.world import Alerts, Clock

log = structlog.get_logger()

_LOOK_SECONDS = 1.0


class Launcher:
    """Looks at the clock once a second."""

    def __init__(
        self,
        launches: Launches,
        writable_since: Callable[[datetime], Mapping[Channel, datetime | None]],
        *,
        clock: Clock,
        alerts: Alerts,
        quiet: Quiet | None = None,
    ) -> None:
        """Begin through *launches*; *writable_since* tells who has to write first at a moment."""
        self._launches = launches
        self._writable_since = writable_since
        self._clock = clock
        self._alerts = alerts
        self._quiet = quiet

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("launcher_failed")
            await asyncio.sleep(_LOOK_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311  # out of step with the others

    async def look(self) -> None:
        """Begin what is due now and end what is through."""
        now = self._clock.now()
        for bulletin in await self._launches.due(now):
            await self._consider(bulletin, now)
        await self._launches.finish(now)

    async def _consider(self, bulletin: Bulletin, now: datetime) -> None:
        quiet = None if bulletin.passes_quiet else self._quiet
        if quiet and quiet.covers(now):
            return
        if is_too_late(bulletin.draft.due_at or now, now, quiet):
            await self._send_back(bulletin, now, "missed", "its time passed while the service was down")
        elif bulletin.text_hash != bulletin.draft.text_hash:
            await self._send_back(bulletin, now, "text_changed", "its text is not what was approved")
        elif await self._launches.launch(bulletin, now, self._writable_since(now)):
            log.info("bulletin_begun", bulletin_id=bulletin.id)

    async def _send_back(self, bulletin: Bulletin, now: datetime, why: str, detail: str) -> None:
        if await self._launches.send_back(bulletin, now, why=why):
            self._alerts.alert(
                f"bulletin_{why}", f"bulletin {bulletin.id} was not sent: {detail}; it waits to be approved again"
            )
