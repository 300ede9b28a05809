"""Several processes on one PostgreSQL: whatever happens to the one that sends, another goes on.

On SQLite there is one process; what can happen to it stands in the other modules.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from signal import SIGSTOP

import pytest

from bot.bulletins.deliveries import State
from scheduler.sender import IN_FLIGHT, SendStage
from tests.crash.service import Trap
from tests.crash.services import until
from tests.fire.crew import FROZEN_SECONDS, LEASE_SECONDS, Crew, a_crew
from tests.fire.cutting import away, cut_off
from tests.fire.field import a_telegram_field
from tests.fire.places import CLAIM, RECORD
from tests.fire.sizes import SIZES, Size

SECONDS_A_BLOW = 3
"""So long does the platform let the whole bulletin take for each blow, or it were through before the last one falls."""


async def kill(crew: Crew) -> None:
    """The machine of the sender burns down, and another is set up."""
    sender = await crew.sender()
    await sender.kill()
    await crew.join()


async def freeze(crew: Crew) -> None:
    """The sender sleeps for three leases; when it wakes it may still believe that it sends."""
    sender = await crew.sender()
    sender.freeze()
    await asyncio.sleep(FROZEN_SECONDS)
    sender.thaw()


async def cut(crew: Crew) -> None:
    """The sender loses its connections to the database, and nothing else; if it is just connecting, then those."""

    async def holds() -> bool:
        sender = await crew.sender()
        return bool(await cut_off(crew.field.url, sender.pid))

    await until(holds)


BLOWS: Mapping[str, Callable[[Crew], Awaitable[None]]] = {"kill": kill, "freeze": freeze, "cut": cut}


def blows(number: int, dice: random.Random) -> Sequence[str]:
    """Return *number* blows, of each kind about as many, in any order."""
    names = ([*BLOWS] * number)[:number]
    dice.shuffle(names)
    return names


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("processes", [pytest.param(2, marks=pytest.mark.fire), 3])
async def test_whatever_happens_to_the_sender_another_goes_on(
    processes: int, size: Size, dice: random.Random, tmp_path: Path
) -> None:
    """Killed, frozen for three leases, cut off from the database: nobody gets it twice, and nobody is forgotten."""
    number = max(len(BLOWS), size.blows // 5)
    async with a_telegram_field("postgresql", tmp_path) as (field, telegram), a_crew(field, processes) as crew:
        telegram.behave(latency_ms=1000 * number * SECONDS_A_BLOW * IN_FLIGHT / size.recipients)
        await field.subscribe(size.recipients)
        bulletin = await field.approve()
        instants = sorted(dice.sample(range(1, size.recipients - number * IN_FLIGHT), number))
        for instant, name in zip(instants, blows(number, dice), strict=True):
            await field.called(instant)
            print(f"{name} after {instant} calls")  # noqa: T201  # shown where the test fails
            await BLOWS[name](crew)
        await field.settled(bulletin)

        states = await field.audit(bulletin, recipients=size.recipients, ends=number)
        assert set(states) <= {State.SENT, State.UNKNOWN}
        print(f"{processes} processes: {number} blows, {states[State.UNKNOWN]} unknown")  # noqa: T201  # for the record


@pytest.mark.slow
@pytest.mark.fire
@pytest.mark.parametrize("place", [pytest.param(CLAIM, id="claiming"), pytest.param(RECORD, id="recording")])
async def test_frozen_within_a_commit_it_holds_nobody_up(place: str, tmp_path: Path) -> None:
    """It holds locks on its lease and its deliveries, and may never wake; another finishes, and it changes nothing."""
    async with a_telegram_field("postgresql", tmp_path) as (field, _), a_crew(field, 0) as crew:
        await field.subscribe(100)
        bulletin = await field.approve()
        frozen = await crew.join(Trap(place, by=SIGSTOP))
        await frozen.trapped()
        await crew.join()
        await field.settled(bulletin)
        before = await field.audit(bulletin, recipients=100, ends=1)
        frozen.thaw()
        await asyncio.sleep(LEASE_SECONDS)

        assert await field.audit(bulletin, recipients=100, ends=1) == before
        assert frozen.is_alive


@pytest.mark.slow
async def test_whoever_wakes_without_its_lease_calls_nobody(tmp_path: Path) -> None:
    """It froze with sixteen claimed and none of them called; when it wakes, they are no longer its own."""
    async with a_telegram_field("postgresql", tmp_path) as (field, telegram), a_crew(field, 0) as crew:
        await field.subscribe(100)
        bulletin = await field.approve()
        frozen = await crew.join(Trap(SendStage.CLAIMED, by=SIGSTOP))
        await frozen.trapped()
        await crew.join()
        await field.settled(bulletin)
        frozen.thaw()
        await asyncio.sleep(LEASE_SECONDS)

        states = await field.audit(bulletin, recipients=100, ends=1)
        assert states[State.UNKNOWN]
        assert telegram.calls() == states[State.SENT]


@pytest.mark.slow
async def test_a_database_that_restarts_in_mid_send_costs_nobody_the_bulletin(tmp_path: Path) -> None:
    """Two seconds without a database: what is in flight lands and is recorded when it is back."""
    async with a_telegram_field("postgresql", tmp_path) as (field, _), a_crew(field, 2) as crew:
        await field.subscribe(300)
        bulletin = await field.approve()
        await field.called(100)
        async with away(field.url):
            await asyncio.sleep(LEASE_SECONDS)
        await field.settled(bulletin)

        states = await field.audit(bulletin, recipients=300, ends=1)
        assert set(states) <= {State.SENT, State.UNKNOWN}
        assert all(service.is_alive for service in crew.services)
