"""The sender: everyone once, whatever the platform answers, and nothing without the lease."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.alarm import Alarm
from bot.bulletins.timing import Quiet
from bot.errors import AccountFault, OutsideWindow, PlatformError, Refused, Retryable, Uncertain, Unreachable
from bot.messages import Channel, Outgoing, Reply
from bot.metrics import Metrics
from bot.ports.sending import Delivery, Hold, Tried, Wanted
from bot.ports.world import Lease
from bot.storage.database import Database
from bot.storage.leases import open_leases
from bot.storage.ledger import SqlLedger
from bot.storage.tables import bulletins
from scheduler.sender import IN_FLIGHT, Outbox, Sender, SendStage
from tests.carriers import PaperCarrier
from tests.contracts.ledger_world import ACCOUNT, NOW, LedgerWorld

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def world(database: Database) -> LedgerWorld:
    return LedgerWorld(database)


def a_sender(
    world: LedgerWorld,
    carrier: PaperCarrier,
    *,
    owner: str = "one",
    ledger: SqlLedger | None = None,
    quiet: Quiet | None = None,
    observe: Callable[[SendStage], None] = lambda _stage: None,
) -> Sender:
    return Sender(
        Outbox(world.channel, ACCOUNT, carrier, ledger or world.ledger),
        lambda bulletin, _commune, older: Reply(
            f"{bulletin.draft.title}" + "".join(f" + {one.title}" for one in older)
        ),
        leases=open_leases(world.database, owner, seconds=30),
        clock=world.clock,
        meter=Metrics(),
        alarm=Alarm(Metrics()),
        quiet=quiet,
        observe=observe,
    )


@asynccontextmanager
async def running(*senders: Sender) -> AsyncIterator[None]:
    """Let *senders* run, and end them as a stopping service does."""
    tasks = [asyncio.create_task(sender.run()) for sender in senders]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until *holds*; the time bounds a broken run and expects nothing."""
    async with asyncio.timeout(30):
        while not await holds():
            await asyncio.sleep(0.05)


def settled(world: LedgerWorld, bulletin_id: int) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return not {"pending", "sending"} & set((await world.states(bulletin_id)).values())

    return holds


async def test_everyone_gets_it_once(world: LedgerWorld) -> None:
    """And never more than sixteen are in flight."""
    await world.subscribe(60)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()

    async with running(a_sender(world, carrier)):
        await until(settled(world, bulletin_id))

    assert set(carrier.books.values()) == {1}
    assert len(carrier.books) == 60
    assert await world.counts(bulletin_id) == {"sent": 60}
    assert carrier.most_in_flight <= IN_FLIGHT


async def test_two_processes_send_it_once(world: LedgerWorld) -> None:
    """Only one of them holds the lease."""
    await world.subscribe(40)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()

    async with running(a_sender(world, carrier, owner="one"), a_sender(world, carrier, owner="two")):
        await until(settled(world, bulletin_id))

    assert set(carrier.books.values()) == {1}
    assert await world.counts(bulletin_id) == {"sent": 40}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(Uncertain("timeout"), "unknown", id="it may have arrived"),
        pytest.param(Unreachable("403"), "gone", id="they blocked us"),
        pytest.param(OutsideWindow("-230"), "held", id="not before they write again"),
        pytest.param(Refused("400"), "failed", id="it never will"),
    ],
)
async def test_what_the_platform_said_is_what_stands_there(
    world: LedgerWorld, error: PlatformError, state: str
) -> None:
    """One in three is refused; the others are not touched by it."""
    people = await world.subscribe(9)
    bulletin_id = await world.launched()
    unlucky = {f"u{number}" for number in range(0, 9, 3)}
    carrier = PaperCarrier(lambda message, _before: error if message.to.user in unlucky else None)

    async with running(a_sender(world, carrier)):
        await until(settled(world, bulletin_id))

    states = await world.states(bulletin_id)
    assert [states[person] for person in people] == [state, "sent", "sent"] * 3
    assert await world.counts(bulletin_id) == {"sent": 6, state: 3}


