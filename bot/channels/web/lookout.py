"""Look now and then whether another process has written something to a page that is open here.

An answer of staff comes when nobody has asked for anything: it is pushed by the process whose console it was written
in, and a page may be open at another. One question to the store speaks of all open pages at once, so it costs the same
whether nothing happens for an hour or not; a line for pushing between processes would have to be kept alive, and
watched, and would still need this for what it lost.
"""

import asyncio

import structlog

from bot.channels.web.hub import Hub
from bot.channels.web.visitors import ACCOUNT
from bot.messages import Channel
from bot.ports.inbox import ReplyLog

log = structlog.get_logger()

_READ_SECONDS = 5.0


class Lookout:
    """Watches the store for whoever is listed in a hub."""

    def __init__(self, hub: Hub, replies: ReplyLog, seconds: float) -> None:
        """Look into *replies* every *seconds* while there is anybody in *hub*."""
        self._hub = hub
        self._replies = replies
        self._seconds = seconds

    async def run(self) -> None:
        """Look until cancelled; a store that is away for a while is asked again."""
        while True:
            await asyncio.sleep(self._seconds)
            try:
                async with asyncio.timeout(_READ_SECONDS):
                    await self.look()
            except Exception as error:  # noqa: BLE001 - a port may fail in any way; the next look may not
                log.warning("replies_not_looked_for", error=type(error).__name__)

    async def look(self) -> None:
        """Look once, and hint at what is new."""
        if visitors := self._hub.visitors():
            for visitor, reply in (await self._replies.newest(Channel.WEB, ACCOUNT, visitors)).items():
                self._hub.hint(visitor, reply)
