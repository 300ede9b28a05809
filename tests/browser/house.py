"""The real service in a process of its own, with fake platforms beside it and the desk's own commands at hand."""

import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.bulletins.states import Role
from bot.clock import SystemClock
from bot.console.page import Page
from bot.console_parts import build_console
from bot.knowledge.loader import load_words
from bot.knowledge.shelf import Shelf
from bot.office import Office, open_office
from bot.settings import Settings
from bot.storage.database import Database, open_database
from tests.crash.services import a_service, an_environment, until
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo

BY = "loaxa staff"
_KEY = "a key that is long enough and opens nothing"


@dataclass(frozen=True, slots=True)
class House:
    """A service that is up at ``url``: its ``office`` beside it, its ``database``, and the ``telegram`` it talks to.

    ``pages`` is everything that its console serves.
    """

    url: str
    content: Path
    office: Office
    database: Database
    telegram: FakeTelegram
    zalo: FakeZalo
    pages: Sequence[Page]

    async def hire(self, name: str, role: Role = Role.EDITOR, *communes: str) -> str:
        """Take somebody on (for all communes if none is named) and return a link for them."""
        await self.office.staff.put(name, role, communes or None, by=BY)
        return await self.link(name)

    async def link(self, name: str) -> str:
        """Return a one-time link for *name*."""
        return await self.office.links.new_link(name, by=BY)

    async def tells(self, user: int, *texts: str, hears: str) -> str:
        """Let the citizen *user* write *texts* on Telegram, one after the other: they are handled in this order.

        Returns the first answer with *hears* in it.
        """
        citizen = self.telegram.citizen(user)
        for text in texts:
            await citizen.says(text)
        return await self.hears(user, hears)

    async def hears(self, user: int, text: str) -> str:
        """Wait until *text* has come to the citizen *user*; return the message with it."""

        async def has_come() -> bool:
            return bool(self._heard(user, text))

        await until(has_come)
        return self._heard(user, text)[0]

    def _heard(self, user: int, text: str) -> list[str]:
        return [said for said in self.telegram.books.texts_to(user) if text in said]


@asynccontextmanager
async def a_house(content: Path, folder: Path) -> AsyncIterator[House]:
    """Yield a service on the content folder *content*, with a new SQLite database in *folder*."""
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(FakeTelegram())
        zalo = await stack.enter_async_context(FakeZalo())
        port = _a_free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            **an_environment(f"sqlite+aiosqlite:///{folder / 'loaxa.db'}", content, telegram, zalo),
            "HTTP_PORT": str(port),
            "PUBLIC_URL": url,
            "SECRET_KEY": _KEY,
        }
        await stack.enter_async_context(a_service(environment, folder))
        settings = settings_of(environment)
        office = await stack.enter_async_context(open_office(settings))
        database = await stack.enter_async_context(open_database(settings.database_url))
        yield House(url, content, office, database, telegram, zalo, _pages(settings, database))


def settings_of(environment: Mapping[str, str]) -> Settings:
    """Return the settings that *environment* says, whatever stands in the environment of the tests."""
    return Settings(_env_file=None, **{name.lower(): value for name, value in environment.items()})  # type: ignore[arg-type]


def _pages(settings: Settings, database: Database) -> Sequence[Page]:
    """Return what the console serves, as the service builds it from the same settings."""
    shelf = Shelf(settings.content_path, load_words(settings.content_path))
    console = build_console(database, shelf, settings, SystemClock())
    assert console
    return console.pages


def _a_free_port() -> int:
    """Return a port that nobody listens on: the service must know its address before it starts."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
