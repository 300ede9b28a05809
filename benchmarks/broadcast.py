"""A bulletin on its way: how fast, beside loops that keep no record, and what a million recipients cost.

    python -m benchmarks.broadcast [--recipients 6000] [--million 1000000] [--capped 2500] [--write]

The fake Telegram is a process of its own and answers after the latency that a row names. Everything is measured from
what it accepted, so a subject cannot flatter itself. Ratios compare subjects of one run.
"""

import argparse
import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, insert, select, update

from benchmarks.report import write_section
from bot.app import Role
from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.clock import SystemClock
from bot.messages import Channel
from bot.ports.bulletins import Audience, Draft
from bot.storage.bulletin_rows import read_bulletins
from bot.storage.bulletins import SqlBulletins
from bot.storage.database import Database, open_database
from bot.storage.launches import SqlLaunches
from bot.storage.rehearsal import Cast, seed
from bot.storage.tables import audiences, bulletins, deliveries, tallies
from tests.crash.services import ServiceProcess, a_service
from tests.databases import a_database_url
from tests.small_content import small_content

TOKEN = "4711:AAE-a-token-that-opens-nothing"  # noqa: S105  # the fake's
ACCOUNT = "4711"
COMMUNE = "00430"
IN_FLIGHT = 16
ROUNDS = 3
_UNDER_WAY = 500
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Fake:
    """The fake Telegram: where it is and how to ask it what it accepted."""

    url: str
    session: aiohttp.ClientSession

    async def accepted(self) -> int:
        """Return how many messages it has accepted so far."""
        async with self.session.get(f"{self.url}/_fake/books") as response:
            return int((await response.json())["accepted"])

    async def script(self, *fates: Mapping[str, object]) -> None:
        """Let calls fare so from now on."""
        async with self.session.post(f"{self.url}/_fake/script", json=list(fates)) as response:
            response.raise_for_status()

    async def pace(self, before: int, count: int) -> float:
        """Return the messages a second between the 5th and the 95th hundredth of *count* after *before*.

        Raise `TimeoutError` where nothing has come for a minute: whoever sends them has died.
        """
        began, first = 0.0, 0
        moved, latest = time.perf_counter(), 0
        while True:
            now, seen = time.perf_counter(), await self.accepted() - before
            if seen > latest:
                moved, latest = now, seen
            elif now - moved > _PATIENCE_SECONDS:
                message = f"{seen} of {count} were accepted, and none for {_PATIENCE_SECONDS} s"
                raise TimeoutError(message)
            if not began and seen >= 0.05 * count:
                began, first = now, seen
            if seen >= 0.95 * count:
                return (seen - first) / (now - began)
            await asyncio.sleep(0.05)


@asynccontextmanager
async def a_fake() -> AsyncIterator[Fake]:
    """Yield a fake Telegram in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.fakes.telegram", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None  # noqa: S101
        url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().split()[-1]
        async with aiohttp.ClientSession() as session:
            yield Fake(url, session)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def a_worker(database_url: str, folder: Path, fake: Fake, *, rate: int = 1000) -> AsyncIterator[ServiceProcess]:
    """Yield a running service that talks to *fake*, sends bulletins, and serves no channel's routes."""
    environment = {
        "DATABASE_URL": database_url, "CONTENT_DIR": str(folder / "content"), "HTTP_PORT": "0", "QUIET_HOURS": "",
        "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": fake.url, "TELEGRAM_RATE": str(rate),
    }  # fmt: skip
    async with a_service(environment, folder, role=Role.WORKER) as worker:
        yield worker


async def approve(database: Database) -> int:
    """Store an approved bulletin that is due now and return its id."""
    draft = Draft(title="Tin tuần", body="Một bản tin dài vừa phải. " * 20, audiences=(Audience(COMMUNE),))
    now = SystemClock().now()
    row = {
        "title": draft.title, "body": draft.body, "status": Status.APPROVED.value, "due_at": now,
        "text_hash": draft.text_hash, "author": "benchmark", "created_at": now,
    }  # fmt: skip
    async with database.writing() as connection:
        bulletin_id: int = (
            await connection.execute(insert(bulletins).values(row).returning(bulletins.c.id))
        ).scalar_one()
        await connection.execute(insert(audiences).values(bulletin_id=bulletin_id, commune=COMMUNE))
    return bulletin_id


