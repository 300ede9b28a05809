"""A process that is killed loses nothing: the real service, SIGKILL at every stage, a real fake Zalo, both engines."""

import signal
from collections import Counter
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from bot.pipeline import Stage
from bot.storage.database import open_database
from bot.storage.tables import inbox, tickets
from tests.crash.service import Trap
from tests.crash.services import ServiceProcess, a_service, an_environment, until
from tests.databases import ENGINES, a_database_url
from tests.fakes.zalo import FakeZalo
from tests.fakes.zalo_webhooks import Event, ZaloWebhooks
from tests.small_content import small_content

pytestmark = pytest.mark.slow

STAGES = tuple(Stage)


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_killed_service_loses_nothing_and_does_nothing_twice(engine: str, tmp_path: Path) -> None:
    """Five citizens ask for a person; each time the process dies at another stage, and the next one takes over.

    The ticket that a wish opens is the effect that must happen once; a reply in flight at the kill may come twice.
    """
    async with FakeZalo() as fake, a_database_url(engine, tmp_path) as url:
        environment = an_environment(url, small_content(tmp_path), fake)
        async with a_service(environment, tmp_path) as service:
            await bring(service, [wish("#xa-00430", user(stage), f"commune-{stage}") for stage in STAGES])
            await until(lambda: replies_reached(fake, 1))
        for stage in STAGES:
            async with a_service(environment, tmp_path, trap=Trap(stage)) as service:
                await bring(service, [wish("gặp cán bộ", user(stage), f"wish-{stage}")], must_arrive=False)
                assert await service.death() == -signal.SIGKILL
        async with a_service(environment, tmp_path) as service:
            again = [wish("gặp cán bộ", user(stage), f"wish-{stage}") for stage in STAGES]
            await bring(service, again)
            await until(lambda: replies_reached(fake, 2))
            await until(lambda: all_replied(url))

        assert await tickets_of(url) == {user(stage): 1 for stage in STAGES}
        # Two messages each, and at most one repeat a kill: what one process left, the next may die over again.
        assert all(2 <= count <= 2 + len(STAGES) for count in received(fake).values()), received(fake)


def user(stage: str) -> str:
    return f"citizen-{stage}"


def wish(text: str, who: str, message_id: str) -> Event:
    return ZaloWebhooks("").text(who, text, message_id)


async def bring(service: ServiceProcess, events: list[Event], *, must_arrive: bool = True) -> None:
    """Deliver *events* as Zalo does; a service that dies meanwhile is no fault of theirs."""
    async with ZaloWebhooks(service.webhook) as zalo:
        for event in events:
            try:
                status = await zalo.bring(event)
            except aiohttp.ClientError:
                assert not must_arrive
                continue
            assert status == 200 or not must_arrive


def received(fake: FakeZalo) -> Counter[str]:
    return Counter(entry["user"] for entry in fake.books.recent)


async def replies_reached(fake: FakeZalo, count: int) -> bool:
    return all(received(fake)[user(stage)] >= count for stage in STAGES)


async def all_replied(url: str) -> bool:
    async with open_database(url) as database, database.reading() as connection:
        states = (await connection.execute(select(inbox.c.state))).scalars().all()
    return set(states) == {"replied"}


async def tickets_of(url: str) -> dict[str, int]:
    async with open_database(url) as database, database.reading() as connection:
        statement = (
            select(inbox.c.message_id, func.count())
            .join(tickets, tickets.c.inbox_id == inbox.c.id)
            .group_by(inbox.c.message_id)
        )
        return {f"citizen-{row[0].removeprefix('wish-')}": row[1] for row in await connection.execute(statement)}
