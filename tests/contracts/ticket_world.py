"""Citizens who write, and a desk at which staff answer them, on a real database."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select, update

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role
from bot.channels.web.render import render
from bot.desk.ports.house import StaffMember
from bot.desk.tickets import TicketDesk, TicketStores
from bot.knowledge.loader import load_words
from bot.messages import Channel, Outgoing, Reply
from bot.ports.conversations import Dialogue, Effect, Outcome, Person
from bot.ports.inbox import Finished, Handled, Work
from bot.ports.records import OwnTicket
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from bot.storage.inbox import SqlInbox
from bot.storage.records import SqlRecords
from bot.storage.staff import SqlStaff
from bot.storage.tables import bulletins, deliveries
from bot.storage.tallying import move_all
from bot.storage.ticket_moves import SqlTicketMoves
from bot.storage.ticket_rows import read_tickets
from bot.storage.tickets import SqlTicketBook, SqlTickets
from bot.tickets.states import TicketKind
from tests.world import StoppedClock, a_message, an_address

CONTENT = load_words(Path("content"))
DA_PHUC, SON_TAY = "00430", "09574"
ACCOUNTS = ((Channel.ZALO, "oa-1"), (Channel.TELEGRAM, "oa-1"), (Channel.WEB, "oa-1"))


class RememberedPage:
    """The web chat, which remembers what it was to show at once."""

    def __init__(self) -> None:
        self.shown: list[Outgoing] = []

    def render(self, reply: Reply) -> tuple[str, ...]:
        return render(reply)

    async def send(self, message: Outgoing) -> str:
        self.shown.append(message)
        return ""


class TicketWorld:
    """People, the desk, and what stands in the tables."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = StoppedClock()
        self.inbox = SqlInbox(database, self.clock, process="p", lease_seconds=60, accounts=ACCOUNTS)
        self.records = SqlRecords(database)
        self.tickets = SqlTickets(database)
        self.book = SqlTicketBook(database)
        self.moves = SqlTicketMoves(database, self.clock)
        self.audit = SqlAudit(database, self.clock)
        self.staff = SqlStaff(database, self.clock)
        self.page = RememberedPage()
        stores = TicketStores(self.book, self.moves, self.staff)
        self.desk = TicketDesk(lambda: CONTENT, stores, self.clock, self.page)

    async def hire(self, *names: str, commune: str = DA_PHUC) -> None:
        for name in names:
            await self.staff.put(StaffMember(name, Role.EDITOR, frozenset({commune})), by="máy chủ")

    async def hear(self, user: str = "citizen-1", *, channel: Channel = Channel.ZALO) -> Work:
        """Let somebody write, and return the claimed message."""
        [work] = await self.inbox.receive([a_message(sender=an_address(user, channel=channel))], free=10)
        return work

    async def settle(self, work: Work, *effects: Effect) -> None:
        """End the turn of *work* with *effects*."""
        await self.inbox.settle([Handled(work, Outcome(effects=effects, dialogue=Dialogue()), ())])
        await self.inbox.finish([Finished(work)])

    async def say(self, *effects: Effect, user: str = "citizen-1", channel: Channel = Channel.ZALO) -> Person:
        """Let somebody write a message that comes to *effects*; return them as they were before."""
        work = await self.hear(user, channel=channel)
        await self.settle(work, *effects)
        return work.person

    async def person(self, user: str = "citizen-1", *, channel: Channel = Channel.ZALO) -> Person:
        """Return somebody as they are now."""
        work = await self.hear(user, channel=channel)
        await self.settle(work)
        return work.person

    async def own(self, user: str = "citizen-1", *, channel: Channel = Channel.ZALO) -> Sequence[OwnTicket]:
        return await self.tickets.of(await self.person(user, channel=channel))

    async def letters(self) -> list[str]:
        """Return what is on its way to people, oldest first."""
        async with self.database.reading() as connection:
            found = select(bulletins.c.body).where(bulletins.c.kind == "letter").order_by(bulletins.c.id)
            return list((await connection.execute(found)).scalars())

    async def deliver(self, state: State, code: str = "") -> None:
        """Let every letter that waits come to *state*."""
        async with self.database.writing() as connection:
            of_letters = deliveries.c.bulletin_id.in_(select(bulletins.c.id).where(bulletins.c.kind == "letter"))
            which = of_letters & (deliveries.c.state == State.PENDING.value)
            await move_all(connection, which, [State.PENDING], state, code=code or None, now=self.clock.now())
            await connection.execute(update(bulletins).where(bulletins.c.kind == "letter").values(status="sent"))

    async def only(self, kind: TicketKind = TicketKind.FEEDBACK) -> int:
        """Return the id of the one ticket of *kind*."""
        async with self.database.reading() as connection:
            [ticket] = [one for one in await read_tickets(connection) if one.kind is kind]
        return ticket.id
