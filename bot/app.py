"""Put the house together: build each object once, start them in order, stop them in reverse.

Everything else takes what it needs through its constructor; only this module knows which class stands behind which
port.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from aiohttp import web

from bot.alarm import Alarm
from bot.archive.site import ArchiveSite
from bot.bulletins.timing import Quiet
from bot.channels.telegram.config import Mode, TelegramConfig
from bot.channels.telegram.texts import CommandTexts, TelegramTexts
from bot.channels.terminal.paper import PaperPlatform
from bot.channels.web.channel import WebChannel, WebConfig
from bot.channels.zalo.account import VerifierFile, ZaloAccount, ZaloOptions
from bot.channels.zalo.channel import ZaloChannel
from bot.channels.zalo.connect import ConnectTexts, Consent
from bot.channels.zalo.http import Http
from bot.channels.zalo.oauth import OauthClient
from bot.channels.zalo.render import ZaloTexts
from bot.clock import SystemClock
from bot.console.addresses import PREFIX
from bot.console_parts import build_console
from bot.desk.composing import Composer
from bot.errors import OperatorError
from bot.knowledge.library import Library
from bot.knowledge.loader import load_library
from bot.knowledge.sayings import Sayings
from bot.knowledge.shelf import Shelf
from bot.messages import Channel, Reply
from bot.metrics import Metrics
from bot.pipeline import Pipeline, Stage
from bot.ports import (
    Broadcaster,
    Bulletin,
    Carrier,
    KeptData,
    Leases,
    Mention,
    OwnTicket,
    Person,
    Platform,
    PublishedBulletin,
)
from bot.serving import Readiness, build_figures_site, build_site, figures_page, serving
from bot.settings import Settings
from bot.storage import schema
from bot.storage.archive import SqlArchive
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database, open_database
from bot.storage.day_counts import SqlDayCounter
from bot.storage.inbox import SqlInbox
from bot.storage.launches import SqlLaunches
from bot.storage.leases import open_leases
from bot.storage.ledger import SqlLedger
from bot.storage.pictures import SqlPictures
from bot.storage.records import SqlRecords
from bot.storage.reminders import SqlReminders
from bot.storage.retention import SqlRetention
from bot.storage.served import SqlServedBook
from bot.storage.slots import SqlSlots
from bot.storage.staff import SqlStaff
from bot.storage.tickets import SqlTickets
from bot.storage.tokens import SqlTokens
from bot.tickets.codes import new_code
from handlers.payloads import shortcuts
from handlers.router import Router
from scheduler.accounts import AccountWatch
from scheduler.broadcasts import Broadcasts, article_of
from scheduler.content import ContentWatch
from scheduler.launcher import Launcher
from scheduler.reports import ReportClerk
from scheduler.sender import Outbox, Sender, SendStage
from scheduler.slots import SlotKeeper
from scheduler.ticks import ticking
from scheduler.upkeep import Keep, Upkeep

if TYPE_CHECKING:
    from bot.channels.telegram.channel import TelegramChannel

log = structlog.get_logger()

_FIGURES_SECONDS = 15

# Telegram's limit is about 30 messages a second for a bot; bulletins keep to TELEGRAM_RATE and leave replies some room.
_TELEGRAM_RATE = 28.0
_ROOM_FOR_REPLIES = 3.0


class Role(StrEnum):
    """What a process does: everything, or only what the web brings, or only what time brings."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"  # serves only health and figures; what time brings is its work, and not a web process's


@dataclass(frozen=True, slots=True)
class Running:
    """A service that is up: the port it listens on."""

    port: int


