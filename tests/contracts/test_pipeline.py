"""The pipeline sees every message through: in order, once, whatever handlers, platforms and processes do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import func, select, update

from bot.errors import AccountFault, PlatformError, Refused, Retryable, Uncertain, Unreachable
from bot.messages import Channel, Incoming, Outgoing, Reply
from bot.pipeline import MOST_DEATHS, Pipeline
from bot.ports.conversations import Effect, Handle, Outcome, Person, Vote
from bot.storage.database import Database
from bot.storage.inbox import SqlInbox
from bot.storage.tables import inbox, people, replies, votes
from tests.world import CountingMeter, StoppedClock, a_message, an_address

APOLOGY = "xin lỗi"


@dataclass
class RecordingPlatform:
    """Takes what it is sent, after going through a script of errors."""

    script: list[PlatformError] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def render(self, reply: Reply) -> tuple[str, ...]:
        """Return the text as it is."""
        return (reply.text,)

    async def send(self, message: Outgoing) -> str:
        """Take *message*, or raise what the script says."""
        if self.script:
            raise self.script.pop(0)
        self.sent.append((message.to.user, message.body))
        return f"platform-{len(self.sent)}"


async def echo(message: Incoming, person: Person) -> Outcome:
    """Say what was said, and vote so that an effect can be counted."""
    del person
    return Outcome((Reply(f"nghe: {message.text}"),), (Vote(message.message_id, is_helpful=True),))


@asynccontextmanager
async def a_pipeline(
    database: Database,
    platform: RecordingPlatform,
    handle: Handle = echo,
    *,
    process: str = "process-a",
    meter: CountingMeter | None = None,
) -> AsyncIterator[Pipeline]:
    """Yield a running pipeline."""
    meter, account = meter or CountingMeter(), (Channel.ZALO, "oa-1")
    box = SqlInbox(database, StoppedClock(), process=process, lease_seconds=3, accounts=(account,))
    pipeline = Pipeline(
        box, handle, {account: platform}, apology=lambda: Reply(APOLOGY), meter=meter, alerts=meter, lease_seconds=3
    )
    running = asyncio.create_task(pipeline.run())
    try:
        yield pipeline
    finally:
        running.cancel()
        await asyncio.wait({running})
        await pipeline.close()


async def settled(database: Database) -> bool:
    """Tell whether nothing is left to do."""
    async with database.reading() as connection:
        states = (await connection.execute(select(inbox.c.state))).scalars().all()
    return set(states) <= {"replied", "dead"}


async def until_settled(database: Database) -> None:
    async with asyncio.timeout(30):
        while not await settled(database):
            await asyncio.sleep(0.02)


async def make_due(database: Database) -> None:
    """Let everything that waits be due."""
    async with database.writing() as connection:
        await connection.execute(update(people).values(not_before=0.0))


async def state_of(database: Database, text: str) -> str:
    async with database.reading() as connection:
        statement = select(inbox.c.state).where(inbox.c.event.contains(text))
        return str((await connection.execute(statement)).scalar_one())


async def test_a_message_is_answered(database: Database) -> None:
    """The plain case."""
    platform = RecordingPlatform()
    async with a_pipeline(database, platform) as pipeline:
        await pipeline.receive([a_message("xin chào")])
        await until_settled(database)

    assert platform.sent == [("citizen-1", "nghe: xin chào")]


async def test_personal_numbers_are_hidden_before_anything_is_stored(database: Database) -> None:
    """Not even the inbox sees them."""
    async with a_pipeline(database, RecordingPlatform()) as pipeline:
        await pipeline.receive([a_message("số tôi 0912 345 678, cccd 001085012345")])
        await until_settled(database)

    async with database.reading() as connection:
        stored = (await connection.execute(select(inbox.c.event))).scalar_one()
    assert "0912" not in stored
    assert "001085012345" not in stored


async def test_two_pipelines_keep_one_persons_messages_in_order(database: Database) -> None:
    """Whichever process takes a message, the one before it has been answered."""
    platform = RecordingPlatform()
    async with a_pipeline(database, platform) as one, a_pipeline(database, platform, process="process-b") as other:
        for number in range(20):
            await (one if number % 3 else other).receive([a_message(f"{number}")])
        await until_settled(database)

    assert [body for _, body in platform.sent] == [f"nghe: {number}" for number in range(20)]


async def test_a_poison_message_ends_dead_and_blocks_nobody(database: Database) -> None:
    """Three tries, an apology, an alert; the same person's next message and everybody else's are served."""
    platform, meter = RecordingPlatform(), CountingMeter()

    async def handle(message: Incoming, person: Person) -> Outcome:
        if message.text == "độc":
            raise RuntimeError("boom")
        return await echo(message, person)

    async with a_pipeline(database, platform, handle, meter=meter) as pipeline:
        await pipeline.receive([a_message("độc"), a_message("sau"), a_message("khác", sender=an_address("citizen-2"))])
        while not await settled(database):
            await make_due(database)
            await asyncio.sleep(0.02)

    assert [body for user, body in platform.sent if user == "citizen-1"] == [APOLOGY, "nghe: sau"]
    assert ("citizen-2", "nghe: khác") in platform.sent
    assert meter.alerts == ["message_dead"]
    assert meter.counts["handling_failed"] == 3
    assert await state_of(database, "độc") == "dead"


async def test_a_message_that_takes_its_process_down_with_it_ends_dead_too(database: Database) -> None:
    """A try is counted when it begins, so a death in the middle counts."""
    never = asyncio.Event()

    async def handle(message: Incoming, person: Person) -> Outcome:
        del message, person
        await never.wait()
        raise AssertionError

    dying = SqlInbox(database, StoppedClock(), process="dying", lease_seconds=60, accounts=((Channel.ZALO, "oa-1"),))
    await dying.receive([a_message("độc")], free=1)
    for _ in range(MOST_DEATHS - 1):
        await dying.release_all(of_everyone=True)
        await dying.claim(1)
    await dying.release_all(of_everyone=True)
    platform = RecordingPlatform()

    async with a_pipeline(database, platform, handle):
        await until_settled(database)

    assert platform.sent == [("citizen-1", APOLOGY)]


async def test_a_message_without_an_answer_is_done(database: Database) -> None:
    """Somebody who blocked us hears nothing."""

    async def silent(message: Incoming, person: Person) -> Outcome:
        del message, person
        return Outcome()

    platform = RecordingPlatform()
    async with a_pipeline(database, platform, silent) as pipeline:
        await pipeline.receive([a_message()])
        await until_settled(database)

    assert platform.sent == []


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Retryable("429", after_seconds=0.0), id="the platform is busy"),
        pytest.param(Uncertain("timeout"), id="maybe accepted: a lost answer is worse than a repeated one"),
        pytest.param(AccountFault("-216"), id="an operator has to act first"),
    ],
)
async def test_a_reply_that_could_not_be_posted_is_posted_later(database: Database, error: PlatformError) -> None:
    """The effects are not repeated, only the reply."""
    platform = RecordingPlatform([error])
    async with a_pipeline(database, platform) as pipeline:
        await pipeline.receive([a_message("xin chào")])
        while not await settled(database):
            await make_due(database)
            await asyncio.sleep(0.02)

    assert platform.sent == [("citizen-1", "nghe: xin chào")]
    async with database.reading() as connection:
        assert (await connection.execute(select(func.count()).select_from(votes))).scalar_one() == 1


@pytest.mark.parametrize("error", [Unreachable("403"), Refused("-201")], ids=["gone", "refused"])
async def test_a_reply_that_will_never_be_posted_is_recorded_with_its_reason(
    database: Database, error: PlatformError
) -> None:
    """And the next message of the same person is served."""
    platform = RecordingPlatform([error])
    async with a_pipeline(database, platform) as pipeline:
        await pipeline.receive([a_message("một"), a_message("hai")])
        await until_settled(database)

    assert platform.sent == [("citizen-1", "nghe: hai")]
    async with database.reading() as connection:
        rows = (await connection.execute(select(replies.c.state, replies.c.error).order_by(replies.c.id))).all()
    assert [tuple(row) for row in rows] == [("failed", error.code), ("sent", None)]


async def test_one_failing_commit_does_not_fail_its_neighbours(database: Database) -> None:
    """Commits are shared; faults are not."""
    platform = RecordingPlatform()
    bad: tuple[Effect, ...] = (Vote(None, is_helpful=True),)  # type: ignore[arg-type]  # what no handler does

    async def handle(message: Incoming, person: Person) -> Outcome:
        outcome = await echo(message, person)
        return Outcome(outcome.replies, bad if message.text == "hỏng" else outcome.effects)

    async with a_pipeline(database, platform, handle) as pipeline:
        crowd = [a_message("tốt", sender=an_address(f"c{n}")) for n in range(10)]
        await pipeline.receive([*crowd[:5], a_message("hỏng", sender=an_address("bad")), *crowd[5:]])
        async with asyncio.timeout(20):
            while len(platform.sent) < 10:
                await asyncio.sleep(0.02)

    assert {user for user, _ in platform.sent} == {f"c{n}" for n in range(10)}
