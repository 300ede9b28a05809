"""How often each answer was needed and how it was found, counted for those who look after answers."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true

from bot.desk.ports import Interest
from bot.messages import Decision
from bot.storage.database import Database
from bot.storage.tables import questions, votes


class SqlInterestBook:
    """`bot.desk.ports.InterestBook` on the database."""

    def __init__(self, database: Database) -> None:
        """Count in *database*."""
        self._database = database

    async def interest(self, communes: Collection[str] | None, since: datetime) -> Mapping[str, Interest]:
        """Return by topic what people of *communes* (None: of all) asked and thought since then."""
        topic = first_topic(self._database).label("topic")
        was_answered = (questions.c.decision == Decision.ANSWER) & (questions.c.asked_at > since)
        asked = select(topic, func.count().label("asked")).where(was_answered, is_of(questions.c.commune, communes))
        found = select(
            votes.c.topic,
            func.sum(case((votes.c.is_helpful, 1), else_=0)).label("helpful"),
            func.sum(case((votes.c.is_helpful, 0), else_=1)).label("unhelpful"),
        ).where(votes.c.voted_at > since, is_of(votes.c.commune, communes))
        async with self._database.reading() as connection:
            times = {row.topic: row.asked for row in await connection.execute(asked.group_by(topic))}
            thought = {row.topic: row for row in await connection.execute(found.group_by(votes.c.topic))}
        return {
            name: Interest(
                times.get(name, 0),
                thought[name].helpful if name in thought else 0,
                thought[name].unhelpful if name in thought else 0,
            )
            for name in times.keys() | thought.keys()
        }


def first_topic(database: Database) -> ColumnElement[str]:
    """Return the first of a question's topics, which are kept with commas between them: the one that was shown."""
    if database.is_sqlite:
        end = func.instr(questions.c.topics + ",", ",")
        return func.substr(questions.c.topics, 1, end - 1)
    return func.split_part(questions.c.topics, ",", 1)


def is_of(commune: ColumnElement[str], communes: Collection[str] | None) -> ColumnElement[bool]:
    """Tell whether *commune* is one of *communes* (None: any)."""
    return true() if communes is None else commune.in_(sorted(communes))
