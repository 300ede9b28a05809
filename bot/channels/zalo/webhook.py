"""The door for what Zalo brings: check, parse, store, answer, all within the two seconds Zalo waits.

200 is said only after the message is committed. If the store is slow or down the answer is 503 and Zalo brings the
event again, after 30 s, 5, 15, 30 and 60 minutes (Zalo's documentation); what was stored already is known by its id.
So there is no check of the event's age: it would refuse Zalo's own repeats. After the last repeat Zalo switches the
webhook off until an admin turns it on, which is why everything else that is rightly signed gets a 200, sense or not.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.channels.zalo.account import VerifierFile
from bot.channels.zalo.envelope import json_object
from bot.channels.zalo.parse import Ignored, Unparsable, parse
from bot.channels.zalo.signature import FirstTerm, Keys, signed_with
from bot.messages import Channel, Incoming
from bot.ports.conversations import Reception
from bot.ports.world import Clock, Meter

log = structlog.get_logger()

PATH = "/webhooks/zalo"
BODY_LIMIT = 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a request is no event of ours, with its HTTP status and the label of its metric."""

    status: int
    reason: str


class ZaloWebhook:
    """Handles one OA's webhook requests; never raises."""

    def __init__(self, keys: Keys, *, reception: Reception, clock: Clock, meter: Meter, receive_seconds: float) -> None:
        """Accept what is signed with *keys* and bring it to *reception*, which has *receive_seconds* to store it."""
        self._keys = keys
        self._reception = reception
        self._clock = clock
        self._meter = meter
        self._receive_seconds = receive_seconds
        self._first_term: FirstTerm | None = None

    async def handle(self, request: web.Request) -> web.Response:
        """Answer 200 for stored or none of ours, 400 not JSON, 403 not from Zalo, 413 too large, 503 not stored."""
        body = await _read(request)
        if body is None:
            return self._reject(413, "too_large")
        event = self._event(request.headers.get("X-ZEvent-Signature", ""), body)
        if isinstance(event, Rejection):
            return self._reject(event.status, event.reason)
        match parse(event, oa_id=self._keys.oa_id, received_at=self._clock.now()):
            case Ignored(name):
                self._meter.count("webhook_ignored", event=name)
                return web.Response()
            case Unparsable(why):
                return self._reject(200, "unparsable", why=why)
            case Incoming() as message:
                return await self._store(message)

    def _event(self, signature: str, body: bytes) -> Mapping[str, object] | Rejection:
        """Return the event in *body* if Zalo signed it for our app."""
        first_term = signed_with(signature, body, self._keys)
        if first_term is None:
            return Rejection(403, "signature")
        self._note(first_term)
        event = json_object(body)
        if event is None:
            return Rejection(400, "malformed")
        return event if str(event.get("app_id")) == self._keys.app_id else Rejection(403, "app_id")

    async def _store(self, message: Incoming) -> web.Response:
        try:
            async with asyncio.timeout(self._receive_seconds):
                await self._reception.receive([message])
        except Exception as error:  # noqa: BLE001 - a port may fail in any way; Zalo must hear that we do not have it
            # Its type only: a database error may quote the row, and the row is what somebody wrote.
            return self._reject(503, "store", why=type(error).__name__)
        return web.Response()

    def _reject(self, status: int, reason: str, **fields: str) -> web.Response:
        self._meter.count("webhook_rejected", channel=Channel.ZALO.value, reason=reason)
        log.warning("webhook_rejected", channel=Channel.ZALO.value, reason=reason, **fields)
        return web.Response(status=status)

    def _note(self, first_term: FirstTerm) -> None:
        """Count which of the two reported signatures this OA uses, and log it when it is new."""
        self._meter.count("zalo_signatures", first_term=first_term.value)
        if first_term is not self._first_term:
            self._first_term = first_term
            log.info("zalo_signature_matched", first_term=first_term.value)


async def _read(request: web.Request) -> bytes | None:
    """Return the body as the bytes that were signed, or None as soon as it is over the limit."""
    if (request.content_length or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def verifier_route(file: VerifierFile) -> web.RouteDef:
    """Return the route of the page by which Zalo sees that the domain is ours."""

    async def serve(_: web.Request) -> web.Response:
        return web.Response(text=file.content, content_type="text/html")

    return web.get(f"/{file.name}", serve)
