"""Ours: the whole service as `loaxa run` starts it, its port printed once it is ready."""

import asyncio

import uvloop

from bot.app import running
from bot.logs import start_logging
from bot.settings import read_settings


async def main() -> None:
    """Serve until killed; print the port first."""
    start_logging("json", level="WARNING")
    async with running(read_settings()) as service:
        print(service.port, flush=True)
        await asyncio.Event().wait()


with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
    runner.run(main())
