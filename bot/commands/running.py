"""Run a command's work on the fastest loop there is, and at the desk where it needs one."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from bot.logs import start_logging
from bot.settings import read_settings

if TYPE_CHECKING:
    from bot.office import Office


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run *work*; Ctrl+C ends it quietly."""
    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(work)
    except KeyboardInterrupt:
        sys.exit(130)


def at_desk(work: "Callable[[Office], Awaitable[None]]") -> None:
    """Open the desks and do *work* there; only warnings are logged."""
    from bot.office import open_office

    settings = read_settings()
    start_logging(settings.log_format, level="WARNING")

    async def open_and_work() -> None:
        async with open_office(settings) as office:
            await work(office)

    run(open_and_work())


def codes_of(typed: str) -> list[str]:
    """Return the commune codes that stand in *typed* with commas between them."""
    return [code for part in typed.split(",") if (code := part.strip())]


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # Windows
        return None
    return uvloop.new_event_loop
