"""Read what is kept about people."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, func, select

from bot.messages import Address, Outgoing
from bot.ports import KeptData, Person
from bot.storage.database import Database
from bot.storage.tables import people, questions, replies, staff, tickets, votes


class SqlRecords:
    """`bot.ports.Records` and `bot.ports.ReplyLog` on the database."""

    def __init__(self, database: Database) -> None:
        """Read from *database*."""
        self._database = database

    async def kept_about(self, person: Person) -> KeptData:
        """Return what is kept about *person*."""

        def count(table: FromClause) -> Any:  # noqa: ANN401  # a scalar subquery of either table
            return select(func.count()).select_from(table).where(table.c.person_id == person.id).scalar_subquery()

        statement = select(
            people.c.commune,
            people.c.subscribed_at,
            people.c.first_seen,
            count(questions).label("questions"),
            count(votes).label("votes"),
            count(tickets).label("tickets"),
        ).where(people.c.id == person.id)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one()
        return KeptData(row.commune, row.subscribed_at, row.questions, row.votes, row.first_seen, row.tickets)

    async def staff_for_code(self, code: str, now: datetime) -> str:
        """Return the name of the member of staff who may link a chat with *code* at *now*; empty if nobody may."""
        holds = (staff.c.chat_code == code) & (staff.c.chat_code_until > now) & staff.c.removed_at.is_(None)
        async with self._database.reading() as connection:
            return (await connection.execute(select(staff.c.name).where(holds))).scalars().first() or ""

    async def staff_of_chat(self, person: Person) -> str:
        """Return the name of the member of staff whose own chat *person* is; empty if it is nobody's."""
        theirs = (staff.c.person_id == person.id) & staff.c.removed_at.is_(None)
        async with self._database.reading() as connection:
            return (await connection.execute(select(staff.c.name).where(theirs))).scalars().first() or ""

    async def since(self, address: Address, after: int, limit: int) -> Sequence[Outgoing]:
        """Return the replies to *address* with a greater id than *after*, oldest first."""
        statement = (
            select(replies.c.id, replies.c.body)
            .join(people, people.c.id == replies.c.person_id)
            .where(
                people.c.channel == address.channel,
                people.c.account == address.account,
                people.c.user == address.user,
                replies.c.id > after,
            )
            .order_by(replies.c.id)
            .limit(limit)
        )
        async with self._database.reading() as connection:
            return [Outgoing(row.id, address, row.body) for row in await connection.execute(statement)]
