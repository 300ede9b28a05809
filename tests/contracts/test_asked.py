"""What people asked: what nothing helped, what is set aside, and counts that outlive the questions."""

import asyncio
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select

from bot.desk.ports.figures import AskedAt, FeedbackFigures, ReportFigures
from bot.messages import Channel, Decision
from bot.ports.reminders import Reminder
from bot.storage.asked import SqlAsked
from bot.storage.database import Database
from bot.storage.day_counts import SqlDayCounter
from bot.storage.reminders import SqlReminders
from bot.storage.report_figures import SqlReportBook
from bot.storage.tables import (
    audiences,
    bulletins,
    deliveries,
    people,
    questions,
    subscriber_days,
    tallies,
    tickets,
    votes,
)
from tests.world import NOW, StoppedClock

DA_PHUC, HOA_MINH = "00430", "09574"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TODAY = NOW.astimezone(ZONE).date()
YESTERDAY = TODAY - timedelta(days=1)
DAY = timedelta(days=1)
SINCE = NOW - timedelta(days=28)


def a_book(database: Database) -> SqlAsked:
    return SqlAsked(database, StoppedClock(), ZONE)


async def a_person(database: Database, **more: object) -> int:
    """Store somebody and return their id."""
    row = {"channel": "zalo", "account": "oa", "user": str(len(str(more))) + str(more), "commune": DA_PHUC}
    seen = {"first_seen": NOW, "last_inbound": NOW}
    async with database.writing() as connection:
        added = insert(people).values(**{**row, **seen, **more}).returning(people.c.id)
        return int((await connection.execute(added)).scalar_one())


async def ask(
    database: Database,
    text: str,
    topics: str = "",
    decision: str = "none",
    *,
    commune: str = DA_PHUC,
    at: datetime = NOW,
    person: int | None = None,
) -> int:
    """Store a question and return its id."""
    row = {"text": text, "topics": topics, "decision": decision, "commune": commune, "asked_at": at, "score": 0.5}
    async with database.writing() as connection:
        added = insert(questions).values(**row, person_id=person).returning(questions.c.id)
        return int((await connection.execute(added)).scalar_one())


async def test_what_nothing_helped_is_found(database: Database) -> None:
    """What had no answer, and what had one that whoever asked found useless; newest first."""
    person, pleased = await a_person(database, user="1"), await a_person(database, user="2")
    unanswered = await ask(database, "chỗ gửi xe", "hl-1022,cc-mat", at=NOW - DAY)
    disliked = await ask(database, "mất thẻ", "cc-mat", "answer", person=person)
    await ask(database, "mất thẻ căn cước", "cc-mat", "answer", person=pleased)
    await ask(database, "khai sinh", "ht-khai-sinh", "answer", person=person)
    async with database.writing() as connection:
        for who, is_helpful in ((person, False), (pleased, True)):
            vote = {"topic": "cc-mat", "is_helpful": is_helpful, "commune": DA_PHUC, "voted_at": NOW}
            await connection.execute(insert(votes).values(person_id=who, **vote))

    found = await a_book(database).missed(None, SINCE, 10)

    assert [(one.id, one.guess, one.is_disliked) for one in found] == [
        (disliked, "cc-mat", True),
        (unanswered, "hl-1022", False),
    ]


async def test_only_ones_own_communes_and_weeks(database: Database) -> None:
    mine = await ask(database, "chỗ gửi xe")
    await ask(database, "chỗ gửi xe", commune=HOA_MINH)
    await ask(database, "chỗ gửi xe", at=NOW - timedelta(days=30))
    book = a_book(database)

    assert [one.id for one in await book.missed([DA_PHUC], SINCE, 10)] == [mine]
    assert await book.missed([], SINCE, 10) == []
    assert await book.commune_of(mine) == DA_PHUC
    assert await book.commune_of(10**9) is None


async def test_what_is_set_aside_is_marked_and_can_come_back(database: Database) -> None:
    """One that was forgotten meanwhile is no error, nor is doing it twice."""
    asked = await ask(database, "chào em")
    book = a_book(database)

    await book.set_aside([asked, asked + 1000], "Lan")
    await book.set_aside([asked], "Bình")
    assert [one.is_set_aside for one in await book.missed(None, SINCE, 10)] == [True]

    await book.bring_back([asked])
    assert [one.is_set_aside for one in await book.missed(None, SINCE, 10)] == [False]


