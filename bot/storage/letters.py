"""Letters: one message of ours to one person, on the same way as bulletins, so that none is sent twice or lost."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.ports.world import Clock
from bot.storage.bulletin_rows import LETTER
from bot.storage.database import Database
from bot.storage.launches import IN_LEDGER
from bot.storage.tables import bulletins, deliveries, people, tallies


class SqlLetters:
    """`bot.desk.ports.bulletins.Letters` on the database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Write to *database*, dated by *clock*."""
        self._database = database
        self._clock = clock

    async def add_letter(self, person_id: int, body_markdown: str, *, picture: str = "", by: str) -> int | None:
        """Put a letter into the ledger; return its id, or None if the person cannot be written to any more."""
        now = self._clock.now()
        return await self._database.write(
            lambda connection: write_letter(connection, person_id, body_markdown, picture=picture, by=by, now=now)
        )


async def write_letter(
    connection: AsyncConnection, person_id: int, body_markdown: str, *, picture: str = "", by: str, now: datetime
) -> int | None:
    """Put a letter into the ledger within the transaction that gives a reason for it; see `SqlLetters.add_letter`."""
    there = select(people.c.channel, people.c.account, people.c.commune).where(
        people.c.id == person_id,
        people.c.gone_at.is_(None),
        people.c.channel.in_([channel.value for channel in IN_LEDGER]),
    )
    person = (await connection.execute(there)).one_or_none()
    if person is None:
        return None
    row = {
        "kind": LETTER,
        "status": Status.SENDING,
        "title": "",
        "body": body_markdown,
        "picture": picture or None,
        "author": by,
        "created_at": now,
        "due_at": now,
    }
    letter: int = (await connection.execute(insert(bulletins).values(row).returning(bulletins.c.id))).scalar_one()
    account = {"bulletin_id": letter, "channel": person.channel, "account": person.account}
    copy = {**account, "person_id": person_id, "commune": person.commune, "state": State.PENDING, "changed_at": now}
    await connection.execute(insert(deliveries).values(copy))
    await connection.execute(insert(tallies).values(**account, pending=1))
    return letter
