"""Which content each process serves: a row a process, by the clock of the database."""

from collections.abc import Sequence

from sqlalchemy import case, delete, null, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports.serving import Served
from bot.storage.database import Database, database_clock
from bot.storage.tables import content_served

ALIVE_SECONDS = 30.0
"""Whoever was silent for so long has died, or is as good as dead."""

_FORGOTTEN_SECONDS = 600.0


class SqlServedBook:
    """`bot.ports.serving.ServedBook` on the database, for one process."""

    def __init__(self, database: Database, process: str) -> None:
        """Speak for *process*."""
        self._database = database
        self._process = process

    async def beat(self, fingerprint: str) -> Sequence[Served]:
        """Note what this process serves, and return what each process that lives does, this one included."""

        async def work(connection: AsyncConnection) -> Sequence[Served]:
            now = (await connection.execute(select(database_clock()))).scalar_one()
            await self._note(connection, fingerprint, now)
            await connection.execute(delete(content_served).where(content_served.c.seen < now - _FORGOTTEN_SECONDS))
            alive = select(content_served).where(content_served.c.seen > now - ALIVE_SECONDS)
            return [
                Served(
                    row.process,
                    row.fingerprint,
                    now - row.loaded,
                    None if row.changed is None else now - row.changed,
                )
                for row in await connection.execute(alive.order_by(content_served.c.process))
            ]

        return await self._database.write(work)

    async def _note(self, connection: AsyncConnection, fingerprint: str, now: float) -> None:
        mine = content_served.c
        is_same = mine.fingerprint == fingerprint
        row = self._database.upsert(content_served).values(
            process=self._process, fingerprint=fingerprint, loaded=now, changed=null(), seen=now
        )
        await connection.execute(
            row.on_conflict_do_update(
                index_elements=["process"],
                set_={
                    "fingerprint": fingerprint,
                    "loaded": case((is_same, mine.loaded), else_=now),
                    "changed": case((is_same, mine.changed), else_=now),
                    "seen": now,
                },
            )
        )
