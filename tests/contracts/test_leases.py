"""A lease has one holder at a time, on both engines, and a process that slept too long knows it."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.database import Database
from bot.storage.leases import RowLeases, open_leases


async def test_one_holder_at_a_time(database: Database) -> None:
    """The second asks in vain until the first lets go."""
    ours, theirs = (open_leases(database, owner, seconds=30) for owner in ("a", "b"))
    lease = await ours.acquire("telegram-poll:1")
    assert lease is not None
    assert lease.is_held()
    assert await theirs.acquire("telegram-poll:1") is None

    await lease.release()

    assert not lease.is_held()
    following = await theirs.acquire("telegram-poll:1")
    assert following is not None
    await following.release()


async def test_different_names_do_not_touch(database: Database) -> None:
    """One process polls Telegram while another refreshes a token."""
    held = [await open_leases(database, owner, seconds=30).acquire(owner) for owner in ("a", "b")]

    assert all(held)
    for lease in held:
        await lease.release() if lease else None


async def test_every_holder_has_a_greater_epoch(database: Database) -> None:
    """The epoch is what lets a ledger refuse whoever held the lease before."""
    epochs = []
    for owner in ("a", "b", "a"):
        lease = await open_leases(database, owner, seconds=30).acquire("x")
        assert lease is not None
        epochs.append(lease.epoch)
        await lease.release()

    assert epochs == sorted(set(epochs))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_lease_that_is_not_renewed_runs_out(database: Database) -> None:
    """A process that died blocks others for one lease, no longer."""
    lease = await RowLeases(database, "dead", seconds=0.2).acquire("x")
    assert lease is not None
    lease._renewing.cancel()  # type: ignore[attr-defined]  # noqa: SLF001  # what dying does

    await asyncio.sleep(0.4)

    assert not lease.is_held()
    following = await RowLeases(database, "other", seconds=30).acquire("x")
    assert following is not None
    await following.release()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_held_lease_renews_itself(database: Database) -> None:
    """It outlives its own length as long as its process does."""
    lease = await RowLeases(database, "alive", seconds=0.6).acquire("x")
    assert lease is not None

    await asyncio.sleep(1.2)

    assert lease.is_held()
    assert await RowLeases(database, "other", seconds=30).acquire("x") is None
    await lease.release()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_a_killed_process_frees_its_file_lock_at_once(database: Database, tmp_path: Path) -> None:
    """On one machine the system itself lets go."""
    assert database.path is not None
    script = (
        "import asyncio, sys, time; from pathlib import Path; from bot.storage.leases import FileLeases\n"
        "lease = asyncio.run(FileLeases(Path(sys.argv[1]), sys.argv[2]).acquire('x'))\n"
        "print(lease is not None, flush=True); time.sleep(60)"
    )
    folder, prefix = str(database.path.parent), database.path.name
    with subprocess.Popen([sys.executable, "-c", script, folder, prefix], stdout=subprocess.PIPE) as holder:  # noqa: S603, ASYNC220
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"True\n"
        ours = open_leases(database, "ours", seconds=30)
        assert await ours.acquire("x") is None
        holder.send_signal(signal.SIGKILL)
        holder.wait()

        lease = await ours.acquire("x")

    assert lease is not None
    await lease.release()
    assert tmp_path == database.path.parent
