"""One grant, many processes, and every way to nearly lose it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.alarm import Alarm
from bot.channels.zalo.grant import Timing
from bot.channels.zalo.http import Http
from bot.channels.zalo.oauth import OauthClient
from bot.channels.zalo.tokens import OaTokens
from bot.errors import AccountFault, PlatformError, Retryable
from bot.ports.world import TokenPair
from tests.channels.zalo_world import NOW, MemoryTokenStore, World, an_account
from tests.fakes.zalo import FakeZalo, Rule

LEASE = "zalo-token:2000000000000000002"


@pytest.fixture
def world() -> World:
    """What all processes share."""
    return World()


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """Zalo's token endpoint."""
    async with FakeZalo() as fake:
        yield fake


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """A way to Zalo that is soon given up."""
    async with Http(call_seconds=0.5, connect_seconds=0.3) as http:
        yield http


def a_process(
    world: World, fake: FakeZalo, http: Http, *, first: str = "refresh-0", patience_seconds: float = 2
) -> OaTokens:
    """Return the tokens of one process."""
    account = an_account(fake)
    return OaTokens(
        account.oa_id,
        OauthClient(http, account, world.clock),
        store=world.store,
        leases=world.leases,
        clock=world.clock,
        meter=world.meter,
        alarm=Alarm(world.alerts),
        first_refresh_token=first,
        timing=Timing(
            patience_seconds=patience_seconds, poll_seconds=0.01, first_wait_seconds=0.02, longest_wait_seconds=0.1
        ),
    )


def asked(fake: FakeZalo) -> int:
    """Return how often the token endpoint was called."""
    return sum(n for call, n in fake.books.calls.items() if call.startswith("token:"))


async def test_the_first_pair_comes_from_the_settings(world: World, fake: FakeZalo, http: Http) -> None:
    """And is stored before it is used."""
    token = await a_process(world, fake, http).current()
    assert world.store.pair is not None
    assert token == world.store.pair.access_token == fake.access_token


async def test_a_stored_pair_is_used_as_it_is(world: World, fake: FakeZalo, http: Http) -> None:
    """A restart spends nothing."""
    first = await a_process(world, fake, http).current()
    assert await a_process(world, fake, http, first="").current() == first
    assert asked(fake) == 1


async def test_a_pair_is_renewed_before_it_expires(world: World, fake: FakeZalo, http: Http) -> None:
    """With ten minutes to spare."""
    process = a_process(world, fake, http)
    first = await process.current()
    world.clock.pass_time(hours=24, minutes=49)
    assert await process.current() == first
    world.clock.pass_time(minutes=2)
    assert await process.current() != first
    assert asked(fake) == 2


async def test_many_processes_renew_once(world: World, fake: FakeZalo, http: Http) -> None:
    """A refresh token works once; two spending it would lock everyone out."""
    processes = [a_process(world, fake, http) for _ in range(4)]
    for _ in range(3):
        tokens = await asyncio.gather(*(process.current() for process in processes for _ in range(5)))
        assert set(tokens) == {fake.access_token}
        world.clock.pass_time(hours=25)
    assert asked(fake) == 3
    assert not world.alerts.names


async def test_a_token_that_another_process_renewed_is_picked_up(world: World, fake: FakeZalo, http: Http) -> None:
    """The old one is dead; the new one is in the store."""
    one, other = a_process(world, fake, http), a_process(world, fake, http)
    old = await one.current()
    assert await other.current() == old
    world.clock.pass_time(minutes=5)
    new = await one.renew(old)
    assert await other.renew(old) == new
    assert asked(fake) == 2


async def test_a_refused_grant_is_not_tried_again(world: World, fake: FakeZalo, http: Http) -> None:
    """One alert that says what to do, and no loop."""
    process = a_process(world, fake, http, first="spent")
    for _ in range(5):
        with pytest.raises(AccountFault):
            await process.current()
        world.clock.pass_time(hours=1)
    assert asked(fake) == 1
    assert world.alerts.names == ["zalo_token_refused"]
    assert "loaxa zalo connect" in world.alerts.details[0]


async def test_a_new_grant_is_taken_up_without_a_restart(world: World, fake: FakeZalo, http: Http) -> None:
    """An operator ran `loaxa zalo connect`; the next fault would be news again."""
    process = a_process(world, fake, http, first="spent")
    with pytest.raises(AccountFault):
        await process.current()
    granted = fake.issue_tokens()
    expires_at = world.clock.now() + timedelta(hours=25)
    world.store.pair = TokenPair(granted["access_token"], granted["refresh_token"], expires_at)
    assert await process.current() == granted["access_token"]


async def test_without_any_grant_a_human_is_called(world: World, fake: FakeZalo, http: Http) -> None:
    """Once."""
    process = a_process(world, fake, http, first="")
    for _ in range(2):
        with pytest.raises(AccountFault):
            await process.current()
    assert world.alerts.names == ["zalo_token_missing"]
    assert asked(fake) == 0


