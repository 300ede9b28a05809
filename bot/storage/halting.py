"""Stop everything that would go out by itself: after a restore nobody knows what was sent since the backup was made.

A bulletin that went out twice, or an answer to a question of last week, costs more trust than one that an official
sends once more. So what was waiting is given up, what was in flight may have arrived, and people decide about the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Move, Status
from bot.storage.bulletin_rows import BULLETIN
from bot.storage.inbox_statements import OPEN_STATES
from bot.storage.tables import (
    broadcasts,
    bulletin_history,
    bulletins,
    deliveries,
    delivery_tries,
    inbox,
    replies,
    slots,
    tallies,
)
from bot.storage.tallying import move_all, skip

_BY = "loaxa db restore"
_DETAIL = "restored"
_COULD_START = [Status.APPROVED.value, Status.SCHEDULED.value, Status.SENDING.value]
_ENDED = ["accepted", "unknown", "failed"]


@dataclass(frozen=True, slots=True)
class StoppedBulletin:
    """A bulletin that was on its way."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Halted:
    """What was stopped: bulletins, letters, deliveries that waited and that were in flight, messages not replied to."""

    bulletins: Sequence[StoppedBulletin]
    letters: int
    waiting: int
    in_flight: int
    messages: int


async def halt(connection: AsyncConnection, now: datetime) -> Halted:
    """Stop what is unfinished in the database that *connection* writes to."""
    stopped, letters = await _stop_bulletins(connection, now)
    await _end_broadcasts(connection, now)
    in_flight = await _end_flights(connection, now)
    waiting = await skip(connection, true(), Why.STOPPED, now)
    return Halted(stopped, letters, waiting, in_flight, await _close_messages(connection))


async def _stop_bulletins(connection: AsyncConnection, now: datetime) -> tuple[list[StoppedBulletin], int]:
    """Stop bulletins and letters; return the former, and how many of the latter."""
    has_waiting = exists().where(tallies.c.bulletin_id == bulletins.c.id, tallies.c.pending + tallies.c.held > 0)
    unfinished = or_(bulletins.c.status.in_(_COULD_START), has_waiting, _has_open_broadcast())
    found = select(bulletins.c.id, bulletins.c.title, bulletins.c.kind).where(unfinished).order_by(bulletins.c.id)
    rows = (await connection.execute(found)).all()
    ids = [row.id for row in rows]
    if ids:
        stop = {"status": Status.STOPPED.value, "stopped_by": _BY, "stopped_at": now}
        await connection.execute(update(bulletins).where(bulletins.c.id.in_(ids)).values(stop))
        history = {"at": now, "by": _BY, "what": Move.STOP.value, "detail": _DETAIL}
        await connection.execute(insert(bulletin_history), [{"bulletin_id": one, **history} for one in ids])
        never_began = select(bulletins.c.id).where(bulletins.c.id.in_(ids), bulletins.c.published_at.is_(None))
        await connection.execute(update(slots).where(slots.c.bulletin_id.in_(never_began)).values(bulletin_id=None))
    stopped = [StoppedBulletin(row.id, row.title) for row in rows if row.kind == BULLETIN]
    return stopped, len(rows) - len(stopped)


def _has_open_broadcast() -> ColumnElement[bool]:
    return exists().where(broadcasts.c.bulletin_id == bulletins.c.id, broadcasts.c.state.not_in(_ENDED))


async def _end_broadcasts(connection: AsyncConnection, now: datetime) -> None:
    for which, state, code in (
        (broadcasts.c.state == "sending", "unknown", Why.DIED),
        (broadcasts.c.state.not_in(_ENDED), "failed", Why.STOPPED),
    ):
        new = {"state": state, "code": code.value, "changed_at": now}
        await connection.execute(update(broadcasts).where(which).values(new))


async def _end_flights(connection: AsyncConnection, now: datetime) -> int:
    """Call `unknown` what was being sent, each with its line in the history of tries."""
    flying = deliveries.c.state == State.SENDING.value
    tries = select(
        deliveries.c.bulletin_id,
        deliveries.c.person_id,
        literal(State.UNKNOWN.value),
        literal(Why.DIED.value),
        deliveries.c.epoch,
        literal(now, delivery_tries.c.ended_at.type),
    ).where(flying)
    columns = ["bulletin_id", "person_id", "outcome", "code", "epoch", "ended_at"]
    await connection.execute(insert(delivery_tries).from_select(columns, tries))
    return await move_all(connection, true(), [State.SENDING], State.UNKNOWN, code=Why.DIED, now=now)


async def _close_messages(connection: AsyncConnection) -> int:
    """Close what has no reply yet: it may have had one since, and a platform that brings it again is not answered."""
    open_ones = inbox.c.state.in_(OPEN_STATES)
    unsent = (replies.c.state == "pending") & replies.c.inbox_id.in_(select(inbox.c.id).where(open_ones))
    await connection.execute(update(replies).where(unsent).values(state="failed", error=_DETAIL))
    return (await connection.execute(update(inbox).where(open_ones).values(state="dead"))).rowcount