@dataclass(frozen=True, slots=True)
class _World:
    """What channels and handlers are built from."""

    settings: Settings
    database: Database
    leases: Leases
    metrics: Metrics
    clock: SystemClock
    shelf: Shelf


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
        world = _World(settings, database, leases, metrics, clock, shelf)
        service = _Service(world, process, observe)
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

    def __init__(self, world: _World, process: str, observe: Callable[[Stage | SendStage], None]) -> None:
        self._world = world
        self._process = process
        self._telegram_channel: TelegramChannel | None = None
        settings, database, clock = world.settings, world.database, world.clock
        self._records = SqlRecords(database)
        self._platforms: dict[tuple[Channel, str], Platform] = {}
        self._carriers: dict[tuple[Channel, str], Carrier] = {}
        self._broadcasters: dict[str, Broadcaster] = {}
        self._observe = observe
        self._inbox = SqlInbox(
            database,
            clock,
            process=process,
            lease_seconds=settings.lease_seconds,
            accounts=_accounts(settings),
        )
        self._pipeline = Pipeline(
            self._inbox,
            Router(
                world.shelf,
                SqlArchive(database),
                self._records,
                clock,
                settings.zone,
                tickets=SqlTickets(database),
                meter=world.metrics,
                public_url=settings.public_url,
                console_url=settings.public_url if settings.has_console else "",
            ),
            self._platforms,
            apology=lambda: Reply(world.shelf().sayings.apology),
            meter=world.metrics,
            alerts=world.metrics,
            lease_seconds=settings.lease_seconds,
            observe=observe,
        )

    def stand_in(self) -> None:
        """Let accounts of paper stand in for the platforms."""
        for channel in (Channel.TELEGRAM, Channel.ZALO):
            self._carriers[channel, PaperPlatform.account] = PaperPlatform(channel)

    async def start(self, stack: AsyncExitStack, role: Role) -> Running:
        """Start everything in order; *stack* stops it in reverse."""
        readiness = Readiness()
        if self._world.database.is_sqlite:
            await self._inbox.release_all(of_everyone=True)
        channels = self._build_channels()
        world = self._world
        archive = ArchiveSite(SqlArchive(world.database), world.shelf, world.settings.zone, world.settings.public_url)
        doors = [] if role is Role.WORKER else [archive, *channels]
        routes = [route for door in doors for route in door.routes()]
        page = self._platforms[Channel.WEB, WebChannel.account]
        console = build_console(
            world.database, world.shelf, world.settings, world.clock, page, telegram_link=self._telegram_link
        )
        apps = {PREFIX: console.app} if console and role is not Role.WORKER else {}
        running = await self._open_doors(stack, routes, apps, readiness)
        stack.push_async_callback(self._pipeline.close)
        for channel in channels:
            stack.push_async_callback(channel.close)
            await channel.start()
        outboxes = self._outboxes()
        for job in (self._pipeline.run, self._world.shelf.watch, self._keep_figures, AccountWatch(outboxes).run):
            await _in_background(stack, job)
        if role is not Role.WEB:
            messages = [self._sender(outbox).run for outbox in outboxes]
            articles = [self._broadcasts(account).run for account in self._broadcasters]
            for work in (self._launcher().run, *messages, *articles):
                await _in_background(stack, work)
            await stack.enter_async_context(ticking(world.settings.zone, daily=self._upkeep(), often=self._rounds()))
        if not world.database.is_sqlite:
            watch = ContentWatch(
                self._process, SqlServedBook(world.database, self._process), world.shelf, world.metrics
            )
            await _in_background(stack, watch.run)
            readiness.ask(watch.doubt)
        readiness.done("starting")
        names = ", ".join(sorted(channel for channel, _ in self._platforms))
        log.info(
            "serving",
            port=running.port,
            role=role,
            channels=names,
            console="on" if console else "off without SECRET_KEY",
            answers=len(self._world.shelf().answers),
        )
        return running

    async def _open_doors(
        self,
        stack: AsyncExitStack,
        routes: Sequence[web.AbstractRouteDef],
        apps: Mapping[str, web.Application],
        readiness: Readiness,
    ) -> Running:
        settings = self._world.settings
        figures = figures_page(self._world.metrics.page)
        site = build_site(routes, readiness, figures=None if settings.metrics_port else figures, apps=apps)
        port = await stack.enter_async_context(serving(site, settings.http_host, settings.http_port))
        if settings.metrics_port:
            await stack.enter_async_context(
                serving(build_figures_site(figures), settings.http_host, settings.metrics_port)
            )
        return Running(port)

    def _build_channels(self) -> "list[WebChannel | TelegramChannel | ZaloChannel]":
        settings = self._world.settings
        channels: list[WebChannel | TelegramChannel | ZaloChannel] = [self._web()]
        self._platforms[Channel.WEB, WebChannel.account] = channels[0]
        if settings.has_telegram:
            telegram = self._telegram_channel = self._telegram()
            self._platforms[Channel.TELEGRAM, telegram.account] = telegram
            self._carriers[Channel.TELEGRAM, telegram.account] = telegram
            channels.append(telegram)
        if settings.has_zalo:
            zalo = self._zalo()
            self._platforms[Channel.ZALO, settings.zalo_oa_id] = zalo
            self._carriers[Channel.ZALO, settings.zalo_oa_id] = zalo
            self._broadcasters[settings.zalo_oa_id] = zalo
            channels.append(zalo)
        return channels

    def _web(self) -> WebChannel:
        world = self._world
        return WebChannel(
            WebConfig(public_url=world.settings.public_url, trusted_proxies=world.settings.proxies),
            lambda: world.shelf().sayings,
            reception=self._pipeline,
            replies=self._records,
            clock=world.clock,
            meter=world.metrics,
            shortcuts=lambda: shortcuts(world.shelf().sayings.labels),
        )

    def _telegram(self) -> "TelegramChannel":
        # Only where it is on: python-telegram-bot takes half a second to import.
        from bot.channels.telegram.channel import TelegramChannel  # noqa: PLC0415

        world, settings = self._world, self._world.settings
        return TelegramChannel(
            _telegram_config(settings),
            _telegram_texts(world.shelf().sayings),
            reception=self._pipeline,
            leases=world.leases,
            alerts=world.metrics,
            meter=world.metrics,
            clock=world.clock,
            pictures=SqlPictures(world.database),
        )

    def _zalo(self) -> ZaloChannel:
        world, settings = self._world, self._world.settings
        return ZaloChannel(
            _zalo_account(settings),
            _zalo_texts(world.shelf().sayings),
            reception=self._pipeline,
            store=SqlTokens(world.database, world.clock),
            leases=world.leases,
            clock=world.clock,
            meter=world.metrics,
            alerts=world.metrics,
            pictures=SqlPictures(world.database),
            options=_zalo_options(settings),
        )

    def _outboxes(self) -> list[Outbox]:
        """Return the accounts that bulletins go out from."""
        world = self._world
        return [
            Outbox(channel, account, carrier, SqlLedger(world.database, world.clock, channel, account))
            for (channel, account), carrier in self._carriers.items()
        ]

    def _launcher(self) -> Launcher:
        world = self._world
        return Launcher(
            SqlLaunches(world.database),
            lambda now: {channel: carrier.writable_since(now) for (channel, _), carrier in self._carriers.items()},
            clock=world.clock,
            alerts=world.metrics,
            quiet=_quiet(world.settings),
        )

    def _rounds(self) -> Callable[[], Awaitable[None]]:
        """Return what is done a few times a minute; a failure of one round keeps none of the others."""
        rounds = (self._slot_keeper(), self._report_clerk())

        async def go() -> None:
            await asyncio.gather(*(one() for one in rounds))

        return go

    def _report_clerk(self) -> ReportClerk:
        world = self._world
        zone = world.settings.zone
        return ReportClerk(
            SqlDayCounter(world.database, zone),
            SqlReminders(world.database, world.clock),
            SqlStaff(world.database, world.clock),
            world.shelf,
            clock=world.clock,
            zone=zone,
            address=f"{world.settings.address}{PREFIX}/bao-cao",
        )

    def _telegram_link(self, commune: str) -> str | None:
        """Return the address that opens the Telegram chat for *commune*, once it is known and if there is one."""
        return self._telegram_channel.deep_link(commune) if self._telegram_channel else None

    def _slot_keeper(self) -> SlotKeeper:
        world = self._world
        return SlotKeeper(
            SqlSlots(world.database, world.clock),
            SqlStaff(world.database, world.clock),
            world.shelf,
            clock=world.clock,
            alerts=world.metrics,
            zone=world.settings.zone,
        )

    def _sender(self, outbox: Outbox) -> Sender:
        world = self._world
        return Sender(
            outbox,
            self._composed,
            leases=world.leases,
            clock=world.clock,
            meter=world.metrics,
            alarm=Alarm(world.metrics),
            quiet=_quiet(world.settings),
            observe=self._observe,
        )

    def _broadcasts(self, account: str) -> Broadcasts:
        world = self._world
        return Broadcasts(
            account,
            self._broadcasters[account],
            SqlBroadcasts(world.database, world.clock, account),
            lambda bulletin: article_of(bulletin, self._composer()),
            leases=world.leases,
            clock=world.clock,
            meter=world.metrics,
            alerts=world.metrics,
            a_month=world.settings.zalo_broadcasts_a_month,
            quiet=_quiet(world.settings),
        )

    def _composed(self, bulletin: Bulletin, commune: str, older: Sequence[Mention]) -> Reply:
        return self._composer().compose(bulletin, commune, self._world.clock.now(), older)

    def _composer(self) -> Composer:
        world = self._world
        return Composer(world.shelf(), world.settings.zone, world.settings.public_url)

    def _upkeep(self) -> Upkeep:
        world = self._world
        launches = SqlLaunches(world.database)
        return Upkeep(
            SqlRetention(world.database),
            world.shelf,
            world.leases,
            world.clock,
            keep=Keep(world.settings.keep_questions_days, world.settings.keep_leavers_days),
            expire=lambda: launches.expire(world.clock.now()),
        )

    async def _keep_figures(self) -> None:
        while True:
            with contextlib.suppress(Exception):
                self._world.metrics.backlog.set(await self._inbox.backlog())
            await asyncio.sleep(_FIGURES_SECONDS)


