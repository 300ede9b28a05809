"""The one way in for updates, however they came: sort, count, store, and only then be polite about it."""

from collections.abc import Sequence

import structlog

from bot.channels.telegram.courtesies import Courtesies
from bot.channels.telegram.parse import Ignored, Received, Unparsable, sort_update, update_id
from bot.messages import Channel
from bot.ports.conversations import Reception
from bot.ports.world import Clock, Meter

log = structlog.get_logger()


class Intake:
    """Brings updates of one bot to the reception."""

    def __init__(self, account: str, reception: Reception, courtesies: Courtesies, clock: Clock, meter: Meter) -> None:
        """Bring the updates of the bot *account* to *reception*."""
        self._account = account
        self._reception = reception
        self._courtesies = courtesies
        self._clock = clock
        self._meter = meter

    async def take(self, updates: Sequence[object]) -> None:
        """Store *updates* (JSON data); when this returns, Telegram may forget them.

        What the reception raises rises: then nothing may be acknowledged to Telegram.
        """
        received = self._received(updates)
        if received:
            await self._reception.receive([one.message for one in received])
        for one in received:
            self._courtesies.pay(one)

    def _received(self, updates: Sequence[object]) -> list[Received]:
        """Return what people sent, and count the rest."""
        received = []
        now = self._clock.now()
        for raw in updates:
            match sort_update(raw, self._account, now):
                case Received() as one:
                    received.append(one)
                case Ignored(event):
                    self._meter.count("webhook_ignored", event=event)
                case Unparsable(error):
                    log.warning("telegram_update_unparsable", update_id=update_id(raw), error=error)
                    self._meter.count("webhook_rejected", channel=Channel.TELEGRAM, reason="unparsable")
        return received
