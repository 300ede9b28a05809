"""Pretend subscribers: as many as asked for, and never beside a real one."""

import pytest
from sqlalchemy import func, select

from bot.errors import OperatorError
from bot.messages import Channel
from bot.storage.database import Database
from bot.storage.rehearsal import Cast, seed
from bot.storage.tables import people
from tests.contracts.ledger_world import ACCOUNT, COMMUNE, FixedClock, LedgerWorld


@pytest.mark.parametrize("channel", [Channel.TELEGRAM, Channel.ZALO])
async def test_as_many_as_asked_for_and_no_more(database: Database, channel: Channel) -> None:
    """Asking twice makes up nobody twice; asking for more makes up the rest."""
    clock = FixedClock()

    assert await seed(database, clock, Cast(channel, ACCOUNT, COMMUNE, 30)) == 30
    assert await seed(database, clock, Cast(channel, ACCOUNT, COMMUNE, 30)) == 0
    assert await seed(database, clock, Cast(channel, ACCOUNT, COMMUNE, 50)) == 20

    subscribed = select(func.count()).select_from(people).where(people.c.subscribed_at.is_not(None))
    async with database.reading() as connection:
        assert (await connection.execute(subscribed)).scalar_one() == 50


async def test_where_real_people_are_nobody_is_made_up(database: Database) -> None:
    """Nobody real ever gets a rehearsal."""
    await LedgerWorld(database).subscribe(1, user="12345678")

    with pytest.raises(OperatorError, match="real people"):
        await seed(database, FixedClock(), Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, 5))
