"""A Zalo token pair is replaced only by the one bought with it, on both engines."""

from datetime import timedelta

from sqlalchemy import select

from bot.ports.world import TokenPair
from bot.storage.database import Database
from bot.storage.tables import zalo_tokens
from bot.storage.tokens import SqlTokens
from tests.world import NOW, StoppedClock

FIRST = TokenPair("access-1", "refresh-1", NOW + timedelta(hours=25))
SECOND = TokenPair("access-2", "refresh-2", NOW + timedelta(hours=50))


async def test_the_first_pair_is_stored(database: Database) -> None:
    """Nothing is there to compare with."""
    store = SqlTokens(database, StoppedClock())
    assert await store.load("oa") is None

    assert await store.replace("oa", spent="from the environment", pair=FIRST)

    assert await store.load("oa") == FIRST


async def test_the_pair_bought_with_the_stored_one_replaces_it(database: Database) -> None:
    """The pair before is kept aside for whoever must find out what happened."""
    store = SqlTokens(database, StoppedClock())
    await store.replace("oa", spent="", pair=FIRST)

    assert await store.replace("oa", spent="refresh-1", pair=SECOND)

    assert await store.load("oa") == SECOND
    async with database.reading() as connection:
        row = (await connection.execute(select(zalo_tokens))).one()
    assert (row.previous_access_token, row.previous_refresh_token) == ("access-1", "refresh-1")


async def test_a_pair_bought_with_an_older_one_is_refused(database: Database) -> None:
    """A process that slept must not put back a token that is spent."""
    store = SqlTokens(database, StoppedClock())
    await store.replace("oa", spent="", pair=FIRST)
    await store.replace("oa", spent="refresh-1", pair=SECOND)

    assert not await store.replace("oa", spent="refresh-1", pair=FIRST)

    assert await store.load("oa") == SECOND
