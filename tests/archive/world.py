"""An archive in a real database, and somebody with a browser in front of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import insert

from bot.archive.site import ArchiveSite
from bot.bulletins.states import Status
from bot.knowledge.library import Library
from bot.serving import Readiness, build_site
from bot.storage.archive import SqlArchive
from bot.storage.database import Database
from bot.storage.tables import audiences, bulletins, pictures
from tests.world import NOW

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DA_PHUC, SON_TAY, ELSEWHERE = "00430", "09574", "23134"
"""Two communes that take part, and one that does not."""

PUBLIC_URL = "https://loa.xa-da-phuc.example"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a browser."""

    browser: "TestClient[web.Request, web.Application]"

    async def get(self, path: str, **headers: str) -> ClientResponse:
        """Return the answer to a request for *path*, read, and without following where it leads."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.browser.get(path, headers=named, allow_redirects=False)
        await response.read()
        return response

    async def read(self, path: str) -> str:
        """Return the page at *path*, which is there."""
        response = await self.get(path)
        assert response.status == 200, path
        return await response.text()


@asynccontextmanager
async def a_visitor(
    database: Database, library: Library | Callable[[], Library], *, public_url: str = PUBLIC_URL
) -> AsyncIterator[Visitor]:
    """Yield a visitor of the archive."""
    read = (lambda: library) if isinstance(library, Library) else library
    site = ArchiveSite(SqlArchive(database), read, HANOI, public_url)
    async with TestClient(
        TestServer(build_site(site.routes(), Readiness(), figures=None, missing=site.missing))
    ) as browser:
        yield Visitor(browser)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A bulletin as it stands in the database; of everything but what a test is about, the plainest."""

    title: str = "Lịch cắt nước"
    body: str = "Cắt nước từ 8 giờ."
    at: datetime | None = NOW
    to: tuple[tuple[str, str], ...] = ((DA_PHUC, ""),)
    status: Status = Status.SENT
    more: dict[str, object] = field(default_factory=dict)


async def publish(database: Database, row: Row | None = None, **more: object) -> int:
    """Store *row*, with *more* columns, and return its id."""
    row = row or Row()
    values = {
        "title": row.title,
        "body": row.body,
        "status": row.status.value,
        "created_at": NOW,
        "published_at": row.at,
        **row.more,
        **more,
    }
    async with database.writing() as connection:
        number = (await connection.execute(insert(bulletins).values(values).returning(bulletins.c.id))).scalar_one()
        readers = [{"bulletin_id": number, "commune": commune, "hamlet": hamlet} for commune, hamlet in row.to]
        await connection.execute(insert(audiences), readers)
    return int(number)


async def keep_picture(database: Database, key: str, content: bytes, *, kind: str = "image/png") -> str:
    """Store a picture and return its key."""
    async with database.writing() as connection:
        await connection.execute(insert(pictures).values(key=key, type=kind, content=content, added_at=NOW))
    return key