async def test_a_question_that_is_forgotten_leaves_no_mark(database: Database) -> None:
    asked = await ask(database, "chào em")
    await a_book(database).set_aside([asked], "Lan")

    async with database.writing() as connection:
        await connection.execute(delete(questions))

    assert await a_book(database).missed(None, SINCE, 10) == []


async def test_counts_outlive_the_questions(database: Database) -> None:
    await ask(database, "mất thẻ", "cc-mat,x", "answer", at=NOW - DAY)
    await ask(database, "mất thẻ rồi", "cc-mat", "answer", at=NOW - DAY)
    await ask(database, "thẻ", "cc-mat", "suggest", at=NOW - DAY)
    await ask(database, "xe", "cc-mat", "none", at=NOW - DAY)
    await SqlDayCounter(database, ZONE).count_up_to(YESTERDAY)
    async with database.writing() as connection:
        await connection.execute(delete(questions))
    await ask(database, "mất thẻ", "cc-mat", "answer")

    assert await a_book(database).asked([DA_PHUC], [YESTERDAY, TODAY], TODAY) == (
        AskedAt(YESTERDAY, "", Decision.NONE, 1),
        AskedAt(YESTERDAY, "cc-mat", Decision.ANSWER, 2),
        AskedAt(YESTERDAY, "cc-mat", Decision.SUGGEST, 1),
        AskedAt(TODAY, "cc-mat", Decision.ANSWER, 1),
    )
    assert await a_book(database).asked([HOA_MINH], [YESTERDAY, TODAY], TODAY) == ()


async def test_days_are_added_up_to_the_next_start(database: Database) -> None:
    """Those that were counted and those that were not yet; what lies before the first or after the last is left out."""
    for days_ago in (9, 8, 7, 2, 1, 0):
        await ask(database, "mất thẻ", "cc-mat", "answer", at=NOW - days_ago * DAY)
    await ask(database, "mất thẻ", "cc-mat", "suggest", at=NOW - DAY)
    await SqlDayCounter(database, ZONE).count_up_to(TODAY - 2 * DAY)

    assert await a_book(database).asked(None, [TODAY - 8 * DAY, TODAY - 2 * DAY], YESTERDAY) == (
        AskedAt(TODAY - 8 * DAY, "cc-mat", Decision.ANSWER, 2),
        AskedAt(TODAY - 2 * DAY, "cc-mat", Decision.ANSWER, 2),
        AskedAt(TODAY - 2 * DAY, "cc-mat", Decision.SUGGEST, 1),
    )


async def test_a_day_is_counted_once(database: Database) -> None:
    """However often and by however many it is tried, also what came late into a day that was counted."""
    await ask(database, "xe", at=NOW - 3 * DAY)
    counters = [SqlDayCounter(database, ZONE) for _ in range(2)]

    assert sorted([await counter.count_up_to(YESTERDAY) for counter in counters]) == [0, 3]
    await ask(database, "xe", at=NOW - 3 * DAY)

    [one] = await a_book(database).asked(None, [TODAY - 10 * DAY], TODAY)
    assert one.number == 1


async def test_days_are_local_days(database: Database) -> None:
    """Half past midnight here is the evening before in UTC."""
    midnight = datetime(2026, 11, 20, 0, 30, tzinfo=ZONE)
    await ask(database, "xe", at=midnight)
    await SqlDayCounter(database, ZONE).count_up_to(date(2026, 11, 20))

    [one] = await a_book(database).asked(None, [date(2026, 11, 19), date(2026, 11, 20)], date(2026, 11, 30))

    assert one.day == date(2026, 11, 20)


async def test_subscribers_are_counted_of_the_day_that_just_ended(database: Database) -> None:
    """Of a day that was missed nobody knows them any more."""
    await ask(database, "xe", at=NOW - 2 * DAY)
    await a_person(database, user="a", subscribed_at=NOW)
    await a_person(database, user="b", subscribed_at=NOW, gone_at=NOW)
    await a_person(database, user="c")

    await SqlDayCounter(database, ZONE).count_up_to(YESTERDAY)

    async with database.reading() as connection:
        rows = (await connection.execute(select(subscriber_days))).all()
    assert [tuple(row) for row in rows] == [(DA_PHUC, YESTERDAY, "zalo", 1)]


# Reports


