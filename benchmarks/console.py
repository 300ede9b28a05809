"""The console's pages, on the sample data and with a province behind them.

    python -m benchmarks.console [--people 1000000] [--questions 500000] [--write]

The pages come from the real service on PostgreSQL, asked by an admin of every commune, who sees the most. Each is asked
until it is warm, then eleven times; the median and the slowest are shown. Warm is late: PostgreSQL plans the first five
executions of a statement for their parameters and may then keep one plan for all, on each connection for itself.
"""

import argparse
import asyncio
import re
import secrets
import statistics
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
from sqlalchemy import text

from benchmarks.report import write_section
from bot.app import Role, running
from bot.bulletins.states import Role as StaffRole
from bot.clock import SystemClock
from bot.console.addresses import PREFIX
from bot.desk.answer_lists import Order
from bot.desk.reports import Kind, Period
from bot.knowledge.loader import load_checked
from bot.logs import start_logging
from bot.office import open_office
from bot.settings import Settings, read_settings
from bot.storage.database import Database, open_database
from bot.storage.day_counts import SqlDayCounter
from tests.databases import a_database_url

CONTENT = Path("content")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ADMIN = "Quản trị"
WARM, ASKED = 10, 11
AIM_SMALL_MS, AIM_LARGE_MS = 100, 300

PAGES = (
    ("home", "/"),
    ("bulletins", "/ban-tin"),
    ("one bulletin", "/ban-tin/1"),
    ("progress", "/ban-tin/1/tien-trinh?dang=json"),
    ("result", "/ban-tin/1/ket-qua"),
    ("write", "/ban-tin/soan"),
    ("answers", "/cau-tra-loi"),
    ("answers, most asked first", f"/cau-tra-loi?xep={Order.ASKED}"),
    ("one answer", "/cau-tra-loi/ht-khai-sinh"),
    ("what people ask", "/cau-hoi"),
    ("what people ask, 12 weeks", "/cau-hoi?tuan=12"),
    ("what people ask in one commune", "/cau-hoi?xa=00430"),
    ("feedback", "/phan-anh"),
    ("report of this quarter", "/bao-cao"),
    ("report of the year", "/bao-cao?ky={year}"),
    ("report of the year, one commune", "/bao-cao?ky={year}&xa=00430"),
    ("posters", "/ap-phich"),
    ("one poster", "/ap-phich/00430"),
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
SELECT 1 + n * 7 % :people, (ARRAY['00430','09574','09604','25357','30742'])[1 + (1 + n * 7 % :people) % 5],
       said.texts[1 + n % cardinality(said.texts)]
       || ' ' || split_part(said.texts[1 + n * 31 % cardinality(said.texts)], ' ', 1 + n::int % 4)
       || ' ' || split_part(said.texts[1 + n * 53 % cardinality(said.texts)], ' ', 1 + n::int % 5),
       CASE WHEN n * 37 % 100 < 5 THEN 'none' WHEN n * 37 % 100 < 20 THEN 'suggest' ELSE 'answer' END,
       said.topics[1 + n % cardinality(said.texts)] || ',' || said.topics[1 + n * 31 % cardinality(said.texts)],
       0.9, now() - (:questions - n) * (interval '90 days' / :questions)
FROM generate_series(1::bigint, :questions) n,
     (SELECT CAST(:texts AS text[]) AS texts, CAST(:topics AS text[]) AS topics) said;
INSERT INTO votes (person_id, topic, is_helpful, commune, voted_at)
SELECT person_id, split_part(topics, ',', 1), id % 32 > 0, commune, asked_at
FROM questions WHERE decision = 'answer' AND id % 8 = 0 ON CONFLICT DO NOTHING;
"""


async def fill(database: Database, *, people: int, questions: int) -> None:
    """Put a province behind the console: five bulletins to *people*, and *questions* of the last 90 days.

    One in twenty has no answer; of the others one in ten is voted on, and one vote in four says that it was no help.
    """
    answers = load_checked(CONTENT).answers
    said = [(question, topic) for topic, answer in sorted(answers.items()) for question in answer.questions]
    values = {
        "people": people,
        "questions": questions,
        "texts": [question for question, _ in said],
        "topics": [topic for _, topic in said],
    }
    async with database.writing() as connection:
        for statement in filter(str.strip, _SEED.split(";\n")):
            await connection.execute(text(statement), _named(statement, values))
    # As every night: days that are over are counted once, and only today is counted live.
    await SqlDayCounter(database, ZONE).count_up_to(SystemClock().now().astimezone(ZONE).date() - timedelta(days=1))
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text("VACUUM ANALYZE"))


def _named(statement: str, values: dict[str, Any]) -> dict[str, Any]:
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


def _year_of_most(today: date) -> Period:
    """Return the year, as reports count it, in which most of the bulletins went out."""
    day = today - timedelta(days=21)
    return next(year for number in (day.year, day.year + 1) if (year := Period(number, Kind.YEAR)).last >= day)


async def ask_pages(session: aiohttp.ClientSession, console: str) -> dict[str, tuple[float, float]]:
    """Return the median and the slowest time of each page in milliseconds."""
    times: dict[str, tuple[float, float]] = {}
    year = _year_of_most(SystemClock().now().astimezone(ZONE).date()).code
    for name, path in PAGES:
        taken = []
        for number in range(WARM + ASKED):
            began = time.perf_counter()
            async with session.get(f"{console}{path.format(year=year)}") as response:
                await response.read()
                if response.status != 200:  # noqa: PLR2004 - HTTP's OK
                    msg = f"{path} answered {response.status}"
                    raise RuntimeError(msg)
            if number >= WARM:
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
