"""The desk of bulletins on a real database, with subscribers to write to and a clock that stands still."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role
from bot.bulletins.timing import Quiet
from bot.desk.bulletins import Desk
from bot.desk.house import Broadcasting, House, Stores
from bot.desk.staff import StaffDesk
from bot.knowledge.library import Library
from bot.messages import Channel
from bot.office import SCREENS
from bot.ports.bulletins import Audience, Bulletin, Draft
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.bulletins import SqlBulletins
from bot.storage.database import Database
from bot.storage.letters import SqlLetters
from bot.storage.moves import SqlMoves
from bot.storage.pictures import SqlPictures
from bot.storage.recipients import SqlRecipients
from bot.storage.staff import SqlStaff
from bot.storage.tables import deliveries, slots, staff
from bot.storage.tallying import move_all
from tests.contracts.ledger_world import ACCOUNT, COMMUNE, LedgerWorld
from tests.sentences import sentences

__all__ = ["COMMUNE", "ELSEWHERE", "PNG", "ZONE", "DeskWorld", "a_draft", "a_library"]

ELSEWHERE = "09574"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\0" * 100
"""The head of a picture; nobody looks further."""


def a_library(commune: str = COMMUNE, **file: object) -> Library:
    """Return the content with *file* instead of what stands in the file of *commune*."""
    shelves = sentences().shelves
    changed = shelves.communes[commune].model_copy(update=file)
    return Library(replace(shelves, communes={**shelves.communes, commune: changed}))


def a_draft(**more: object) -> Draft:
    """Return a draft for the whole commune, with *more* in its place."""
    draft = Draft(title="Cúp nước ngày mai", body="Từ **8 giờ** ngày mai, xã cúp nước.", audiences=(Audience(COMMUNE),))
    return replace(draft, **more)  # type: ignore[arg-type]


class DeskWorld(LedgerWorld):
    """A desk, and what it leaves in the tables. Before `staffed` anybody signs with any name."""

    def __init__(
        self,
        database: Database,
        library: Library | None = None,
        channel: Channel = Channel.TELEGRAM,
        public_url: str = "",
    ) -> None:
        super().__init__(database, channel)
        self.library = library or sentences()
        stores = Stores(
            SqlBulletins(database),
            SqlMoves(database, self.clock),
            SqlRecipients(database),
            SqlLetters(database, self.clock),
            SqlPictures(database),
            SqlStaff(database, self.clock),
        )
        house = House(
            self.clock,
            ZONE,
            SCREENS,
            lambda now: {Channel.TELEGRAM: None, Channel.ZALO: now - timedelta(hours=48)},
            Quiet(time(21), time(7), ZONE),
            public_url,
            Broadcasting(SqlBroadcasts(database, self.clock, ACCOUNT), a_month=4) if public_url else None,
        )
        self.desk = Desk(lambda: self.library, stores, house)
        self.staff = StaffDesk(lambda: self.library, SqlStaff(database, self.clock), self.clock)

    async def staffed(self, **roles: Role) -> None:
        """Take people on for the commune."""
        for name, role in roles.items():
            await self.staff.put(name, role, [COMMUNE], by="test")

    async def a_draft(self, by: str = "Lan", /, **more: object) -> int:
        """Store a draft and return its id."""
        return (await self.desk.create(a_draft(**more), by)).bulletin.id

    async def submitted(self, by: str = "Lan", /, **more: object) -> int:
        """Store a draft and ask for its approval."""
        bulletin_id = await self.a_draft(by, **more)
        await self.desk.submit(bulletin_id, by)
        return bulletin_id

    async def approved(self, by: str = "Lan", /, **more: object) -> Bulletin:
        """Store a draft and have it approved."""
        bulletin_id = await self.submitted(by, **more)
        return await self.desk.approve(bulletin_id, by)

    async def begun(self, **more: object) -> int:
        """Have a draft approved and begin to send it; Zalo's window is open for two days."""
        bulletin = await self.approved(**more)
        windows = {Channel.ZALO: self.clock.now() - timedelta(hours=48)}
        assert await self.launches.launch(bulletin, self.clock.now(), windows)
        return bulletin.id

    async def begin(self, bulletin_id: int) -> None:
        """Have a draft that is stored approved, and begin to send it."""
        await self.desk.submit(bulletin_id, "Lan")
        approved = await self.desk.approve(bulletin_id, "Hoa")
        assert await self.launches.launch(approved, self.clock.now(), {})

    async def settle(self, bulletin_id: int, people: Sequence[int], state: State) -> None:
        """Let the deliveries to *people* have come to *state*."""
        async with self.database.writing() as connection:
            which = (deliveries.c.bulletin_id == bulletin_id) & deliveries.c.person_id.in_(people)
            await move_all(connection, which, tuple(State), state, code="test", now=self.clock.now())

    async def deeds(self, bulletin_id: int) -> list[tuple[str, str]]:
        """Return who did what to a bulletin, oldest first."""
        return [(deed.by, deed.what) for deed in await self.desk.record(bulletin_id)]

    async def link_chat(self, name: str, person_id: int) -> None:
        """Let the chat of *person_id* be that of the member of staff *name*."""
        code = await self.staff.chat_code(name, by="test")
        async with self.database.writing() as connection:
            mine = update(staff).where(staff.c.chat_code == code)
            await connection.execute(mine.values(person_id=person_id, chat_code=None))

    async def slots(self) -> dict[tuple[str, str], int | None]:
        """Return the bulletins of the slots by commune and day."""
        async with self.database.reading() as connection:
            return {
                (row.commune, str(row.slot_date)): row.bulletin_id for row in await connection.execute(select(slots))
            }
