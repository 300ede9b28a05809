"""Messages through the Zalo webhook, beside two that keep nothing: one run, one stub, ratios.

    python -m benchmarks.webhook [--count 2000] [--write]

`bare` verifies and echoes with aiohttp alone, `ptb` is a plain python-telegram-bot echo bot; ours stores each message,
finds its answer and stores the reply, on PostgreSQL and on SQLite. Ready time and memory are those of the whole
process.
"""

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import APP_ID, OA_ID, OA_SECRET, Figures, Stub, a_stub, drive
from benchmarks.report import write_section
from tests.databases import a_database_url

STEADY_PER_SECOND = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One subject's figures."""

    name: str
    burst: Figures
    steady: Figures
    cpu_ms: float
    ready_seconds: float
    memory_mb: float


@asynccontextmanager
async def a_subject(module: str, environment: Mapping[str, str]) -> AsyncIterator[tuple[int, int, float]]:
    """Yield the port, the process id and the seconds until it was ready."""
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.subjects.{module}",
        env={**os.environ, **environment}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None  # noqa: S101
        port = int(await asyncio.wait_for(process.stdout.readline(), 120))
        yield port, process.pid, time.perf_counter() - began
    finally:
        process.kill()
        await process.wait()


async def measure(name: str, stub: Stub, module: str, environment: Mapping[str, str], *, kind: str, count: int) -> Row:
    """Return the figures of one subject: a warm-up, a burst, then a steady stream."""
    async with a_subject(module, environment) as (port, pid, ready):
        url = f"http://127.0.0.1:{port}/webhooks/{kind}"
        await drive(stub, url, count=200, kind=kind)
        before = _cpu_seconds(pid)
        burst = await drive(stub, url, count=count, kind=kind)
        cpu_ms = 1000 * (_cpu_seconds(pid) - before) / count
        steady = await drive(stub, url, count=STEADY_PER_SECOND * 8, per_second=STEADY_PER_SECOND, kind=kind)
        return Row(name, burst, steady, cpu_ms, ready, _memory_mb(pid))


def _memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _cpu_seconds(pid: int) -> float:
    """Return the processor time of the process so far: it stays comparable on a machine that others use too."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def compare(count: int) -> list[Row]:
    """Return a row for each subject, measured one after the other against the same stub."""
    rows = []
    async with a_stub() as stub:
        rows.append(await measure("bare aiohttp", stub, "bare", {"STUB": stub.url}, kind="zalo", count=count))
        rows.append(await measure("PTB echo bot", stub, "ptb_echo", {"STUB": stub.url}, kind="telegram", count=count))
        for engine in ("postgresql", "sqlite"):
            with tempfile.TemporaryDirectory() as folder:
                async with a_database_url(engine, Path(folder)) as url:
                    # A copy, so that an editor who saves a file meanwhile does not set off a reload.
                    content = shutil.copytree("content", Path(folder) / "content")
                    ours = _ours(url, stub, content)
                    rows.append(await measure(f"Loa Xã, {engine}", stub, "loaxa", ours, kind="zalo", count=count))
    return rows


def _ours(database_url: str, stub: Stub, content: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url, "CONTENT_DIR": str(content), "HTTP_PORT": "0", "ZALO_RATE": "1000000",
        "ZALO_APP_ID": APP_ID, "ZALO_APP_SECRET": "s", "ZALO_OA_ID": OA_ID, "ZALO_OA_SECRET": OA_SECRET,
        "ZALO_REFRESH_TOKEN": "r", "ZALO_API_BASE": stub.url, "ZALO_OAUTH_BASE": stub.url,
    }  # fmt: skip


def table(rows: list[Row]) -> str:
    """Return the rows as a Markdown table, with ratios to the PTB echo bot."""
    base = rows[1].burst.per_second
    head = ("subject", "messages/s", "ratio to PTB", "CPU ms a message", f"p50 / p99 ms at {STEADY_PER_SECOND}/s")
    titles = (*head, "ready s", "memory MB")
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    lines += [
        f"| {row.name} | {row.burst.per_second:.0f} | {row.burst.per_second / base:.2f} | {row.cpu_ms:.1f} "
        f"| {row.steady.p50:.1f} / {row.steady.p99:.1f} | {row.ready_seconds:.1f} | {row.memory_mb:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--write", action="store_true", help="update docs/performance.md")
    options = parser.parse_args()
    text = table(asyncio.run(compare(options.count)))
    print(text)
    if options.write:
        write_section("webhook", text)


if __name__ == "__main__":
    main()