def router_for_trial(library: Library, settings: Settings) -> Router:
    """Return a router that keeps nothing: for the terminal, where nobody's data is."""
    empty = _Nothing()
    return Router(lambda: library, empty, empty, SystemClock(), settings.zone, tickets=empty)


def _quiet(settings: Settings) -> Quiet | None:
    hours = settings.quiet
    return Quiet(*hours, settings.zone) if hours else None


async def connect_zalo(
    settings: Settings, redirect_uri: str, *, ask: Callable[[str], Awaitable[str]], say: Callable[[str], None]
) -> bool:
    """Walk an operator through the OA's consent; return whether a token pair was stored."""
    account, clock = _zalo_account(settings), SystemClock()
    http = Http()
    await http.open()
    try:
        async with open_database(settings.database_url) as database:
            if database.is_sqlite:
                await schema.upgrade(database)
            store = SqlTokens(database, clock)
            consent = Consent(account, OauthClient(http, account, clock), store, _CONNECT_TEXTS, redirect_uri)
            return await consent.run(ask, say)
    finally:
        await http.close()


_CONNECT_TEXTS = ConnectTexts(
    open_link="Let an admin of the Official Account open this link and agree:\n\n  {url}\n",
    paste_here="Paste the address they were sent to (or only its code)",
    no_code="There is no code in that. Paste the whole address from the browser, soon: a code lives ten minutes.",
    wrong_state="That address belongs to another attempt. Use the link above.",
    wrong_oa="The admin agreed for another Official Account. Check ZALO_OA_ID.",
    refused="Zalo refused the code ({code}). Check ZALO_APP_ID and ZALO_APP_SECRET, then start again.",
    not_stored="The pair could not be stored because a running service renewed it meanwhile. Start again.",
    connected="Connected: the token pair is stored. A running service takes it up within a minute.",
)


