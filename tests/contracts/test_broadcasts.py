"""A broadcast goes out once, on both engines, however often a process dies, Zalo fails or somebody interferes."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.bulletins.broadcasts import Change, State, Why, lease_name
from bot.bulletins.states import Status
from bot.bulletins.timing import Quiet
from bot.channels.zalo.window import next_broadcast
from bot.errors import AccountFault, Refused, Retryable, Uncertain
from bot.messages import Channel
from bot.ports.bulletins import Bulletin
from bot.ports.platforms import Article, Broadcaster
from bot.ports.sending import Broadcast
from bot.ports.world import Lease
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.database import Database
from bot.storage.leases import open_leases
from bot.storage.tables import broadcasts, bulletin_history, bulletins
from scheduler.broadcasts import Broadcasts
from tests.channels.zalo_world import World as ZaloWorld
from tests.channels.zalo_world import a_channel, an_account
from tests.channels.zalo_world import running as running_zalo
from tests.contracts.ledger_world import ACCOUNT, COMMUNE, NOW, LedgerWorld
from tests.fakes.zalo import FakeZalo, Rule
from tests.world import CountingMeter

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
NIGHT = Quiet(time(21), time(7), VIETNAM)

ON_ONE_ENGINE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what the job decides: the database only keeps it."""


