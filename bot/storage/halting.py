"""Stop everything that would go out by itself: after a restore nobody knows what was sent since the backup was made.

A bulletin that went out twice, or an answer to a question of last week, costs more trust than one that an official
sends once more. So what was waiting is given up, what was in flight may have arrived, and people decide about the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, insert, literal, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.broadcasts import State as BroadcastState
from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import CLOCKWORK, Status
from bot.storage.bulletin_rows import BULLETIN
from bot.storage.database import Database, among
from bot.storage.inbox_statements import IS_OPEN
from bot.storage.tables import (
    broadcasts,
    bulletin_history,
    bulletins,
    deliveries,
    delivery_tries,
    inbox,
    people,
    replies,
    slots,
    tallies,
)
from bot.storage.tallying import move_all, skip

RESTORED = "restored"
"""Why, in a bulletin's history and as the error of a reply; `content/bulletin.yaml` has the words."""

_COULD_START = [Status.APPROVED.value, Status.SCHEDULED.value, Status.SENDING.value]
_ENDED = [state.value for state in BroadcastState if state.is_end]


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


async def halt(connection: AsyncConnection, database: Database, now: datetime) -> Halted:
    """Stop what is unfinished in *database*; *now* is local, because slots have local dates."""
    stopped, letters = await _stop_bulletins(connection, now)
    await _close_slots(connection, database, now)
    await _end_broadcasts(connection, now)
    in_flight = await _end_flights(connection, now)
    waiting = await skip(connection, true(), Why.STOPPED, now)
    return Halted(stopped, letters, waiting, in_flight, await _close_messages(connection))


async def _stop_bulletins(connection: AsyncConnection, now: datetime) -> tuple[list[StoppedBulletin], int]:
    """Stop bulletins and letters; return the former, and how many of the latter."""
    has_waiting = exists().where(tallies.c.bulletin_id == bulletins.c.id, tallies.c.pending + tallies.c.held > 0)
    unfinished = or_(bulletins.c.status.in_(_COULD_START), has_waiting, _has_open_broadcast())
    stop = update(bulletins).where(unfinished).values(status=Status.STOPPED.value, stopped_by=CLOCKWORK, stopped_at=now)
    rows = (await connection.execute(stop.returning(bulletins.c.id, bulletins.c.title, bulletins.c.kind))).all()
    if not rows:
        return [], 0
    history = {"at": now, "by": CLOCKWORK, "what": RESTORED}
    await connection.execute(insert(bulletin_history), [{"bulletin_id": row.id, **history} for row in rows])
    never_began = select(bulletins.c.id).where(bulletins.c.stopped_at == now, bulletins.c.published_at.is_(None))
    empty = {"bulletin_id": None, "decided_at": now}
    await connection.execute(update(slots).where(slots.c.bulletin_id.in_(never_began)).values(empty))
    stopped = sorted((row.id, row.title) for row in rows if row.kind == BULLETIN)
    return [StoppedBulletin(*one) for one in stopped], len(rows) - len(stopped)


async def _close_slots(connection: AsyncConnection, database: Database, now: datetime) -> None:
    """Let no calendar text fill a slot of today or yesterday: something may have gone out in it since the backup."""
    served = select(people.c.commune).where(people.c.subscribed_at.is_not(None), people.c.commune != "").distinct()
    communes = (await connection.execute(served)).scalars().all()
    days = [now.date() - timedelta(days=1), now.date()]
    rows = [{"commune": commune, "slot_date": day, "decided_at": now} for commune in communes for day in days]
    if rows:
        row = database.upsert(slots)
        closed = row.on_conflict_do_update(index_elements=["commune", "slot_date"], set_={"decided_at": now})
        await connection.execute(closed, rows)


def _has_open_broadcast() -> ColumnElement[bool]:
    return exists().where(broadcasts.c.bulletin_id == bulletins.c.id, broadcasts.c.state.not_in(_ENDED))


async def _end_broadcasts(connection: AsyncConnection, now: datetime) -> None:
    for which, state, code in (
        (broadcasts.c.state == BroadcastState.SENDING.value, BroadcastState.UNKNOWN, Why.DIED),
        (broadcasts.c.state.not_in(_ENDED), BroadcastState.FAILED, Why.STOPPED),
    ):
        new = {"state": state.value, "code": code.value, "changed_at": now}
        await connection.execute(update(broadcasts).where(which).values(new))


async def _end_flights(connection: AsyncConnection, now: datetime) -> int:
    """Call `unknown` what was being sent, each with its line in the history of tries."""
    flying = among(deliveries.c.state, State.SENDING)
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
    unsent = (replies.c.state == "pending") & replies.c.inbox_id.in_(select(inbox.c.id).where(IS_OPEN))
    await connection.execute(update(replies).where(unsent).values(state="failed", error=RESTORED))
    return (await connection.execute(update(inbox).where(IS_OPEN).values(state="dead"))).rowcount
