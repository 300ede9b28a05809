"""Reminders about tickets: each ticket is told of once, and a commune's staff hear of new ones only so often.

What was told of stands in rows of `reminders`: ``ticket-<id>`` of each ticket, ``tickets-<commune>-…`` when its staff
last heard of any and of somebody who waits for a person. They are written in the transaction that writes the letters:
of two processes one finds them written, and one that dies within it has told nobody.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, String, cast, delete, exists, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import Why
from bot.ports.reminders import NewTicket, Reminder, TicketNews
from bot.ports.world import Clock
from bot.storage.bulletin_rows import LETTER
from bot.storage.database import Database
from bot.storage.letters import write_letter
from bot.storage.tables import bulletins, deliveries, tickets
from bot.storage.tables import reminders as sent
from bot.storage.tallying import skip
from bot.storage.tickets import is_overdue, waits_in
from bot.tickets.states import TicketKind, TicketState

LOOKS_BACK = timedelta(days=7)
"""A ticket that nobody was told of for so long is no news."""

_KEPT = timedelta(days=30)
"""How long it is known what was told: longer than anybody looks back."""

_CLOCKS_DIFFER = timedelta(minutes=10)
_MARK = "ticket-"


class _SilentError(Exception):
    """There is nothing to tell now: roll back."""


class SqlTicketReminders:
    """`bot.ports.reminders.TicketReminderBook` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep in *database* what was told, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def new(self, communes: Collection[str]) -> list[NewTicket]:
        """Return the tickets of *communes* that came lately and nobody has taken up, oldest first."""
        is_told = exists().where(sent.c.name == _mark_of(tickets.c.id))
        statement = (
            select(tickets.c.id, tickets.c.kind, tickets.c.commune, is_told.label("is_told"))
            .where(
                tickets.c.commune.in_(sorted(communes)),
                tickets.c.state == TicketState.NEW.value,
                tickets.c.opened_at > self._clock.now() - LOOKS_BACK,
            )
            .order_by(tickets.c.id)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [NewTicket(row.id, TicketKind(row.kind), row.commune, is_told=row.is_told) for row in rows]

    async def overdue(self, communes: Collection[str]) -> Mapping[str, int]:
        """Return how many tickets of each of *communes* are late; of the others none is."""
        late = waits_in(communes) & is_overdue(self._clock.now())
        statement = select(tickets.c.commune, func.count().label("number")).where(late).group_by(tickets.c.commune)
        async with self._database.reading() as connection:
            return {row.commune: row.number for row in await connection.execute(statement)}

    async def tell(self, news: TicketNews, reminders: Sequence[Reminder], *, every: timedelta) -> bool:
        """Send *reminders* of *news*, unless all of it was told or they heard of such less than *every* ago."""
        return await self._attempt(lambda connection: self._tell(connection, news, reminders, every))

    async def warn(self, commune: str, day: date, reminders: Sequence[Reminder]) -> bool:
        """Send *reminders* of what is late in *commune*, once on *day*; return whether they were sent now."""

        async def work(connection: AsyncConnection) -> None:
            if not await self._take_note(connection, [f"overdue-{commune}-{day}"]):
                raise _SilentError
            await self._send(connection, f"overdue-{commune}", reminders)

        return await self._attempt(work)

    async def _tell(
        self, connection: AsyncConnection, news: TicketNews, reminders: Sequence[Reminder], every: timedelta
    ) -> None:
        topic = f"tickets-{news.commune}"
        # Whoever waits for a person does not wait because of a feedback that staff have just heard of.
        turns = [f"{topic}-person", f"{topic}-any"] if news.people else [f"{topic}-any"]
        if not await self._take_turn(connection, turns[0], every):
            raise _SilentError
        for other in turns[1:]:
            await self._take_turn(connection, other, timedelta())
        if not await self._take_note(connection, [f"{_MARK}{ticket}" for ticket in news.tickets]):
            raise _SilentError
        await self._send(connection, topic, reminders)
        old = or_(sent.c.name.startswith(_MARK, autoescape=True), sent.c.name.startswith("overdue-", autoescape=True))
        await connection.execute(delete(sent).where(old, sent.c.sent_at < self._clock.now() - _KEPT))

    async def _take_turn(self, connection: AsyncConnection, name: str, every: timedelta) -> bool:
        """Date the row *name*; return whether its date was *every* ago.

        One that lies further ahead than the clocks of two machines differ is of a clock that was put back since.
        """
        now = self._clock.now()
        is_due = or_(sent.c.sent_at <= now - every, sent.c.sent_at > now + _CLOCKS_DIFFER)
        row = self._database.upsert(sent).values(name=name, sent_at=now)
        mine = row.on_conflict_do_update(index_elements=["name"], set_={"sent_at": now}, where=is_due)
        return (await connection.execute(mine.returning(sent.c.name))).scalar_one_or_none() is not None

    async def _take_note(self, connection: AsyncConnection, names: Sequence[str]) -> bool:
        """Write the rows *names*; return whether any of them was not there."""
        now = self._clock.now()
        rows = self._database.upsert(sent).values([{"name": name, "sent_at": now} for name in sorted(names)])
        mine = rows.on_conflict_do_nothing(index_elements=["name"]).returning(sent.c.name)
        return bool((await connection.execute(mine)).all())

    async def _send(self, connection: AsyncConnection, topic: str, reminders: Sequence[Reminder]) -> None:
        """Write the letters; one on the same *topic* that still waits says nothing more, and gives way."""
        now = self._clock.now()
        for one in reminders:
            older = select(bulletins.c.id).where(bulletins.c.kind == LETTER, bulletins.c.author == topic)
            waiting = (deliveries.c.person_id == one.person_id) & deliveries.c.bulletin_id.in_(older)
            await skip(connection, waiting, Why.EXPIRED, now)
            await write_letter(connection, one.person_id, one.text, by=topic, now=now)

    async def _attempt(self, work: Callable[[AsyncConnection], Awaitable[None]]) -> bool:
        try:
            await self._database.write(work)
        except _SilentError:
            return False
        return True


def _mark_of(ticket: ColumnElement[int]) -> ColumnElement[str]:
    return literal(_MARK) + cast(ticket, String)
