"""People write while bulletins go out: whoever leaves gets nothing more, and whoever waited gets it once."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.app import Role
from bot.bulletins.deliveries import State
from tests.crash.service import Trap
from tests.crash.services import ServiceProcess, until
from tests.fakes.zalo_webhooks import Event, ZaloWebhooks
from tests.fire.crew import a_crew
from tests.fire.field import Field, a_telegram_field, a_zalo_field
from tests.fire.places import COUNTS

pytestmark = pytest.mark.slow

LONG_AGO = timedelta(days=3)
"""Zalo lets an account write to somebody for 48 hours after their last word."""

MOVING = (Trap("UPDATE deliveries"), Trap(COUNTS))
"""Where a process that sends nothing touches the ledger: when it handles what somebody wrote."""


def words(field: Field, number: int, text: str, copy: int = 0) -> Event:
    """Return the event of the person *number* writing *text* just now, for the *copy*-th time."""
    message = {"msg_id": f"{text}-{number}-{copy}", "text": text}
    now = str(int(time.time() * 1000))
    return ZaloWebhooks("").message(field.front.user(number), "user_send_text", message, timestamp=now)


async def bring(service: ServiceProcess, events: Sequence[Event]) -> None:
    """Deliver *events* all at once; the process may die over them."""
    async with ZaloWebhooks(service.webhook) as zalo:
        with suppress(aiohttp.ClientError):
            await asyncio.gather(*(zalo.bring(event) for event in events))


async def became(field: Field, bulletin: int, **states: int) -> None:
    """Wait until so many copies of *bulletin* are in each of *states*."""

    async def holds() -> bool:
        return await field.states(bulletin) == states

    await until(holds)


@pytest.mark.parametrize(("engine", "processes"), [("sqlite", 1), ("postgresql", 2)])
async def test_held_people_who_write_twice_at_once_get_it_once(engine: str, processes: int, tmp_path: Path) -> None:
    """Both messages arrive in the same moment, at two processes where there are two; the answer comes first."""
    async with a_zalo_field(engine, tmp_path) as (field, zalo), AsyncExitStack() as stack:
        crew = await stack.enter_async_context(a_crew(field, processes))
        await field.subscribe(30, silent=LONG_AGO)
        bulletin = await field.approve()
        await field.settled(bulletin)
        assert await field.states(bulletin) == {State.HELD: 30}

        doors = crew.services * (2 // processes)
        await asyncio.gather(
            *(bring(door, [words(field, n, "xin chào", copy) for n in range(30)]) for copy, door in enumerate(doors))
        )
        await became(field, bulletin, sent=30)

        assert await field.audit(bulletin, recipients=30) == {State.SENT: 30}
        assert not any("Bài số" in text for text in zalo.first_words().values())


@pytest.mark.parametrize(
    ("text", "state"),
    [
        pytest.param("xin chào", State.SENT, id="they write, so it may go out"),
        pytest.param("hủy bản tin", State.SKIPPED, id="they want no more"),
    ],
)
async def test_killed_while_it_moves_what_was_held_it_is_all_or_nothing(
    text: str, state: State, engine: str, tmp_path: Path
) -> None:
    """What they wrote is handled again by another process, and their copies move once."""
    async with a_zalo_field(engine, tmp_path) as (field, _):
        await field.subscribe(10, silent=LONG_AGO)
        bulletin = await field.approve()
        async with field.service():
            await field.settled(bulletin)
        events = [words(field, number, text) for number in range(10)]
        for trap in MOVING:
            async with field.service(role=Role.WEB, trap=trap) as service:
                await bring(service, events)
                await service.trapped()
        async with field.service() as service:
            await bring(service, events)
            await became(field, bulletin, **{state: 10})

        assert await field.audit(bulletin, recipients=10) == {state: 10}


async def test_whoever_unsubscribes_in_mid_send_gets_it_once_or_not_at_all(engine: str, tmp_path: Path) -> None:
    """And never the next one; the sender is killed meanwhile."""
    async with a_telegram_field(engine, tmp_path) as (field, telegram):
        telegram.behave(latency_ms=100)
        await field.subscribe(400)
        first = await field.approve()
        leaving = [telegram.fake.citizen(int(field.front.user(number))) for number in range(360, 400)]
        async with field.service() as service:
            await field.called(20)
            for citizen in leaving:
                await citizen.says("hủy bản tin")
            await field.called(100)
            await service.kill()
        async with field.service():
            await field.settled(first)
            second = await field.approve()
            await field.settled(second)

        states = await field.audit(first, recipients=400, ends=1)
        assert states[State.SKIPPED]
        assert set(states) <= {State.SENT, State.UNKNOWN, State.SKIPPED}
        assert await field.audit(second, recipients=360) == {State.SENT: 360}