@pytest.mark.parametrize("rule", [Rule("token", status=503), Rule("token", drop=True, accepts=False)])
async def test_a_network_failure_is_followed_by_a_wait(world: World, fake: FakeZalo, http: Http, rule: Rule) -> None:
    """Callers hear how long, and the grant is tried again after it."""
    fake.behave(rule)
    process = a_process(world, fake, http)
    for _ in range(3):
        with pytest.raises(Retryable) as caught:
            await process.current()
        assert caught.value.after_seconds
    assert asked(fake) == 1
    fake.behave()
    world.clock.pass_time(seconds=1)
    assert await process.current() == fake.access_token


async def test_an_unreachable_endpoint_is_an_alert_in_the_end(world: World, fake: FakeZalo, http: Http) -> None:
    """After five tries; one lost packet is nobody's business."""
    fake.behave(Rule("token", status=503))
    process = a_process(world, fake, http)
    for _ in range(8):
        with pytest.raises(PlatformError):
            await process.current()
        world.clock.pass_time(minutes=1)
    assert world.alerts.names == ["zalo_token_unreachable"]


async def test_while_the_old_token_lives_a_failed_renewal_hurts_nobody(
    world: World, fake: FakeZalo, http: Http
) -> None:
    """That is what the margin is for."""
    process = a_process(world, fake, http)
    old = await process.current()
    world.clock.pass_time(hours=24, minutes=55)
    fake.behave(Rule("token", status=503))
    assert await process.current() == old


async def test_a_pair_is_not_lost_when_the_store_fails(world: World, fake: FakeZalo, http: Http) -> None:
    """It exists nowhere else, so it is stored as soon as that works, and used only then."""
    world.store.fails = 4
    token = await a_process(world, fake, http).current()
    assert world.store.pair is not None
    assert token == world.store.pair.access_token
    assert world.alerts.names == ["zalo_token_unsaved"]
    assert asked(fake) == 1


async def test_a_caller_who_gives_up_does_not_lose_the_pair(world: World, fake: FakeZalo, http: Http) -> None:
    """The renewal goes on without them."""
    fake.behave(Rule("token", latency_ms=100))
    process = a_process(world, fake, http)
    caller = asyncio.create_task(process.current())
    await asyncio.sleep(0.03)
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    await process.close()
    assert world.store.pair is not None
    assert world.store.pair.access_token == fake.access_token


async def test_a_lease_held_elsewhere_is_waited_for(world: World, fake: FakeZalo, http: Http) -> None:
    """The other process may have died; its lease runs out."""
    world.leases.held.add(LEASE)
    process = a_process(world, fake, http)
    caller = asyncio.create_task(process.current())
    await asyncio.sleep(0.05)
    assert asked(fake) == 0
    world.leases.held.discard(LEASE)
    assert await caller == fake.access_token


async def test_patience_has_an_end(world: World, fake: FakeZalo, http: Http) -> None:
    """Nothing was sent, so the caller may come again."""
    world.leases.held.add(LEASE)
    with pytest.raises(Retryable):
        await a_process(world, fake, http, patience_seconds=0.05).current()


class SharedWithAFrozenProcess(MemoryTokenStore):
    """A store in which another process's pair appears just after Zalo refused ours."""

    def __init__(self, fake: FakeZalo, theirs: TokenPair) -> None:
        """Show *theirs* once *fake* refused somebody."""
        super().__init__()
        self._fake = fake
        self._theirs = theirs

    async def load(self, oa_id: str) -> TokenPair | None:
        """Return what is stored by now."""
        if self._fake.books.calls["token:-14014"]:
            self.pair = self._theirs
        return await super().load(oa_id)


async def test_a_token_spent_by_a_process_that_froze_is_no_fault(fake: FakeZalo, http: Http) -> None:
    """Its pair is stored although its lease was lost, and is the one to use."""
    granted = fake.issue_tokens()
    theirs = TokenPair(granted["access_token"], granted["refresh_token"], NOW + timedelta(hours=25))
    world = World(store=SharedWithAFrozenProcess(fake, theirs))
    assert await a_process(world, fake, http, first="refresh-0").current() == granted["access_token"]
    assert fake.books.calls["token:-14014"] == 1
    assert not world.alerts.names


class Broken(MemoryTokenStore):
    """A store that cannot be read, and whose errors quote the row."""

    async def load(self, oa_id: str) -> TokenPair | None:
        """Fail."""
        message = f"{oa_id}: refresh-0"
        raise ConnectionError(message)


async def test_a_store_that_cannot_be_read_is_tried_later_and_leaks_nothing(fake: FakeZalo, http: Http) -> None:
    """A database error may quote the row, and the row is the token."""
    with pytest.raises(Retryable) as caught:
        await a_process(World(store=Broken()), fake, http).current()
    assert "refresh-0" not in str(caught.value)
    assert caught.value.__suppress_context__
