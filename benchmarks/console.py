"""The console's pages, on the sample data and with a province behind them.

    python -m benchmarks.console [--people 1000000] [--questions 500000] [--write]

The pages come from the real service on PostgreSQL, asked by an admin of every commune, who sees the most. Each is asked
until it is warm, then five times; the median and the slowest are shown.
"""

import argparse
import asyncio
import re
import secrets
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import text

from benchmarks.report import write_section
from bot.app import Role, running
from bot.bulletins.states import Role as StaffRole
from bot.clock import SystemClock
from bot.console.addresses import PREFIX
from bot.logs import start_logging
from bot.office import open_office
from bot.settings import Settings, read_settings
from bot.storage.database import Database, open_database
from bot.storage.day_counts import SqlDayCounter
from tests.databases import a_database_url

ADMIN = "Quản trị"
ASKED = 5
AIM_SMALL_MS, AIM_LARGE_MS = 100, 300

PAGES = (
    ("home", "/"),
    ("bulletins", "/ban-tin"),
    ("one bulletin", "/ban-tin/1"),
    ("progress", "/ban-tin/1/tien-trinh?dang=json"),
    ("result", "/ban-tin/1/ket-qua"),
    ("write", "/ban-tin/soan"),
    ("answers", "/cau-tra-loi"),
    ("answers, most asked first", "/cau-tra-loi?xep=asked"),
    ("one answer", "/cau-tra-loi/ht-khai-sinh"),
    ("what people ask", "/cau-hoi"),
    ("feedback", "/phan-anh"),
    ("report", "/bao-cao"),
    ("posters", "/ap-phich"),
    ("staff", "/can-bo"),
    ("log", "/nhat-ky"),
)

_SEED = """
INSERT INTO people (channel, account, "user", commune, first_seen, last_inbound, subscribed_at)
SELECT 'telegram', '4711', n::text, (ARRAY['00430','09574','09604','25357','30742'])[1 + n % 5],
       now() - n % 300 * interval '1 day', now() - n % 90 * interval '1 hour', now() - n % 200 * interval '1 day'
FROM generate_series(1, :people) n;
INSERT INTO bulletins (kind, status, title, body, author, created_at, due_at, published_at, finished_at, approved_by)
SELECT 'bulletin', 'sent', 'Bản tin tuần ' || n, 'Một bản tin dài vừa phải.', 'Lan', now() - n * interval '7 days',
       now() - n * interval '7 days', now() - n * interval '7 days', now() - n * interval '7 days', 'Minh'
FROM generate_series(1, 5) n;
INSERT INTO audiences (bulletin_id, commune, hamlet)
SELECT b, c, '' FROM generate_series(1, 5) b, unnest(ARRAY['00430','09574','09604','25357','30742']) c;
INSERT INTO deliveries (bulletin_id, person_id, channel, account, commune, state, code, changed_at)
SELECT b, p.id, p.channel, p.account, p.commune,
       CASE WHEN p.id % 50 = 0 THEN 'failed' WHEN p.id % 61 = 0 THEN 'unknown' ELSE 'sent' END,
       CASE WHEN p.id % 50 = 0 THEN '400' WHEN p.id % 61 = 0 THEN 'timeout' END, now()
FROM generate_series(1, 5) b, people p;
INSERT INTO tallies (bulletin_id, channel, account, sent, failed, unknown)
SELECT bulletin_id, channel, account, count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'failed'),
       count(*) FILTER (WHERE state = 'unknown') FROM deliveries GROUP BY 1, 2, 3;
INSERT INTO questions (person_id, commune, text, decision, topics, score, asked_at)
SELECT 1 + n % :people, (ARRAY['00430','09574','09604','25357','30742'])[1 + n % 5],
       (ARRAY['làm giấy khai sinh cần gì', 'đổi căn cước ở đâu', 'xin trích lục', 'hỏi đất đai', 'bảo hiểm']
       )[1 + n % 5] || ' ' || n % 997,
       CASE WHEN n % 20 = 0 THEN 'none' WHEN n % 7 = 0 THEN 'suggest' ELSE 'answer' END,
       (ARRAY['ht-khai-sinh', 'cc-mat', 'ct-sao-y', 'ht-ket-hon', 'cc-cap-doi'])[1 + n % 5], 0.9,
       now() - n % 129600 * interval '1 minute'
FROM generate_series(1, :questions) n;
INSERT INTO votes (person_id, topic, is_helpful, commune, voted_at)
SELECT n, (ARRAY['ht-khai-sinh', 'cc-mat', 'ct-sao-y', 'ht-ket-hon', 'cc-cap-doi'])[1 + n % 5], n % 4 > 0, '00430',
       now()
FROM generate_series(1, least(:people, 50000)) n;
"""


