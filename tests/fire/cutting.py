"""Cut a process off from PostgreSQL, or everybody: as a network does, or somebody who restarts the server.

The server is shared with other tests, so only connections to the one database of this test are cut.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

_SOCKET = re.compile(r"socket:\[(\d+)\]")
_END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


async def cut_off(url: str, pid: int) -> int:
    """End the connections of the process *pid* to the database at *url*; return how many there were."""
    ports = list(_local_ports(pid))
    async with _beside(url) as (server, name):
        return len(await server.fetch(f"{_END} AND client_port = ANY($2::int[])", name, ports))


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """Refuse every connection to the database at *url*, and end those there are; allow them again afterwards."""
    async with _beside(url) as (server, name):
        await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await server.fetch(_END, name)
        try:
            yield
        finally:
            await server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@asynccontextmanager
async def _beside(url: str) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """Connect to another database of the same server; yield that connection and the name of the one at *url*."""
    address = make_url(url)
    dsn = address.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    server = await asyncpg.connect(dsn)
    try:
        yield server, str(address.database)
    finally:
        await server.close()


def _local_ports(pid: int) -> set[int]:
    """Return the local ports of the TCP connections of a process."""
    descriptors = [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir() if one.is_symlink()]
    inodes = {found[1] for one in descriptors if (found := _SOCKET.match(one))}
    rows = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[9] in inodes}
