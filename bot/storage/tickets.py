"""Read tickets: for the citizens who sent them, for the staff who answer them, and what of them everyone may read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State
from bot.desk.ports.tickets import Ticket, TicketWord
from bot.ports.bulletins import Exchange, PublishedExchange
from bot.ports.conversations import Person
from bot.ports.records import OwnTicket
from bot.storage.database import Database
from bot.storage.tables import deliveries, questions, ticket_messages, tickets
from bot.storage.ticket_rows import point_of, read_tickets
from bot.tickets.codes import new_code
from bot.tickets.states import WAITING, Speaker, Tab, TicketKind, TicketState

_FEEDBACK = tickets.c.kind == TicketKind.FEEDBACK.value
_WAITS = tickets.c.state.in_([state.value for state in WAITING])
_IS_PUBLISHED = tickets.c.published_at.is_not(None)


class SqlTickets:
    """`bot.ports.records.Tickets` on the database."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def new_code(self) -> str:
        """Return a code that no ticket has.

        Two who get the same at the same moment are told apart when it is stored: the second is asked for anew.
        """
        async with self._database.reading() as connection:
            while True:
                code = new_code()
                if not (await connection.execute(select(exists().where(tickets.c.code == code)))).scalar():
                    return code

    async def of(self, person: Person) -> list[OwnTicket]:
        """Return every feedback of *person* that is kept, newest first."""
        theirs = (tickets.c.person_id == person.id) & _FEEDBACK & tickets.c.code.is_not(None)
        async with self._database.reading() as connection:
            found = await read_tickets(connection, theirs, order=(tickets.c.id.desc(),))
            answers = await _answers(connection, [ticket.id for ticket in found])
        return [
            OwnTicket(
                id=ticket.id,
                code=ticket.code,
                commune=ticket.commune,
                state=ticket.state,
                text=ticket.text,
                opened_at=ticket.opened_at,
                due_at=ticket.due_at,
                answers=tuple(answers.get(ticket.id, ())),
            )
            for ticket in found
        ]


class SqlTicketBook:
    """`bot.desk.ports.tickets.TicketBook` on the database."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def find(self, ticket_id: int) -> Ticket | None:
        """Return the ticket with this id."""
        async with self._database.reading() as connection:
            found = await read_tickets(connection, tickets.c.id == ticket_id)
        return found[0] if found else None

    async def listing(
        self, communes: Collection[str] | None, tab: Tab, now: datetime, *, limit: int, skip: int
    ) -> list[Ticket]:
        """Return tickets of *communes* in *tab*: what waits by when it is due, the rest newest first."""
        is_waiting = tab not in {Tab.ANSWERED, Tab.CLOSED}
        last = func.coalesce(tickets.c.closed_at, tickets.c.last_word_at, tickets.c.opened_at)
        by_due = (func.coalesce(tickets.c.due_at, tickets.c.opened_at), tickets.c.id)
        order = by_due if is_waiting else (last.desc(), tickets.c.id.desc())
        async with self._database.reading() as connection:
            which = (_is_of(communes), _in(tab, now))
            return await read_tickets(connection, *which, order=order, limit=limit, skip=skip)

    async def counts(self, communes: Collection[str] | None, now: datetime) -> Mapping[Tab, int]:
        """Return how many tickets of *communes* are in each tab."""
        columns = [func.count().filter(_in(tab, now)).label(tab.value) for tab in Tab]
        async with self._database.reading() as connection:
            row = (await connection.execute(select(*columns).select_from(tickets).where(_is_of(communes)))).one()
        return dict(zip(Tab, row, strict=True))

    async def words(self, ticket_id: int) -> list[TicketWord]:
        """Return what was said in a ticket, oldest first, and what became of what staff said."""
        copy = and_(
            deliveries.c.bulletin_id == ticket_messages.c.letter_id, deliveries.c.person_id == tickets.c.person_id
        )
        statement = (
            select(ticket_messages, deliveries.c.state, deliveries.c.code)
            .join(tickets, tickets.c.id == ticket_messages.c.ticket_id)
            .outerjoin(deliveries, copy)
            .where(ticket_messages.c.ticket_id == ticket_id)
            .order_by(ticket_messages.c.id)
        )
        async with self._database.reading() as connection:
            return [
                TicketWord(
                    id=row.id,
                    speaker=Speaker(row.speaker),
                    by=row.by,
                    at=row.at,
                    text=row.text,
                    media=row.media,
                    media_ref=row.media_ref,
                    point=point_of(row),
                    fate=State(row.state) if row.state else None,
                    code=row.code or "",
                    went_out=row.went_out,
                )
                for row in await connection.execute(statement)
            ]

    async def asked_before(self, ticket_id: int, since: datetime, limit: int) -> list[str]:
        """Return what its citizen last asked the bot since then and before they wanted a person, oldest first."""
        statement = (
            select(questions.c.text)
            .join(tickets, tickets.c.person_id == questions.c.person_id)
            .where(tickets.c.id == ticket_id, questions.c.asked_at >= since)
            .where(questions.c.asked_at < tickets.c.opened_at)
            .order_by(questions.c.id.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return list(reversed((await connection.execute(statement)).scalars().all()))


async def count_exchanges(connection: AsyncConnection, commune: str) -> int:
    """Return how many exchanges of *commune* are published."""
    theirs = select(func.count()).where(tickets.c.commune == commune, _IS_PUBLISHED)
    return (await connection.execute(theirs)).scalar_one()


async def read_exchanges(connection: AsyncConnection, commune: str, limit: int, skip: int) -> list[PublishedExchange]:
    """Return at most *limit* exchanges of *commune*, newest first, after the newest *skip*."""
    statement = (
        select(tickets.c.published_question, tickets.c.published_answer, tickets.c.published_at)
        .where(tickets.c.commune == commune, _IS_PUBLISHED)
        .order_by(tickets.c.published_at.desc(), tickets.c.id.desc())
        .limit(limit)
        .offset(skip)
    )
    rows = await connection.execute(statement)
    return [PublishedExchange(Exchange(row.published_question, row.published_answer), row.published_at) for row in rows]


def waits_in(communes: Collection[str] | None) -> ColumnElement[bool]:
    """Return what holds of the tickets of *communes* (None: of all) whose citizens wait for staff."""
    return _WAITS & _is_of(communes)


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Return what holds of tickets that should have been answered before *now*."""
    return _WAITS & (tickets.c.due_at < now)


def _in(tab: Tab, now: datetime) -> ColumnElement[bool]:
    match tab:
        case Tab.OVERDUE:
            return is_overdue(now)
        case Tab.ASSIGNED:
            return tickets.c.state == TicketState.ASSIGNED.value
        case Tab.NEW | Tab.ANSWERED | Tab.CLOSED:
            return tickets.c.state == tab.value


def _is_of(communes: Collection[str] | None) -> ColumnElement[bool]:
    if communes is None:
        return true()
    return or_(false(), tickets.c.commune.in_(sorted(communes)))


async def _answers(connection: AsyncConnection, ticket_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the words of staff in tickets, oldest first."""
    said = (
        select(ticket_messages.c.ticket_id, ticket_messages.c.text)
        .where(ticket_messages.c.ticket_id.in_(ticket_ids), ticket_messages.c.speaker == Speaker.STAFF.value)
        .order_by(ticket_messages.c.id)
    )
    found: dict[int, list[str]] = {}
    for row in await connection.execute(said):
        found.setdefault(row.ticket_id, []).append(row.text)
    return found
