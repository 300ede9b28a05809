"""Begin a bulletin once, end it when nothing is left, and give up what waited too long.

The ledger is written in the transaction that moves the bulletin to `sending`: half a ledger never exists, and whoever
is second finds the bulletin moved.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.broadcasts import MAY_HAVE_GONE_OUT
from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import CLOCKWORK, Status
from bot.bulletins.timing import EXPIRES_AFTER
from bot.messages import Channel
from bot.ports.bulletins import Bulletin, Draft
from bot.storage.bulletin_rows import read_bulletins
from bot.storage.database import Database
from bot.storage.tables import broadcasts, bulletin_history, bulletins, deliveries, people, slots, tallies
from bot.storage.tallying import skip

IN_LEDGER = (Channel.TELEGRAM, Channel.ZALO)
"""The channels that can write to people first; a web page cannot, its visitors read the archive."""

_READY = [Status.APPROVED.value, Status.SCHEDULED.value]
# From so many new rows on the planner is told at once; PostgreSQL would find out within a minute, and plan for an empty
# table until then.
_WORTH_COUNTING = 1_000
_GOT_IT = [State.SENT.value, State.UNKNOWN.value]


class SqlLaunches:
    """`bot.ports.sending.Launches` on the database."""

    def __init__(self, database: Database) -> None:
        """Work on the bulletins of *database*."""
        self._database = database

    async def due(self, now: datetime) -> list[Bulletin]:
        """Return approved bulletins due at *now*, urgent ones first."""
        order = (bulletins.c.is_urgent.desc(), bulletins.c.due_at, bulletins.c.id)
        async with self._database.reading() as connection:
            return await read_bulletins(
                connection, bulletins.c.status.in_(_READY), bulletins.c.due_at <= now, order=order
            )

    async def launch(
        self, bulletin: Bulletin, now: datetime, writable_since: Mapping[Channel, datetime | None]
    ) -> bool:
        """Write the ledger of *bulletin* and begin to send it; return whether it was begun now."""
        rows = await self._database.write(lambda connection: _launch(connection, bulletin, now, writable_since))
        if rows is None:
            return False
        if rows >= _WORTH_COUNTING:
            await self._database.look_over(deliveries)
        return True

    async def send_back(self, bulletin: Bulletin, now: datetime, *, why: str) -> bool:
        """Take the approval of *bulletin* back because of *why*; whoever approved it has to look again."""

        async def work(connection: AsyncConnection) -> bool:
            values = {"status": Status.SUBMITTED.value, "approved_by": None, "approved_at": None, "text_hash": None}
            if not await _move(connection, bulletin, due_at=None, slot_date=None, **values):
                return False
            await connection.execute(
                update(slots).where(slots.c.bulletin_id == bulletin.id).values(bulletin_id=None, decided_at=now)
            )
            await note(connection, bulletin.id, now, CLOCKWORK, why)
            return True

        return await self._database.write(work)

    async def finish(self, now: datetime) -> int:
        """Mark as sent what has nothing left to send, and give up what came back too late; return how many."""
        async with self._database.reading() as connection:
            is_any_sending = (await connection.execute(select(_IS_ANY_SENDING))).scalar()
            left_behind = (await connection.execute(_LEFT_BEHIND)).all()
        for row in left_behind:
            await self._give_up(row.bulletin_id, Why.CORRECTED if row.is_corrected else Why.STOPPED, now)
        return await self._database.write(lambda connection: _finish(connection, now)) if is_any_sending else 0

    async def _give_up(self, bulletin_id: int, why: Why, now: datetime) -> None:
        which = deliveries.c.bulletin_id == bulletin_id
        await self._database.write(lambda connection: skip(connection, which, why, now))

    async def expire(self, now: datetime) -> int:
        """Give up deliveries that have waited for longer than `EXPIRES_AFTER`; return how many."""
        begun = func.coalesce(bulletins.c.published_at, bulletins.c.created_at)  # a letter is never published
        old = select(bulletins.c.id).where(begun < now - EXPIRES_AFTER)
        which = deliveries.c.bulletin_id.in_(old)
        return await self._database.write(lambda connection: skip(connection, which, Why.EXPIRED, now))


_IS_ANY_SENDING = exists().where(bulletins.c.status == Status.SENDING.value)

_corrections = bulletins.alias("corrections")
_IS_CORRECTED = exists().where(_corrections.c.corrects == bulletins.c.id, _corrections.c.status != Status.STOPPED.value)

# What was in flight when its bulletin was stopped or corrected, and came back to be sent again.
_LEFT_BEHIND = (
    select(tallies.c.bulletin_id, _IS_CORRECTED.label("is_corrected"))
    .join(bulletins, bulletins.c.id == tallies.c.bulletin_id)
    .where(
        (tallies.c.pending > 0) | (tallies.c.held > 0),
        (bulletins.c.status == Status.STOPPED.value) | ((bulletins.c.status == Status.SENT.value) & _IS_CORRECTED),
    )
    .distinct()
)


async def _finish(connection: AsyncConnection, now: datetime) -> int:
    left = exists().where(tallies.c.bulletin_id == bulletins.c.id, (tallies.c.pending > 0) | (tallies.c.sending > 0))
    under_way = exists().where(
        broadcasts.c.bulletin_id == bulletins.c.id, broadcasts.c.state.not_in(["accepted", "unknown", "failed"])
    )
    done = (
        update(bulletins)
        .where(bulletins.c.status == Status.SENDING.value, ~left, ~under_way)
        .values(status=Status.SENT.value, finished_at=now)
        .returning(bulletins.c.id)
    )
    finished = (await connection.execute(done)).scalars().all()
    for bulletin_id in finished:
        await note(connection, bulletin_id, now, CLOCKWORK, "finish")
    return len(finished)


async def note(  # a row of the history
    connection: AsyncConnection, bulletin_id: int, at: datetime, by: str, what: str, detail: str = ""
) -> None:
    """Add a line to the history of a bulletin: *by* did *what*."""
    row = {"bulletin_id": bulletin_id, "at": at, "by": by, "what": what, "detail": detail}
    await connection.execute(insert(bulletin_history), row)


async def _move(connection: AsyncConnection, seen: Bulletin, **values: Any) -> bool:  # noqa: ANN401  # columns
    """Change *seen* if it is still ready and as it was seen."""
    as_seen = (bulletins.c.id == seen.id, bulletins.c.status.in_(_READY), bulletins.c.revision == seen.revision)
    changed = update(bulletins).where(*as_seen).values({**values, "revision": seen.revision + 1})
    return (await connection.execute(changed)).rowcount == 1


async def _launch(
    connection: AsyncConnection,
    bulletin: Bulletin,
    now: datetime,
    writable_since: Mapping[Channel, datetime | None],
) -> int | None:
    """Return how many rows the ledger has, None where it is not begun now."""
    if bulletin.draft.corrects and await _is_open(connection, bulletin.draft.corrects):
        return None
    if not await _move(connection, bulletin, status=Status.SENDING.value, published_at=now):
        return None
    rows = await _write_ledger(connection, bulletin, now, writable_since)
    await _count(connection, bulletin.id)
    if bulletin.draft.is_broadcast:
        await _open_broadcasts(connection, bulletin, now)
    await note(connection, bulletin.id, now, CLOCKWORK, "start")
    return rows


async def _is_open(connection: AsyncConnection, bulletin_id: int) -> bool:
    """Tell whether it is still open who gets a bulletin: a correction waits until that is known."""
    left = exists().where(tallies.c.bulletin_id == bulletin_id, (tallies.c.pending > 0) | (tallies.c.sending > 0))
    return bool((await connection.execute(select(left))).scalar())


async def _write_ledger(
    connection: AsyncConnection,
    bulletin: Bulletin,
    now: datetime,
    writable_since: Mapping[Channel, datetime | None],
) -> int:
    is_held = is_out_of_reach(writable_since)
    rows = select(
        literal(bulletin.id),
        people.c.id,
        people.c.channel,
        people.c.account,
        _told_by(bulletin.draft),
        case((is_held, State.HELD.value), else_=State.PENDING.value),
        case((is_held, Why.WINDOW.value)),
        literal(now, deliveries.c.changed_at.type),
    ).where(*recipients(bulletin.draft))
    columns = ["bulletin_id", "person_id", "channel", "account", "commune", "state", "code", "changed_at"]
    return (await connection.execute(insert(deliveries).from_select(columns, rows, include_defaults=False))).rowcount


def recipients(draft: Draft) -> list[ColumnElement[bool]]:
    """Return what holds of the people who get *draft* by the ledger."""
    channels = [channel for channel in IN_LEDGER if not (draft.is_broadcast and channel is Channel.ZALO)]
    reachable = [
        people.c.subscribed_at.is_not(None),
        people.c.gone_at.is_(None),
        people.c.channel.in_([channel.value for channel in channels]),
    ]
    if draft.corrects:
        got_it = select(deliveries.c.person_id).where(
            deliveries.c.bulletin_id.in_(_told_wrong(draft.corrects)), deliveries.c.state.in_(_GOT_IT)
        )
        told = people.c.id.in_(got_it)
        return [*reachable, told if draft.is_broadcast else or_(told, _got_the_article(draft))]
    whole = [one.commune for one in draft.audiences if not one.hamlet]
    hamlets = [
        and_(people.c.commune == one.commune, people.c.hamlet == one.hamlet) for one in draft.audiences if one.hamlet
    ]
    return [*reachable, or_(people.c.commune.in_(whole), *hamlets)]


def _told_wrong(bulletin_id: int) -> Select[tuple[int]]:
    """Return the ids of a bulletin that is corrected and, where that was a correction itself, of what it corrected.

    Whom the first correction had not reached still has the wrong text.
    """
    column = (bulletins.c.id, bulletins.c.corrects)
    wrong = select(*column).where(bulletins.c.id == bulletin_id).cte(recursive=True)
    wrong = wrong.union(select(*column).where(bulletins.c.id == wrong.c.corrects))
    return select(wrong.c.id)


def _got_the_article(draft: Draft) -> ColumnElement[bool]:
    """Return what holds of those who may have read as an article what *draft* corrects: nobody is told who did."""
    went_out = exists().where(
        broadcasts.c.bulletin_id.in_(_told_wrong(draft.corrects or 0)),
        broadcasts.c.account == people.c.account,
        broadcasts.c.state.in_([state.value for state in MAY_HAVE_GONE_OUT]),
    )
    return and_(people.c.channel == Channel.ZALO.value, people.c.commune.in_(sorted(draft.communes)), went_out)


def _told_by(draft: Draft) -> ColumnElement[str]:
    """Return the commune whose people the readers of *draft* are: a correction comes from where the wrong text did."""
    if not draft.corrects:
        return people.c.commune
    told = (
        select(deliveries.c.commune)
        .where(deliveries.c.person_id == people.c.id, deliveries.c.bulletin_id.in_(_told_wrong(draft.corrects)))
        .order_by(deliveries.c.bulletin_id.desc())
        .limit(1)
    )
    return func.coalesce(told.correlate(people).scalar_subquery(), people.c.commune)  # no delivery, but an article


def is_out_of_reach(writable_since: Mapping[Channel, datetime | None]) -> ColumnElement[bool]:
    """Return what holds of people who must write first."""
    return or_(
        false(),
        *(
            and_(people.c.channel == channel.value, people.c.last_inbound < since)
            for channel, since in writable_since.items()
            if since is not None
        ),
    )


async def _count(connection: AsyncConnection, bulletin_id: int) -> None:
    """Write the first counts of a ledger; from here on they are kept."""
    states = [func.coalesce(func.sum(case((deliveries.c.state == state.value, 1), else_=0)), 0) for state in State]
    counted = (
        select(deliveries.c.bulletin_id, deliveries.c.channel, deliveries.c.account, *states)
        .where(deliveries.c.bulletin_id == bulletin_id)
        .group_by(deliveries.c.bulletin_id, deliveries.c.channel, deliveries.c.account)
    )
    columns = ["bulletin_id", "channel", "account", *(state.value for state in State)]
    await connection.execute(insert(tallies).from_select(columns, counted))


async def _open_broadcasts(connection: AsyncConnection, bulletin: Bulletin, now: datetime) -> None:
    """Leave the Zalo people of *bulletin* to the accounts' broadcasts, one an account."""
    served = (
        select(literal(bulletin.id), people.c.account, literal("new"), literal(now, broadcasts.c.changed_at.type))
        .where(
            people.c.channel == Channel.ZALO.value,
            people.c.commune.in_([one.commune for one in bulletin.draft.audiences]),
            people.c.subscribed_at.is_not(None),
        )
        .distinct()
    )
    columns = ["bulletin_id", "account", "state", "changed_at"]
    await connection.execute(insert(broadcasts).from_select(columns, served, include_defaults=False))
