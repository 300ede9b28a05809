"""The real service in a process of its own, which kills itself at one stage of a message's way.

`python -m tests.crash.service --kill-at decided` reads the same environment as `loaxa run`, prints its port once it is
ready, and dies by SIGKILL when a message first reaches that stage: no handler runs, nothing is flushed.
"""

import argparse
import asyncio
import os
import signal

from bot.app import running
from bot.logs import start_logging
from bot.pipeline import Stage
from bot.settings import read_settings


async def _serve(kill_at: str) -> None:
    def observe(stage: Stage) -> None:
        if stage == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    async with running(read_settings(), observe=observe) as service:
        print(service.port, flush=True)  # noqa: T201  # told to the test
        await asyncio.Event().wait()


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kill-at", default="", choices=["", *Stage])
    options = parser.parse_args()
    start_logging("text", level="WARNING")
    asyncio.run(_serve(options.kill_at))


if __name__ == "__main__":
    main()
