"""Read bulletins as the desk sees them: where they stand, what was done to them, which slots they have."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import and_, func, select

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.desk.ports.bulletins import BroadcastStanding, Deed
from bot.ports.bulletins import Bulletin, Counts
from bot.storage.broadcasts import read_standings
from bot.storage.bulletin_rows import BULLETIN, read_bulletins
from bot.storage.bulletin_shares import counts_among, is_for
from bot.storage.database import Database
from bot.storage.tables import bulletin_history, bulletins, slots, tallies

_IS_BULLETIN = bulletins.c.kind == BULLETIN
_AGREED_ON = [Status.SUBMITTED, Status.APPROVED, Status.SCHEDULED, Status.SENDING, Status.SENT]


class SqlBulletins:
    """`bot.desk.ports.bulletins.Bulletins` on the database."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def find(self, bulletin_id: int) -> Bulletin | None:
        """Return the bulletin with this id."""
        async with self._database.reading() as connection:
            found = await read_bulletins(connection, _IS_BULLETIN, bulletins.c.id == bulletin_id)
        return found[0] if found else None

    async def listing(self, communes: Collection[str] | None, limit: int) -> list[Bulletin]:
        """Return the newest bulletins for any of *communes* (None: of all), newest first."""
        order = (bulletins.c.id.desc(),)
        async with self._database.reading() as connection:
            return await read_bulletins(connection, _IS_BULLETIN, is_for(communes), order=order, limit=limit)

    async def recent(self, communes: Collection[str], since: datetime) -> list[Bulletin]:
        """Return what is for any of *communes* since then, but drafts and what was stopped, newest first."""
        moment = func.coalesce(bulletins.c.published_at, bulletins.c.due_at, bulletins.c.submitted_at)
        which = (_IS_BULLETIN, bulletins.c.status.in_(_AGREED_ON), moment >= since, is_for(communes))
        async with self._database.reading() as connection:
            return await read_bulletins(connection, *which, order=(bulletins.c.id.desc(),))

    async def counts(self, bulletin_id: int, among: Collection[str] | None = None) -> Counts:
        """Return how many deliveries of a bulletin are in each state: all, or only those in the communes *among*."""
        if among is not None:
            async with self._database.reading() as connection:
                return (await counts_among(connection, [bulletin_id], among))[bulletin_id]
        sums = [func.coalesce(func.sum(tallies.c[state]), 0).label(state) for state in State]
        statement = select(*sums).where(tallies.c.bulletin_id == bulletin_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one()
        return {state: int(count) for state, count in zip(State, row, strict=True)}

    async def broadcast(self, bulletin_id: int) -> BroadcastStanding | None:
        """Return where the article of a bulletin stands; None where none was begun."""
        async with self._database.reading() as connection:
            return (await read_standings(connection, [bulletin_id])).get(bulletin_id)

    async def record(self, bulletin_id: int) -> list[Deed]:
        """Return what was done to a bulletin, oldest first."""
        lines = bulletin_history
        statement = (
            select(lines.c.at, lines.c.by, lines.c.what, lines.c.detail)
            .where(lines.c.bulletin_id == bulletin_id)
            .order_by(lines.c.id)
        )
        async with self._database.reading() as connection:
            return [Deed(*row) for row in await connection.execute(statement)]

    async def correction_of(self, bulletin_id: int) -> int | None:
        """Return the id of the newest correction of a bulletin, or of one of its corrections, that was not stopped.

        One that was stopped because it was corrected itself has its own in its place.
        """
        column = (bulletins.c.id, bulletins.c.status)
        later = select(*column).where(bulletins.c.corrects == bulletin_id).cte("later", recursive=True)
        later = later.union(select(*column).where(bulletins.c.corrects == later.c.id))
        alive = select(func.max(later.c.id)).where(later.c.status != Status.STOPPED)
        async with self._database.reading() as connection:
            found: int | None = (await connection.execute(alive)).scalar_one()
        return found

    async def taken_slots(self, communes: Collection[str], since: date) -> frozenset[date]:
        """Return the days from *since* on whose slot any of *communes* has given to a bulletin."""
        which = and_(slots.c.commune.in_(communes), slots.c.slot_date >= since, slots.c.bulletin_id.is_not(None))
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(select(slots.c.slot_date).where(which))).scalars())
