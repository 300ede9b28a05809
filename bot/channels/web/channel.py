"""The web chat as the composition root builds it: a page, a socket behind it, and plain requests where sockets fail.

Office proxies break WebSockets more often than anything else, so whatever the socket does `POST /chat/send` and
`GET /chat/replies` do as well, and the page changes over by itself.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.channels.web.addresses import LOOPBACK, client_network, networks
from bot.channels.web.assets import PREFIX, SAFETY, read_assets, read_page
from bot.channels.web.conversation import Conversation, Patience
from bot.channels.web.frames import Ask, read_after
from bot.channels.web.hub import Hub
from bot.channels.web.intake import Intake, Taken, Visit
from bot.channels.web.limits import Limits, Turnstile
from bot.channels.web.origin import is_ours, is_ours_or_unsaid, origin_of
from bot.channels.web.refusal import Refusal
from bot.channels.web.render import render, shown
from bot.channels.web.replies import read_replies
from bot.channels.web.visitors import ACCOUNT, new_visitor, remember, visitor_of
from bot.errors import OperatorError
from bot.knowledge.sayings import Sayings
from bot.messages import Button, Outgoing, Reply
from bot.ports import Clock, Meter, ReplyLog, Reception

log = structlog.get_logger()

_HEARTBEAT_SECONDS = 25.0  # below the minute after which many proxies and mobile networks drop a silent connection
_CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class WebConfig:
    """What an operator decides about the web chat.

    ``public_url`` is where people reach it, empty if that is not known. ``trusted_proxies`` are the networks whose
    ``X-Forwarded-For`` is believed.
    """

    public_url: str = ""
    trusted_proxies: tuple[str, ...] = LOOPBACK
    limits: Limits = field(default_factory=Limits)
    patience: Patience = field(default_factory=Patience)


class WebChannel:
    """The web chat of one process. Implements `bot.ports.Platform`."""

    account = ACCOUNT

    def __init__(  # noqa: PLR0913 - the composition root hands over the whole world once
        self,
        config: WebConfig,
        words: Callable[[], Sayings],
        *,
        reception: Reception,
        replies: ReplyLog,
        meter: Meter,
        clock: Clock,
        shortcuts: Callable[[], tuple[Button, ...]] = tuple,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Put the parts together.

        *words* and *shortcuts* (buttons with a payload that stay within reach) are asked at each use, so that changed
        content shows at once.

        Raises:
            OperatorError: the public address or a trusted proxy makes no sense.
        """
        self._words = words
        self._shortcuts = shortcuts
        self._replies = replies
        self._limits = config.limits
        self._patience = config.patience
        self._trusted = networks(config.trusted_proxies)
        self._public_origin = _public_origin(config.public_url)
        self._turnstile = Turnstile(config.limits, monotonic)
        self._intake = Intake(reception, self._turnstile, config.limits, clock=clock, meter=meter)
        self._hub = Hub(config.limits)
        self._assets = read_assets()
        self._page = read_page(self._assets, self._public_origin)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to serve."""
        return [
            web.get("/", self._show_page),
            web.get("/chat/ws", self._converse),
            web.post("/chat/send", self._send),
            web.get("/chat/replies", self._show_replies),
            web.get(PREFIX + "/{version}/{name}", self._show_asset),
        ]

    async def start(self) -> None:
        """Begin; there is nothing to open."""

    async def close(self) -> None:
        """Close every socket and let no new one in; the pages come back to whoever answers next."""
        await self._hub.close()

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return *reply* as one stored body; see `bot.channels.web.render`."""
        return render(reply, forgets=reply.text == self._words().forget_done)

    async def send(self, message: Outgoing) -> str:
        """Show *message* on the visitor's open pages in this process, if any; never fails and never waits.

        The stored reply is what counts: a page that is elsewhere, or comes later, reads it from there. There is no id of
        anybody else's, so the answer is empty.
        """
        self._hub.tell(message.to.user, shown(message))
        return ""

    async def _show_page(self, request: web.Request) -> web.Response:
        response = self._page.response(self._words(), self._shortcuts())
        remember(response, visitor_of(request) or new_visitor(), is_secure=self._public_origin.startswith("https:"))
        return response

    async def _show_asset(self, request: web.Request) -> web.Response:
        return self._assets.response(request.match_info["version"], request.match_info["name"])

    async def _converse(self, request: web.Request) -> web.StreamResponse:
        if not is_ours(request.headers, self._public_origin):
            return self._refused(Refusal("origin"))
        visit, after = self._visit(request), read_after(request.query.get("after", "0"))
        if visit is None or after is None:
            return self._refused(Refusal("malformed" if visit else "no_visitor"))
        if reason := self._hub.no_room(visit):
            return self._refused(Refusal(reason))
        conversation = Conversation(visit, self._intake, self._replies, lambda: self._words().web, self._patience)
        with self._hub.listening(visit, conversation):
            return await self._on_socket(request, conversation, after)

    async def _on_socket(self, request: web.Request, conversation: Conversation, after: int) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_SECONDS,
            timeout=_CLOSE_SECONDS,
            max_msg_size=self._limits.frame_bytes,
            compress=False,  # each compressed socket would hold some 300 KB for messages of a few hundred bytes
        )
        await socket.prepare(request)
        await conversation.talk(socket, request.transport, after)
        return socket

    async def _send(self, request: web.Request) -> web.Response:
        if not is_ours_or_unsaid(request.headers, self._public_origin):
            return self._refused(Refusal("origin"))
        if request.content_type != "application/json":
            return self._refused(Refusal("content_type"))
        visit = self._visit(request)
        if visit is None:
            return self._refused(Refusal("no_visitor"))
        body = await _read(request, self._limits.frame_bytes)
        if body is None:
            return self._refused(Refusal("too_large"))
        match await self._intake.take(body, visit):
            case Taken(name):
                return _json({"ack": name})
            case Ask():
                return self._refused(Refusal("malformed"))
            case Refusal() as refusal:
                return self._answer(refusal)

    async def _show_replies(self, request: web.Request) -> web.Response:
        visit, after = self._visit(request), read_after(request.query.get("after", "0"))
        if visit is None or after is None:
            return self._refused(Refusal("malformed" if visit else "no_visitor"))
        if wait := self._turnstile.read(visit.visitor, visit.network):
            return self._refused(Refusal("too_many", retry_seconds=wait))
        try:
            page = await read_replies(self._replies, visit.visitor, after)
        except Exception as error:  # noqa: BLE001 - a port may fail in any way; the page asks again
            log.warning("replies_not_read", error=type(error).__name__)
            return self._refused(Refusal("not_read"))
        return _json(page.frame())

    def _visit(self, request: web.Request) -> Visit | None:
        visitor = visitor_of(request)
        if visitor is None:
            return None
        peer = request.transport.get_extra_info("peername") if request.transport else None
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", []))
        return Visit(visitor, client_network(address, forwarded, self._trusted))

    def _refused(self, refusal: Refusal) -> web.Response:
        return self._answer(self._intake.refuse(refusal))

    def _answer(self, refusal: Refusal) -> web.Response:
        later = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        return _json(refusal.frame(self._words().web), status=refusal.status, headers=later)


def _public_origin(public_url: str) -> str:
    origin = origin_of(public_url)
    if public_url and not origin:
        raise OperatorError(f"PUBLIC_URL is not a web address: {public_url!r}")
    return origin


def _json(data: object, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        text=json.dumps(data, ensure_ascii=False),
        status=status,
        content_type="application/json",
        headers={**SAFETY, "Cache-Control": "no-store", **(headers or {})},
    )


async def _read(request: web.Request, limit: int) -> bytes | None:
    """Return the body, or None as soon as it turns out too large; the length header may lie or be missing."""
    if (request.content_length or 0) > limit:
        return None
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)
