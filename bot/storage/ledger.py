"""The ledger as the one process that sends an account's bulletins sees it: claim, record, and take over.

A claim is committed before the platform is called, so whatever a dead process may have sent is known by name. What a
sender claims and records carries the epoch of its lease: on PostgreSQL a claim locks the lease row against a take-over,
and a take-over turns everything in flight into `unknown`, which no older holder can touch again. On SQLite one process
holds the file lock, and a frozen one keeps it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State, Verdict, Why
from bot.messages import Address, Channel
from bot.ports.bulletins import Bulletin, Mention
from bot.ports.sending import Delivery, Hold, Tried, Wanted
from bot.ports.world import Clock, Lease
from bot.storage.bulletin_rows import LETTER, read_bulletins
from bot.storage.database import Database
from bot.storage.ledger_statements import LedgerStatements
from bot.storage.tallying import Changes


class SqlLedger:
    """`bot.ports.sending.Ledger` of one account on the database."""

    def __init__(self, database: Database, clock: Clock, channel: Channel, account: str) -> None:
        """Work on the deliveries of *account*."""
        self._database = database
        self._clock = clock
        self._channel = channel
        self._account = account
        self._sql = LedgerStatements(database, channel, account)

    async def has_work(self) -> bool:
        """Tell whether anything is waiting to be sent, or was left in flight by a process that died."""
        async with self._database.reading() as connection:
            return bool((await connection.execute(self._sql.has_work)).scalar())

    async def take_over(self, lease: Lease) -> int:
        """Turn what others left in flight into `unknown`, as the holder of *lease*; return how many there were."""
        return await self._database.write(lambda connection: self._take_over(connection, lease))

    async def _take_over(self, connection: AsyncConnection, lease: Lease) -> int:
        if not await self._still_holds(connection, lease):
            return 0
        now = self._clock.now()
        rows = (await connection.execute(self._sql.take_over, {"now": now})).all()
        if rows:
            ends = {"outcome": State.UNKNOWN.value, "code": Why.DIED.value, "ended_at": now}
            await connection.execute(self._sql.history, [{**row._asdict(), **ends} for row in rows])
            changes = Changes()
            for row in rows:
                changes.move(self._key(row.bulletin_id), State.SENDING, State.UNKNOWN)
            await changes.write(connection)
        return len(rows)

    async def waiting(self) -> list[Bulletin]:
        """Return the bulletins with something to send, in the order to send them."""
        async with self._database.reading() as connection:
            return await read_bulletins(
                connection, self._sql.on_their_way, self._sql.with_work, order=self._sql.in_order
            )

    async def turn(
        self, lease: Lease, tried: Sequence[Tried], *, hold: Hold | None, wanted: Wanted | None
    ) -> list[Delivery]:
        """Record what became of *tried*, note a *hold*, and claim what is *wanted*: one commit for all."""

        async def work(connection: AsyncConnection) -> list[Delivery]:
            changes = Changes()
            await self._record(connection, lease, tried, changes)
            claimed = await self._claim(connection, lease, wanted, changes) if wanted else []
            await changes.write(connection)
            if hold:
                await self._hold(connection, hold)
            return claimed

        return await self._database.write(work)

    async def _record(
        self, connection: AsyncConnection, lease: Lease, tried: Sequence[Tried], changes: Changes
    ) -> None:
        """Move each delivery on, all of one fate together; what was taken over meanwhile is left as it is."""
        # People before deliveries, as everyone does who locks both.
        gone = [one.delivery.person_id for one in tried if one.verdict.state is State.GONE]
        if gone:
            await connection.execute(self._sql.gone, {"ids": gone, "now": self._clock.now()})
        alike: dict[tuple[int, Verdict], list[Tried]] = {}
        for one in tried:
            alike.setdefault((one.delivery.bulletin_id, one.verdict), []).append(one)
        history: list[dict[str, Any]] = []
        for (bulletin_id, verdict), group in sorted(alike.items(), key=lambda item: (item[0][0], item[0][1].state)):
            moved = await self._move(connection, lease, bulletin_id, verdict, [one.delivery.person_id for one in group])
            changes.move(self._key(bulletin_id), State.SENDING, verdict.state, len(moved))
            history += [_history(one, lease, self._clock) for one in group if one.delivery.person_id in moved]
        if history:
            await connection.execute(self._sql.history, history)

    async def _move(
        self, connection: AsyncConnection, lease: Lease, bulletin_id: int, verdict: Verdict, person_ids: list[int]
    ) -> set[int]:
        new = {
            "bulletin": bulletin_id,
            "ids": person_ids,
            "held_epoch": lease.epoch,
            "now_state": verdict.state.value,
            "now_code": verdict.code or None,
            "seconds": verdict.wait_seconds,
            "unspent": 0 if verdict.spends_try else 1,
            "now": self._clock.now(),
        }
        return set((await connection.execute(self._sql.record, new)).scalars())

    async def _claim(
        self, connection: AsyncConnection, lease: Lease, wanted: Wanted, changes: Changes
    ) -> list[Delivery]:
        if not await self._still_holds(connection, lease):
            return []
        bulletin = wanted.bulletin_id
        chosen = {"bulletin": bulletin, "after": wanted.after_person, "most": wanted.most}
        rows = (await connection.execute(self._sql.choose, chosen)).all()
        now = self._clock.now()
        taken = []
        for row in rows:
            if lost := _lost(row):
                fate = {"now_state": lost[0].value, "now_code": lost[1].value, "now": now}
                await connection.execute(self._sql.lose, {"bulletin": bulletin, "ids": [row.person_id], **fate})
                changes.move(self._key(bulletin), State.PENDING, lost[0])
            else:
                taken.append(row)
        if not taken:
            return []
        ids = [row.person_id for row in taken]
        new = {"bulletin": bulletin, "ids": ids, "held_epoch": lease.epoch, "now": now}
        await connection.execute(self._sql.claim, new)
        changes.move(self._key(bulletin), State.PENDING, State.SENDING, len(ids))
        older = await self._older(connection, bulletin, ids)
        return [
            Delivery(
                bulletin_id=bulletin,
                person_id=row.person_id,
                to=Address(self._channel, self._account, row.user),
                commune=row.commune,
                tries=row.tries + 1,
                last_inbound=row.last_inbound,
                older=older.get(row.person_id, ()),
            )
            for row in taken
        ]

    async def _older(
        self, connection: AsyncConnection, bulletin_id: int, person_ids: list[int]
    ) -> dict[int, tuple[Mention, ...]]:
        """Return by person the bulletins that go along with this one as links, newest first."""
        found: dict[int, tuple[Mention, ...]] = {}
        if self._channel is not Channel.ZALO:  # nobody else has to wait
            return found
        for row in await connection.execute(self._sql.older, {"ids": person_ids, "bulletin": bulletin_id}):
            one = Mention(row.id, row.title, row.published_at)
            found[row.person_id] = (*found.get(row.person_id, ()), one)
        return found

    async def _still_holds(self, connection: AsyncConnection, lease: Lease) -> bool:
        """Tell whether *lease* is still the newest, and keep it so until the commit."""
        if self._database.is_sqlite:
            return lease.is_held()
        epoch = (await connection.execute(self._sql.lease)).scalar_one_or_none()
        return bool(epoch == lease.epoch)

    async def _hold(self, connection: AsyncConnection, hold: Hold) -> None:
        now = self._clock.now() if hold.reason else None
        await connection.execute(self._sql.hold, {"seconds": hold.seconds, "why": hold.reason, "now": now})

    async def hold(self, hold: Hold) -> None:
        """Let nothing out of the account for a while, in any process."""
        await self._database.write(lambda connection: self._hold(connection, hold))

    async def held(self) -> Hold | None:
        """Return what holds the account now; one with a reason stands until a delivery arrives or `release`."""
        async with self._database.reading() as connection:
            row = (await connection.execute(self._sql.held)).one_or_none()
        return Hold(max(0.0, row.seconds), row.reason) if row else None

    async def release(self) -> None:
        """Let the account send again, whatever held it."""
        async with self._database.writing() as connection:
            await connection.execute(self._sql.release)

    def _key(self, bulletin_id: int) -> tuple[int, str, str]:
        return bulletin_id, self._channel.value, self._account


def _lost(row: Any) -> tuple[State, Why] | None:  # noqa: ANN401  # a row of the claim
    """Return what becomes of a delivery whose person is not there for it any more."""
    if row.user is None or row.gone_at is not None:
        return State.GONE, Why.LEFT
    if row.subscribed_at is None and row.kind != LETTER:
        return State.SKIPPED, Why.UNSUBSCRIBED
    return None


def _history(one: Tried, lease: Lease, clock: Clock) -> dict[str, Any]:
    return {
        "bulletin_id": one.delivery.bulletin_id,
        "person_id": one.delivery.person_id,
        "outcome": one.verdict.state.value,
        "code": one.verdict.code or None,
        "platform_id": one.platform_id or None,
        "epoch": lease.epoch,
        "ended_at": clock.now(),
    }
