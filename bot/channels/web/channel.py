"""The web chat as the composition root builds it: a page and its addresses in, replies out, a start and an end."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from bot.channels.web.assets import PREFIX, read_assets, read_page
from bot.channels.web.conversation import Patience
from bot.channels.web.endpoints import Endpoints, Gate
from bot.channels.web.hub import Hub
from bot.channels.web.intake import Intake
from bot.channels.web.limits import Limits, Turnstile
from bot.channels.web.lookout import Lookout
from bot.channels.web.render import render, shown
from bot.channels.web.visitors import ACCOUNT, new_visitor, remember, visitor_of
from bot.errors import OperatorError
from bot.knowledge.sayings import Sayings
from bot.messages import Button, Outgoing, Reply
from bot.ports.conversations import Reception
from bot.ports.inbox import ReplyLog
from bot.ports.world import Clock, Meter
from bot.web.addresses import LOOPBACK, networks
from bot.web.origin import origin_of


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
    """The web chat of one process. Implements `bot.ports.platforms.Platform`."""

    account = ACCOUNT

    def __init__(
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
        origin, limits = _public_origin(config.public_url), config.limits
        self._is_secure = origin.startswith("https:")
        self._hub = Hub(limits)
        self._lookout = Lookout(self._hub, replies, config.patience.look)
        self._looking: asyncio.Task[None] | None = None
        self._endpoints = Endpoints(
            Gate(origin, networks(config.trusted_proxies), limits),
            Intake(reception, Turnstile(limits, monotonic), limits, clock=clock, meter=meter),
            replies,
            self._hub,
            words,
            config.patience,
        )
        self._assets = read_assets()
        self._page = read_page(self._assets.base, origin)

    def routes(self) -> list[web.RouteDef]:
        """Return the routes to serve."""
        return [
            web.get("/", self._show_page),
            web.get(PREFIX + "/{version}/{name}", self._show_asset),
            *self._endpoints.routes(),
        ]

    async def start(self) -> None:
        """Begin to look out for what other processes write to pages that are open here."""
        self._looking = asyncio.create_task(self._lookout.run())

    async def close(self) -> None:
        """Close every socket and let no new one in; the pages come back to whoever answers next."""
        if self._looking:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        await self._hub.close()

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return *reply* as one stored body; see `bot.channels.web.render`."""
        return render(reply, forgets=reply.text == self._words().forget_done)

    async def send(self, message: Outgoing) -> str:
        """Show *message* on the visitor's open pages in this process, if any; never fails and never waits.

        The stored reply is what counts: a page that is elsewhere, or comes later, reads it from there. Nobody else has
        an id for it, so the answer is empty.
        """
        self._hub.tell(message.to.user, shown(message))
        return ""

    async def _show_page(self, request: web.Request) -> web.Response:
        response = self._page.response(self._words(), self._shortcuts())
        remember(response, visitor_of(request) or new_visitor(), is_secure=self._is_secure)
        return response

    async def _show_asset(self, request: web.Request) -> web.Response:
        return self._assets.response(request.match_info["version"], request.match_info["name"])


def _public_origin(public_url: str) -> str:
    origin = origin_of(public_url)
    if public_url and not origin:
        msg = f"PUBLIC_URL is not a web address: {public_url!r}"
        raise OperatorError(msg)
    return origin
