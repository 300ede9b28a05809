"""How often each answer was needed and how it was found, counted for those who look after answers.

Months of questions are read as they were counted day by day; only the day in which the time begins, and what is not
counted yet, is counted now.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select

from bot.desk.ports.answers import Interest
from bot.messages import Decision
from bot.storage.asked_topics import first_topic, is_of
from bot.storage.database import Database, among
from bot.storage.day_counts import asked_between, bounds
from bot.storage.tables import questions, votes


class SqlInterestBook:
    """`bot.desk.ports.answers.InterestBook` on the database; days are those of *zone*."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        """Count in *database*."""
        self._database = database
        self._zone = zone

    async def interest(self, communes: Collection[str] | None, since: datetime) -> Mapping[str, Interest]:
        """Return by topic what people of *communes* (None: of all) asked and thought since then."""
        times, thought = await self._answered(communes, since), await self.thoughts(communes, since)
        topics = times.keys() | thought.keys()
        return {topic: replace(thought.get(topic, Interest()), asked=times[topic]) for topic in topics}

    async def thoughts(self, communes: Collection[str] | None, since: datetime) -> Mapping[str, Interest]:
        """Return the same, but not how often they asked: that reads every question."""
        found = select(
            votes.c.topic,
            func.sum(case((votes.c.is_helpful, 1), else_=0)).label("helpful"),
            func.sum(case((votes.c.is_helpful, 0), else_=1)).label("unhelpful"),
        ).where(votes.c.voted_at > since, is_of(votes.c.commune, communes))
        async with self._database.reading() as connection:
            rows = await connection.execute(found.group_by(votes.c.topic))
            return {row.topic: Interest(helpful=row.helpful, unhelpful=row.unhelpful) for row in rows}

    async def _answered(self, communes: Collection[str] | None, since: datetime) -> Counter[str]:
        """Return how many questions were answered with each topic since then."""
        next_day = since.astimezone(self._zone).date() + timedelta(days=1)
        topic = first_topic(self._database).label("topic")
        that_day = (questions.c.asked_at > since) & (questions.c.asked_at < bounds(self._zone, next_day, next_day)[0])
        begun = select(topic, func.count().label("number")).where(
            that_day, among(questions.c.decision, Decision.ANSWER), is_of(questions.c.commune, communes)
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(begun.group_by(topic))
            times = Counter({row.topic: int(row.number) for row in rows})
            later = await asked_between(self._database, connection, self._zone, communes, [next_day], date.max)
        times.update({one.topic: one.number for one in later if one.decision is Decision.ANSWER})
        return times
