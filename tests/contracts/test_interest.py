"""What people asked for and how they found it, counted for those who look after answers."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bot.desk.ports.answers import Interest
from bot.storage.database import Database
from bot.storage.day_counts import SqlDayCounter
from bot.storage.interest import SqlInterestBook
from bot.storage.tables import people, questions, votes
from tests.world import NOW

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DA_PHUC, HOA_MINH = "00430", "09574"
LONG_AGO = NOW - timedelta(days=100)
SINCE = NOW - timedelta(days=90)


def a_book(database: Database) -> SqlInterestBook:
    return SqlInterestBook(database, ZONE)


async def ask(
    database: Database, topics: str, *, decision: str = "answer", commune: str = DA_PHUC, at: datetime = NOW
) -> None:
    row = {"commune": commune, "text": "?", "decision": decision, "topics": topics, "score": 0.9, "asked_at": at}
    async with database.writing() as connection:
        await connection.execute(insert(questions).values(row))


async def vote(database: Database, topic: str, *, is_helpful: bool, commune: str = DA_PHUC, at: datetime = NOW) -> None:
    """Let somebody new say so."""
    somebody = {"channel": "web", "account": "web", "user": f"{topic}{commune}{at}{is_helpful}"}
    async with database.writing() as connection:
        person = (
            await connection.execute(
                insert(people).values(**somebody, first_seen=at, last_inbound=at).returning(people.c.id)
            )
        ).scalar_one()
        row = {"person_id": person, "topic": topic, "is_helpful": is_helpful, "commune": commune, "voted_at": at}
        await connection.execute(insert(votes).values(row))


async def test_the_answer_that_was_shown_is_counted(database: Database) -> None:
    """Not the four others that were near, and not what nobody could answer."""
    await ask(database, "ht-khai-sinh,ht-trich-luc,cc-mat")
    await ask(database, "ht-khai-sinh")
    await ask(database, "cc-mat,ht-khai-sinh", decision="suggest")
    await ask(database, "", decision="none")

    assert await a_book(database).interest(None, SINCE) == {"ht-khai-sinh": Interest(asked=2)}


async def test_days_that_were_counted_and_days_that_were_not_add_up(database: Database) -> None:
    """To the second in which the time begins, also in the middle of a day that was counted."""
    for at in (SINCE - timedelta(seconds=1), SINCE + timedelta(seconds=1), SINCE + timedelta(days=1), NOW):
        await ask(database, "cc-mat", at=at)
    await ask(database, "cc-mat", commune=HOA_MINH, at=SINCE + timedelta(days=1))
    await SqlDayCounter(database, ZONE).count_up_to((NOW - timedelta(days=1)).astimezone(ZONE).date())

    assert await a_book(database).interest(None, SINCE) == {"cc-mat": Interest(asked=4)}
    assert await a_book(database).interest([DA_PHUC], SINCE) == {"cc-mat": Interest(asked=3)}


async def test_votes_are_counted_both_ways(database: Database) -> None:
    await ask(database, "cc-mat")
    await vote(database, "cc-mat", is_helpful=True)
    await vote(database, "cc-mat", is_helpful=False)
    await vote(database, "cc-mat", is_helpful=False, commune=HOA_MINH)
    await vote(database, "ht-khai-sinh", is_helpful=True)

    assert await a_book(database).interest(None, SINCE) == {
        "cc-mat": Interest(asked=1, helpful=1, unhelpful=2),
        "ht-khai-sinh": Interest(helpful=1),
    }
    assert await a_book(database).thoughts(None, SINCE) == {
        "cc-mat": Interest(helpful=1, unhelpful=2),
        "ht-khai-sinh": Interest(helpful=1),
    }


async def test_only_ones_own_communes_count(database: Database) -> None:
    await ask(database, "cc-mat")
    await ask(database, "cc-mat", commune=HOA_MINH)
    await vote(database, "cc-mat", is_helpful=False, commune=HOA_MINH)

    assert await a_book(database).interest([DA_PHUC], SINCE) == {"cc-mat": Interest(asked=1)}
    assert await a_book(database).interest([], SINCE) == {}


async def test_what_is_long_past_does_not_count(database: Database) -> None:
    await ask(database, "cc-mat", at=LONG_AGO)
    await vote(database, "cc-mat", is_helpful=False, at=LONG_AGO)

    assert await a_book(database).interest(None, SINCE) == {}
