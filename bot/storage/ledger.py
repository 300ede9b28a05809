"""The ledger as the one process that sends an account's bulletins sees it: claim, record, and take over.

A claim is committed before the platform is called, so whatever a dead process may have sent is known by name. What a
sender claims and records carries the epoch of its lease: on PostgreSQL a claim locks the lease row against a take-over,
and a take-over turns everything in flight into `unknown`, which no older holder can touch again. On SQLite one process
holds the file lock, and a frozen one keeps it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State, Verdict, Why
from bot.bulletins.states import Status
from bot.messages import Address, Channel
from bot.ports import Bulletin, Clock, Delivery, Hold, Lease, Mention, Tried, Wanted
from bot.storage.bulletin_rows import LETTER, read_bulletins
from bot.storage.database import Database, database_clock
from bot.storage.tables import accounts, bulletins, deliveries, delivery_tries, leases, people, tallies
from bot.storage.tallying import Changes

_ON_THEIR_WAY = [Status.SENDING.value, Status.SENT.value]


def lease_name(channel: Channel, account: str) -> str:
    """Return the name of the lease that its sender holds."""
    return f"send:{channel}:{account}"


class SqlLedger:
    """`bot.ports.Ledger` of one account on the database."""

    def __init__(self, database: Database, clock: Clock, channel: Channel, account: str) -> None:
        """Work on the deliveries of *account*."""
        self._database = database
        self._clock = clock
        self._channel = channel
        self._account = account
        self._ours = and_(deliveries.c.channel == channel.value, deliveries.c.account == account)
        self._our_tallies = and_(tallies.c.channel == channel.value, tallies.c.account == account)
        self._our_account = and_(accounts.c.channel == channel.value, accounts.c.account == account)

    async def has_work(self) -> bool:
        """Tell whether anything is waiting to be sent, or was left in flight by a process that died."""
        waiting = exists().where(self._our_tallies, (tallies.c.pending > 0) | (tallies.c.sending > 0))
        async with self._database.reading() as connection:
            return bool((await connection.execute(select(waiting))).scalar())

    async def take_over(self, lease: Lease) -> int:
        """Turn what others left in flight into `unknown`, as the holder of *lease*; return how many there were."""
        return await self._database.write(lambda connection: self._take_over(connection, lease))

    async def _take_over(self, connection: AsyncConnection, lease: Lease) -> int:
        if not await self._still_holds(connection, lease):
            return 0
        now = self._clock.now()
        left = (
            update(deliveries)
            .where(self._ours, deliveries.c.state == State.SENDING.value)
            .values(state=State.UNKNOWN.value, code=Why.DIED.value, changed_at=now)
            .returning(deliveries.c.bulletin_id, deliveries.c.person_id, deliveries.c.epoch)
        )
        rows = (await connection.execute(left)).all()
        if rows:
            history = [
                {**row._asdict(), "outcome": State.UNKNOWN.value, "code": Why.DIED.value, "ended_at": now}
                for row in rows
            ]
            await connection.execute(delivery_tries.insert(), history)
            changes = Changes()
            for row in rows:
                changes.move(self._key(row.bulletin_id), State.SENDING, State.UNKNOWN)
            await changes.write(connection)
        return len(rows)

    async def waiting(self) -> list[Bulletin]:
        """Return the bulletins with something to send, in the order to send them."""
        with_work = exists().where(tallies.c.bulletin_id == bulletins.c.id, self._our_tallies, tallies.c.pending > 0)
        order = (
            case((bulletins.c.kind == LETTER, 0), (bulletins.c.passes_quiet, 1), (bulletins.c.is_urgent, 2), else_=3),
            bulletins.c.published_at,
            bulletins.c.id,
        )
        async with self._database.reading() as connection:
            return await read_bulletins(connection, bulletins.c.status.in_(_ON_THEIR_WAY), with_work, order=order)

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
            await connection.execute(update(people).where(people.c.id.in_(gone)).values(gone_at=self._clock.now()))
        alike: dict[tuple[int, Verdict], list[Tried]] = {}
        for one in tried:
            alike.setdefault((one.delivery.bulletin_id, one.verdict), []).append(one)
        history: list[dict[str, Any]] = []
        for (bulletin_id, verdict), group in sorted(alike.items(), key=lambda item: (item[0][0], item[0][1].state)):
            moved = await self._move(connection, lease, bulletin_id, verdict, [one.delivery.person_id for one in group])
            changes.move(self._key(bulletin_id), State.SENDING, verdict.state, len(moved))
            history += [_history(one, lease, self._clock) for one in group if one.delivery.person_id in moved]
        if history:
            await connection.execute(delivery_tries.insert(), history)

    async def _move(
        self, connection: AsyncConnection, lease: Lease, bulletin_id: int, verdict: Verdict, person_ids: list[int]
    ) -> set[int]:
        statement = (
            update(deliveries)
            .where(
                deliveries.c.bulletin_id == bulletin_id,
                deliveries.c.person_id.in_(person_ids),
                deliveries.c.state == State.SENDING.value,
                deliveries.c.epoch == lease.epoch,
            )
            .values(
                state=verdict.state.value,
                code=verdict.code or None,
                not_before=database_clock() + verdict.wait_seconds if verdict.wait_seconds else 0.0,
                tries=deliveries.c.tries if verdict.spends_try else deliveries.c.tries - 1,
                changed_at=self._clock.now(),
            )
            .returning(deliveries.c.person_id)
        )
        return set((await connection.execute(statement)).scalars())

    async def _claim(
        self, connection: AsyncConnection, lease: Lease, wanted: Wanted, changes: Changes
    ) -> list[Delivery]:
        if not await self._still_holds(connection, lease):
            return []
        chosen = (
            select(
                deliveries.c.person_id,
                deliveries.c.commune,
                deliveries.c.tries,
                bulletins.c.kind,
                people.c.user,
                people.c.last_inbound,
                people.c.subscribed_at,
                people.c.gone_at,
            )
            .join(bulletins, bulletins.c.id == deliveries.c.bulletin_id)
            .outerjoin(people, people.c.id == deliveries.c.person_id)
            .where(
                self._ours,
                deliveries.c.bulletin_id == wanted.bulletin_id,
                deliveries.c.state == State.PENDING.value,
                deliveries.c.person_id > wanted.after_person,
                deliveries.c.not_before <= database_clock(),
                bulletins.c.status.in_(_ON_THEIR_WAY),
            )
            .order_by(deliveries.c.person_id)
            .limit(wanted.most)
            .with_for_update(of=deliveries, skip_locked=True)
        )
        rows = (await connection.execute(chosen)).all()
        lost = {row.person_id: why for row in rows if (why := _lost(row))}
        for person_id, (state, code) in lost.items():
            await self._set(connection, wanted.bulletin_id, [person_id], state=state.value, code=code.value)
            changes.move(self._key(wanted.bulletin_id), State.PENDING, state)
        taken = [row for row in rows if row.person_id not in lost]
        if not taken:
            return []
        ids = [row.person_id for row in taken]
        await self._set(
            connection,
            wanted.bulletin_id,
            ids,
            state=State.SENDING.value,
            code=None,
            epoch=lease.epoch,
            tries=deliveries.c.tries + 1,
        )
        changes.move(self._key(wanted.bulletin_id), State.PENDING, State.SENDING, len(ids))
        older = await self._older(connection, wanted.bulletin_id, ids)
        return [
            Delivery(
                bulletin_id=wanted.bulletin_id,
                person_id=row.person_id,
                to=Address(self._channel, self._account, row.user),
                commune=row.commune,
                tries=row.tries + 1,
                last_inbound=row.last_inbound,
                older=older.get(row.person_id, ()),
            )
            for row in taken
        ]

    async def _set(self, connection: AsyncConnection, bulletin_id: int, person_ids: list[int], **values: Any) -> None:  # noqa: ANN401  # columns
        rows = and_(deliveries.c.bulletin_id == bulletin_id, deliveries.c.person_id.in_(person_ids))
        await connection.execute(update(deliveries).where(rows).values(changed_at=self._clock.now(), **values))

    async def _older(
        self, connection: AsyncConnection, bulletin_id: int, person_ids: list[int]
    ) -> dict[int, tuple[Mention, ...]]:
        """Return by person the bulletins that go along with this one as links, newest first."""
        if self._channel is not Channel.ZALO:  # nobody else has to wait
            return {}
        statement = (
            select(deliveries.c.person_id, bulletins.c.id, bulletins.c.title, bulletins.c.published_at)
            .join(bulletins, bulletins.c.id == deliveries.c.bulletin_id)
            .where(deliveries.c.person_id.in_(person_ids), deliveries.c.linked_to == bulletin_id)
            .order_by(bulletins.c.published_at.desc())
        )
        found: dict[int, tuple[Mention, ...]] = {}
        for row in await connection.execute(statement):
            one = Mention(row.id, row.title, row.published_at)
            found[row.person_id] = (*found.get(row.person_id, ()), one)
        return found

    async def _still_holds(self, connection: AsyncConnection, lease: Lease) -> bool:
        """Tell whether *lease* is still the newest, and keep it so until the commit."""
        if self._database.is_sqlite:
            return lease.is_held()
        row = select(leases.c.epoch).where(leases.c.name == lease_name(self._channel, self._account))
        epoch = (await connection.execute(row.with_for_update(read=True))).scalar_one_or_none()
        return epoch == lease.epoch

    async def _hold(self, connection: AsyncConnection, hold: Hold) -> None:
        until = database_clock() + hold.seconds
        now = self._clock.now() if hold.reason else None
        row = self._database.upsert(accounts).values(
            channel=self._channel.value, account=self._account, not_before=until, reason=hold.reason, since=now
        )
        later = case(
            (row.excluded.not_before > accounts.c.not_before, row.excluded.not_before), else_=accounts.c.not_before
        )
        await connection.execute(
            row.on_conflict_do_update(
                index_elements=["channel", "account"],
                set_={
                    "not_before": later,
                    "reason": case((row.excluded.reason != "", row.excluded.reason), else_=accounts.c.reason),
                    "since": func.coalesce(accounts.c.since, row.excluded.since),
                },
            )
        )

    async def hold(self, hold: Hold) -> None:
        """Let nothing out of the account for a while, in any process."""
        await self._database.write(lambda connection: self._hold(connection, hold))

    async def held(self) -> Hold | None:
        """Return what holds the account now; one with a reason stands until a delivery arrives or `release`."""
        left = accounts.c.not_before - database_clock()
        statement = select(left.label("seconds"), accounts.c.reason).where(
            self._our_account, or_(left > 0, accounts.c.reason != "")
        )
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one_or_none()
        return Hold(max(0.0, row.seconds), row.reason) if row else None

    async def release(self) -> None:
        """Let the account send again, whatever held it."""
        free = update(accounts).where(self._our_account).values(not_before=0.0, reason="", since=None)
        async with self._database.writing() as connection:
            await connection.execute(free)

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
