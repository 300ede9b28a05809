"""The broadcasts of one Zalo account as the one process that sends them sees them.

A change is written where the broadcast is still in the state it was read in, under the newest lease: on PostgreSQL it
locks the lease row against a take-over, on SQLite one process holds the file lock and a frozen one keeps it. So a
process that wakes too late writes nothing, and what it left in `sending` is found there by the next holder.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.broadcasts import MAY_HAVE_GONE_OUT, Change, State, lease_name
from bot.bulletins.states import CLOCKWORK
from bot.desk.ports.bulletins import BroadcastStanding
from bot.messages import Channel
from bot.ports.sending import Broadcast
from bot.ports.world import Clock, Lease
from bot.storage.bulletin_rows import read_bulletins
from bot.storage.database import Database, database_clock
from bot.storage.launches import note
from bot.storage.tables import broadcasts, bulletins, leases, people

_UNFINISHED = [state.value for state in State if not state.is_end]
_COUNTED = [state.value for state in MAY_HAVE_GONE_OUT]

_IN_HISTORY = {
    State.ACCEPTED: "broadcast",
    State.UNKNOWN: "maybe_broadcast",
    State.FAILED: "not_broadcast",
}
"""The words for each end in the history of a bulletin; `content/bulletin.yaml` says them (`deeds`)."""


async def read_standings(connection: AsyncConnection, bulletin_ids: Collection[int]) -> Mapping[int, BroadcastStanding]:
    """Return where the articles of these bulletins stand; of several accounts, the one that changed last."""
    wait = (broadcasts.c.not_before - database_clock()).label("wait_seconds")
    found = (
        select(broadcasts, wait)
        .where(broadcasts.c.bulletin_id.in_(sorted(bulletin_ids)))
        .order_by(broadcasts.c.changed_at)
    )
    return {
        row.bulletin_id: BroadcastStanding(State(row.state), row.code or "", row.changed_at, row.wait_seconds)
        for row in await connection.execute(found)
    }


class SqlBroadcasts:
    """`bot.ports.sending.BroadcastBook` of one account on the database."""

    def __init__(self, database: Database, clock: Clock, account: str) -> None:
        """Work on the broadcasts of *account*, dated by *clock*."""
        self._database = database
        self._clock = clock
        self._account = account

    async def unfinished(self) -> list[Broadcast]:
        """Return the broadcasts that are not at their end, oldest bulletin first."""
        wait = (broadcasts.c.not_before - database_clock()).label("wait_seconds")
        found = (
            select(broadcasts, wait)
            .where(broadcasts.c.account == self._account, broadcasts.c.state.in_(_UNFINISHED))
            .order_by(broadcasts.c.bulletin_id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(found)).all()
            if not rows:
                return []
            which = bulletins.c.id.in_([row.bulletin_id for row in rows])
            known = {bulletin.id: bulletin for bulletin in await read_bulletins(connection, which)}
        return [
            Broadcast(
                bulletin=known[row.bulletin_id],
                state=State(row.state),
                token=row.token or "",
                article_id=row.article_id or "",
                platform_id=row.platform_id or "",
                code=row.code or "",
                tries=row.tries,
                wait_seconds=row.wait_seconds,
            )
            for row in rows
        ]

    async def record(self, lease: Lease, broadcast: Broadcast, change: Change) -> bool:
        """Commit *change*; return whether *lease* is still the newest and *broadcast* was still in its state."""
        return await self._database.write(lambda connection: self._record(connection, lease, broadcast, change))

    async def _record(self, connection: AsyncConnection, lease: Lease, broadcast: Broadcast, change: Change) -> bool:
        if not await self._still_holds(connection, lease):
            return False
        now = self._clock.now()
        said = {"token": change.token, "article_id": change.article_id, "platform_id": change.platform_id}
        moved = (
            update(broadcasts)
            .where(
                broadcasts.c.bulletin_id == broadcast.bulletin.id,
                broadcasts.c.account == self._account,
                broadcasts.c.state == broadcast.state.value,
            )
            .values(
                state=change.state.value,
                code=change.code or None,
                tries=change.tries,
                not_before=database_clock() + change.wait_seconds if change.wait_seconds else 0.0,
                epoch=lease.epoch,
                changed_at=now,
                **{name: value for name, value in said.items() if value},
            )
        )
        if (await connection.execute(moved)).rowcount != 1:
            return False
        if what := _IN_HISTORY.get(change.state):
            await note(connection, broadcast.bulletin.id, now, CLOCKWORK, what, change.code)
        return True

    async def since(self, moment: datetime) -> Sequence[datetime]:
        """Return when broadcasts went out, or may have, from *moment* on."""
        counted = select(broadcasts.c.changed_at).where(
            broadcasts.c.account == self._account,
            broadcasts.c.state.in_(_COUNTED),
            broadcasts.c.changed_at >= moment,
        )
        async with self._database.reading() as connection:
            return (await connection.execute(counted)).scalars().all()

    async def communes(self) -> frozenset[str]:
        """Return the communes of the account's subscribers; empty text stands for those without one."""
        named = (
            select(people.c.commune)
            .where(
                people.c.channel == Channel.ZALO.value,
                people.c.account == self._account,
                people.c.subscribed_at.is_not(None),
                people.c.gone_at.is_(None),
            )
            .distinct()
        )
        async with self._database.reading() as connection:
            return frozenset((await connection.execute(named)).scalars())

    async def _still_holds(self, connection: AsyncConnection, lease: Lease) -> bool:
        """Tell whether *lease* is still the newest, and keep it so until the commit."""
        if self._database.is_sqlite:
            return lease.is_held()
        row = select(leases.c.epoch).where(leases.c.name == lease_name(self._account))
        epoch = (await connection.execute(row.with_for_update(read=True))).scalar_one_or_none()
        return epoch == lease.epoch