async def ours(fake: Fake, engine: str, count: int, folder: Path) -> float:
    """Return how many messages a second our sender gets accepted."""
    async with a_database_url(engine, folder) as url, open_database(url) as database:
        await seed(database, SystemClock(), Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, count))
        async with a_worker(url, folder, fake):
            before = await fake.accepted()
            await approve(database)
            return await fake.pace(before, count)


async def bare(fake: Fake, count: int) -> float:
    """Return the pace of an aiohttp loop that keeps no record."""
    before = await fake.accepted()
    text = "Một bản tin dài vừa phải. " * 20

    async with aiohttp.ClientSession() as session:

        async def send(number: int) -> None:
            body = {"chat_id": 10_000 + number, "text": f"{text}{before}"}
            async with session.post(f"{fake.url}/bot{TOKEN}/sendMessage", json=body) as response:
                await response.read()

        sending = asyncio.create_task(_in_flight(send, count))
        pace = await fake.pace(before, count)
        await sending
    return pace


async def ptb(fake: Fake, count: int) -> float:
    """Return the pace of python-telegram-bot as it comes."""
    from telegram import Bot  # noqa: PLC0415
    from telegram.request import HTTPXRequest  # noqa: PLC0415

    before = await fake.accepted()
    text = "Một bản tin dài vừa phải. " * 20
    async with Bot(TOKEN, base_url=f"{fake.url}/bot", request=HTTPXRequest(connection_pool_size=IN_FLIGHT * 2)) as bot:

        async def send(number: int) -> None:
            await bot.send_message(10_000 + number, f"{text}{before}")

        sending = asyncio.create_task(_in_flight(send, count))
        pace = await fake.pace(before, count)
        await sending
    return pace


async def _in_flight(send: Any, count: int) -> None:  # noqa: ANN401  # a local coroutine function
    numbers = iter(range(count))

    async def work() -> None:
        for number in numbers:
            await send(number)

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def uncapped(fake: Fake, count: int, folder: Path) -> list[str]:
    """Compare the subjects in rounds and return the lines of the table."""
    await fake.script({"method": "sendMessage", "latency_ms": 20})
    paces: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        paces.setdefault("bare aiohttp loop, no record", []).append(await bare(fake, count))
        paces.setdefault("plain python-telegram-bot loop, no record", []).append(await ptb(fake, count))
        for engine in ("postgresql", "sqlite"):
            paces.setdefault(f"Loa Xã, {engine}", []).append(await ours(fake, engine, count, folder))
    base = paces["bare aiohttp loop, no record"]
    lines = ["| subject | messages/s | ratio to the bare loop |", "|---|---|---|"]
    for name, found in paces.items():
        ratio = statistics.median(pace / against for pace, against in zip(found, base, strict=True))
        lines.append(f"| {name} | {statistics.median(found):.0f} | {ratio:.2f} |")
    return lines


async def capped(fake: Fake, count: int, folder: Path) -> str:
    """Send at 25 a second with 300 ms latency and a 429 every thousand calls; compare with what the cap allows."""
    wait = 3
    await fake.script(
        {"method": "sendMessage", "latency_ms": 300},
        {"method": "sendMessage", "every": 1000, "error": "flood", "retry_after": wait},
    )
    async with a_database_url("postgresql", folder) as url, open_database(url) as database:
        await seed(database, SystemClock(), Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, count))
        async with a_worker(url, folder, fake, rate=25):
            before = await fake.accepted()
            bulletin_id = await approve(database)
            while await fake.accepted() == before:
                await asyncio.sleep(0.01)
            began = time.perf_counter()
            while (await SqlBulletins(database).counts(bulletin_id))[State.SENT] < count:
                await asyncio.sleep(0.02)
            took = time.perf_counter() - began
    allowed = count / 25 + wait * (count // 1000)
    return (
        f"Capped: {count} recipients at 25/s, 300 ms latency, a 429 of {wait} s every thousand: {took:.1f} s, where the"
        f" cap allows {allowed:.1f} s ({100 * allowed / took:.1f} %)."
    )


async def million(fake: Fake, count: int, folder: Path) -> list[str]:
    """Write a ledger of *count*, watch the sender's memory and pace early and late, and ask for the status."""
    await fake.script({"method": "sendMessage", "latency_ms": 20})
    async with a_database_url("postgresql", folder) as url, open_database(url) as database:
        await seed(database, SystemClock(), Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, count))
        async with a_worker(url, folder, fake) as worker:
            await asyncio.sleep(2)
            idle = _memory_mb(worker.pid)
            launched, bulletin_id = await _launch(database)
            early = await _stretch(fake, 8_000)
            asked = [await _status_ms(database, bulletin_id) for _ in range(50)]
            await _skip_to(database, bulletin_id, 0.9)
            late = await _stretch(fake, 8_000)
            peak = _memory_mb(worker.pid)
    return [
        f"| ledger written | {launched:.1f} s | 20 s |",
        f"| memory of the sender above idle | {peak - idle:.0f} MB | 50 MB |",
        f"| pace with {count:,} rows: first 8,000 / after 90 % | {early:.0f} / {late:.0f} messages/s | the same |",
        f"| `bulletin status`, median / worst | {statistics.median(asked):.1f} / {max(asked):.1f} ms | 20 ms |",
    ]