async def test_a_flood_answer_holds_the_account_and_loses_nobody(world: LedgerWorld) -> None:
    """429 for whoever is in flight, then everyone gets it."""
    await world.subscribe(20)
    bulletin_id = await world.launched()
    carrier = PaperCarrier(lambda _message, before: Retryable("429", after_seconds=0.2) if 5 <= before < 9 else None)

    async with running(a_sender(world, carrier)):
        await until(settled(world, bulletin_id))

    assert await world.counts(bulletin_id) == {"sent": 20}
    assert set(carrier.books.values()) == {1}


async def test_an_account_at_fault_pauses_and_burns_nobody(world: LedgerWorld) -> None:
    """The token was revoked: all stay pending, a human is told, and whoever mends it ends the wait at once."""
    await world.subscribe(20)
    bulletin_id = await world.launched()
    carrier = PaperCarrier(lambda _message, before: AccountFault("-216", "revoked") if before < IN_FLIGHT else None)

    async def paused() -> bool:
        held = await world.ledger.held()
        return bool(held and held.reason == "-216") and "sending" not in (await world.states(bulletin_id)).values()

    async with running(a_sender(world, carrier)):
        await until(paused)
        assert await world.counts(bulletin_id) == {"pending": 20}
        await world.ledger.release()
        await until(settled(world, bulletin_id))

    assert await world.counts(bulletin_id) == {"sent": 20}


async def test_what_took_off_before_the_trouble_does_not_end_the_pause(world: LedgerWorld) -> None:
    """The platform was slow over it; that it arrived says nothing of the account as it is now."""
    slow, *_ = await world.subscribe(20)
    bulletin_id = await world.launched()
    is_answered = asyncio.Event()

    class SlowOverOne(PaperCarrier):
        """Takes its time over the first person's message."""

        async def send(self, message: Outgoing) -> str:
            if message.to.user == "u0":
                await is_answered.wait()
            return await super().send(message)

    async def looked() -> bool:
        return await world.ledger.held() is not None

    async def landed() -> bool:
        return (await world.states(bulletin_id))[slow] == "sent"

    carrier = SlowOverOne(lambda message, _before: None if message.to.user == "u0" else AccountFault("-216"))
    async with running(a_sender(world, carrier)):
        await until(looked)
        await asyncio.sleep(1.5)  # the sender looks once a second at what holds it
        is_answered.set()
        await until(landed)
        held = await world.ledger.held()

    assert held
    assert held.reason == "-216"


async def test_when_failures_pile_up_the_rest_are_spared(world: LedgerWorld) -> None:
    """A platform that breaks down burns a few dozen, not five thousand."""
    await world.subscribe(200)
    bulletin_id = await world.launched()
    carrier = PaperCarrier(lambda _message, _before: Uncertain("500"))

    async def paused() -> bool:
        held = await world.ledger.held()
        return bool(held and held.reason) and "sending" not in (await world.states(bulletin_id)).values()

    async with running(a_sender(world, carrier)):
        await until(paused)

    counts = await world.counts(bulletin_id)
    assert counts["unknown"] <= 20 + IN_FLIGHT
    assert counts["pending"] == 200 - counts["unknown"]


async def test_after_a_pause_one_goes_first(world: LedgerWorld) -> None:
    """Whether the account is well again, one recipient shows as well as sixteen."""
    await world.subscribe(30)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()
    seen: list[int] = []

    def answer(_message: Outgoing, before: int) -> PlatformError | None:
        seen.append(carrier.in_flight)
        return Retryable("connect") if before < IN_FLIGHT + 2 else None

    carrier.answer = answer
    async with running(a_sender(world, carrier)):
        await until(settled(world, bulletin_id))

    assert seen[IN_FLIGHT : IN_FLIGHT + 3] == [1, 1, 1]
    assert await world.counts(bulletin_id) == {"sent": 30}


async def test_quiet_hours_keep_bulletins_and_not_those_an_approver_let_pass(world: LedgerWorld) -> None:
    """It is 23:00; a storm warning goes out, the weekly news waits for the morning."""
    world.clock.moment = NOW.replace(hour=16)
    await world.subscribe(3)
    news, storm = await world.launched(), await world.launched(passes_quiet=True, is_urgent=True)
    carrier = PaperCarrier()
    quiet = Quiet(time(21), time(7), ZONE)

    async with running(a_sender(world, carrier, quiet=quiet)):
        await until(settled(world, storm))
        assert await world.counts(news) == {"pending": 3}
        world.clock.moment += timedelta(hours=8)
        await until(settled(world, news))

    assert set(carrier.books.values()) == {2}


