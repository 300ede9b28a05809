"""The figures of reports: what went out and reached whom, what was asked, what was answered in time.

Kept counts are read wherever they say enough. Only a bulletin for several communes, of which some are reported, is
counted from its deliveries, in the index that says bulletin, commune and state and nothing more.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, case, exists, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.desk.ports.figures import FeedbackFigures, ReportFigures, SentBulletin, SubscriberFigures
from bot.messages import Channel
from bot.storage.bulletin_rows import BULLETIN
from bot.storage.bulletin_shares import shares
from bot.storage.database import Database
from bot.storage.day_counts import asked_between, bounds, counted_from, subscribed
from bot.storage.tables import audiences, bulletins, counted_days, subscriber_days, tallies, tickets
from bot.tickets.states import TicketKind

_COUNT_MAY_BE_OLD = timedelta(days=3)
"""How many days before the one asked for subscribers may have been counted: a machine is off over a weekend."""

Counts = dict[int, Counter[State]]


class SqlReportBook:
    """`bot.desk.ports.figures.ReportBook` on the database; days are those of *zone*."""

    def __init__(self, database: Database, zone: ZoneInfo) -> None:
        """Read from *database*."""
        self._database = database
        self._zone = zone

    async def figures(self, communes: Collection[str], first: date, last: date, now: datetime) -> ReportFigures:
        """Return what *communes* did and were asked from the day *first* to the day *last*, both included."""
        span = bounds(self._zone, first, last)
        async with self._database.reading() as connection:
            return ReportFigures(
                bulletins=await _sent(connection, communes, *span),
                asked=await asked_between(self._database, connection, self._zone, communes, [first], last),
                feedback=await _answered(connection, TicketKind.FEEDBACK, communes, span, now),
                handovers=await _answered(connection, TicketKind.HANDOVER, communes, span, now),
                subscribers=SubscriberFigures(
                    await _counted_on(connection, communes, first - timedelta(days=1)),
                    await _subscribers_after(connection, communes, last, now.astimezone(self._zone).date()),
                ),
                counted_from=await counted_from(connection, self._zone),
            )


async def _sent(
    connection: AsyncConnection, communes: Collection[str], begin: datetime, end: datetime
) -> tuple[SentBulletin, ...]:
    """Return the bulletins for any of *communes* whose sending began from *begin* until just before *end*."""
    for_them = exists().where(audiences.c.bulletin_id == bulletins.c.id, audiences.c.commune.in_(sorted(communes)))
    began = (bulletins.c.published_at >= begin) & (bulletins.c.published_at < end)
    elsewhere = exists().where(audiences.c.bulletin_id == bulletins.c.id, audiences.c.commune.not_in(sorted(communes)))
    found = select(bulletins, elsewhere.label("is_shared")).where(bulletins.c.kind == BULLETIN, began, for_them)
    rows = (await connection.execute(found.order_by(bulletins.c.published_at, bulletins.c.id))).all()
    counts = await _kept_counts(connection, [row.id for row in rows if not row.is_shared])
    counts |= await _counts_of(connection, [row.id for row in rows if row.is_shared], communes)
    return tuple(_bulletin(row, counts.get(row.id, Counter())) for row in rows)


def _bulletin(row: Row[Any], counts: Counter[State]) -> SentBulletin:
    return SentBulletin(
        id=row.id,
        title=row.title,
        published_at=row.published_at,
        counts={state: counts[state] for state in State},
        is_urgent=row.is_urgent,
        is_correction=row.corrects is not None,
        is_broadcast=row.way == "broadcast",
        is_stopped=row.status == Status.STOPPED,
    )


async def _kept_counts(connection: AsyncConnection, ids: Sequence[int]) -> Counts:
    """Return the kept counts of bulletins that are for nobody else."""
    sums = [func.sum(tallies.c[state.value]).label(state.value) for state in State]
    found = select(tallies.c.bulletin_id, *sums).where(tallies.c.bulletin_id.in_(ids)).group_by(tallies.c.bulletin_id)
    rows = (await connection.execute(found)).mappings()
    return {row["bulletin_id"]: Counter({state: int(row[state.value]) for state in State}) for row in rows}


async def _counts_of(connection: AsyncConnection, ids: Sequence[int], communes: Collection[str]) -> Counts:
    """Return how many deliveries of bulletins in *communes* are in each state."""
    counts = defaultdict[int, Counter[State]](Counter)
    if ids:
        for bulletin_id, state, number in await connection.execute(shares(ids, communes)):
            counts[bulletin_id][State(state)] = number
    return counts


async def _answered(
    connection: AsyncConnection,
    kind: TicketKind,
    communes: Collection[str],
    span: tuple[datetime, datetime],
    now: datetime,
) -> FeedbackFigures:
    """Return what became of the tickets of *kind* that were opened in *span*. Without a due day nothing is late."""
    begin, end = span
    came = (tickets.c.opened_at >= begin) & (tickets.c.opened_at < end) & (tickets.c.kind == kind)
    is_answered = tickets.c.answered_at.is_not(None)
    done_at = func.coalesce(tickets.c.answered_at, literal(now, tickets.c.due_at.type))
    # What the citizen wrote after an answer is due later, and makes no late answer one in time.
    due_at = func.coalesce(tickets.c.first_due_at, tickets.c.due_at)
    is_late = due_at.is_not(None) & (due_at < done_at)
    fate = case(
        (is_answered & is_late, "late"),
        (is_answered, "on_time"),
        (is_late, "overdue"),
        else_="waiting",
    ).label("fate")
    mine = select(fate).where(came, tickets.c.commune.in_(sorted(communes))).subquery()
    found = select(mine.c.fate, func.count().label("number")).group_by(mine.c.fate)
    numbers = {row.fate: int(row.number) for row in await connection.execute(found)}
    return FeedbackFigures(received=sum(numbers.values()), **numbers)


async def _subscribers_after(
    connection: AsyncConnection, communes: Collection[str], last: date, today: date
) -> Mapping[Channel, int] | None:
    if last >= today:
        rows = await connection.execute(subscribed(communes))
        return {Channel(row.channel): row.number for row in rows}
    return await _counted_on(connection, communes, last)


async def _counted_on(
    connection: AsyncConnection, communes: Collection[str], day: date
) -> Mapping[Channel, int] | None:
    """Return who subscribed at the end of *day*, or of the newest day shortly before it that was counted."""
    near = counted_days.c.day.between(day - _COUNT_MAY_BE_OLD, day) & counted_days.c.has_subscribers
    counted = (await connection.execute(select(func.max(counted_days.c.day)).where(near))).scalar_one_or_none()
    if counted is None:
        return None
    mine = (subscriber_days.c.day == counted) & subscriber_days.c.commune.in_(sorted(communes))
    found = select(subscriber_days.c.channel, func.sum(subscriber_days.c.number)).where(mine)
    rows = await connection.execute(found.group_by(subscriber_days.c.channel))
    return {Channel(channel): int(number) for channel, number in rows}
