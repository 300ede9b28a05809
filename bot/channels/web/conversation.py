"""One open socket: messages in, acknowledgements and replies out.

Three things go on at once: reading what the page sends, writing what it should see, and looking after answers that
another process may have given. None waits for a slow reader on the other side.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from bot.channels.web.frames import Ask
from bot.channels.web.intake import Intake, Taken, Visit
from bot.channels.web.refusal import Refusal
from bot.channels.web.replies import read_replies
from bot.knowledge.sayings import Sayings
from bot.ports.inbox import ReplyLog

log = structlog.get_logger()

# Enough for the replies to a handful of messages; whoever reads more slowly gets the rest from the store.
_UNWRITTEN = 32


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits in seconds.

    An answer usually comes from this process within ``grace``; until one has come, the store is asked every ``poll``,
    for ``longest`` at most. Each refused frame costs whoever sent it ``penalty`` before the next is read. A page that
    takes nothing for ``write`` is cut off. Every ``look`` it is seen to that no page misses what another process wrote
    to it unasked.
    """

    grace: float = 0.5
    poll: float = 1.0
    longest: float = 60.0
    penalty: float = 0.25
    write: float = 10.0
    look: float = 3.0


class Conversation:
    """One open page of one visitor. Implements `bot.channels.web.hub.Listener`."""

    def __init__(
        self, visit: Visit, intake: Intake, replies: ReplyLog, words: Callable[[], Sayings], patience: Patience
    ) -> None:
        """Take what *visit* sends to *intake* and show what is stored in *replies*."""
        self._visit = visit
        self._intake = intake
        self._replies = replies
        self._words = words
        self._patience = patience
        self._unwritten = asyncio.Queue[dict[str, object]](_UNWRITTEN)
        self._socket: web.WebSocketResponse | None = None
        self._synced = 0
        self._owed = 0
        self._told = set[object]()
        self._has_news = asyncio.Event()

    def tell(self, reply: dict[str, object]) -> None:
        """Show *reply* soon, or leave it to the store when the other side reads too slowly."""
        self._settle([reply])
        with suppress(asyncio.QueueFull):
            self._unwritten.put_nowait({"replies": [reply]})

    def hint(self, newest: int) -> None:
        """Read the store soon, if it has more than was read of it."""
        if newest > self._synced:
            self._has_news.set()

    async def hang_up(self) -> None:
        """Close the socket as one does before a restart."""
        if self._socket is not None:
            await self._socket.close(code=WSCloseCode.GOING_AWAY)

    async def talk(self, socket: web.WebSocketResponse, transport: asyncio.BaseTransport | None, after: int) -> None:
        """Converse until the socket closes, beginning with the replies after the *after*-th."""
        self._socket, self._synced = socket, after
        company = [asyncio.create_task(self._write(socket, transport)), asyncio.create_task(self._look_after_answers())]
        try:
            await self._catch_up(after)
            async for frame in socket:
                await self._answer(frame)
        finally:
            for task in company:
                task.cancel()
            await asyncio.gather(*company, return_exceptions=True)

    async def _answer(self, frame: WSMessage) -> None:
        match await self._outcome(frame):
            case Taken(name):
                self._owed += 1
                self._has_news.set()
                await self._unwritten.put({"ack": name})
            case Ask(after):
                await self._catch_up(after)
            case Refusal() as refusal:
                await self._unwritten.put(refusal.frame(self._words()))
                # Not read meanwhile, the frames of a flood pile up on the side that makes them.
                await asyncio.sleep(self._patience.penalty)

    async def _outcome(self, frame: WSMessage) -> Taken | Ask | Refusal:
        if frame.type is WSMsgType.TEXT:
            return await self._intake.take(frame.data, self._visit)
        # A frame over the limit: aiohttp has closed the socket already.
        return self._intake.refuse(Refusal("too_large" if frame.type is WSMsgType.ERROR else "malformed"))

    async def _catch_up(self, after: int) -> None:
        """Show every stored reply after the *after*-th; if the store is away, the page or the next poll asks again."""
        has_more = True
        while has_more:
            try:
                page = await read_replies(self._replies, self._visit.visitor, after)
            except Exception as error:  # noqa: BLE001 - a port may fail in any way; the conversation goes on
                log.warning("replies_not_read", error=type(error).__name__)
                await self._unwritten.put(self._intake.refuse(Refusal("not_read")).frame(self._words()))
                return
            after, has_more = page.synced, page.has_more
            self._synced = page.synced
            self._settle(page.replies)
            await self._unwritten.put(page.frame())

    def _settle(self, replies: Sequence[Mapping[str, object]]) -> None:
        """Count *replies* against the messages that wait for one; what is both pushed and read counts once."""
        new = {reply["id"] for reply in replies} - self._told
        self._owed = max(0, self._owed - len(new))
        self._told = self._told | new if self._owed else set()

    async def _look_after_answers(self) -> None:
        """After each message, read the store until it has been answered; after a hint, once.

        It is read once more even if the answer was pushed: an earlier reply may have been another process's to push.
        """
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            await asyncio.sleep(self._patience.grace)
            await self._catch_up(self._synced)
            waited = self._patience.grace
            while self._owed and waited < self._patience.longest and not self._has_news.is_set():
                await asyncio.sleep(self._patience.poll)
                waited += self._patience.poll
                await self._catch_up(self._synced)

    async def _write(self, socket: web.WebSocketResponse, transport: asyncio.BaseTransport | None) -> None:
        """Write until the other side is gone, or reads so slowly that it is as good as gone."""
        try:
            while True:
                frame = await self._unwritten.get()
                async with asyncio.timeout(self._patience.write):
                    await socket.send_str(json.dumps(frame, ensure_ascii=False))
        except (ConnectionError, TimeoutError):
            if isinstance(transport, asyncio.WriteTransport):
                transport.abort()
            while True:  # nobody may wait for room until the reader has noticed
                await self._unwritten.get()
