"""What time brings, ticked by APScheduler, which decides nothing: a tick may come twice, late or on two machines."""

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

_GRACE_SECONDS = 6 * 3600


@asynccontextmanager
async def ticking(
    zone: ZoneInfo,
    *,
    daily: Callable[[], Awaitable[None]],
    often: Callable[[], Awaitable[None]],
    often_seconds: float = 20,
) -> AsyncIterator[None]:
    """Call *daily* at a quiet minute of every night in *zone*, and *often* every *often_seconds*."""
    scheduler = AsyncIOScheduler(timezone=zone)
    options = {"misfire_grace_time": _GRACE_SECONDS, "coalesce": True, "max_instances": 1}
    scheduler.add_job(_awaited(daily), CronTrigger(hour=3, minute=20, timezone=zone), **options)
    scheduler.add_job(_awaited(often), IntervalTrigger(seconds=often_seconds, timezone=zone), **options)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _awaited(work: Callable[[], Awaitable[None]]) -> Callable[[], Coroutine[None, None, None]]:
    """Return *work* as a coroutine function: APScheduler runs anything else in a thread and drops what it returns."""

    async def run() -> None:
        await work()

    return run
