"""Start, reach and outlive real service processes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.fakes.zalo import FakeZalo

LEASE_SECONDS = "1"
_START_SECONDS = 60
_CHECKOUT = Path(__file__).parent.parent.parent


@dataclass(slots=True)
class ServiceProcess:
    """One running service process."""

    process: asyncio.subprocess.Process
    port: int

    @property
    def webhook(self) -> str:
        """Return where Zalo posts to."""
        return f"http://127.0.0.1:{self.port}/webhooks/zalo"

    async def death(self) -> int:
        """Wait until the process is gone and return how it ended (negative: the signal)."""
        return await asyncio.wait_for(self.process.wait(), 30)


def an_environment(database_url: str, content: Path, fake: FakeZalo) -> dict[str, str]:
    """Return the environment of a service that talks to *fake*."""
    return {
        **os.environ,
        "PYTHONPATH": str(_CHECKOUT),
        "DATABASE_URL": database_url,
        "CONTENT_DIR": str(content),
        "HTTP_PORT": "0",
        "LEASE_SECONDS": LEASE_SECONDS,
        "ZALO_APP_ID": fake.app_id,
        "ZALO_APP_SECRET": fake.app_secret,
        "ZALO_OA_ID": fake.oa_id,
        "ZALO_OA_SECRET": "oa-secret",
        "ZALO_REFRESH_TOKEN": "refresh-0",
        "ZALO_API_BASE": fake.url,
        "ZALO_OAUTH_BASE": fake.url,
    }


@asynccontextmanager
async def a_service(environment: Mapping[str, str], *, kill_at: str = "") -> AsyncIterator[ServiceProcess]:
    """Yield a service that is ready; whatever is left of it at the end is killed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.crash.service", "--kill-at", kill_at,
        env=environment, cwd=_CHECKOUT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield ServiceProcess(process, await _port(process))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _port(process: asyncio.subprocess.Process) -> int:
    """Return the port the service prints; 0 if it died first, taking up what an earlier process left."""
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), _START_SECONDS)
    return int(line) if line.strip() else 0
