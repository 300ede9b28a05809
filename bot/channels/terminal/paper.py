"""A platform for the demo: takes every message and shows it nowhere, so that officials can try a whole bulletin.

Its people are made up (`bot.storage.rehearsal`). What Zalo's window holds back is held back here too.
"""

import asyncio
from datetime import datetime, timedelta

from bot.messages import Channel, Outgoing, Reply

_WINDOW = timedelta(hours=48)
_SECONDS_A_CALL = 0.05


class PaperPlatform:
    """One account of *channel* without a platform behind it. Implements `bot.ports.platforms.Carrier`."""

    account = "demo"
    rate = 25.0

    def __init__(self, channel: Channel) -> None:
        """Stand for *channel*."""
        self._channel = channel

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return *reply* as it is: nobody draws it."""
        return (reply.text,)

    async def send(self, message: Outgoing) -> str:
        """Take *message*."""
        await asyncio.sleep(_SECONDS_A_CALL)
        return f"demo-{message.to.user}"

    def takes_bulletins(self, now: datetime) -> bool:
        """Take them at any hour: whoever tries the demo does so when they have time."""
        del now
        return True

    def writable_since(self, now: datetime) -> datetime | None:
        """Return since when somebody must have written, as on the real channel."""
        return now - _WINDOW if self._channel is Channel.ZALO else None

    def hold(self, seconds: float) -> None:
        """Take no note: nobody asks this account to wait."""

    def held_seconds(self) -> float:
        """Return 0: it never has to wait."""
        return 0.0
