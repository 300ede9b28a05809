"""A field to prove the ledger on: real processes, a fake platform that keeps books, a database, and people who read.

The field sees everything from outside. Whatever happened to the processes, `Field.audit` holds the ledger against the
platform's books, person by person.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from bot.app import Role
from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.clock import SystemClock
from bot.office import Office, open_office
from bot.ports.bulletins import Audience, Draft
from bot.settings import Settings
from bot.storage.database import Database, open_database
from bot.storage.ledger import SqlLedger
from bot.storage.tables import audiences, bulletins, leases, people, tallies
from tests.crash.service import Trap
from tests.crash.services import ServiceProcess, a_command, a_service, an_environment, until
from tests.databases import a_database_url
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo
from tests.fire.audit import Doubt, complaints
from tests.fire.fronts import Front, TelegramFront, ZaloFront
from tests.fire.reading import read_books, read_states
from tests.small_content import small_content

COMMUNE = "00430"
_SETTLED_SECONDS = 120
_LOOK_SECONDS = 0.1
_NO_TRAP = Trap()
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Field:
    """One database, one platform, and the services that a test starts between them."""

    url: str
    database: Database
    front: Front
    environment: Mapping[str, str]
    folder: Path

    def service(
        self, *, role: Role = Role.ALL, trap: Trap = _NO_TRAP, lease_seconds: float | None = None
    ) -> AbstractAsyncContextManager[ServiceProcess]:
        """Start a service; it is killed at the end of the context."""
        lease = {"LEASE_SECONDS": str(lease_seconds)} if lease_seconds else {}
        return a_service({**self.environment, **lease}, self.folder, role=role, trap=trap)

    async def command(self, *arguments: str, trap: Trap = _NO_TRAP) -> int:
        """Run ``loaxa`` with *arguments* and return how it ended."""
        return await a_command(self.environment, self.folder, *arguments, trap=trap)

    def office(self) -> AbstractAsyncContextManager[Office]:
        """Open the desks that officials work at."""
        content = Path(self.environment["CONTENT_DIR"])
        return open_office(Settings(database_url=self.url, content_dir=content, quiet_hours=""))

    async def subscribe(self, number: int, *, silent: timedelta = timedelta()) -> None:
        """Add *number* subscribers, who last wrote *silent* ago."""
        now = datetime.now(UTC)
        async with self.database.writing() as connection:
            first = (await connection.execute(select(func.count()).select_from(people))).scalar_one()
            rows = [
                {
                    "channel": self.front.channel.value,
                    "account": self.front.account,
                    "user": self.front.user(first + one),
                    "commune": COMMUNE,
                    "first_seen": now - silent,
                    "last_inbound": now - silent,
                    "subscribed_at": now - silent,
                }
                for one in range(number)
            ]
            await connection.execute(insert(people), rows)

    async def approve(self) -> int:
        """Store a bulletin that is approved and due, whatever the hour; return its id."""
        now = datetime.now(UTC)
        draft = Draft(title="Tin tuần", body=f"Bài số {next(_numbers)}.", audiences=(Audience(COMMUNE),))
        values = {
            "title": draft.title,
            "body": draft.body,
            "status": Status.APPROVED.value,
            "due_at": now,
            "passes_quiet": True,
            "text_hash": draft.text_hash,
            "author": "Lan",
            "created_at": now,
        }
        async with self.database.writing() as connection:
            bulletin_id: int = (
                await connection.execute(insert(bulletins).values(values).returning(bulletins.c.id))
            ).scalar_one()
            await connection.execute(insert(audiences).values(bulletin_id=bulletin_id, commune=COMMUNE))
        return bulletin_id

    async def called(self, number: int) -> None:
        """Wait until the platform was asked to send *number* messages since it stands there."""

        async def holds() -> bool:
            return self.front.calls() >= number

        await until(holds)

    async def settled(self, bulletin_id: int, *, is_mended: bool = False) -> None:
        """Wait until a bulletin has begun and nothing of it is waiting or in flight.

        With *is_mended* somebody is on duty who releases an account that waits for a human, as `loaxa account release`.
        """

        async def holds() -> bool:
            with suppress(DBAPIError, OSError):  # the database may be away for a while
                if is_mended:
                    await self.mend()
                return await self._is_settled(bulletin_id)
            return False

        await until(holds, seconds=_SETTLED_SECONDS, every_seconds=_LOOK_SECONDS)

    async def end_leases(self) -> None:
        """Let the time pass after which what the dead held is free."""
        async with self.database.writing() as connection:
            await connection.execute(update(leases).values(until=0.0))

    @property
    def ledger(self) -> SqlLedger:
        """Return the ledger of the account."""
        return SqlLedger(self.database, SystemClock(), self.front.channel, self.front.account)

    async def mend(self) -> None:
        """Let the account send again if it waits for a human."""
        held = await self.ledger.held()
        if held and held.reason:
            await self.ledger.release()

    async def _is_settled(self, bulletin_id: int) -> bool:
        status = select(bulletins.c.status).where(bulletins.c.id == bulletin_id)
        left = select(func.coalesce(func.sum(tallies.c.pending + tallies.c.sending), 0))
        async with self.database.reading() as connection:
            found = (await connection.execute(status)).scalar_one()
            waiting = (await connection.execute(left.where(tallies.c.bulletin_id == bulletin_id))).scalar_one()
        return found in {Status.SENT, Status.STOPPED} and not waiting

    async def states(self, bulletin_id: int) -> Counter[State]:
        """Return how many copies are in each state."""
        return await read_states(self.database, bulletin_id)

    async def audit(self, bulletin_id: int, *, recipients: int, ends: int = 0) -> Counter[State]:
        """Hold the ledger of a bulletin against the platform's books; return how many copies are in each state.

        Args:
            bulletin_id: The bulletin.
            recipients: How many people it is for.
            ends: How often a process ended, or was cut off, with copies in flight.
        """
        books = await read_books(self.database, self.front, bulletin_id)
        found = complaints(books, Doubt(ends, self.front.vague_answers()), recipients=recipients)
        assert not found, "\n".join(found)
        return await self.states(bulletin_id)


@asynccontextmanager
async def a_telegram_field(engine: str, folder: Path) -> AsyncIterator[tuple[Field, TelegramFront]]:
    """Yield a field before Telegram."""
    async with FakeTelegram() as fake:
        front = TelegramFront(fake)
        async with _a_field(engine, folder, fake, front) as field:
            yield field, front


@asynccontextmanager
async def a_zalo_field(engine: str, folder: Path) -> AsyncIterator[tuple[Field, ZaloFront]]:
    """Yield a field before Zalo."""
    async with FakeZalo() as fake:
        front = ZaloFront(fake)
        async with _a_field(engine, folder, fake, front) as field:
            yield field, front


@asynccontextmanager
async def _a_field(engine: str, folder: Path, fake: FakeTelegram | FakeZalo, front: Front) -> AsyncIterator[Field]:
    async with a_database_url(engine, folder) as url, open_database(url) as database:
        yield Field(url, database, front, an_environment(url, small_content(folder), fake), folder)
