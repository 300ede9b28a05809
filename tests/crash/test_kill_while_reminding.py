"""A process that is killed while it reminds staff has told them or has not: nobody hears twice, and nobody nothing."""

import asyncio
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.messages import Channel
from bot.ports.conversations import OpenTicket
from bot.storage.database import Database, open_database
from bot.storage.tables import staff
from bot.tickets.states import TicketKind
from tests.contracts.ticket_world import DA_PHUC, TicketWorld
from tests.crash.reminding import remind
from tests.crash.service import Orders, Trap
from tests.crash.services import ServiceProcess
from tests.databases import ENGINES, a_database_url

pytestmark = pytest.mark.slow

PLACES = ("INSERT INTO reminders", "INSERT INTO bulletins", "INSERT INTO deliveries", "INSERT INTO tallies")


async def a_tick(url: str, folder: Path, trap: Trap | None = None) -> int:
    """Let a process tick once and return how it ended."""
    orders = Orders({"DATABASE_URL": url}, folder / "remind.log", trap or Trap())
    process = ServiceProcess(orders, remind)
    try:
        return await process.death()
    finally:
        await process.close()


async def settle(database: Database) -> TicketWorld:
    """Let Lan have a chat, and citizens send what is new and what is late."""
    world = TicketWorld(database)
    await world.hire("Lan")
    lan = await world.person("lan", channel=Channel.TELEGRAM)
    async with database.writing() as connection:
        await connection.execute(update(staff).values(person_id=lan.id))
    late = world.clock.now() - timedelta(days=1)
    await world.say(OpenTicket(TicketKind.FEEDBACK, DA_PHUC, "Đèn hỏng", late, await world.tickets.new_code()))
    await world.say(OpenTicket(TicketKind.HANDOVER, DA_PHUC, "gặp cán bộ"), user="b")
    return world


@pytest.mark.parametrize("engine", ENGINES)
async def test_wherever_a_process_dies_staff_hear_once(engine: str, tmp_path: Path) -> None:
    """Of what is new and of what is late; in the end two processes tick at the same moment."""
    async with a_database_url(engine, tmp_path) as url, open_database(url) as database:
        world = await settle(database)
        deaths = [await a_tick(url, tmp_path, Trap(place, nth)) for place in PLACES for nth in (1, 2)]
        assert deaths.count(-signal.SIGKILL) >= len(PLACES)

        ends = await asyncio.gather(*(a_tick(url, tmp_path) for _ in range(2)))

        assert ends == [0, 0]
        new, late = sorted(await world.letters(), key=lambda text: "quá hẹn" in text)
        assert "1 người dân đang chờ gặp cán bộ và 1 phản ánh mới" in new
        assert "1 phản ánh, lời nhắn đã quá hẹn" in late
