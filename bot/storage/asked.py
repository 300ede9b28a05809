"""What people asked, for those who look after answers: the questions that nothing helped, and what is set aside."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.ports.figures import AskedAt, MissedQuestion
from bot.messages import Decision
from bot.ports.world import Clock
from bot.storage.asked_topics import first_topic, is_of
from bot.storage.database import Database, among
from bot.storage.day_counts import asked_between
from bot.storage.tables import questions, set_aside, tickets, votes
from bot.tickets.states import TicketKind

_AT_ONCE = 500
"""Ids in one statement: SQLite takes only some thousand parameters."""


class SqlAsked:
    """`bot.desk.ports.figures.AskedBook` on the database; days are those of *zone*."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        """Read from *database*."""
        self._database = database
        self._clock = clock
        self._zone = zone

    async def missed(self, communes: Collection[str] | None, since: datetime, limit: int) -> Sequence[MissedQuestion]:
        """Return the newest questions of *communes* (None: of all) since then that nothing helped, newest first."""
        topic = first_topic(self._database)
        disliked = and_(votes.c.person_id == questions.c.person_id, votes.c.topic == topic, ~votes.c.is_helpful)
        was_disliked = votes.c.topic.is_not(None) & among(questions.c.decision, Decision.ANSWER)
        found = (
            select(
                questions.c.id,
                questions.c.commune,
                questions.c.text,
                topic.label("guess"),
                questions.c.asked_at,
                was_disliked.label("is_disliked"),
                set_aside.c.question_id.is_not(None).label("is_set_aside"),
            )
            .outerjoin(votes, disliked)
            .outerjoin(set_aside, set_aside.c.question_id == questions.c.id)
            .where(
                questions.c.asked_at > since,
                is_of(questions.c.commune, communes),
                or_(among(questions.c.decision, Decision.NONE), was_disliked),
            )
            .order_by(questions.c.asked_at.desc(), questions.c.id.desc())
            .limit(literal(limit, literal_execute=True))
        )
        async with self._database.reading() as connection:
            return [
                MissedQuestion(
                    row.id,
                    row.commune,
                    row.text,
                    row.guess,
                    row.asked_at,
                    is_disliked=bool(row.is_disliked),
                    is_set_aside=bool(row.is_set_aside),
                )
                for row in await connection.execute(found)
            ]

    async def commune_of(self, question_id: int) -> str | None:
        """Return the commune of a question, empty where none was chosen; None if there is no such question."""
        found = select(questions.c.commune).where(questions.c.id == question_id)
        async with self._database.reading() as connection:
            return (await connection.execute(found)).scalar_one_or_none()

    async def asked(self, communes: Collection[str] | None, starts: Sequence[date], last: date) -> Sequence[AskedAt]:
        """Return what was asked in *communes* (None: in all) from each of *starts* to the next, and up to *last*."""
        async with self._database.reading() as connection:
            return await asked_between(self._database, connection, self._zone, communes, starts, last)

    async def wishes_for_a_person(self, communes: Collection[str] | None, since: datetime) -> int:
        """Return how many conversations of *communes* were handed over to staff since then."""
        wished = (tickets.c.kind == TicketKind.HANDOVER) & (tickets.c.opened_at > since)
        counted = select(func.count()).select_from(tickets).where(wished, is_of(tickets.c.commune, communes))
        async with self._database.reading() as connection:
            return int((await connection.execute(counted)).scalar_one())

    async def set_aside(self, question_ids: Collection[int], by: str) -> None:
        """Let nobody be shown these questions any more."""
        now = self._clock.now()

        async def work(connection: AsyncConnection) -> None:
            for some in _parts(question_ids):
                # Only those that are still there: one may have been forgotten since the page was shown.
                there = select(questions.c.id, literal(by), literal(now, set_aside.c.at.type))
                row = self._database.upsert(set_aside).from_select(
                    ["question_id", "by", "at"], there.where(questions.c.id.in_(some))
                )
                await connection.execute(row.on_conflict_do_nothing(index_elements=["question_id"]))

        await self._database.write(work)

    async def bring_back(self, question_ids: Collection[int]) -> None:
        """Show them again."""

        async def work(connection: AsyncConnection) -> None:
            for some in _parts(question_ids):
                await connection.execute(delete(set_aside).where(set_aside.c.question_id.in_(some)))

        await self._database.write(work)


def _parts(ids: Collection[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    return (ordered[first : first + _AT_ONCE] for first in range(0, len(ordered), _AT_ONCE))
