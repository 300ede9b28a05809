"""Write what citizens do to tickets, within the transaction that marks their message handled."""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports.conversations import EndTalk, OpenTicket, Person, TellStaff
from bot.ports.inbox import Work
from bot.storage.tables import people, ticket_messages, tickets
from bot.storage.ticket_rows import point_columns
from bot.tickets.states import TALK_LASTS, WAITING, Speaker, TicketKind, TicketState

_ANSWERED = tickets.c.state == TicketState.ANSWERED.value
_WAITS = tickets.c.state.in_([state.value for state in WAITING])
NO_TALK = {"talk_ticket": None, "talk_until": None}


async def apply_to_tickets(
    connection: AsyncConnection, work: Work, effect: OpenTicket | TellStaff | EndTalk, now: datetime
) -> None:
    """Write *effect*."""
    match effect:
        case OpenTicket():
            await _open(connection, work, effect, now)
        case TellStaff():
            await _tell_staff(connection, work, effect, now)
        case EndTalk():
            await _end_talk(connection, work.person, effect, now)


async def _open(connection: AsyncConnection, work: Work, wish: OpenTicket, now: datetime) -> None:
    """Store *wish*; a second wish for a person says one word more in the first, while that is open."""
    if wish.kind is TicketKind.HANDOVER:
        same = select(tickets.c.id).where(
            tickets.c.person_id == work.person.id,
            tickets.c.kind == wish.kind.value,
            tickets.c.commune == wish.commune,
            tickets.c.closed_at.is_(None),
        )
        if already := (await connection.execute(same.order_by(tickets.c.id.desc()).limit(1))).scalar():
            await _tell_staff(connection, work, TellStaff(already, wish.text, wish.due_at), now)
            return
    row = {
        "person_id": work.person.id,
        "inbox_id": work.inbox_id,
        "kind": wish.kind,
        "commune": wish.commune,
        "text": wish.text,
        "opened_at": now,
        "due_at": wish.due_at,
        "code": wish.code or None,
        "place": wish.place,
        "photos": json.dumps(wish.photos),
        **point_columns(wish.point),
    }
    await connection.execute(insert(tickets), row)


async def _tell_staff(connection: AsyncConnection, work: Work, said: TellStaff, now: datetime) -> None:
    """Store what was *said*; what was answered, or closed meanwhile, waits for staff again. Nothing said is lost."""
    if not await _hear(connection, work.person, said, now):
        return  # deleted meanwhile
    row = {
        "ticket_id": said.ticket,
        "inbox_id": work.inbox_id,
        "speaker": Speaker.CITIZEN.value,
        "at": now,
        "text": said.text,
        "media": said.media,
        "media_ref": said.media_ref,
        **point_columns(said.point),
    }
    await connection.execute(insert(ticket_messages), row)
    going_on = (people.c.id == work.person.id) & (people.c.talk_ticket == said.ticket)
    await connection.execute(update(people).where(going_on).values(talk_until=now + TALK_LASTS))


async def _hear(connection: AsyncConnection, person: Person, said: TellStaff, now: datetime) -> bool:
    """Note in the ticket that its citizen spoke; return whether there is such a ticket of theirs."""
    is_answered = tickets.c.answered_at.is_not(None)
    first_was_due = ~_WAITS & is_answered & tickets.c.first_due_at.is_(None)
    again = {
        "state": case((_WAITS, tickets.c.state), else_=TicketState.ASSIGNED.value),
        "due_at": case((_WAITS, tickets.c.due_at), else_=said.due_at),
        "first_due_at": case((first_was_due, tickets.c.due_at), else_=tickets.c.first_due_at),
        "last_word_at": now,
        "closed_at": None,
        "closed_by": None,
    }
    own = (tickets.c.id == said.ticket) & (tickets.c.person_id == person.id)
    return bool((await connection.execute(update(tickets).where(own).values(again))).rowcount)


async def _end_talk(connection: AsyncConnection, person: Person, end: EndTalk, now: datetime) -> None:
    """Give the person back to the bot, and close the ticket unless something in it waits that silence may not end."""
    going_on = (people.c.id == person.id) & (people.c.talk_ticket == end.ticket)
    await connection.execute(update(people).where(going_on).values(NO_TALK))
    open_one = (tickets.c.id == end.ticket) & (tickets.c.person_id == person.id) & tickets.c.closed_at.is_(None)
    which = open_one & _ANSWERED if end.by_silence else open_one
    closed = {"state": TicketState.CLOSED.value, "closed_at": now, "closed_by": ""}
    closed |= {"revision": tickets.c.revision + 1}  # whoever of the staff is just answering finds it changed
    await connection.execute(update(tickets).where(which).values(closed))


async def forget_tickets(connection: AsyncConnection, person: Person) -> None:
    """Delete the tickets of *person*; of one that was published, all but what everyone may read."""
    theirs = tickets.c.person_id == person.id
    await connection.execute(delete(tickets).where(theirs, tickets.c.published_at.is_(None)))
    await strip_tickets(connection, theirs)
    await connection.execute(update(people).where(people.c.id == person.id).values(NO_TALK))


async def strip_tickets(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    """Leave of the tickets *which* only what was published of them; nobody waits for an answer to them any more."""
    of_those = exists().where(tickets.c.id == ticket_messages.c.ticket_id, which)
    await connection.execute(delete(ticket_messages).where(of_those))
    nothing = {"person_id": None, "inbox_id": None, "code": None, "text": "", "place": "", "photos": "[]"}
    last = func.coalesce(tickets.c.closed_at, tickets.c.last_word_at, tickets.c.opened_at)
    over = {"state": TicketState.CLOSED.value, "closed_at": last, "revision": tickets.c.revision + 1}
    await connection.execute(update(tickets).where(which).values(**nothing, **over, **point_columns(None)))
