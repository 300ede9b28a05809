"""Leases: the right to do one thing that only one process may do at a time.

On PostgreSQL a lease is a row: who, until when by the database's clock, and an epoch that grows with every holder,
which those who write carry in their WHERE. It renews itself three times as often as it would run out, and its holder
trusts only a monotonic deadline, so that a process that was frozen knows at once that it has slept too long. On SQLite
one machine is all there is: a file lock stands for the lease, and the system drops it with the process.
"""

import asyncio
import contextlib
import fcntl
import os
import re
import time
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, or_
from sqlalchemy.exc import SQLAlchemyError

from bot.ports.world import Lease
from bot.storage.database import Database, database_clock
from bot.storage.tables import leases

log = structlog.get_logger()


class RowLease:
    """A lease on PostgreSQL that renews itself until released."""

    def __init__(self, database: Database, name: str, owner: str, *, seconds: float, epoch: int, since: float) -> None:
        """Hold *name* for *seconds* from *since* (`time.monotonic` before the row was written)."""
        self._database = database
        self._name = name
        self._owner = owner
        self._seconds = seconds
        self._epoch = epoch
        self._deadline = since + seconds
        self._renewing = asyncio.create_task(self._renew())

    @property
    def epoch(self) -> int:
        """Return the number of this holding."""
        return self._epoch

    def is_held(self) -> bool:
        """Tell whether the lease is certainly still ours."""
        return time.monotonic() < self._deadline

    async def release(self) -> None:
        """Stop renewing and let another process have it at once."""
        self._renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._renewing
        self._deadline = 0.0
        statement = leases.update().where(*self._ours()).values(until=0.0)
        with contextlib.suppress(SQLAlchemyError, OSError):
            async with self._database.writing() as connection:
                await connection.execute(statement)

    async def _renew(self) -> None:
        while self.is_held():
            await asyncio.sleep(self._seconds / 3)
            since = time.monotonic()
            try:
                if not await self._prolong():
                    self._deadline = 0.0
                    log.warning("lease_lost", lease=self._name)
                    return
            except (SQLAlchemyError, OSError):
                log.warning("lease_not_renewed", lease=self._name, seconds_left=round(self._deadline - since, 1))
                continue
            self._deadline = since + self._seconds

    async def _prolong(self) -> bool:
        statement = leases.update().where(*self._ours()).values(until=database_clock() + self._seconds)
        async with self._database.writing() as connection:
            return (await connection.execute(statement)).rowcount == 1

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        return (leases.c.name == self._name, leases.c.owner == self._owner, leases.c.epoch == self._epoch)


class RowLeases:
    """Leases as rows, for any number of processes on one PostgreSQL."""

    def __init__(self, database: Database, owner: str, *, seconds: float) -> None:
        """Hold leases as *owner* for *seconds* at a time."""
        self._database = database
        self._owner = owner
        self._seconds = seconds

    async def acquire(self, name: str) -> Lease | None:
        """Return the lease *name*, or None while another process holds it."""
        since = time.monotonic()
        until = database_clock() + self._seconds
        insert = self._database.upsert(leases).values(name=name, owner=self._owner, until=until, epoch=1)
        taken = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": self._owner, "until": until, "epoch": leases.c.epoch + 1},
            where=or_(leases.c.until < database_clock(), leases.c.owner == self._owner),
        ).returning(leases.c.epoch)
        async with self._database.writing() as connection:
            epoch = (await connection.execute(taken)).scalar_one_or_none()
        if epoch is None:
            return None
        return RowLease(self._database, name, self._owner, seconds=self._seconds, epoch=epoch, since=since)


class FileLease:
    """A lease on one machine: an exclusive lock on an open file."""

    def __init__(self, path: Path, descriptor: int, epoch: int) -> None:
        """Hold the lock on *descriptor*."""
        self._path = path
        self._descriptor = descriptor
        self._epoch = epoch
        self._is_held = True

    @property
    def epoch(self) -> int:
        """Return the number of this holding."""
        return self._epoch

    def is_held(self) -> bool:
        """Tell whether it is still ours: a file lock ends only with the process or a release."""
        return self._is_held

    async def release(self) -> None:
        """Drop the lock."""
        if self._is_held:
            self._is_held = False
            os.close(self._descriptor)


class FileLeases:
    """Leases as locked files beside the SQLite database."""

    def __init__(self, folder: Path, prefix: str) -> None:
        """Keep the lock files in *folder*, their names beginning with *prefix*."""
        self._folder = folder
        self._prefix = prefix

    async def acquire(self, name: str) -> Lease | None:
        """Return the lease *name*, or None while another process holds it."""
        path = self._folder / f"{self._prefix}.{re.sub(r'[^a-zA-Z0-9-]', '-', name)}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return FileLease(path, descriptor, _next_epoch(descriptor))


def _next_epoch(descriptor: int) -> int:
    """Return one more than the number in the locked file, and write it there: epochs grow on this engine too."""
    text = os.pread(descriptor, 32, 0).decode("ascii", "ignore").strip()
    epoch = int(text) + 1 if text.isdecimal() else 1
    os.pwrite(descriptor, f"{epoch}\n".encode("ascii"), 0)
    return epoch


def open_leases(database: Database, owner: str, *, seconds: float) -> "RowLeases | FileLeases":
    """Return the leases that fit the engine of *database*."""
    if database.is_sqlite:
        path = database.path or Path("loaxa")
        return FileLeases(path.parent, path.name)
    return RowLeases(database, owner, seconds=seconds)
