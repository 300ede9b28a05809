"""Tickets out of their rows: the one place that knows how a stored ticket becomes a `Ticket`."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.ports.tickets import Ticket
from bot.messages import Channel, Point
from bot.ports.bulletins import Exchange
from bot.storage.tables import people, tickets
from bot.tickets.states import TicketKind, TicketState

_THERE = and_(people.c.id == tickets.c.person_id, people.c.gone_at.is_(None))
_TALKS = case((people.c.talk_ticket == tickets.c.id, people.c.talk_until))


async def read_tickets(
    connection: AsyncConnection,
    *which: ColumnElement[bool],
    order: Sequence[ColumnElement[Any]] = (tickets.c.id,),
    limit: int | None = None,
    skip: int = 0,
) -> list[Ticket]:
    """Return the tickets *which* holds of, each with how its citizen can be reached."""
    statement = (
        select(tickets, people.c.channel, _TALKS.label("talks_until"))
        .outerjoin(people, _THERE)
        .where(*which)
        .order_by(*order)
        .limit(limit)
        .offset(skip)
    )
    return [_ticket(row) for row in await connection.execute(statement)]


def point_of(row: Row[tuple[Any, ...]]) -> Point | None:
    """Return the place on the map that *row* has, if any."""
    return None if row.latitude is None or row.longitude is None else Point(row.latitude, row.longitude)


def point_columns(point: Point | None) -> dict[str, float | None]:
    """Return *point* as the columns of a row."""
    return {"latitude": point.latitude if point else None, "longitude": point.longitude if point else None}


def exchange_of(row: Row[tuple[Any, ...]]) -> Exchange | None:
    """Return what of *row* everyone may read, if anything."""
    return None if row.published_at is None else Exchange(row.published_question, row.published_answer)


def _ticket(row: Row[tuple[Any, ...]]) -> Ticket:
    return Ticket(
        id=row.id,
        kind=TicketKind(row.kind),
        commune=row.commune,
        state=TicketState(row.state),
        revision=row.revision,
        text=row.text,
        opened_at=row.opened_at,
        code=row.code or "",
        place=row.place,
        point=point_of(row),
        photos=tuple(json.loads(row.photos)),
        due_at=row.due_at,
        assignee=row.assignee or "",
        channel=Channel(row.channel) if row.channel else None,
        answered_at=row.answered_at,
        talks_until=row.talks_until,
        closed_at=row.closed_at,
        closed_by=row.closed_by or "",
        exchange=exchange_of(row),
        published_at=row.published_at,
    )