async def fill(database: Database, *, people: int, questions: int) -> None:
    """Put a province behind the console: five bulletins to *people*, and *questions* of the last 90 days."""
    async with database.writing() as connection:
        for statement in filter(str.strip, _SEED.split(";\n")):
            await connection.execute(text(statement), _named(statement, people=people, questions=questions))
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))
    # As every night: days that are over are counted once, and only today is counted live.
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    await SqlDayCounter(database, zone).count_up_to(SystemClock().now().astimezone(zone).date() - timedelta(days=1))


def _named(statement: str, **values: int) -> dict[str, int]:
    return {name: value for name, value in values.items() if f":{name}" in statement}


async def log_in(session: aiohttp.ClientSession, settings: Settings, port: int) -> str:
    """Log *session* in as an admin of every commune and return the address of the console."""
    async with open_office(settings) as office:
        await office.staff.put(ADMIN, StaffRole.ADMIN, None, by="benchmark")
        link = await office.links.new_link(ADMIN, by="benchmark")
    here = f"http://127.0.0.1:{port}"
    async with session.get(re.sub(r"^https?://[^/]+", here, link)) as response:
        page = await response.text()
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    async with session.post(f"{here}{PREFIX}/vao", data=fields, headers={"Origin": here}) as response:
        response.raise_for_status()
    return f"{here}{PREFIX}"


async def ask_pages(session: aiohttp.ClientSession, console: str) -> dict[str, tuple[float, float]]:
    """Return the median and the slowest time of each page in milliseconds."""
    times: dict[str, tuple[float, float]] = {}
    for name, path in PAGES:
        taken = []
        for number in range(ASKED + 1):
            began = time.perf_counter()
            async with session.get(f"{console}{path}") as response:
                await response.read()
                if response.status != 200:  # noqa: PLR2004 - HTTP's OK
                    msg = f"{path} answered {response.status}"
                    raise RuntimeError(msg)
            if number:
                taken.append(1000 * (time.perf_counter() - began))
        times[name] = statistics.median(taken), max(taken)
    return times


async def measure_pages(people: int, questions: int) -> dict[str, tuple[float, float]]:
    """Return the times of the pages with so much behind them."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_database_url("postgresql", Path(folder)) as url:
            async with open_database(url) as database:
                await fill(database, people=people, questions=questions)
            settings = read_settings(
                database_url=url, http_port=0, secret_key=secrets.token_urlsafe(), public_url="",
                telegram_bot_token="", zalo_app_id="", zalo_app_secret="", zalo_oa_id="", zalo_oa_secret="",
            )  # fmt: skip
            jar = aiohttp.CookieJar(unsafe=True)
            async with (
                running(settings, role=Role.WEB) as service,
                aiohttp.ClientSession(cookie_jar=jar) as session,
            ):
                console = await log_in(session, settings, service.port)
                return await ask_pages(session, console)


async def compare(people: int, questions: int) -> str:
    """Return the table."""
    small = await measure_pages(200, 300)
    large = await measure_pages(people, questions)
    province = f"{people:,} people, {5 * people:,} deliveries, {questions:,} questions"
    lines = [
        f"| page, ms (median / slowest) | sample data (aim {AIM_SMALL_MS}) | {province} (aim {AIM_LARGE_MS}) |",
        "|---|---|---|",
    ]
    lines += [
        f"| {name} | {small[name][0]:.0f} / {small[name][1]:.0f} | {large[name][0]:.0f} / {large[name][1]:.0f} |"
        for name, _ in PAGES
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--questions", type=int, default=500_000)
    parser.add_argument("--write", action="store_true", help="update docs/performance.md")
    options = parser.parse_args()
    start_logging("text", level="WARNING")
    table = asyncio.run(compare(options.people, options.questions))
    print(table)
    if options.write:
        write_section("console", table)


if __name__ == "__main__":
    main()
