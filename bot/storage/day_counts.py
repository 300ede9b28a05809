"""Each day's questions and subscribers as numbers that stay: questions are forgotten after months, reports cover years.

A day is counted once it is over, in one transaction with the mark that it was. Numbers name nobody, so they stay when
somebody has themselves forgotten.
"""

from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.ports.figures import AskedAt
from bot.messages import Decision
from bot.storage.asked_topics import first_topic, is_of
from bot.storage.database import Database
from bot.storage.tables import asked_days, counted_days, people, questions, subscriber_days

_DAY = timedelta(days=1)


class SqlDayCounter:
    """`bot.ports.world.DayCounter` on the database; days are those of *zone*."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        """Count in *database*."""
        self._database = database
        self._zone = zone

    async def count_up_to(self, last: date) -> int:
        """Count every local day up to *last* that was not counted, once over all processes; return how many."""
        async with self._database.reading() as connection:
            newest = await _newest_counted(connection)
            asked = await _asked_on(connection, self._zone)
        first = newest + _DAY if newest else min(last, asked[0] if asked else last)
        return sum([await self._count(day, is_newest=day == last) for day in _days(first, last)])

    async def _count(self, day: date, *, is_newest: bool) -> bool:
        """Count *day*, if nobody else does; return whether it was done. Who subscribes now is of the newest day."""

        async def work(connection: AsyncConnection) -> bool:
            row = self._database.upsert(counted_days).values(day=day, has_subscribers=is_newest)
            mine = row.on_conflict_do_nothing(index_elements=["day"]).returning(counted_days.c.day)
            if (await connection.execute(mine)).scalar_one_or_none() is None:
                return False
            grouped = _grouped(self._database, self._zone, day).add_columns(questions.c.commune, _literal(day))
            columns = ["decision", "topic", "number", "commune", "day"]
            await connection.execute(insert(asked_days).from_select(columns, grouped.group_by(questions.c.commune)))
            if is_newest:
                there = subscribed(None).add_columns(people.c.commune, _literal(day)).group_by(people.c.commune)
                columns = ["channel", "number", "commune", "day"]
                await connection.execute(insert(subscriber_days).from_select(columns, there))
            return True

        return await self._database.write(work)


async def asked_between(
    database: Database,
    connection: AsyncConnection,
    zone: ZoneInfo,
    communes: Collection[str] | None,
    starts: Sequence[date],
    last: date,
) -> tuple[AskedAt, ...]:
    """Return what *communes* asked up to the day *last*: as it was counted, and what is not yet.

    The days from one of *starts*, oldest first, to the next are added up by the database: a year of days and topics
    would be a hundred thousand rows.
    """
    first, counts = starts[0], asked_days.c
    begun = case(*((counts.day >= start, _literal(start)) for start in reversed(starts))).label("begun")
    kept = select(begun, counts.topic, counts.decision, func.sum(counts.number))
    kept = kept.where(counts.day.between(first, last), is_of(counts.commune, communes))
    kept = kept.group_by(begun, counts.topic, counts.decision)
    found = Counter({(day, topic, end): int(number) for day, topic, end, number in await connection.execute(kept)})
    newest, asked = await _newest_counted(connection), await _asked_on(connection, zone)
    if asked:
        begin = max(first, asked[0], newest + _DAY if newest else first)
        for day in _days(begin, min(last, asked[1])):
            rows = await connection.execute(_grouped(database, zone, day).where(is_of(questions.c.commune, communes)))
            start = starts[bisect(starts, day) - 1]
            found.update({(start, row.topic, row.decision): row.number for row in rows})
    return tuple(AskedAt(day, topic, Decision(end), number) for (day, topic, end), number in sorted(found.items()))


async def counted_from(connection: AsyncConnection, zone: ZoneInfo) -> date | None:
    """Return the first day of which anything that was asked is known; None where nothing is."""
    oldest = (await connection.execute(select(func.min(counted_days.c.day)))).scalar_one_or_none()
    asked = await _asked_on(connection, zone)
    return min(filter(None, [oldest, asked[0] if asked else None]), default=None)


def subscribed(communes: Collection[str] | None) -> Select[str, int]:
    """Select how many people of *communes* (None: of all) get bulletins now, by channel."""
    now = people.c.subscribed_at.is_not(None) & people.c.gone_at.is_(None)
    counted = select(people.c.channel, func.count().label("number"))
    return counted.where(now, is_of(people.c.commune, communes)).group_by(people.c.channel)


def bounds(zone: ZoneInfo, first: date, last: date) -> tuple[datetime, datetime]:
    """Return when the day *first* begins and when the day *last* has ended."""
    return datetime.combine(first, time(), zone), datetime.combine(last + _DAY, time(), zone)


def _grouped(database: Database, zone: ZoneInfo, day: date) -> Select[str, str, int]:
    """Select how often each end and topic came on *day*; what found no answer has no topic."""
    begin, end = bounds(zone, day, day)
    topic = case((questions.c.decision == Decision.NONE, ""), else_=first_topic(database)).label("topic")
    counted = select(questions.c.decision, topic, func.count().label("number"))
    return counted.where(questions.c.asked_at >= begin, questions.c.asked_at < end).group_by(
        questions.c.decision, topic
    )


async def _newest_counted(connection: AsyncConnection) -> date | None:
    day: date | None = (await connection.execute(select(func.max(counted_days.c.day)))).scalar_one_or_none()
    return day


async def _asked_on(connection: AsyncConnection, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return the days of the oldest and the newest question that is kept."""
    ends = select(func.min(questions.c.asked_at), func.max(questions.c.asked_at))
    oldest, newest = (await connection.execute(ends)).one()
    return (oldest.astimezone(zone).date(), newest.astimezone(zone).date()) if oldest else None


def _literal(day: date) -> ColumnElement[date]:
    return literal(day, asked_days.c.day.type)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=more) for more in range((last - first).days + 1))
