"""A router that keeps nothing: for the terminal, where nobody's data is."""

from collections.abc import Sequence
from datetime import datetime

from bot.clock import SystemClock
from bot.knowledge.library import Library
from bot.ports.bulletins import PublishedBulletin
from bot.ports.conversations import Person
from bot.ports.records import KeptData, OwnTicket
from bot.settings import Settings
from bot.tickets.codes import new_code
from handlers.router import Router


def router_for_trial(library: Library, settings: Settings) -> Router:
    """Return a router on *library* that answers as the service does and has no database behind it."""
    empty = _Nothing()
    return Router(lambda: library, empty, empty, SystemClock(), settings.zone, tickets=empty)


class _Nothing:
    """Stands where a database would: nobody has left anything."""

    async def latest(self, commune: str, limit: int) -> Sequence[PublishedBulletin]:
        del commune, limit
        return ()

    async def kept_about(self, person: Person) -> KeptData:
        return KeptData(person.commune, None, 0, 0, SystemClock().now())

    async def staff_for_code(self, code: str, now: datetime) -> str:
        del code, now
        return ""

    async def staff_of_chat(self, person: Person) -> str:
        del person
        return ""

    async def new_code(self) -> str:
        return new_code()

    async def of(self, person: Person) -> Sequence[OwnTicket]:
        del person
        return ()
