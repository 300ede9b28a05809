"""Fetch updates ourselves, where no public address is at hand.

PTB's own updater throws a whole batch away, again and again, when it cannot read one update of it, and acknowledges
updates before anyone stored them. This loop moves on only after the batch is committed. One process polls at a time, by
lease: a second poller makes Telegram refuse both.
"""

import asyncio
from collections.abc import Sequence

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.alarm import Alarm
from bot.channels.telegram.client import RawBot
from bot.channels.telegram.faults import TOKEN_REFUSED, flood_seconds
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.parse import ALLOWED_UPDATES, update_id
from bot.channels.telegram.request import ServerError
from bot.channels.telegram.rhythm import Rhythm
from bot.ports.world import Lease, Leases

log = structlog.get_logger()

_FAILURES_BEFORE_ALERT = 5


class Poller:
    """Brings updates from getUpdates to the intake while it holds the lease."""

    def __init__(self, bot: RawBot, account: str, intake: Intake, leases: Leases, alarm: Alarm, rhythm: Rhythm) -> None:
        """Poll for the bot *account* under the lease ``telegram-poll:<account>``."""
        self._bot = bot
        self._lease_name = f"telegram-poll:{account}"
        self._intake = intake
        self._leases = leases
        self._alarm = alarm
        self._rhythm = rhythm

    async def run(self) -> None:
        """Poll until cancelled; the lease is given back then."""
        while True:
            try:
                await self._turn()
            except Exception as error:  # noqa: BLE001 - a store that is down must not end the polling for good
                log.warning("telegram_lease_failed", error=type(error).__name__)
            await asyncio.sleep(self._rhythm.lease_seconds())

    async def _turn(self) -> None:
        lease = await self._leases.acquire(self._lease_name)
        if lease is None:
            return
        log.info("telegram_polling", epoch=lease.epoch)
        try:
            await self._poll(lease)
        finally:
            await lease.release()

    async def _poll(self, lease: Lease) -> None:
        failures, offset, is_webhook_gone = 0, None, False
        while lease.is_held():
            try:
                # Telegram refuses getUpdates while an earlier set-up's webhook stands.
                is_webhook_gone = is_webhook_gone or await self._bot.delete_webhook(drop_pending_updates=False)
                offset = await self._fetch(offset)
            except Exception as error:  # noqa: BLE001 - the offset stays, so Telegram brings the batch again
                failures += 1
                await asyncio.sleep(self._trouble(error, failures))
            else:
                failures = 0
                self._alarm.clear("telegram_conflict", "telegram_unreachable", "telegram_token_refused")

    async def _fetch(self, offset: int | None) -> int | None:
        """Fetch and store one batch; return the offset that acknowledges it."""
        wanted: dict[str, object] = {"timeout": self._rhythm.poll, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            wanted["offset"] = offset
        updates = await self._bot.call("getUpdates", wanted, read_seconds=self._rhythm.poll + 10.0)
        if not isinstance(updates, list):
            code = "unreadable"
            raise ServerError(code)
        await self._intake.take(updates)
        return next_offset(updates)

    def _trouble(self, error: Exception, failures: int) -> float:
        """Log, alert where a human is needed, and return the seconds to wait."""
        log.warning("telegram_poll_failed", error=type(error).__name__, failures=failures)
        if isinstance(error, Conflict):
            self._alarm.ring("telegram_conflict", "Another program polls this bot: stop it, or give it its own.")
        elif isinstance(error, InvalidToken):
            self._alarm.ring(*TOKEN_REFUSED)
        elif isinstance(error, TelegramError) and failures >= _FAILURES_BEFORE_ALERT:
            self._alarm.ring(
                "telegram_unreachable", "Check the network, or set TELEGRAM_PROXY; citizens wait meanwhile."
            )
        return self._rhythm.retry_seconds(failures, at_least=flood_seconds(error))


def next_offset(updates: Sequence[object]) -> int | None:
    """Return the offset that acknowledges *updates*, or None when there is nothing to acknowledge.

    An empty answer proves that Telegram took the last offset, so it is not sent again: after a quiet week update
    numbers may start anywhere (Bot API documentation), and an old offset could acknowledge updates nobody has seen.
    """
    numbers = [number for raw in updates if (number := update_id(raw)) is not None]
    return max(numbers) + 1 if numbers else None
