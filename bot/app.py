"""Put the house together: build each part once, start them in order, stop them in reverse.

Everything else takes what it needs through its constructor; only this module and its `_parts` know which class stands
behind which port.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from uuid import uuid4

import structlog
from aiohttp import web

from bot.archive.site import ArchiveSite
from bot.channel_parts import Channels, accounts_of
from bot.clock import SystemClock
from bot.console.addresses import PREFIX
from bot.console_parts import build_console
from bot.errors import OperatorError
from bot.job_parts import Jobs
from bot.knowledge.loader import load_library
from bot.knowledge.shelf import Shelf
from bot.messages import Channel, Reply
from bot.metrics import Metrics
from bot.pipeline import Pipeline, Stage
from bot.ports.platforms import Platform
from bot.ports.world import Leases
from bot.serving import Readiness, build_figures_site, build_site, figures_page, serving
from bot.settings import Settings
from bot.storage import schema
from bot.storage.archive import SqlArchive
from bot.storage.database import Database, open_database
from bot.storage.inbox import SqlInbox
from bot.storage.leases import open_leases
from bot.storage.records import SqlRecords
from bot.storage.served import SqlServedBook
from bot.storage.tickets import SqlTickets
from bot.world import World
from handlers.router import Router
from scheduler.content import ContentWatch
from scheduler.sender import SendStage
from scheduler.ticks import ticking

log = structlog.get_logger()

_FIGURES_SECONDS = 15


class Role(StrEnum):
    """What a process does: everything, or only what the web brings, or only what time brings."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"  # serves only health and figures; what time brings is its work, and not a web process's


@dataclass(frozen=True, slots=True)
class Running:
    """A service that is up: the port it listens on."""

    port: int


