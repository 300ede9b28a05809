"""Reminders that are sent once: the row with their name decides, whoever thinks of them how often."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.ports.reminders import Reminder
from bot.ports.world import Clock
from bot.storage.database import Database
from bot.storage.letters import write_letter
from bot.storage.tables import reminders as sent


class SqlReminders:
    """`bot.ports.reminders.ReminderBook` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Keep in *database* what was sent, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def remind(self, name: str, reminders: Sequence[Reminder], *, by: str) -> bool:
        """Send *reminders*, unless those called *name* were; return whether they were sent now."""

        async def work(connection: AsyncConnection) -> bool:
            now = self._clock.now()
            row = self._database.upsert(sent).values(name=name, sent_at=now)
            mine = row.on_conflict_do_nothing(index_elements=["name"]).returning(sent.c.name)
            if (await connection.execute(mine)).scalar_one_or_none() is None:
                return False
            for one in reminders:
                await write_letter(connection, one.person_id, one.text, by=by, now=now)
            return True

        return await self._database.write(work)
