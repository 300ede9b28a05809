"""The addresses behind the page: a socket, and plain requests that do the same where sockets fail.

Office proxies break WebSockets more often than anything else, so the page changes over by itself, and what is checked
here must be the same for both: that the request is our page's, whose it is, and that it is not too much.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot.channels.web.conversation import Conversation, Patience
from bot.channels.web.frames import Ask, read_after
from bot.channels.web.hub import Hub
from bot.channels.web.intake import Intake, Taken, Visit
from bot.channels.web.limits import Limits
from bot.channels.web.refusal import Refusal
from bot.channels.web.replies import read_replies
from bot.channels.web.visitors import visitor_of
from bot.knowledge.sayings import Sayings
from bot.ports.inbox import ReplyLog
from bot.web.addresses import Network, network_of
from bot.web.assets import SAFETY
from bot.web.origin import is_ours, is_ours_or_unsaid

log = structlog.get_logger()

_HEARTBEAT_SECONDS = 25.0  # below the minute after which many proxies and mobile networks drop a silent connection
_CLOSE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Gate:
    """What requests are measured by: our own origin (may be empty), the proxies we believe, and the limits."""

    public_origin: str
    trusted: Sequence[Network]
    limits: Limits


class Endpoints:
    """Answers `/chat/ws`, `/chat/send` and `/chat/replies`."""

    def __init__(
        self, gate: Gate, intake: Intake, replies: ReplyLog, hub: Hub, words: Callable[[], Sayings], patience: Patience
    ) -> None:
        """Let in what passes *gate*; sockets are listed in *hub*."""
        self._gate = gate
        self._intake = intake
        self._replies = replies
        self._hub = hub
        self._words = words
        self._patience = patience

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.get("/chat/ws", self.converse),
            web.post("/chat/send", self.send),
            web.get("/chat/replies", self.show_replies),
        ]

    async def converse(self, request: web.Request) -> web.StreamResponse:
        """Hold a conversation on a WebSocket, beginning with the stored replies after ``?after=``."""
        if not is_ours(request.headers, self._gate.public_origin):
            return self._refused(Refusal("origin"))
        visit, after = self._visit(request), _after(request)
        if isinstance(visit, Refusal):
            return self._refused(visit)
        if isinstance(after, Refusal):
            return self._refused(after)
        if reason := self._hub.no_room(visit):
            return self._refused(Refusal(reason))
        conversation = Conversation(visit, self._intake, self._replies, self._words, self._patience)
        with self._hub.listening(visit, conversation):
            return await self._on_socket(request, conversation, after)

    async def send(self, request: web.Request) -> web.Response:
        """Take one message: ``{"ack": id}`` once it is stored, else why not."""
        sender = self._sender(request)
        if isinstance(sender, Refusal):
            return self._refused(sender)
        body = await _read(request, self._gate.limits.frame_bytes)
        if body is None:
            return self._refused(Refusal("too_large"))
        match await self._intake.take(body, sender):
            case Taken(name):
                return _json({"ack": name})
            case Ask():
                return self._refused(Refusal("malformed"))
            case Refusal() as refusal:
                return self._answer(refusal)

    async def show_replies(self, request: web.Request) -> web.Response:
        """Return the stored replies after ``?after=``."""
        visit, after = self._visit(request), _after(request)
        if isinstance(visit, Refusal):
            return self._refused(visit)
        if isinstance(after, Refusal):
            return self._refused(after)
        if refusal := self._intake.too_many_reads(visit):
            return self._answer(refusal)
        try:
            page = await read_replies(self._replies, visit.visitor, after)
        except Exception as error:  # noqa: BLE001 - a port may fail in any way; the page asks again
            log.warning("replies_not_read", error=type(error).__name__)
            return self._refused(Refusal("not_read"))
        return _json(page.frame())

    async def _on_socket(self, request: web.Request, conversation: Conversation, after: int) -> web.StreamResponse:
        socket = web.WebSocketResponse(
            heartbeat=_HEARTBEAT_SECONDS,
            timeout=_CLOSE_SECONDS,
            max_msg_size=self._gate.limits.frame_bytes,
            compress=False,  # each compressed socket would hold some 300 KB for messages of a few hundred bytes
        )
        await socket.prepare(request)
        await conversation.talk(socket, request.transport, after)
        return socket

    def _sender(self, request: web.Request) -> Visit | Refusal:
        if not is_ours_or_unsaid(request.headers, self._gate.public_origin):
            return Refusal("origin")
        if request.content_type != "application/json":
            return Refusal("content_type")
        return self._visit(request)

    def _visit(self, request: web.Request) -> Visit | Refusal:
        visitor = visitor_of(request)
        if visitor is None:
            return Refusal("no_visitor")
        return Visit(visitor, network_of(request, self._gate.trusted))

    def _refused(self, refusal: Refusal) -> web.Response:
        return self._answer(self._intake.refuse(refusal))

    def _answer(self, refusal: Refusal) -> web.Response:
        later = {} if refusal.retry_after is None else {"Retry-After": str(refusal.retry_after)}
        return _json(refusal.frame(self._words()), status=refusal.status, headers=later)


def _after(request: web.Request) -> int | Refusal:
    after = read_after(request.query.get("after", "0"))
    return Refusal("malformed") if after is None else after


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
