"""What `loaxa demo` prepares beside the chat: somebody to be in the officials' console, and a link to log in with."""

from datetime import timedelta

from bot.bulletins.states import Role
from bot.channels.terminal.paper import PaperPlatform
from bot.clock import SystemClock
from bot.messages import Channel
from bot.office import open_office
from bot.settings import Settings
from bot.storage.database import open_database
from bot.storage.rehearsal import Cast, seed

BY = "loaxa demo"


_SUBSCRIBERS = 40
"""Made-up ones of each commune that takes part: as many on Telegram, and on Zalo half of whom have to write first."""


async def demo_link(settings: Settings) -> str:
    """Return a one-time link into the demo's console, for an admin of every commune whom it takes on if need be."""
    async with open_office(settings) as office:
        await _make_up_subscribers(settings, sorted(office.library.shelves.communes))
        name = office.library.shelves.console.login.demo_name
        if not any(member.name == name for member in await office.staff.members()):
            await office.staff.put(name, Role.ADMIN, None, by=BY)
        return await office.links.new_link(name, by=BY)


async def _make_up_subscribers(settings: Settings, communes: list[str]) -> None:
    clock, half = SystemClock(), _SUBSCRIBERS // 2
    async with open_database(settings.database_url) as database:
        for number, commune in enumerate(communes):
            before = number * _SUBSCRIBERS
            for channel, count, silent in (
                (Channel.TELEGRAM, before + _SUBSCRIBERS, timedelta()),
                (Channel.ZALO, before + half, timedelta()),
                (Channel.ZALO, before + _SUBSCRIBERS, timedelta(days=5)),
            ):
                await seed(database, clock, Cast(channel, PaperPlatform.account, commune, count, silent))
