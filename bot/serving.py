"""The web server: health, readiness and figures, and whatever routes the channels bring."""

import asyncio
import contextlib
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from bot.errors import OperatorError
from bot.ports.serving import Doubt

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SHUTDOWN_SECONDS = 5.0
_BODY_BYTES = 2 * 1024 * 1024


class Readiness:
    """Why the service is not ready: what is missing (nothing, when it is), and what speaks against asking it."""

    def __init__(self) -> None:
        """Begin as starting."""
        self.missing = {"starting"}
        self._asked = list[Callable[[], Doubt | None]]()

    def done(self, what: str) -> None:
        """Cross *what* off the list of what is missing."""
        self.missing.discard(what)

    def ask(self, doubt: Callable[[], Doubt | None]) -> None:
        """Ask *doubt*, too, whenever somebody wants to know."""
        self._asked.append(doubt)

    def doubts(self) -> list[Doubt]:
        """Return what there is to be said now."""
        return [doubt for asked in self._asked if (doubt := asked())]


def build_site(
    routes: Iterable[web.AbstractRouteDef],
    readiness: Readiness,
    *,
    figures: Handler | None,
    apps: Mapping[str, web.Application] | None = None,
    missing: Callable[[], web.Response] | None = None,
) -> web.Application:
    """Return the application with the channels' *routes* and whole *apps*, each below its prefix.

    With *figures*, `/metrics` answers callers on this machine. Whoever asks for a page that does not exist gets the one
    of *missing*, with the way to those that do.
    """
    kind = [_quiet_faults, _kind_to_the_lost(missing)] if missing else [_quiet_faults]
    site = web.Application(middlewares=kind, client_max_size=_BODY_BYTES)
    site.add_routes(routes)
    for prefix, app in (apps or {}).items():
        site.add_subapp(prefix, app)
    site.router.add_get("/healthz", _alive)
    site.router.add_get("/readyz", _ready(readiness))
    if figures:
        site.router.add_get("/metrics", _for_this_machine(figures))
    return site


def figures_page(page: Callable[[], bytes]) -> Handler:
    """Return the handler of `/metrics`."""

    async def handle(_request: web.Request) -> web.Response:
        return web.Response(body=page(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    return handle


def build_figures_site(figures: Handler) -> web.Application:
    """Return an application that serves only `/metrics`, for a port of its own."""
    site = web.Application()
    site.router.add_get("/metrics", figures)
    return site


@contextlib.asynccontextmanager
async def serving(site: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serve *site* and yield the port, which the system chose if *port* was 0.

    Raises:
        OperatorError: the port is taken or not allowed; the message names HTTP_PORT.
    """
    runner = web.AppRunner(site, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS, handle_signals=False)
    await runner.setup()
    listener = web.TCPSite(runner, host, port)
    try:
        await listener.start()
    except OSError as error:
        await runner.cleanup()
        raise OperatorError(f"HTTP_HOST/HTTP_PORT: cannot listen on {host}:{port} ({error.strerror})") from error
    try:
        yield runner.addresses[0][1] if runner.addresses else port
    finally:
        await runner.cleanup()


@web.middleware
async def _quiet_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn a fault of ours into a plain 500 and one log line with the trace; the caller sees no trace."""
    try:
        return await handler(request)
    except (web.HTTPException, asyncio.CancelledError):
        raise
    except Exception:
        log.exception("request_failed", path=request.path, method=request.method)
        return web.Response(status=500, text="internal error\n")


def _kind_to_the_lost(missing: Callable[[], web.Response]) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except web.HTTPNotFound:
            if request.method == hdrs.METH_GET and "text/html" in request.headers.get(hdrs.ACCEPT, ""):
                return missing()
            raise

    return middleware


async def _alive(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def _ready(readiness: Readiness) -> Handler:
    async def handle(_request: web.Request) -> web.Response:
        if readiness.missing:
            return web.Response(status=503, text="waiting for: " + ", ".join(sorted(readiness.missing)) + "\n")
        doubts = readiness.doubts()
        is_fit = not any(doubt.is_unfit for doubt in doubts)
        lines = ["ready" if is_fit else "not fit to serve", *(doubt.sentence for doubt in doubts)]
        return web.Response(status=200 if is_fit else 503, text="\n".join(lines) + "\n")

    return handle


def _for_this_machine(figures: Handler) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        # A proxy on this machine calls from loopback too: what it forwards is somebody else's.
        if "X-Forwarded-For" in request.headers or not ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback:  # noqa: S104
            raise web.HTTPNotFound
        return await figures(request)

    return handle
