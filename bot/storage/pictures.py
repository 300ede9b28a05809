"""The pictures of bulletins, each stored once under the hash of its content."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports.platforms import Picture
from bot.storage.database import Database
from bot.storage.tables import pictures


class SqlPictures:
    """`bot.ports.platforms.Pictures` on the database: every picture, also of what is not published yet."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def picture(self, key: str) -> Picture | None:
        """Return the picture *key*."""
        statement = select(pictures.c.type, pictures.c.content).where(pictures.c.key == key)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return Picture(key, row.type, row.content) if row else None


async def write_picture(connection: AsyncConnection, database: Database, picture: Picture, now: datetime) -> None:
    """Store *picture* if it is not there yet."""
    row = {"key": picture.key, "type": picture.type, "content": picture.content, "added_at": now}
    await connection.execute(database.upsert(pictures).values(row).on_conflict_do_nothing(index_elements=["key"]))