def _zalo_account(settings: Settings) -> ZaloAccount:
    return ZaloAccount(
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret.get_secret_value(),
        oa_id=settings.zalo_oa_id,
        oa_secret=settings.zalo_oa_secret.get_secret_value(),
        refresh_token=settings.zalo_refresh_token.get_secret_value(),
        api_base=settings.zalo_api_base,
        oauth_base=settings.zalo_oauth_base,
    )


class _Nothing:
    """Stands where a database would: nobody has left anything."""

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        del commune, limit
        return ()

    async def kept_about(self, person: Person) -> KeptData:
        return KeptData(person.commune, None, 0, 0, SystemClock().now())

    async def staff_for_code(self, code: str, now: datetime) -> str:
        del code, now
        return ""

    async def staff_of_chat(self, person: Person) -> str:
        del person
        return ""

    async def new_code(self) -> str:
        return new_code()

    async def of(self, person: Person) -> Sequence[OwnTicket]:
        del person
        return ()


def _accounts(settings: Settings) -> list[tuple[Channel, str]]:
    accounts = [(Channel.WEB, WebChannel.account)]
    if settings.has_telegram:
        accounts.append((Channel.TELEGRAM, _telegram_config(settings).account))
    if settings.has_zalo:
        accounts.append((Channel.ZALO, settings.zalo_oa_id))
    return accounts


def _telegram_config(settings: Settings) -> TelegramConfig:
    return TelegramConfig(
        token=settings.telegram_bot_token.get_secret_value(),
        mode=Mode(settings.telegram_mode),
        public_url=settings.public_url,
        webhook_secret=settings.telegram_webhook_secret.get_secret_value(),
        api_base=settings.telegram_api_base,
        proxy=settings.telegram_proxy,
        rate=max(_TELEGRAM_RATE, settings.telegram_rate + _ROOM_FOR_REPLIES),
        bulletin_rate=settings.telegram_rate,
    )


def _telegram_texts(say: Sayings) -> TelegramTexts:
    return TelegramTexts(
        share_location=say.labels.share_location,
        share_location_prompt=say.telegram.location_prompt,
        location_received=say.telegram.location_received,
        commands=CommandTexts(**dict(say.telegram.commands)),
    )


def _zalo_options(settings: Settings) -> ZaloOptions:
    file = settings.zalo_verifier_file
    verifier = VerifierFile(file.name, file.read_text(encoding="utf-8")) if file else None
    return ZaloOptions(calls_per_minute=settings.zalo_rate, allows_paid=settings.zalo_paid_messages, verifier=verifier)


def _zalo_texts(say: Sayings) -> ZaloTexts:
    return ZaloTexts(choose_by_number=say.choose_number, share_location=say.zalo.share_location)


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
