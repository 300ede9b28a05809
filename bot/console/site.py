"""The officials' console as the composition root builds it: an application to be mounted at `PREFIX`."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.resources import files

from aiohttp import web

from bot.console.addresses import PREFIX, at
from bot.console.cookies import Cookies
from bot.console.gate import Gate, Guards
from bot.console.looks import Looks
from bot.console.pages.login import LoginPages
from bot.console.safety import HEADERS
from bot.console.seals import Seals
from bot.console.sections import Parts, sections
from bot.web.addresses import LOOPBACK, networks
from bot.web.assets import ICON, read_assets
from bot.web.origin import origin_of

_STATIC = files("bot.console") / "static"
_OWN_FILES = ("console.css", "console.js", "bulletins.css", "bulletins.js", "poster.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleConfig:
    """What an operator decides about the console.

    ``secret_key`` is SECRET_KEY: a new one ends every login. ``public_url`` is where officials reach it;
    ``trusted_proxies`` are the networks whose ``X-Forwarded-For`` is believed.
    """

    secret_key: str = field(repr=False)
    public_url: str = ""
    trusted_proxies: tuple[str, ...] = LOOPBACK


class ConsoleSite:
    """The console of one process."""

    def __init__(self, config: ConsoleConfig, parts: Parts, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Put the parts together.

        Raises:
            OperatorError: a trusted proxy makes no sense.
            ValueError: without a ``secret_key`` there is no console; whoever starts the service asks before.
        """
        if not config.secret_key:
            msg = "the console needs a secret key"
            raise ValueError(msg)
        origin = origin_of(config.public_url)
        seals = Seals(config.secret_key)
        login = LoginPages(parts.logins, seals, parts.clock, monotonic)
        self.pages = tuple(page for section in (login, *sections(parts)) for page in section.pages())
        self.open_pages = tuple(login.open_pages())
        self.app = web.Application()
        own = (_STATIC / name for name in _OWN_FILES)
        self._assets = read_assets(f"{PREFIX}/static", ICON, *own)
        guards = Guards(
            seals=seals,
            cookies=Cookies(is_secure=origin.startswith("https:")),
            public_origin=origin,
            trusted=networks(config.trusted_proxies),
        )
        looks = Looks(self.app, self._assets, parts.zone, self.pages)
        self._serve(Gate(guards, parts.logins, parts.library, parts.clock, looks))

    def _serve(self, gate: Gate) -> None:
        self.app.middlewares.append(gate.watch)
        self.app.on_response_prepare.append(_make_safe)
        for page in self.pages:
            self.app.router.add_route(page.method, page.path, gate.guarded(page))
        for open_page in self.open_pages:
            self.app.router.add_route(open_page.method, open_page.path, gate.opened(open_page))
        self.app.router.add_get("/static/{version}/{name}", self._show_asset)
        self.app.router.add_get("", _show_first_page)

    async def _show_asset(self, request: web.Request) -> web.Response:
        return self._assets.response(request.match_info["version"], request.match_info["name"])


async def _show_first_page(_request: web.Request) -> web.Response:
    return web.Response(status=303, headers={"Location": at()})


async def _make_safe(_request: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