async def test_a_bulletin_stopped_in_mid_send_goes_no_further(world: LedgerWorld) -> None:
    """What is in the air lands and is recorded; nothing else leaves."""
    await world.subscribe(50)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()
    carrier.is_let_through.clear()

    async def in_the_air() -> bool:
        return carrier.in_flight == IN_FLIGHT

    async with running(a_sender(world, carrier)):
        await until(in_the_air)
        async with world.database.writing() as connection:
            await connection.execute(update(bulletins).values(status="stopped"))
        carrier.is_let_through.set()

        async def landed() -> bool:
            return "sending" not in (await world.states(bulletin_id)).values()

        await until(landed)

    assert await world.counts(bulletin_id) == {"sent": IN_FLIGHT, "pending": 50 - IN_FLIGHT}
    assert carrier.calls == IN_FLIGHT


async def test_a_window_that_closed_meanwhile_holds_without_a_call(database: Database) -> None:
    """They wrote in time for the ledger, and too long ago by the time their turn came."""
    world = LedgerWorld(database, Channel.ZALO)
    [person] = await world.subscribe(1, silent_hours=47)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()
    carrier.since = NOW - timedelta(hours=40)

    async with running(a_sender(world, carrier)):
        await until(settled(world, bulletin_id))

    assert await world.states(bulletin_id) == {person: "held"}
    assert carrier.calls == 0


async def test_a_sender_that_ends_lands_what_is_in_the_air(world: LedgerWorld) -> None:
    """A deployment leaves nobody in doubt."""
    await world.subscribe(40)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()
    carrier.is_let_through.clear()

    async def in_the_air() -> bool:
        return carrier.in_flight == IN_FLIGHT

    async with running(a_sender(world, carrier)):
        await until(in_the_air)
        asyncio.get_running_loop().call_later(0.2, carrier.is_let_through.set)

    assert await world.counts(bulletin_id) == {"sent": IN_FLIGHT, "pending": 40 - IN_FLIGHT}


async def test_a_sender_that_ends_within_a_commit_gives_back_what_it_claimed(world: LedgerWorld) -> None:
    """It has not called the platform, so nobody need be in doubt."""
    await world.subscribe(20)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()
    claimed, is_answered = asyncio.Event(), asyncio.Event()

    class SlowLedger(SqlLedger):
        """Takes its time to say that a claim is committed."""

        async def turn(
            self, lease: Lease, tried: Sequence[Tried], *, hold: Hold | None, wanted: Wanted | None
        ) -> list[Delivery]:
            deliveries = await super().turn(lease, tried, hold=hold, wanted=wanted)
            if deliveries:
                claimed.set()
                await is_answered.wait()
            return deliveries

    ledger = SlowLedger(world.database, world.clock, world.channel, ACCOUNT)
    async with running(a_sender(world, carrier, ledger=ledger)):
        await claimed.wait()
        asyncio.get_running_loop().call_later(0.2, is_answered.set)

    assert await world.counts(bulletin_id) == {"pending": 20}
    assert carrier.calls == 0


async def test_a_lost_database_leaves_what_is_known_known(world: LedgerWorld) -> None:
    """The outcome of a call is written when the database is back, not forgotten."""
    await world.subscribe(5)
    bulletin_id = await world.launched()
    carrier = PaperCarrier()

    class FlakyLedger(SqlLedger):
        """Its commits fail twice once something has been claimed."""

        failures = 0

        async def turn(
            self, lease: Lease, tried: Sequence[Tried], *, hold: Hold | None, wanted: Wanted | None
        ) -> list[Delivery]:
            if self.failures:
                self.failures -= 1
                message = "the database is away"
                raise OSError(message)
            deliveries = await super().turn(lease, tried, hold=hold, wanted=wanted)
            self.failures = 2 if deliveries and not carrier.books else 0
            return deliveries

    ledger = FlakyLedger(world.database, world.clock, world.channel, ACCOUNT)
    async with running(a_sender(world, carrier, ledger=ledger)):
        await until(settled(world, bulletin_id))

    assert await world.counts(bulletin_id) == {"sent": 5}
    assert set(carrier.books.values()) == {1}
