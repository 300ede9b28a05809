"""A sender that is killed at any instant: everyone gets the bulletin once, or is counted as in doubt."""

import asyncio
import random
from pathlib import Path

import pytest

from bot.bulletins.deliveries import State
from scheduler.sender import IN_FLIGHT
from tests.fire.field import a_telegram_field
from tests.fire.places import FINISH, WHOLE_WAY
from tests.fire.sizes import SIZES, Size


@pytest.mark.parametrize("size", SIZES)
async def test_killed_at_random_instants_everyone_gets_it_once(
    size: Size, engine: str, dice: random.Random, tmp_path: Path
) -> None:
    """SIGKILL again and again while it goes out; none is lost, none comes twice, sixteen a kill may be in doubt."""
    async with a_telegram_field(engine, tmp_path) as (field, _):
        await field.subscribe(size.recipients)
        bulletin = await field.approve()
        instants = sorted(dice.sample(range(1, size.recipients - size.blows * IN_FLIGHT), size.blows))
        for instant in instants:
            async with field.service() as service:
                await field.called(instant)
                await asyncio.sleep(dice.uniform(0, 0.05))
                await service.kill()
        async with field.service():
            await field.settled(bulletin)

        states = await field.audit(bulletin, recipients=size.recipients, ends=size.blows)
        assert set(states) <= {State.SENT, State.UNKNOWN}
        print(f"{engine}: {size.blows} kills, {states[State.UNKNOWN]} unknown")  # noqa: T201  # for the record


@pytest.mark.slow
async def test_killed_inside_every_change_of_state_it_is_all_or_nothing(engine: str, tmp_path: Path) -> None:
    """Launch, claim, record, take over, finish: each is one commit, wherever the process dies within."""
    async with a_telegram_field(engine, tmp_path) as (field, _):
        await field.subscribe(300)
        bulletin = await field.approve()
        for trap in (*WHOLE_WAY, FINISH):
            async with field.service(trap=trap) as service:
                await service.trapped()
            await field.end_leases()
        async with field.service():
            await field.settled(bulletin)

        await field.audit(bulletin, recipients=300, ends=len(WHOLE_WAY))


@pytest.mark.slow
async def test_stopped_in_order_it_leaves_nobody_in_doubt(engine: str, tmp_path: Path) -> None:
    """A deployment in the middle of a bulletin: what is in the air lands first."""
    async with a_telegram_field(engine, tmp_path) as (field, _):
        await field.subscribe(200)
        bulletin = await field.approve()
        async with field.service() as service:
            await field.called(50)
            assert await service.stop() == 0
        async with field.service():
            await field.settled(bulletin)

        assert await field.audit(bulletin, recipients=200) == {State.SENT: 200}
