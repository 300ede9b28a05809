"""The route Telegram posts updates to.

Telegram repeats an update until it gets a 2xx, so the answer is a promise: 200 once the update is stored (or can never
be of use), 503 while it cannot be stored. A 4xx goes only to what Telegram itself would not send.
"""

import hmac
import json

import structlog
from aiohttp import web

from bot.channels.telegram.config import WEBHOOK_PATH
from bot.channels.telegram.intake import Intake
from bot.messages import Channel
from bot.ports.world import Meter

log = structlog.get_logger()

BODY_BYTES = 1024 * 1024
"""Largest body that is read. Updates carry no files, so real ones stay far below."""

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name


class Webhook:
    """Answers `POST /webhooks/telegram`."""

    def __init__(self, secret: str, intake: Intake, meter: Meter) -> None:
        """Accept updates that carry *secret* and bring them to *intake*."""
        self._secret = secret.encode()
        self._intake = intake
        self._meter = meter

    def routes(self) -> list[web.RouteDef]:
        """Return the route."""
        return [web.post(WEBHOOK_PATH, self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Check, store, answer: 200, 400, 403, 413 or 503."""
        if not hmac.compare_digest(request.headers.get(_SECRET_HEADER, "").encode(), self._secret):
            return self._rejected(403, "secret")
        body = await _read(request)
        if body is None:
            return self._rejected(413, "too_large")
        try:
            update = json.loads(body)
        except (ValueError, RecursionError):
            return self._rejected(400, "malformed")
        return await self._stored(update)

    async def _stored(self, update: object) -> web.Response:
        try:
            await self._intake.take([update])
        except Exception as error:  # noqa: BLE001 - whatever kept it from being stored, Telegram must bring it again
            log.error("telegram_update_not_stored", error=type(error).__name__)  # noqa: TRY400 - frames hold what people wrote
            return web.Response(status=503)
        return web.Response()

    def _rejected(self, status: int, reason: str) -> web.Response:
        self._meter.count("webhook_rejected", channel=Channel.TELEGRAM, reason=reason)
        return web.Response(status=status)


async def _read(request: web.Request) -> bytes | None:
    """Return the body, or None as soon as it turns out too large; the length header may lie or be missing."""
    if (request.content_length or 0) > BODY_BYTES:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > BODY_BYTES:
            return None
    return bytes(body)
