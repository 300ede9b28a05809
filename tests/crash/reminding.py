"""A process that ticks the clerk of tickets once, as the service does every few seconds, and may die at it."""

import asyncio
import os
from multiprocessing.connection import Connection
from zoneinfo import ZoneInfo

from bot.storage.database import open_database
from bot.storage.staff import SqlStaff
from bot.storage.ticket_reminders import SqlTicketReminders
from scheduler.tickets import TicketClerk
from tests.crash.service import Orders, begin
from tests.sentences import sentences
from tests.world import StoppedClock

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def remind(orders: Orders, line: Connection) -> None:
    """Tick once as *orders* say."""
    begin(orders, line)
    asyncio.run(_tick())


async def _tick() -> None:
    clock = StoppedClock()
    async with open_database(os.environ["DATABASE_URL"]) as database:
        book, staff = SqlTicketReminders(database, clock), SqlStaff(database, clock)
        await TicketClerk(book, staff, sentences, clock=clock, zone=ZONE, address="https://xa.vn/quan-tri/phan-anh")()