@dataclass
class MemoryZalo:
    """`bot.ports.platforms.Broadcaster` with books; ``answers`` are what its next calls come to, by name."""

    answers: dict[str, list[Exception]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    articles: list[Article] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    before: Callable[[str], Awaitable[None]] | None = None

    def next_broadcast(self, now: datetime) -> datetime:
        return next_broadcast(now)

    async def create_article(self, article: Article) -> str:
        self.articles.append(article)
        await self._answer("create")
        return f"token-{len(self.articles)}"

    async def verify_article(self, token: str) -> str:
        await self._answer("verify")
        return token.replace("token", "article")

    async def broadcast(self, article_id: str) -> str:
        await self._answer("broadcast")
        self.sent.append(article_id)
        return f"sent-{article_id}"

    async def _answer(self, name: str) -> None:
        self.calls[name] += 1
        if self.before:
            await self.before(name)
        if self.answers.get(name):
            raise self.answers[name].pop(0)


def an_article(bulletin: Bulletin) -> Article:
    """Return *bulletin* as an article."""
    return Article(bulletin.draft.title, "Xã Đa Phúc", bulletin.draft.body, "https://loa.example/ban-tin/anh/f1")


class Field:
    """An OA with a bulletin to broadcast, and whoever broadcasts it."""

    def __init__(self, database: Database, *, quiet: Quiet | None = None, a_month: int = 4) -> None:
        self.world = LedgerWorld(database, Channel.ZALO)
        self.database = database
        self.zalo = MemoryZalo()
        self.meter = CountingMeter()
        self.book = SqlBroadcasts(database, self.world.clock, ACCOUNT)
        self.job = self.a_job(quiet=quiet, a_month=a_month)

    def a_job(
        self,
        *,
        quiet: Quiet | None = None,
        a_month: int = 4,
        owner: str = "one",
        zalo: Broadcaster | None = None,
    ) -> Broadcasts:
        return Broadcasts(
            ACCOUNT,
            zalo or self.zalo,
            self.book,
            an_article,
            leases=open_leases(self.database, owner, seconds=30),
            clock=self.world.clock,
            meter=self.meter,
            alerts=self.meter,
            a_month=a_month,
            quiet=quiet,
        )

    async def begin(self, *, passes_quiet: bool = False) -> int:
        """Launch a bulletin that is to be broadcast, to one subscriber at least."""
        await self.world.subscribe(1)
        return await self.world.launched(way="broadcast", passes_quiet=passes_quiet)

    async def a_lease(self, owner: str = "one") -> Lease:
        lease = await open_leases(self.database, owner, seconds=30).acquire(lease_name(ACCOUNT))
        assert lease
        return lease

    async def steps(self, count: int = 10, *, waiting: bool = False) -> float | None:
        """Take steps until nothing is left, it has to wait (unless *waiting* is skipped), or *count* are taken."""
        lease = await self.a_lease()
        pause: float | None = 0.0
        try:
            for _ in range(count):
                if pause is None or (pause and not waiting):
                    break
                await self.no_more_waiting()
                pause = await self.job.step(lease, self.world.clock.now())
        finally:
            await lease.release()
        return pause

    async def no_more_waiting(self) -> None:
        async with self.database.writing() as connection:
            await connection.execute(update(broadcasts).values(not_before=0.0))

    async def put(self, bulletin_id: int, **values: object) -> None:
        """Leave the broadcast as a process that died would."""
        async with self.database.writing() as connection:
            await connection.execute(
                update(broadcasts).where(broadcasts.c.bulletin_id == bulletin_id).values(epoch=1, **values)
            )

    async def state(self, bulletin_id: int) -> tuple[str, str | None]:
        async with self.database.reading() as connection:
            row = select(broadcasts.c.state, broadcasts.c.code).where(broadcasts.c.bulletin_id == bulletin_id)
            state, code = (await connection.execute(row)).one()
        return state, code

    async def history(self, bulletin_id: int) -> Sequence[str]:
        row = select(bulletin_history.c.what, bulletin_history.c.detail).where(
            bulletin_history.c.bulletin_id == bulletin_id, bulletin_history.c.what.like("%broadcast")
        )
        async with self.database.reading() as connection:
            return [f"{what} {detail}".strip() for what, detail in await connection.execute(row)]


@pytest.fixture
def oa(database: Database) -> Field:
    """Return an OA."""
    return Field(database)


async def test_a_broadcast_is_made_asked_about_and_sent_once(oa: Field) -> None:
    """Four commits around three calls, and a line in the history."""
    bulletin_id = await oa.begin()

    assert await oa.steps() is None

    assert oa.zalo.calls == {"create": 1, "verify": 1, "broadcast": 1}
    assert oa.zalo.sent == ["article-1"]
    assert await oa.state(bulletin_id) == ("accepted", None)
    assert await oa.history(bulletin_id) == ["broadcast"]
    assert oa.meter.counts["broadcasts"] == 1
    assert not oa.meter.alerts


async def test_its_people_have_no_deliveries(oa: Field) -> None:
    """Either the ledger or a broadcast, never both."""
    bulletin_id = await oa.begin()

    assert await oa.world.states(bulletin_id) == {}


async def test_a_bulletin_is_sent_when_its_broadcast_has_ended(oa: Field) -> None:
    """Not before."""
    bulletin_id = await oa.begin()
    await oa.world.launches.finish(NOW)
    assert (await oa.world.bulletin(bulletin_id)).status is Status.SENDING

    await oa.steps()
    await oa.world.launches.finish(NOW)

    assert (await oa.world.bulletin(bulletin_id)).status is Status.SENT


@ON_ONE_ENGINE
async def test_nothing_to_do_wants_no_further_step(oa: Field) -> None:
    assert await oa.steps(1) is None


# Failures


@ON_ONE_ENGINE
async def test_an_article_that_takes_its_time_is_asked_about_again(oa: Field) -> None:
    """It is not made a second time."""
    oa.zalo.answers["verify"] = [Retryable("-214"), Retryable("-214"), Uncertain("timeout")]
    bulletin_id = await oa.begin()

    assert await oa.steps() == 5
    await oa.steps(waiting=True)

    assert oa.zalo.calls == {"create": 1, "verify": 4, "broadcast": 1}
    assert (await oa.state(bulletin_id))[0] == "accepted"


@ON_ONE_ENGINE
async def test_a_broadcast_that_may_have_been_accepted_is_left_alone(oa: Field) -> None:
    """Nobody gets it twice; a human looks."""
    oa.zalo.answers["broadcast"] = [Uncertain("timeout")]
    bulletin_id = await oa.begin()

    await oa.steps(waiting=True)

    assert oa.zalo.calls["broadcast"] == 1
    assert await oa.state(bulletin_id) == ("unknown", "timeout")
    assert await oa.history(bulletin_id) == ["maybe_broadcast timeout"]
    assert oa.meter.alerts == ["broadcast_unknown"]


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    "error", [Retryable("-32", after_seconds=10), AccountFault("-221")], ids=["too fast", "the account"]
)
async def test_a_broadcast_that_was_certainly_not_accepted_is_made_again(oa: Field, error: Exception) -> None:
    """With the article that is there already."""
    oa.zalo.answers["broadcast"] = [error]
    bulletin_id = await oa.begin()

    await oa.steps(waiting=True)

    assert oa.zalo.calls == {"create": 1, "verify": 1, "broadcast": 2}
    assert (await oa.state(bulletin_id))[0] == "accepted"