async def a_bulletin(database: Database, number: int, *communes: str, at: datetime = NOW, **tally: int) -> None:
    row = {"id": number, "title": f"Tin {number}", "body": "x", "status": "sent", "created_at": at, "published_at": at}
    async with database.writing() as connection:
        await connection.execute(insert(bulletins).values(**row))
        for commune in communes:
            await connection.execute(insert(audiences).values(bulletin_id=number, commune=commune))
        if tally:
            key = {"bulletin_id": number, "channel": "zalo", "account": "oa"}
            await connection.execute(insert(tallies).values(**key, **tally))


async def figures(
    database: Database, *communes: str, first: date = TODAY - 30 * DAY, last: date = TODAY
) -> ReportFigures:
    return await SqlReportBook(database, ZONE).figures(communes or (DA_PHUC,), first, last, NOW)


async def test_a_report_tells_of_each_bulletin_what_became_of_it(database: Database) -> None:
    await a_bulletin(database, 1, DA_PHUC, sent=5, held=3, failed=1, unknown=2)
    await a_bulletin(database, 2, HOA_MINH, sent=9)
    await a_bulletin(database, 3, DA_PHUC, at=NOW - 60 * DAY)

    [one] = (await figures(database)).bulletins

    assert one.title == "Tin 1"
    assert {state.value: number for state, number in one.counts.items() if number} == {
        "sent": 5,
        "held": 3,
        "failed": 1,
        "unknown": 2,
    }


async def test_of_a_shared_bulletin_only_ones_own_people_count(database: Database) -> None:
    await a_bulletin(database, 1, DA_PHUC, HOA_MINH, sent=3)
    async with database.writing() as connection:
        for person, commune in ((1, DA_PHUC), (2, HOA_MINH), (3, HOA_MINH)):
            copy = {"bulletin_id": 1, "person_id": person, "channel": "zalo", "account": "oa", "commune": commune}
            await connection.execute(insert(deliveries).values(**copy, state="sent", changed_at=NOW))

    async def sent(*communes: str) -> int:
        [one] = (await figures(database, *communes)).bulletins
        return sum(one.counts.values())

    assert [await sent(DA_PHUC), await sent(HOA_MINH), await sent(DA_PHUC, HOA_MINH)] == [1, 2, 3]


async def test_feedback_is_in_time_late_waiting_or_overdue(database: Database) -> None:
    soon, past = NOW + DAY, NOW - DAY
    cases = (
        (soon, NOW),  # in time
        (None, NOW),  # nobody was promised a day
        (past, NOW),  # late
        (soon, None),  # waiting
        (past, None),  # overdue
    )
    async with database.writing() as connection:
        for due, answered in cases:
            row = {"kind": "feedback", "commune": DA_PHUC, "text": "đèn hỏng", "opened_at": NOW - 2 * DAY}
            await connection.execute(insert(tickets).values(**row, due_at=due, answered_at=answered))

    found = await figures(database)

    assert found.feedback == FeedbackFigures(received=5, on_time=2, late=1, waiting=1, overdue=1)
    assert found.handovers == FeedbackFigures()


async def test_subscribers_before_and_after(database: Database) -> None:
    """Before nobody counted, nothing is said; up to today it is those of now."""
    await a_person(database, user="a", subscribed_at=NOW)
    await SqlDayCounter(database, ZONE).count_up_to(YESTERDAY)
    await a_person(database, user="b", subscribed_at=NOW)

    unknown = (await figures(database)).subscribers
    known = (await figures(database, first=TODAY)).subscribers

    assert (unknown.before, unknown.after) == (None, {Channel.ZALO: 2})
    assert (known.before, known.after) == ({Channel.ZALO: 1}, {Channel.ZALO: 2})


async def test_a_reminder_is_sent_once_under_its_name(database: Database) -> None:
    """Whichever process thinks of it, and however often."""
    person = await a_person(database, user="a")
    books = [SqlReminders(database, StoppedClock()) for _ in range(2)]
    letter = [Reminder(person, "Sắp đến hạn báo cáo")]

    sent = await asyncio.gather(*(book.remind("report-2026-q4", letter, by="Loa Xã") for book in books))

    assert sorted(sent) == [False, True]
    async with database.reading() as connection:
        bodies = (await connection.execute(select(bulletins.c.body))).scalars().all()
    assert bodies == ["Sắp đến hạn báo cáo"]