async def run(settings: Settings, *, role: Role = Role.ALL, is_demo: bool = False) -> None:
    """Serve until a signal asks to stop; as a demo bulletins go out to made-up people on accounts of paper.

    Raises:
        OperatorError: content, settings or database keep it from starting; the message says what to do.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with running(settings, role=role, is_demo=is_demo):
        await stop.wait()
        log.info("stopping")


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    role: Role = Role.ALL,
    observe: Callable[[Stage | SendStage], None] = lambda _stage: None,
    is_demo: bool = False,
) -> AsyncIterator[Running]:
    """Start the service, yield while it runs, and stop it in order."""
    process = str(uuid4())
    metrics, clock = Metrics(), SystemClock()
    library = await asyncio.to_thread(load_library, settings.content_path)
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(settings.database_url))
        leases = open_leases(database, process, seconds=settings.lease_seconds)
        await _prepare(database, leases, stack)
        shelf = Shelf(
            settings.content_path, library, told=lambda result: metrics.count("content_reloads", result=result)
        )
        world = World(process, settings, database, leases, metrics, clock, shelf)
        service = _Service(world, observe)
        if is_demo:
            service.stand_in()
        yield await service.start(stack, role)


async def _prepare(database: Database, leases: Leases, stack: AsyncExitStack) -> None:
    """See that the schema is there and, on SQLite, that no other service runs on the file."""
    if database.is_sqlite:
        alone = await leases.acquire("run")
        if alone is None:
            raise OperatorError("DATABASE_URL: another service runs on this SQLite file; use PostgreSQL for several")
        stack.push_async_callback(alone.release)
        await schema.upgrade(database)
    elif not await schema.is_current(database):
        raise OperatorError("DATABASE_URL: the database needs migrating; run `loaxa db upgrade`")


class _Service:
    """One running service."""

    def __init__(self, world: World, observe: Callable[[Stage | SendStage], None]) -> None:
        self._world = world
        platforms = dict[tuple[Channel, str], Platform]()
        self._inbox = SqlInbox(
            world.database,
            world.clock,
            process=world.process,
            lease_seconds=world.settings.lease_seconds,
            accounts=accounts_of(world.settings),
        )
        self._pipeline = Pipeline(
            self._inbox,
            self._router(),
            platforms,
            apology=lambda: Reply(world.shelf().sayings.apology),
            meter=world.metrics,
            alerts=world.metrics,
            lease_seconds=world.settings.lease_seconds,
            observe=observe,
        )
        self._channels = Channels(world, self._pipeline, platforms)
        self._jobs = Jobs(world, self._channels, observe)
        self._archive = ArchiveSite(
            SqlArchive(world.database), world.shelf, world.settings.zone, world.settings.public_url
        )

    def stand_in(self) -> None:
        """Let accounts of paper stand in for the platforms."""
        self._channels.stand_in()

    async def start(self, stack: AsyncExitStack, role: Role) -> Running:
        """Start everything in order; *stack* stops it in reverse."""
        world, readiness = self._world, Readiness()
        if world.database.is_sqlite:
            await self._inbox.release_all(of_everyone=True)
        console = self._console() if role is not Role.WORKER else {}
        routes = [] if role is Role.WORKER else [*self._archive.routes(), *self._channels.routes()]
        running = await self._open_doors(stack, routes, console, readiness)
        stack.push_async_callback(self._pipeline.close)
        await self._channels.start(stack)
        for job in (self._pipeline.run, world.shelf.watch, self._keep_figures, self._jobs.watching()):
            await _in_background(stack, job)
        if role is not Role.WEB:
            for job in self._jobs.sending():
                await _in_background(stack, job)
            upkeep, rounds = self._jobs.upkeep(), self._jobs.rounds()
            await stack.enter_async_context(ticking(world.settings.zone, daily=upkeep, often=rounds))
        if not world.database.is_sqlite:
            await self._compare_content(stack, readiness)
        readiness.done("starting")
        log.info(
            "serving",
            port=running.port,
            role=role,
            channels=", ".join(self._channels.names),
            console="on" if world.settings.has_console else "off without SECRET_KEY",
            answers=len(world.shelf().answers),
        )
        return running

    def _router(self) -> Router:
        world, settings = self._world, self._world.settings
        return Router(
            world.shelf,
            SqlArchive(world.database),
            SqlRecords(world.database),
            world.clock,
            settings.zone,
            tickets=SqlTickets(world.database),
            meter=world.metrics,
            public_url=settings.public_url,
            console_url=settings.public_url if settings.has_console else "",
        )

    def _console(self) -> Mapping[str, web.Application]:
        """Return the console by its address; nothing where it is off."""
        world = self._world
        console = build_console(
            world.database,
            world.shelf,
            world.settings,
            world.clock,
            self._channels.web,
            telegram_link=self._channels.telegram_link,
            photo_keepers=self._channels.photo_keepers,
        )
        return {PREFIX: console.app} if console else {}

    async def _open_doors(
        self,
        stack: AsyncExitStack,
        routes: Sequence[web.AbstractRouteDef],
        apps: Mapping[str, web.Application],
        readiness: Readiness,
    ) -> Running:
        settings = self._world.settings
        figures = figures_page(self._world.metrics.page)
        shown = None if settings.metrics_port else figures
        site = build_site(routes, readiness, figures=shown, apps=apps, missing=self._archive.missing)
        port = await stack.enter_async_context(serving(site, settings.http_host, settings.http_port))
        if settings.metrics_port:
            await stack.enter_async_context(
                serving(build_figures_site(figures), settings.http_host, settings.metrics_port)
            )
        return Running(port)

    async def _compare_content(self, stack: AsyncExitStack, readiness: Readiness) -> None:
        """Let the processes on one database see whether they all serve the same answers."""
        world = self._world
        watch = ContentWatch(world.process, SqlServedBook(world.database, world.process), world.shelf, world.metrics)
        await _in_background(stack, watch.run)
        readiness.ask(watch.doubt)

    async def _keep_figures(self) -> None:
        while True:
            with contextlib.suppress(Exception):
                self._world.metrics.backlog.set(await self._inbox.backlog())
            await asyncio.sleep(_FIGURES_SECONDS)


async def _in_background(stack: AsyncExitStack, job: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run *job* until *stack* closes; one that ends by itself is a fault and is logged."""
    task = asyncio.create_task(job())
    task.add_done_callback(_report)

    async def end() -> None:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task

    stack.push_async_callback(end)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("background_job_ended", error=repr(error))
