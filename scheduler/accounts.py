"""Let every process know what a platform told one of them: that the account must wait.

A 429 binds the account, not the process that met it. So each process writes down what it was told, and holds its own
replies for as long as another was told to.
"""

import asyncio
from collections.abc import Sequence

import structlog

from bot.ports.sending import Hold
from scheduler.sender import Outbox

log = structlog.get_logger()

_LOOK_SECONDS = 1.0
_WORTH_TELLING_SECONDS = 0.5


class AccountWatch:
    """Compares, once a second, what this process was told with what stands in the database."""

    def __init__(self, outboxes: Sequence[Outbox]) -> None:
        """Watch the accounts of *outboxes*."""
        self._outboxes = outboxes

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("accounts_not_read")
            await asyncio.sleep(_LOOK_SECONDS)

    async def look(self) -> None:
        """Tell the others, and take in what they were told; a pause with a reason concerns bulletins only."""
        for outbox in self._outboxes:
            told = outbox.carrier.held_seconds()
            held = await outbox.ledger.held()
            known = held.seconds if held and not held.reason else 0.0
            if told > known + _WORTH_TELLING_SECONDS:
                await outbox.ledger.hold(Hold(told))
            elif known > told:
                outbox.carrier.hold(known)
