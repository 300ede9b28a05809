"""The desk put together: with the database, the content and the channels' own renderers behind its ports.

Its own module because the commands open a desk without a service, and the service opens one beside everything else.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from asyncpg import PostgresError
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.bulletins.timing import Quiet
from bot.channels.telegram.body import Body
from bot.channels.telegram.render import render as render_for_telegram
from bot.channels.telegram.texts import CommandTexts, TelegramTexts
from bot.channels.zalo.render import ZaloTexts
from bot.channels.zalo.render import render as render_for_zalo
from bot.channels.zalo.window import writable_since
from bot.clock import SystemClock
from bot.desk.bulletins import Desk
from bot.desk.house import Broadcasting, House, Stores
from bot.desk.logins import LoginLinks
from bot.desk.ports.house import StaffMember
from bot.desk.previews import Screen
from bot.desk.slots import told
from bot.desk.staff import StaffDesk
from bot.errors import OperatorError
from bot.knowledge.bulletin_words import DeskWords
from bot.knowledge.library import Library
from bot.knowledge.loader import load_words
from bot.messages import Channel
from bot.ports.world import Clock
from bot.settings import Settings
from bot.storage import schema
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.bulletins import SqlBulletins
from bot.storage.database import Database, open_database
from bot.storage.letters import SqlLetters
from bot.storage.logins import SqlLogins
from bot.storage.moves import SqlMoves
from bot.storage.pictures import SqlPictures
from bot.storage.recipients import SqlRecipients
from bot.storage.staff import SqlStaff

# What channels say around buttons; a bulletin has none, so none of it can be in one.
_NO_TELEGRAM_TEXTS = TelegramTexts("", "", "", CommandTexts(*[""] * 9))
_NO_ZALO_TEXTS = ZaloTexts("")

SCREENS: Mapping[Channel, Screen] = {
    Channel.TELEGRAM: Screen(
        lambda reply: render_for_telegram(reply, _NO_TELEGRAM_TEXTS),
        lambda body: Body.loads(body).plain,
        lambda body: Body.loads(body).html,
    ),
    Channel.ZALO: Screen(lambda reply: render_for_zalo(reply, _NO_ZALO_TEXTS), lambda body: json.loads(body)["text"]),
}
"""How the channels that carry bulletins show them. Both count, whichever are on: one may be switched on tomorrow."""


@dataclass(frozen=True, slots=True)
class Office:
    """The desks, and the words they speak with."""

    library: Library
    zone: ZoneInfo
    desk: Desk
    staff: StaffDesk
    links: LoginLinks

    @property
    def words(self) -> DeskWords:
        """Return what officials read at the desks."""
        return self.library.shelves.bulletin.desk

    def told(self, moment: datetime) -> str:
        """Return *moment* as people write it here."""
        return told(moment, self.zone)


@asynccontextmanager
async def open_office(settings: Settings) -> AsyncIterator[Office]:
    """Open the desks for a command, beside a running service or without one; a new SQLite file is migrated.

    Raises:
        OperatorError: content or database keep it from opening; the message says what to do.
    """
    library = await asyncio.to_thread(load_words, settings.content_path)
    async with open_database(settings.database_url) as database:
        await _bring_up(database)
        clock = SystemClock()
        desk = build_desk(database, lambda: library, settings, clock)
        staff = build_staff_desk(database, lambda: library, clock)
        links = build_login_links(database, lambda: library, settings, clock)
        yield Office(library, settings.zone, desk, staff, links)


async def _bring_up(database: Database) -> None:
    """See that the schema is there; looking takes no lock, so a busy service keeps nobody from reading."""
    if await schema.is_current(database):
        return
    if not database.is_sqlite:
        raise OperatorError("DATABASE_URL: the database needs migrating; run `loaxa db upgrade`")
    await schema.upgrade(database)


def build_desk(database: Database, library: Callable[[], Library], settings: Settings, clock: Clock) -> Desk:
    """Return the desk of bulletins on *database*."""
    stores = Stores(
        SqlBulletins(database),
        SqlMoves(database, clock),
        SqlRecipients(database),
        SqlLetters(database, clock),
        SqlPictures(database),
        SqlStaff(database, clock),
    )
    articles = SqlBroadcasts(database, clock, settings.zalo_oa_id)
    house = House(
        clock,
        settings.zone,
        SCREENS,
        writable_since=lambda now: _writable_since(settings, now),
        quiet=Quiet(*settings.quiet, settings.zone) if settings.quiet else None,
        public_url=settings.public_url,
        broadcasting=Broadcasting(articles, settings.zalo_broadcasts_a_month) if settings.has_zalo else None,
    )
    return Desk(library, stores, house)


def build_staff_desk(database: Database, library: Callable[[], Library], clock: Clock) -> StaffDesk:
    """Return the desk of staff on *database*."""
    return StaffDesk(library, SqlStaff(database, clock), clock)


def build_login_links(
    database: Database, library: Callable[[], Library], settings: Settings, clock: Clock
) -> LoginLinks:
    """Return what makes links into the console; they are kept in *database*."""
    return LoginLinks(SqlLogins(database, clock), library, clock, settings.address)


async def known_staff(settings: Settings) -> Sequence[StaffMember]:
    """Return the staff, or nobody where there is no database yet or it cannot be asked now: nothing is made for it."""
    if not _may_be_there(settings.database_url):
        return ()
    with contextlib.suppress(OSError, SQLAlchemyError, PostgresError):
        async with open_database(settings.database_url) as database:
            if await schema.is_current(database):
                return await SqlStaff(database, SystemClock()).members()
    return ()


def _may_be_there(url: str) -> bool:
    """Tell whether the database at *url* exists, as far as that shows without connecting."""
    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()


def _writable_since(settings: Settings, now: datetime) -> Mapping[Channel, datetime | None]:
    """Return since when somebody must have written on each channel to be written to at *now*."""
    return {Channel.TELEGRAM: None, Channel.ZALO: writable_since(now, allows_paid=settings.zalo_paid_messages)}
