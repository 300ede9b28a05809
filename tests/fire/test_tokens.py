"""Zalo's token is renewed while a bulletin goes out, and whoever renews it freezes or dies over it.

A refresh token works once. Between Zalo's answer and our commit the new pair exists only in one process.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGSTOP

import pytest

from bot.bulletins.deliveries import State
from bot.channels.zalo.codes import GRANT
from bot.clock import SystemClock
from bot.ports.world import TokenPair
from bot.storage.tokens import SqlTokens
from tests.crash.service import Trap
from tests.crash.services import until
from tests.fakes.zalo import FakeZalo
from tests.fire.crew import FROZEN_SECONDS, a_crew
from tests.fire.field import Field, a_zalo_field

pytestmark = pytest.mark.slow

NEW_PAIR = "INSERT INTO zalo_tokens"
"""Between Zalo's answer and the commit."""


async def connect(field: Field, fake: FakeZalo) -> None:
    """Store the pair that an admin's consent brings, as `loaxa zalo connect` does."""
    store = SqlTokens(field.database, SystemClock())
    before = await store.load(fake.oa_id)
    issued = fake.issue_tokens()
    pair = TokenPair(issued["access_token"], issued["refresh_token"], datetime.now(UTC) + timedelta(hours=1))
    assert await store.replace(fake.oa_id, spent=before.refresh_token if before else "", pair=pair)


async def paused(field: Field, bulletin: int) -> None:
    """Wait until the account waits for a human because of its token, and nothing is in flight."""

    async def holds() -> bool:
        held = await field.ledger.held()
        return bool(held and held.reason == GRANT) and not (await field.states(bulletin))[State.SENDING]

    await until(holds)


async def stored(field: Field, fake: FakeZalo) -> None:
    """Wait until the stored pair is the one that Zalo takes."""
    store = SqlTokens(field.database, SystemClock())

    async def holds() -> bool:
        pair = await store.load(fake.oa_id)
        return bool(pair and pair.access_token == fake.access_token)

    await until(holds)


@pytest.mark.parametrize(("engine", "processes"), [("sqlite", 1), ("postgresql", 2)])
async def test_a_token_that_expires_in_mid_send_costs_nobody_the_bulletin(
    engine: str, processes: int, tmp_path: Path
) -> None:
    """What was refused with the old one goes out with the new one, and one process renews for all."""
    async with a_zalo_field(engine, tmp_path) as (field, zalo):
        await connect(field, zalo.fake)
        async with a_crew(field, processes):
            await field.subscribe(200)
            bulletin = await field.approve()
            await field.called(80)
            zalo.fake.expire_access_token()
            await field.settled(bulletin)

        assert await field.audit(bulletin, recipients=200) == {State.SENT: 200}
        assert zalo.fake.books.calls["token:0"] == 1


async def test_a_pair_that_dies_with_its_process_burns_nobody(engine: str, tmp_path: Path) -> None:
    """It needs a human: until then the account waits, and nobody's copy is spent on it."""
    async with a_zalo_field(engine, tmp_path) as (field, zalo):
        await connect(field, zalo.fake)
        await field.subscribe(100)
        bulletin = await field.approve()
        async with field.service(trap=Trap(NEW_PAIR)) as service:
            await field.called(30)
            zalo.fake.expire_access_token()
            await service.trapped()
        async with field.service():
            await paused(field, bulletin)
            states = await field.states(bulletin)
            assert set(states) <= {State.SENT, State.PENDING, State.UNKNOWN}
            assert states[State.PENDING]
            await connect(field, zalo.fake)
            await field.ledger.release()
            await field.settled(bulletin)

        states = await field.audit(bulletin, recipients=100, ends=1)
        assert set(states) <= {State.SENT, State.UNKNOWN}


async def test_a_pair_that_sleeps_with_its_process_is_stored_when_it_wakes(tmp_path: Path) -> None:
    """Another process finds the old one spent and calls a human; the sleeper's pair still counts, lease or not."""
    async with a_zalo_field("postgresql", tmp_path) as (field, zalo):
        await connect(field, zalo.fake)
        async with a_crew(field, 0) as crew:
            for _ in range(2):  # whichever sends; the other one never gets a pair to store
                await crew.join(Trap(NEW_PAIR, by=SIGSTOP))
            await field.subscribe(100)
            bulletin = await field.approve()
            await field.called(30)
            zalo.fake.expire_access_token()
            sleeper = await crew.trapped()
            await asyncio.sleep(FROZEN_SECONDS)
            await paused(field, bulletin)
            sleeper.thaw()
            await stored(field, zalo.fake)
            await field.ledger.release()
            await field.settled(bulletin)

        states = await field.audit(bulletin, recipients=100, ends=1)
        assert set(states) <= {State.SENT, State.UNKNOWN}
