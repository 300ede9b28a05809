"""Read what is kept about people."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import FromClause, func, select

from bot.messages import Address, Channel, Outgoing
from bot.ports.conversations import Person
from bot.ports.records import KeptData
from bot.storage.database import Database
from bot.storage.tables import people, questions, replies, staff, tickets, votes

_USERS_AT_ONCE = 256


class SqlRecords:
    """`bot.ports.records.Records` and `bot.ports.inbox.ReplyLog` on the database."""

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

    async def newest(self, channel: Channel, account: str, users: Collection[str]) -> Mapping[str, int]:
        """Return the id of the newest reply to each of *users* of *account*; those without one are left out."""
        newest = select(func.max(replies.c.id)).where(replies.c.person_id == people.c.id).scalar_subquery()
        ours = (people.c.channel == channel, people.c.account == account)
        found: dict[str, int] = {}
        async with self._database.reading() as connection:
            for some in _portions(users):
                statement = select(people.c.user, newest.label("reply")).where(*ours, people.c.user.in_(some))
                rows = await connection.execute(statement)
                found.update({row.user: row.reply for row in rows if row.reply is not None})
        return found


def _portions(users: Collection[str]) -> Iterator[list[str]]:
    """Yield *users* in portions of 1, 2, 4… `_USERS_AT_ONCE`, the last one filled up with somebody who is in it.

    A statement for every number of users would be prepared anew each time and push the others out of memory.
    """
    everybody = sorted(users)
    for start in range(0, len(everybody), _USERS_AT_ONCE):
        some = everybody[start : start + _USERS_AT_ONCE]
        yield some + some[-1:] * ((1 << (len(some) - 1).bit_length()) - len(some))
