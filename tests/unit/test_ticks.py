"""The clock's ticks reach the work, whatever kind of callable it is."""

import asyncio
from zoneinfo import ZoneInfo

from scheduler.ticks import ticking


class Round:
    """Work that is an object: APScheduler would run it in a thread and drop its coroutine."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    async def __call__(self) -> None:
        self.done.set()


async def test_an_object_is_called_and_awaited() -> None:
    """A round that was never awaited would be a night in which nothing is forgotten."""
    often, zone = Round(), ZoneInfo("Asia/Ho_Chi_Minh")

    async with ticking(zone, daily=Round(), often=often, often_seconds=0.05), asyncio.timeout(10):
        await often.done.wait()