@ON_ONE_ENGINE
@pytest.mark.parametrize("call", ["create", "verify", "broadcast"])
async def test_what_zalo_will_never_take_has_failed(oa: Field, call: str) -> None:
    """With its reason, and somebody is told."""
    oa.zalo.answers[call] = [Refused("-248")]
    bulletin_id = await oa.begin()

    await oa.steps(waiting=True)

    assert await oa.state(bulletin_id) == ("failed", "-248")
    assert await oa.history(bulletin_id) == ["not_broadcast -248"]
    assert oa.meter.alerts == ["broadcast_failed"]
    assert not oa.zalo.sent


@ON_ONE_ENGINE
@pytest.mark.parametrize(("call", "end"), [("create", "failed"), ("broadcast", "unknown")])
async def test_a_fault_of_ours_ends_it_instead_of_coming_back_every_second(oa: Field, call: str, end: str) -> None:
    """A message that cannot be made today cannot be made in a second either."""
    oa.zalo.answers[call] = [KeyError("commune.name")]
    bulletin_id = await oa.begin()

    await oa.steps(waiting=True)

    assert await oa.state(bulletin_id) == (end, "fault")


# Processes that die, freeze and race


@pytest.mark.parametrize(
    ("left", "calls", "end"),
    [
        pytest.param({"state": "creating"}, {"create": 1, "verify": 1, "broadcast": 1}, "accepted", id="creating"),
        pytest.param({"state": "created", "token": "token-9"}, {"verify": 1, "broadcast": 1}, "accepted", id="created"),
        pytest.param({"state": "verified", "article_id": "article-9"}, {"broadcast": 1}, "accepted", id="verified"),
        pytest.param({"state": "sending", "article_id": "article-9"}, {}, "unknown", id="sending"),
    ],
)
async def test_the_next_holder_goes_on_where_the_last_one_died(
    oa: Field, left: dict[str, object], calls: dict[str, int], end: str
) -> None:
    """What may have been broadcast is not broadcast again."""
    bulletin_id = await oa.begin()
    await oa.put(bulletin_id, **left)

    await oa.steps()

    assert oa.zalo.calls == calls
    assert (await oa.state(bulletin_id))[0] == end


async def test_the_state_is_committed_before_the_call_that_must_not_go_unnoticed(oa: Field) -> None:
    """So whoever dies in the middle leaves a trace."""
    bulletin_id = await oa.begin()
    seen = dict[str, str]()

    async def look(name: str) -> None:
        seen[name] = (await oa.state(bulletin_id))[0]

    oa.zalo.before = look
    await oa.steps()

    assert seen == {"create": "creating", "verify": "created", "broadcast": "sending"}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_whoever_lost_the_lease_changes_nothing(oa: Field) -> None:
    """A process that froze and wakes is refused by the database, whatever it believes."""
    bulletin_id = await oa.begin()
    frozen = await oa.a_lease("frozen")
    [seen] = await oa.book.unfinished()
    await frozen.release()
    newer = await oa.a_lease("newer")

    assert not await oa.book.record(frozen, seen, Change(state=State.SENDING))
    assert await oa.book.record(newer, seen, Change(state=State.CREATING))

    assert (await oa.state(bulletin_id))[0] == "creating"
    await newer.release()


