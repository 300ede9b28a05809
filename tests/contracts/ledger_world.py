"""A commune with subscribers, and bulletins for them, on a real database."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, select, update

from bot.bulletins.deliveries import State, Verdict
from bot.bulletins.states import Status
from bot.messages import Channel
from bot.ports.bulletins import Audience, Bulletin, Draft
from bot.ports.sending import Delivery, Tried, Wanted
from bot.ports.world import Lease
from bot.storage.bulletin_rows import read_bulletins
from bot.storage.database import Database
from bot.storage.launches import SqlLaunches
from bot.storage.leases import open_leases
from bot.storage.ledger import SqlLedger
from bot.storage.ledger_statements import lease_name
from bot.storage.tables import audiences, bulletins, deliveries, delivery_tries, people, tallies

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
COMMUNE = "00430"
ACCOUNT = "123"
NO_WINDOW: Mapping[Channel, datetime | None] = {}


class FixedClock:
    """A clock that stands still until it is set."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


class LedgerWorld:
    """One account, its ledger, and what stands in the tables."""

    def __init__(self, database: Database, channel: Channel = Channel.TELEGRAM) -> None:
        self.database = database
        self.clock = FixedClock()
        self.channel = channel
        self.ledger = SqlLedger(database, self.clock, channel, ACCOUNT)
        self.launches = SqlLaunches(database)

    async def subscribe(self, count: int, *, silent_hours: int = 0, **more: object) -> list[int]:
        """Add *count* subscribers who last wrote *silent_hours* ago; return their ids."""
        async with self.database.writing() as connection:
            first = (await connection.execute(select(func.count()).select_from(people))).scalar_one()
            rows = [
                {
                    "channel": self.channel.value,
                    "account": ACCOUNT,
                    "user": f"u{first + number}",
                    "commune": COMMUNE,
                    "first_seen": NOW,
                    "last_inbound": NOW - timedelta(hours=silent_hours),
                    "subscribed_at": NOW,
                    **more,
                }
                for number in range(count)
            ]
            if not rows:
                return []
            result = await connection.execute(insert(people).returning(people.c.id, sort_by_parameter_order=True), rows)
            return list(result.scalars())

    async def an_approved_bulletin(self, *readers: Audience, **more: object) -> Bulletin:
        """Store a bulletin that is approved and due, for the whole commune unless *readers* are given."""
        draft = Draft(title="Tin tuần", body="Nội dung.", audiences=readers or (Audience(COMMUNE),))
        values = {
            "title": draft.title,
            "body": draft.body,
            "status": Status.APPROVED.value,
            "due_at": NOW,
            "text_hash": draft.text_hash,
            "author": "Lan",
            "created_at": NOW,
            **more,
        }
        async with self.database.writing() as connection:
            bulletin_id = (
                await connection.execute(insert(bulletins).values(values).returning(bulletins.c.id))
            ).scalar_one()
            rows = [{"bulletin_id": bulletin_id, "commune": r.commune, "hamlet": r.hamlet} for r in draft.audiences]
            await connection.execute(insert(audiences), rows)
        return await self.bulletin(bulletin_id)

    async def bulletin(self, bulletin_id: int) -> Bulletin:
        async with self.database.reading() as connection:
            [found] = await read_bulletins(connection, bulletins.c.id == bulletin_id)
        return found

    async def launched(
        self, *readers: Audience, writable: Mapping[Channel, datetime | None] = NO_WINDOW, **more: object
    ) -> int:
        """Launch a new bulletin and return its id."""
        bulletin = await self.an_approved_bulletin(*readers, **more)
        assert await self.launches.launch(bulletin, NOW, writable)
        return bulletin.id

    async def a_lease(self, owner: str = "one") -> Lease:
        """Take the sender's lease as the process *owner*."""
        lease = await open_leases(self.database, owner, seconds=30).acquire(lease_name(self.channel, ACCOUNT))
        assert lease
        return lease

    async def claim(self, lease: Lease, bulletin_id: int, most: int = 16) -> Sequence[Delivery]:
        return await self.ledger.turn(lease, (), hold=None, wanted=Wanted(bulletin_id, most))

    async def record(self, lease: Lease, claimed: Sequence[Delivery], verdict: Verdict) -> None:
        await self.ledger.turn(lease, [Tried(one, verdict, "m1") for one in claimed], hold=None, wanted=None)

    async def states(self, bulletin_id: int) -> dict[int, str]:
        """Return the state of each person's delivery."""
        statement = select(deliveries.c.person_id, deliveries.c.state).where(deliveries.c.bulletin_id == bulletin_id)
        async with self.database.reading() as connection:
            return {row.person_id: row.state for row in await connection.execute(statement)}

    async def codes(self, bulletin_id: int) -> dict[int, str | None]:
        statement = select(deliveries.c.person_id, deliveries.c.code).where(deliveries.c.bulletin_id == bulletin_id)
        async with self.database.reading() as connection:
            return {row.person_id: row.code for row in await connection.execute(statement)}

    async def history(self, bulletin_id: int) -> list[tuple[int, str]]:
        statement = select(delivery_tries.c.person_id, delivery_tries.c.outcome).where(
            delivery_tries.c.bulletin_id == bulletin_id
        )
        async with self.database.reading() as connection:
            return [(row.person_id, row.outcome) for row in await connection.execute(statement)]

    async def counts(self, bulletin_id: int) -> dict[str, int]:
        """Return the kept counts that are not 0, after making sure that they are the true ones."""
        kept = select(*(func.coalesce(func.sum(tallies.c[s.value]), 0).label(s.value) for s in State))
        true = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
        async with self.database.reading() as connection:
            row = (await connection.execute(kept.where(tallies.c.bulletin_id == bulletin_id))).one()
            rows = (await connection.execute(true.where(deliveries.c.bulletin_id == bulletin_id))).all()
        counted = {row[0]: row[1] for row in rows}
        found = {state: n for state, n in row._asdict().items() if n}
        assert found == counted
        return found

    async def set_person(self, person_id: int, **values: object) -> None:
        async with self.database.writing() as connection:
            await connection.execute(update(people).where(people.c.id == person_id).values(values))
