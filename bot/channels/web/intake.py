"""Bring what visitors send to the reception, however it came: checked, counted, stored, and only then acknowledged."""

import asyncio
from dataclasses import dataclass

import structlog

from bot.channels.web.frames import Ask, Sent, Slip, read_frame
from bot.channels.web.limits import Limits, Turnstile
from bot.channels.web.refusal import Refusal
from bot.messages import Channel
from bot.ports.conversations import Reception
from bot.ports.world import Clock, Meter

log = structlog.get_logger()

# The page waits longer than this for its acknowledgement, so it hears of a slow database before it gives up on us.
_RECEIVE_SECONDS = 8.0
_RETRY_NOT_STORED_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Visit:
    """Who is speaking, and from which network."""

    visitor: str
    network: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The message with the page's own ``id`` is stored and committed."""

    id: str


class Intake:
    """The way in for one process's visitors."""

    def __init__(
        self, reception: Reception, turnstile: Turnstile, limits: Limits, *, clock: Clock, meter: Meter
    ) -> None:
        """Bring messages to *reception* as far as *turnstile* and *limits* allow."""
        self._reception = reception
        self._turnstile = turnstile
        self._limits = limits
        self._clock = clock
        self._meter = meter

    async def take(self, raw: str | bytes, visit: Visit) -> Taken | Ask | Refusal:
        """Return what became of *raw*; a message that makes no sense counts like one that does. Never raises."""
        frame = read_frame(raw, visit.visitor, self._clock.now(), self._limits.text_characters)
        if isinstance(frame, Ask):
            return self.too_many_reads(visit) or frame
        if wait := self._turnstile.message(visit.visitor, visit.network):
            return self.refuse(Refusal("too_many", frame.id, retry_seconds=wait))
        if isinstance(frame, Slip):
            return self.refuse(Refusal(frame.reason, frame.id))
        return await self._store(frame)

    def too_many_reads(self, visit: Visit) -> Refusal | None:
        """Count a request for replies; return a refusal if there were too many."""
        wait = self._turnstile.read(visit.visitor, visit.network)
        return self.refuse(Refusal("too_many", retry_seconds=wait)) if wait else None

    def refuse(self, refusal: Refusal) -> Refusal:
        """Count *refusal* and return it."""
        self._meter.count("web_refused", reason=refusal.reason)
        return refusal

    async def _store(self, sent: Sent) -> Taken | Refusal:
        try:
            async with asyncio.timeout(_RECEIVE_SECONDS):
                await self._reception.receive([sent.message])
        except Exception as error:  # noqa: BLE001 - a port may fail in any way; the page must hear that we do not have it
            # Its type only: a database error may quote the row, and the row is what somebody wrote.
            log.error("message_not_stored", channel=Channel.WEB.value, error=type(error).__name__)  # noqa: TRY400
            return self.refuse(Refusal("not_stored", sent.id, retry_seconds=_RETRY_NOT_STORED_SECONDS))
        return Taken(sent.id)