async def test_a_change_is_made_from_the_state_that_was_seen(oa: Field) -> None:
    """Of two who saw it new, one begins."""
    await oa.begin()
    lease = await oa.a_lease()
    [seen] = await oa.book.unfinished()

    begun = [await oa.book.record(lease, seen, Change(state=State.CREATING)) for _ in range(2)]

    assert begun == [True, False]
    await lease.release()


@ON_ONE_ENGINE
async def test_without_the_lease_nothing_is_called(oa: Field) -> None:
    """It passed to another between two steps."""
    await oa.begin()
    lease = await oa.a_lease()
    await lease.release()

    await oa.job.step(lease, NOW)

    assert not oa.zalo.calls


async def test_two_processes_broadcast_once(oa: Field) -> None:
    """One of them has the lease."""
    bulletin_id = await oa.begin()
    jobs = [asyncio.create_task(oa.a_job(owner=owner).run()) for owner in ("one", "two")]

    while (await oa.state(bulletin_id))[0] != "accepted":
        await asyncio.sleep(0.01)
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)

    assert oa.zalo.sent == ["article-1"]


@ON_ONE_ENGINE
async def test_whoever_is_stopped_in_the_middle_still_records_what_came_of_it(oa: Field) -> None:
    """A service that is restarted while a broadcast leaves does not leave it in doubt."""
    bulletin_id = await oa.begin()
    job = asyncio.create_task(oa.job.run())

    async def stop(name: str) -> None:
        if name == "broadcast":
            job.cancel()
            await asyncio.sleep(0)

    oa.zalo.before = stop
    await asyncio.gather(job, return_exceptions=True)

    assert await oa.state(bulletin_id) == ("accepted", None)


# What may go out when


async def test_a_stopped_bulletin_is_not_broadcast(oa: Field) -> None:
    """However far its article had come; nobody is woken for what an official wanted."""
    bulletin_id = await oa.begin()
    await oa.put(bulletin_id, state="verified", article_id="article-9")
    async with oa.database.writing() as connection:
        await connection.execute(update(bulletins).values(status=Status.STOPPED.value))

    await oa.steps()

    assert await oa.state(bulletin_id) == ("failed", Why.STOPPED)
    assert not oa.zalo.calls
    assert not oa.meter.alerts


async def test_where_others_subscribe_too_nothing_is_broadcast(oa: Field) -> None:
    """They would get the news of a commune that is not theirs."""
    bulletin_id = await oa.begin()
    await oa.world.subscribe(1, commune="09604")

    await oa.steps()

    assert await oa.state(bulletin_id) == ("failed", Why.AUDIENCE)
    assert not oa.zalo.calls


async def test_whoever_left_or_unsubscribed_elsewhere_does_not_matter(oa: Field) -> None:
    """Nor does a subscriber of another account."""
    await oa.begin()
    await oa.world.subscribe(1, commune="09604", gone_at=NOW)
    await oa.world.subscribe(1, commune="09604", subscribed_at=None)
    await oa.world.subscribe(1, commune="09604", account="another")

    assert await oa.book.communes() == {COMMUNE}


async def test_the_second_of_a_day_waits_for_tomorrow(oa: Field) -> None:
    """Zalo takes one a day; the next day has room again."""
    first, second = await oa.begin(), await oa.begin()

    pause = await oa.steps()

    assert [(await oa.state(one))[0] for one in (first, second)] == ["accepted", "new"]
    assert pause == pytest.approx(timedelta(hours=11).total_seconds(), abs=5)  # 19:00 until 06:00
    oa.world.clock.moment = NOW + timedelta(hours=11)
    await oa.steps()
    assert (await oa.state(second))[0] == "accepted"


