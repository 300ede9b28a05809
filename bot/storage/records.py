"""Read what is kept: about a person, and the bulletins that went out."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import FromClause, func, select

from bot.messages import Address, Outgoing
from bot.ports import KeptData, Person, PublishedBulletin
from bot.storage.database import Database
from bot.storage.tables import audiences, bulletins, people, questions, replies, votes


class SqlRecords:
    """`bot.ports.Records`, `bot.ports.Archive` and `bot.ports.ReplyLog` on the database."""

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
        ).where(people.c.id == person.id)
        async with self._database.reading() as connection:
            row = (await connection.execute(statement)).one()
        return KeptData(row.commune, row.subscribed_at, row.questions, row.votes, row.first_seen)

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        """Return the newest bulletins of *commune*, newest first."""
        statement = (
            select(bulletins.c.id, bulletins.c.title, bulletins.c.body, bulletins.c.published_at)
            .join(audiences, audiences.c.bulletin_id == bulletins.c.id)
            .where(audiences.c.commune == commune, bulletins.c.published_at.is_not(None))
            .order_by(bulletins.c.published_at.desc())
            .limit(limit)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(statement)
            return [PublishedBulletin(row.id, row.title, row.body, row.published_at) for row in rows]

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