async def _launch(database: Database) -> tuple[float, int]:
    bulletin_id = await approve(database)
    async with database.reading() as connection:
        [bulletin] = await read_bulletins(connection, bulletins.c.id == bulletin_id)
    began = time.perf_counter()
    is_ours = await SqlLaunches(database).launch(bulletin, SystemClock().now(), {})
    took = time.perf_counter() - began
    if not is_ours:  # the worker was faster: wait for it, which takes as long
        while (await SqlBulletins(database).counts(bulletin_id))[State.PENDING] == 0:
            await asyncio.sleep(0.01)
        took = time.perf_counter() - began
    return took, bulletin_id


async def _stretch(fake: Fake, count: int) -> float:
    before = await fake.accepted()
    while await fake.accepted() - before < count // 10:
        await asyncio.sleep(0.02)
    return await fake.pace(await fake.accepted(), count)


async def _status_ms(database: Database, bulletin_id: int) -> float:
    began = time.perf_counter()
    await SqlBulletins(database).counts(bulletin_id)
    return 1000 * (time.perf_counter() - began)


async def _skip_to(database: Database, bulletin_id: int, share: float) -> None:
    """Let most of the ledger be sent by now, so that its last part can be watched without waiting for an hour."""
    async with database.writing() as connection:
        first, last = (
            await connection.execute(
                select(func.min(deliveries.c.person_id), func.max(deliveries.c.person_id)).where(
                    deliveries.c.bulletin_id == bulletin_id
                )
            )
        ).one()
        upto = first + int((last - first) * share)
        moved = await connection.execute(
            update(deliveries)
            .where(
                deliveries.c.bulletin_id == bulletin_id, deliveries.c.person_id < upto, deliveries.c.state == "pending"
            )
            .values(state="sent")
        )
        await connection.execute(
            update(tallies)
            .where(tallies.c.bulletin_id == bulletin_id)
            .values(pending=tallies.c.pending - moved.rowcount, sent=tallies.c.sent + moved.rowcount)
        )


async def takeover(fake: Fake, folder: Path) -> float:
    """Return how long nothing is accepted after the sending process of two was killed, with the default lease."""
    await fake.script({"method": "sendMessage", "latency_ms": 20})
    async with a_database_url("postgresql", folder) as url, open_database(url) as database:
        await seed(database, SystemClock(), Cast(Channel.TELEGRAM, ACCOUNT, COMMUNE, 50_000))
        async with a_worker(url, folder, fake, rate=200) as sender:
            before = await fake.accepted()
            await approve(database)
            while await fake.accepted() - before < _UNDER_WAY:
                await asyncio.sleep(0.02)
            async with a_worker(url, folder, fake, rate=200):
                await sender.kill()
                died, at_death = time.perf_counter(), await fake.accepted() + IN_FLIGHT
                while await fake.accepted() <= at_death:
                    await asyncio.sleep(0.02)
                return time.perf_counter() - died


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def measure(options: argparse.Namespace) -> str:
    """Return the page's section."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small_content(folder)
        async with a_fake() as fake:
            lines = await uncapped(fake, options.recipients, folder)
            lines += ["", await capped(fake, options.capped, folder), ""]
            lines += ["| one bulletin on PostgreSQL | measured | aim |", "|---|---|---|"]
            lines += await million(fake, options.million, folder)
            lines.append(f"| take-over after a kill | {await takeover(fake, folder):.1f} s | 15 s |")
        shutil.rmtree(folder, ignore_errors=True)
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=6000)
    parser.add_argument("--million", type=int, default=1_000_000)
    parser.add_argument("--capped", type=int, default=2500)
    parser.add_argument("--write", action="store_true", help="update docs/performance.md")
    options = parser.parse_args()
    text = asyncio.run(measure(options))
    print(text)
    if options.write:
        write_section("broadcast", text)


if __name__ == "__main__":
    main()
