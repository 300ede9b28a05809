"""Start real service processes, end them, freeze them, and outlive them.

They are forked from a process that has imported the service once (`multiprocessing`'s fork server): a start costs half
a second instead of three, so a test can afford fifty of them.
"""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from bot.app import Role
from tests.crash.service import Orders, Trap, carry_out, serve
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.zalo import FakeZalo

LEASE_SECONDS = 1
_BROKEN_SECONDS = 120
_LOOK_SECONDS = 0.01

_NO_TRAP = Trap()
_numbers = count(1)
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["__main__", "tests.crash.preloaded"])


class ServiceProcess:
    """One process of ours."""

    def __init__(self, orders: Orders, work: Callable[[Orders, Connection], None] = serve) -> None:
        """Start it; `ready` waits until it serves."""
        self.port = 0
        self.is_trapped = False
        self.took_over_at = 0.0
        self._line, theirs = _forks.Pipe()
        self._process = _forks.Process(target=work, args=(orders, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._log = orders.log

    @property
    def pid(self) -> int:
        """Return its number in the system."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def webhook(self) -> str:
        """Return where Zalo posts to."""
        return f"http://127.0.0.1:{self.port}/webhooks/zalo"

    @property
    def is_alive(self) -> bool:
        """Tell whether it runs, or is only frozen."""
        return self._process.is_alive()

    def hear(self) -> None:
        """Take in what it has told since: its port, when it last began to send, that its trap was sprung."""
        with suppress(EOFError, ConnectionResetError):
            while self._line.poll():
                self._note(self._line.recv())

    def _note(self, told: object) -> None:
        match told:
            case int(port):
                self.port = port
            case "trapped":
                self.is_trapped = True
            case float(moment):
                self.took_over_at = moment

    async def ready(self) -> None:
        """Wait until it serves, or is trapped before it could, taking up what an earlier process left."""

        async def holds() -> bool:
            self.hear()
            return bool(self.port) or self.is_trapped or not self.is_alive

        await until(holds)
        self.hear()
        assert self.port or self.is_trapped, f"it did not start: {self._log.read_text()}"

    async def trapped(self) -> None:
        """Wait until its trap is sprung."""

        async def holds() -> bool:
            self.hear()
            assert self.is_trapped or self.is_alive, f"it ended before its trap was sprung: {self._log.read_text()}"
            return self.is_trapped

        await until(holds)

    async def death(self) -> int:
        """Wait until it is gone and return how it ended (negative: the signal)."""

        async def holds() -> bool:
            return not self.is_alive

        await until(holds)
        assert self._process.exitcode is not None
        return self._process.exitcode

    async def kill(self) -> None:
        """End it without a warning."""
        self._signal(signal.SIGKILL)
        await self.death()

    async def stop(self) -> int:
        """End it in order, as a deployment does, and return its exit code."""
        self._signal(signal.SIGTERM)
        return await self.death()

    def freeze(self) -> None:
        """Let it stand still, its connections open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def close(self) -> None:
        """Kill whatever is left of it."""
        await self.kill()
        self._process.close()
        self._line.close()


def an_environment(database_url: str, content: Path, *platforms: FakeZalo | FakeTelegram) -> dict[str, str]:
    """Return the environment of a service that talks to *platforms*; no hour is quiet and nothing is paced."""
    common = {
        "DATABASE_URL": database_url,
        "CONTENT_DIR": str(content),
        "HTTP_PORT": "0",
        "LEASE_SECONDS": str(LEASE_SECONDS),
        "QUIET_HOURS": "",
        "PUBLIC_URL": "",
    }
    return common | {name: value for platform in platforms for name, value in _account(platform).items()}


def _account(platform: FakeZalo | FakeTelegram) -> Mapping[str, str]:
    if isinstance(platform, FakeTelegram):
        return {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": platform.url, "TELEGRAM_RATE": "1000"}
    return {
        "ZALO_APP_ID": platform.app_id,
        "ZALO_APP_SECRET": platform.app_secret,
        "ZALO_OA_ID": platform.oa_id,
        "ZALO_OA_SECRET": "oa-secret",
        "ZALO_REFRESH_TOKEN": "refresh-0",
        "ZALO_API_BASE": platform.url,
        "ZALO_OAUTH_BASE": platform.url,
        "ZALO_RATE": "60000",
    }


@asynccontextmanager
async def a_service(
    environment: Mapping[str, str], folder: Path, *, role: Role = Role.ALL, trap: Trap = _NO_TRAP
) -> AsyncIterator[ServiceProcess]:
    """Yield a service that is ready, its log in *folder*; whatever is left of it at the end is killed."""
    service = ServiceProcess(Orders(environment, folder / f"service-{next(_numbers)}.log", trap, role))
    try:
        await service.ready()
        yield service
    finally:
        await service.close()


async def a_command(environment: Mapping[str, str], folder: Path, *arguments: str, trap: Trap = _NO_TRAP) -> int:
    """Run ``loaxa`` with *arguments* beside the services, and return how it ended."""
    orders = Orders(environment, folder / f"command-{next(_numbers)}.log", trap, arguments=arguments)
    process = ServiceProcess(orders, carry_out)
    try:
        return await process.death()
    finally:
        await process.close()


async def until(
    holds: Callable[[], Awaitable[bool]], *, seconds: float = _BROKEN_SECONDS, every_seconds: float = _LOOK_SECONDS
) -> None:
    """Wait until *holds*; *seconds* are a bound for a broken run, not an expectation."""
    async with asyncio.timeout(seconds):
        while not await holds():
            await asyncio.sleep(every_seconds)
