"""Every process says which content it serves, and hears what the others do."""

from sqlalchemy import update

from bot.ports.serving import Served
from bot.storage.database import Database
from bot.storage.served import ALIVE_SECONDS, SqlServedBook
from bot.storage.tables import content_served


async def as_if(database: Database, process: str, **seconds_ago: float) -> None:
    """Move what *process* said into the past."""
    values = {name: content_served.c[name] - seconds for name, seconds in seconds_ago.items()}
    async with database.writing() as connection:
        await connection.execute(update(content_served).where(content_served.c.process == process).values(values))


def fingerprints(everyone: list[Served]) -> dict[str, str]:
    return {one.process: one.fingerprint for one in everyone}


async def test_processes_hear_of_each_other(database: Database) -> None:
    await SqlServedBook(database, "a").beat("cũ")

    assert fingerprints(list(await SqlServedBook(database, "b").beat("mới"))) == {"a": "cũ", "b": "mới"}


async def test_a_start_is_no_change(database: Database) -> None:
    [me] = await SqlServedBook(database, "a").beat("cũ")

    assert me.changed_seconds_ago is None


async def test_saying_the_same_again_changes_nothing_but_that_it_lives(database: Database) -> None:
    book = SqlServedBook(database, "a")
    await book.beat("cũ")
    await as_if(database, "a", loaded=500, seen=10)

    [me] = await book.beat("cũ")

    assert me.changed_seconds_ago is None
    assert me.loaded_seconds_ago >= 500


async def test_other_content_is_a_change_from_now_on(database: Database) -> None:
    book = SqlServedBook(database, "a")
    await book.beat("cũ")
    await as_if(database, "a", loaded=500, seen=10)

    await book.beat("mới")
    await as_if(database, "a", loaded=50, changed=50)
    [me] = await book.beat("mới")

    assert me.changed_seconds_ago == me.loaded_seconds_ago
    assert 50 <= me.loaded_seconds_ago < 500


async def test_the_dead_are_not_heard(database: Database) -> None:
    await SqlServedBook(database, "a").beat("cũ")
    await as_if(database, "a", seen=ALIVE_SECONDS + 1)

    assert fingerprints(list(await SqlServedBook(database, "b").beat("mới"))) == {"b": "mới"}


async def test_the_long_dead_are_forgotten(database: Database) -> None:
    await SqlServedBook(database, "a").beat("cũ")
    await as_if(database, "a", seen=3600)

    await SqlServedBook(database, "b").beat("mới")
    everyone = await SqlServedBook(database, "a").beat("cũ")

    assert next(one for one in everyone if one.process == "a").loaded_seconds_ago < 3000
