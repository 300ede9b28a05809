"""Forget in time: what people asked, and the ids of those who left.

Deletes go in small transactions, so that a large backlog never holds up a message.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, delete, or_, select

from bot.storage.database import Database
from bot.storage.inbox_statements import OPEN_STATES
from bot.storage.tables import inbox, people, questions


class SqlRetention:
    """`bot.ports.Retention` on the database."""

    def __init__(self, database: Database, *, at_once: int = 2000) -> None:
        """Delete from *database*, at most *at_once* rows a transaction."""
        self._database = database
        self._at_once = at_once

    async def forget_questions(self, before: datetime) -> int:
        """Delete questions, messages and replies older than *before*; return how many questions and messages."""
        done = inbox.c.state.in_(["replied", "dead"])
        return await self._delete(questions, questions.c.asked_at < before) + await self._delete(
            inbox, (inbox.c.received_at < before) & done
        )

    async def forget_leavers(self, before: datetime) -> int:
        """Delete the people who left, or had themselves forgotten, before *before*; return how many."""
        left = or_(people.c.gone_at < before, people.c.forgotten_at < before)
        has_open = select(inbox.c.person_id).where(inbox.c.state.in_(OPEN_STATES))
        return await self._delete(people, left & people.c.id.not_in(has_open))

    async def _delete(self, table: Table, which: ColumnElement[bool]) -> int:
        total = 0
        while True:
            chosen = select(table.c.id).where(which).limit(self._at_once).scalar_subquery()
            async with self._database.writing() as connection:
                deleted = (await connection.execute(delete(table).where(table.c.id.in_(chosen)))).rowcount
            total += deleted
            if deleted < self._at_once:
                return total
