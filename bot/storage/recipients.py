"""Count who would get a bulletin, by the same rule that writes its ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import case, func, select

from bot.desk.ports.bulletins import Reach
from bot.messages import Channel
from bot.ports.bulletins import Draft
from bot.storage.database import Database
from bot.storage.launches import is_out_of_reach, recipients
from bot.storage.tables import people


class SqlRecipients:
    """`bot.desk.ports.bulletins.Recipients` on the database."""

    def __init__(self, database: Database) -> None:
        """Count in *database*."""
        self._database = database

    async def reach(self, draft: Draft, writable_since: Mapping[Channel, datetime | None]) -> list[Reach]:
        """Return how many people of each account *draft* is for, and how many of them must write first.

        An article goes to all followers of an account at once, so nobody waits for one.
        """
        windows = {**writable_since, Channel.ZALO: None} if draft.is_broadcast else writable_since
        waiting = func.sum(case((is_out_of_reach(windows), 1), else_=0))
        statement = (
            select(people.c.channel, people.c.account, func.count(), waiting)
            .where(*recipients(replace(draft, is_broadcast=False)))
            .group_by(people.c.channel, people.c.account)
            .order_by(people.c.channel, people.c.account)
        )
        async with self._database.reading() as connection:
            rows = (await connection.execute(statement)).all()
        return [Reach(Channel(channel), account, count - held, held) for channel, account, count, held in rows]