@ON_ONE_ENGINE
async def test_when_the_month_is_used_up_it_has_failed(database: Database) -> None:
    """It would be old news by the first."""
    oa = Field(database, a_month=1)
    first, second = await oa.begin(), await oa.begin()

    await oa.steps()

    assert [await oa.state(one) for one in (first, second)] == [("accepted", None), ("failed", Why.QUOTA)]


@ON_ONE_ENGINE
async def test_what_may_have_gone_out_counts_too(oa: Field) -> None:
    """As if it had."""
    first, second = await oa.begin(), await oa.begin()
    await oa.put(first, state="unknown")

    await oa.steps()

    assert await oa.state(second) == ("new", Why.QUOTA)


@ON_ONE_ENGINE
@pytest.mark.parametrize(
    ("passes_quiet", "hours"),
    [pytest.param(False, 8, id="it waits for seven"), pytest.param(True, 7, id="an urgent one waits for Zalo's six")],
)
async def test_the_night_is_quiet(database: Database, passes_quiet: bool, hours: int) -> None:  # noqa: FBT001 - a table's column
    """23:00 in Vietnam."""
    oa = Field(database, quiet=NIGHT)
    bulletin_id = await oa.begin(passes_quiet=passes_quiet)
    oa.world.clock.moment = NOW + timedelta(hours=4)

    pause = await oa.steps()

    assert pause == pytest.approx(hours * 3600, abs=5)
    assert await oa.state(bulletin_id) == ("new", Why.HOURS)
    assert not oa.zalo.calls


@ON_ONE_ENGINE
async def test_old_news_is_not_broadcast(oa: Field) -> None:
    """Zalo was away for two days."""
    oa.zalo.answers["verify"] = [Retryable("connect")]
    bulletin_id = await oa.begin()
    await oa.steps()
    oa.world.clock.moment = NOW + timedelta(hours=48)

    await oa.steps()

    assert await oa.state(bulletin_id) == ("failed", Why.LATE)


async def test_a_broadcast_that_waits_holds_nobody_up(oa: Field) -> None:
    """The step goes to the next one that does not."""
    oa.zalo.answers["create"] = [Retryable("-32", after_seconds=60)]
    first, second = await oa.begin(), await oa.begin()
    lease = await oa.a_lease()

    waits = [await oa.job.step(lease, NOW) for _ in range(2)]

    assert waits == [0, 0]
    assert [(await oa.state(one))[0] for one in (first, second)] == ["new", "created"]
    await lease.release()


async def test_what_is_known_of_a_broadcast_is_kept(oa: Field) -> None:
    """Each step adds what Zalo said and loses nothing."""
    await oa.begin()
    lease = await oa.a_lease()
    for change in (
        Change(state=State.CREATING),
        Change(state=State.CREATED, token="t"),
        Change(state=State.CREATED, code="-214", tries=3, wait_seconds=60),
        Change(state=State.VERIFIED, article_id="a"),
    ):
        [seen] = await oa.book.unfinished()
        assert await oa.book.record(lease, seen, change)

    [known] = await oa.book.unfinished()
    assert (known.token, known.article_id, known.code, known.tries) == ("t", "a", "", 0)
    assert isinstance(known, Broadcast)
    await lease.release()


# The real channel against the fake platform


@ON_ONE_ENGINE
async def test_a_bulletin_reaches_all_followers_through_zalo(oa: Field) -> None:
    """The whole way, though it stays open whether the first article was made: nobody sees the second one of two."""
    bulletin_id = await oa.begin()
    async with FakeZalo() as fake, running_zalo(a_channel(ZaloWorld(), an_account(fake))) as channel:
        fake.behave(Rule("article", drop=True, times=1))
        oa.job = oa.a_job(zalo=channel)
        await oa.steps(waiting=True)

    assert [article["title"] for article in fake.books.articles] == ["Tin tuần"] * 2
    assert len(fake.books.broadcasts) == 1
    assert await oa.state(bulletin_id) == ("accepted", None)
