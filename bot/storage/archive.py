"""The bulletins that went out, as the public may read them: nothing that is being written, and no letter to anyone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.states import Status
from bot.ports.bulletins import Bulletin, Mention, PublishedBulletin, PublishedExchange
from bot.ports.platforms import Picture
from bot.storage.bulletin_rows import BULLETIN, read_bulletins
from bot.storage.database import Database
from bot.storage.tables import audiences, bulletins, pictures
from bot.storage.tickets import count_exchanges, read_exchanges

_WENT_OUT = and_(bulletins.c.kind == BULLETIN, bulletins.c.published_at.is_not(None))
_NEWEST_FIRST = (bulletins.c.published_at.desc(), bulletins.c.id.desc())


class SqlArchive:
    """`bot.ports.bulletins.PublicArchive` on the database."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        """Return the newest bulletins of *commune*, newest first."""
        return await self.page(commune, limit, 0)

    async def page(self, commune: str, limit: int, skip: int) -> Sequence[PublishedBulletin]:
        """Return at most *limit* bulletins of *commune*, newest first, after the newest *skip*."""
        chosen = select(bulletins.c.id).where(_of(commune)).order_by(*_NEWEST_FIRST).limit(limit).offset(skip)
        async with self._database.reading() as connection:
            ids = (await connection.execute(chosen)).scalars().all()
            return await _read(connection, commune, ids)

    async def count(self, commune: str) -> int:
        """Return how many bulletins of *commune* went out."""
        async with self._database.reading() as connection:
            return (await connection.execute(select(func.count()).where(_of(commune)))).scalar_one()

    async def bulletin(self, commune: str, bulletin_id: int) -> PublishedBulletin | None:
        """Return one bulletin of *commune*; None if no such one went out there."""
        async with self._database.reading() as connection:
            return next(iter(await _read(connection, commune, [bulletin_id])), None)

    async def picture(self, key: str) -> Picture | None:
        """Return the picture *key*; None if no bulletin that went out shows it."""
        is_shown = exists().where(bulletins.c.picture == pictures.c.key, _WENT_OUT)
        statement = select(pictures.c.type, pictures.c.content).where(pictures.c.key == key, is_shown)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return Picture(key, row.type, row.content) if row else None

    async def exchange_count(self, commune: str) -> int:
        """Return how many exchanges of *commune* are published."""
        async with self._database.reading() as connection:
            return await count_exchanges(connection, commune)

    async def exchanges(self, commune: str, limit: int, skip: int) -> Sequence[PublishedExchange]:
        """Return at most *limit* exchanges of *commune*, newest first, after the newest *skip*."""
        async with self._database.reading() as connection:
            return await read_exchanges(connection, commune, limit, skip)


def _of(commune: str) -> ColumnElement[bool]:
    theirs = select(audiences.c.bulletin_id).where(audiences.c.commune == commune)
    return and_(_WENT_OUT, bulletins.c.id.in_(theirs))


async def _read(connection: AsyncConnection, commune: str, ids: Collection[int]) -> list[PublishedBulletin]:
    found = await read_bulletins(connection, _of(commune), bulletins.c.id.in_(ids), order=_NEWEST_FIRST)
    mentions = await _mentions(connection, commune, found)
    return [_published(bulletin, at, commune, mentions) for bulletin in found if (at := bulletin.published_at)]


async def _mentions(
    connection: AsyncConnection, commune: str, found: Iterable[Bulletin]
) -> Sequence[tuple[Mention, int | None]]:
    """Return what of *commune* is corrected by one of *found* or corrects one, newest first, each with what it does."""
    ids = [bulletin.id for bulletin in found]
    if not ids:
        return ()
    wrong = [bulletin.draft.corrects for bulletin in found if bulletin.draft.corrects]
    statement = (
        select(bulletins.c.id, bulletins.c.title, bulletins.c.published_at, bulletins.c.corrects)
        .where(_of(commune), bulletins.c.id.in_(wrong) | bulletins.c.corrects.in_(ids))
        .order_by(*_NEWEST_FIRST)
    )
    rows = await connection.execute(statement)
    return [(Mention(row.id, row.title, row.published_at), row.corrects) for row in rows]


def _published(
    bulletin: Bulletin, at: datetime, commune: str, mentions: Sequence[tuple[Mention, int | None]]
) -> PublishedBulletin:
    draft = bulletin.draft
    return PublishedBulletin(
        bulletin.id,
        draft.title,
        draft.body,
        at,
        hamlets=_hamlets(bulletin, commune),
        picture=draft.picture,
        is_urgent=draft.is_urgent,
        is_correction=draft.corrects is not None,
        stopped_at=bulletin.stopped_at if bulletin.status is Status.STOPPED else None,
        corrects=next((mention for mention, _ in mentions if mention.id == draft.corrects), None),
        corrections=tuple(mention for mention, corrected in mentions if corrected == bulletin.id),
    )


def _hamlets(bulletin: Bulletin, commune: str) -> tuple[str, ...]:
    """Return the hamlets of *commune* that *bulletin* is for; none where it is for all of it."""
    names = tuple(audience.hamlet for audience in bulletin.draft.audiences if audience.commune == commune)
    return () if "" in names else names
