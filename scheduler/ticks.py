"""What time brings, ticked by APScheduler, which decides nothing: a tick may come twice, late or on two machines."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

_GRACE_SECONDS = 6 * 3600
_OFTEN_SECONDS = 20


@asynccontextmanager
async def ticking(
    zone: ZoneInfo, *, daily: Callable[[], Awaitable[None]], often: Callable[[], Awaitable[None]]
) -> AsyncIterator[None]:
    """Call *daily* at a quiet minute of every night in *zone*, and *often* a few times a minute, while this is open."""
    scheduler = AsyncIOScheduler(timezone=zone)
    trigger = CronTrigger(hour=3, minute=20, timezone=zone)
    scheduler.add_job(daily, trigger, misfire_grace_time=_GRACE_SECONDS, coalesce=True, max_instances=1)
    scheduler.add_job(
        often, IntervalTrigger(seconds=_OFTEN_SECONDS, timezone=zone), coalesce=True, max_instances=1,
        misfire_grace_time=_GRACE_SECONDS,
    )  # fmt: skip
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)
