"""Sending through a whole channel to a Zalo that behaves, and one that does not."""

import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.channels.zalo.account import Endpoint, ZaloOptions
from bot.channels.zalo.channel import ZaloChannel
from bot.errors import AccountFault, OutsideWindow, PlatformError, Refused, Retryable, Uncertain, Unreachable
from bot.messages import Address, Button, Channel, Outgoing, Reply
from tests.channels.zalo_world import NOW, USER, World, a_channel, a_message, an_account, running
from tests.fakes.tally import text_hash
from tests.fakes.zalo import ENTERPRISE, STATE_AGENCY, FakeZalo, Rule

if TYPE_CHECKING:
    from bot.ports.platforms import Carrier, Platform


@pytest.fixture
def world() -> World:
    """What the channel stands in."""
    return World()


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """A Zalo that behaves."""
    async with FakeZalo() as fake:
        yield fake


@pytest.fixture
async def channel(world: World, fake: FakeZalo) -> AsyncIterator[ZaloChannel]:
    """A channel that was started against *fake*."""
    async with running(a_channel(world, an_account(fake))) as channel:
        yield channel


async def test_a_message_reaches_the_person(fake: FakeZalo, channel: ZaloChannel, world: World) -> None:
    """Rendered, sent, and answered with Zalo's id."""
    platform: Platform = channel
    (body,) = platform.render(Reply("Chọn việc:", (Button("Khai sinh", payload="ht-khai-sinh"),)))
    assert await platform.send(Outgoing(1, Address(Channel.ZALO, fake.oa_id, USER), body))
    assert fake.books.recent[-1] == {"user": USER, "message": json.loads(body)}
    assert world.meter.counts["zalo_calls", "send", "0"] == 1
    assert not world.alerts.names


@pytest.mark.parametrize(
    ("rule", "kind", "code", "arrived"),
    [
        pytest.param(Rule(error=-213), Unreachable, "-213", 0, id="left"),
        pytest.param(Rule(error=-230), OutsideWindow, "-230", 0, id="silent for a week"),
        pytest.param(Rule(error=-32), Retryable, "-32", 0, id="too fast"),
        pytest.param(Rule(error=-200), Uncertain, "-200", 0, id="failed without a reason"),
        pytest.param(Rule(error=-201), Refused, "-201", 0, id="wrong"),
        pytest.param(Rule(error=-224), AccountFault, "-224", 0, id="package too small"),
        pytest.param(Rule(error=-31337), Uncertain, "-31337", 0, id="a code nobody knows"),
        pytest.param(Rule(status=429, retry_after=3), Retryable, "429", 0, id="429"),
        pytest.param(Rule(status=500), Uncertain, "500", 0, id="500"),
        pytest.param(Rule(status=404), AccountFault, "404", 0, id="404"),
        pytest.param(Rule(hang=True), Uncertain, "timeout", 1, id="accepted, then silence"),
        pytest.param(Rule(slow_body_ms=5000), Uncertain, "timeout", 1, id="accepted, then half an answer"),
        pytest.param(Rule(drop=True), Uncertain, "disconnected", 1, id="accepted, then cut off"),
    ],
)
async def test_a_failure_says_what_may_have_happened(
    fake: FakeZalo, channel: ZaloChannel, rule: Rule, kind: type[PlatformError], code: str, arrived: int
) -> None:
    """And nothing is tried a second time here."""
    fake.behave(rule)
    with pytest.raises(PlatformError) as caught:
        await channel.send(a_message())
    assert (type(caught.value), caught.value.code) == (kind, code)
    assert fake.books.accepted == arrived


async def test_zalos_wait_is_passed_on(fake: FakeZalo, channel: ZaloChannel) -> None:
    """From a 429 with Retry-After."""
    fake.behave(Rule(status=429, retry_after=3))
    with pytest.raises(Retryable) as caught:
        await channel.send(a_message())
    assert caught.value.after_seconds == 3


@pytest.mark.parametrize(
    ("rule", "seconds"),
    [
        pytest.param(Rule(error=-32, times=1), 10, id="-32"),
        pytest.param(Rule(status=429, retry_after=30, times=1), 30, id="429"),
    ],
)
async def test_too_fast_holds_the_whole_account(
    fake: FakeZalo, channel: ZaloChannel, rule: Rule, seconds: float
) -> None:
    """The next message makes no call, whoever it is for."""
    fake.behave(rule)
    for user in ("first", "second"):
        with pytest.raises(Retryable) as caught:
            await channel.send(a_message(user=user))
        assert caught.value.after_seconds == pytest.approx(seconds, abs=5)
    assert channel.held_seconds() == pytest.approx(seconds, abs=5)
    assert sum(n for call, n in fake.books.calls.items() if call.startswith("send:")) == 1


async def test_a_wait_that_another_process_was_told_binds_this_one_too(fake: FakeZalo, channel: ZaloChannel) -> None:
    """The sender reads it from the database and passes it on."""
    carrier: Carrier = channel
    assert carrier.held_seconds() == 0
    carrier.hold(30)
    with pytest.raises(Retryable) as caught:
        await carrier.send(a_message())
    assert caught.value.code == "-32"
    assert caught.value.after_seconds == pytest.approx(30, abs=5)
    assert fake.books.accepted == 0


async def test_at_night_a_message_waits_for_the_morning(fake: FakeZalo, channel: ZaloChannel, world: World) -> None:
    """And nothing else does: replies may be taken at night."""
    world.clock.pass_time(hours=13)  # 23:00 in Vietnam
    fake.behave(Rule(error=-234, times=1))
    with pytest.raises(Retryable) as caught:
        await channel.send(a_message())
    night = 7 * 3600 + 300
    assert caught.value.after_seconds is not None
    assert night <= caught.value.after_seconds <= night + 300
    await channel.send(a_message())


async def test_bulletins_keep_to_zalos_day_and_window(channel: ZaloChannel) -> None:
    """And leave a fifth of the account's rate to replies."""
    carrier: Carrier = channel
    assert carrier.takes_bulletins(NOW)
    assert not carrier.takes_bulletins(NOW + timedelta(hours=12, minutes=30))
    assert carrier.writable_since(NOW) == NOW - timedelta(hours=47, minutes=55)
    assert carrier.rate == pytest.approx(400)


async def test_where_paid_messages_are_allowed_the_window_is_a_week(world: World) -> None:
    """Somebody decided to pay for them."""
    channel = a_channel(world, an_account(), options=ZaloOptions(allows_paid=True))
    assert channel.writable_since(NOW) == NOW - timedelta(days=7) + timedelta(minutes=5)


async def test_what_cannot_be_connected_was_not_sent(world: World, fake: FakeZalo) -> None:
    """A refused connection may be tried again without a second thought."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        elsewhere = replace(an_account(fake), api_base=f"http://127.0.0.1:{nobody.getsockname()[1]}")
        async with running(a_channel(world, elsewhere)) as channel:
            with pytest.raises(Retryable) as caught:
                await channel.send(a_message())
    assert caught.value.code == "connect"


async def test_a_state_agency_is_moved_to_the_other_address_once(world: World, fake: FakeZalo) -> None:
    """-235 at the first address pins the second."""
    fake.oa_type = STATE_AGENCY
    async with running(a_channel(world, an_account(fake))) as channel:
        for _ in range(3):
            await channel.send(a_message())
    assert fake.books.accepted == 3
    assert fake.books.calls["send:-235"] == 1


async def test_an_enterprise_is_moved_back(world: World, fake: FakeZalo) -> None:
    """-240 at the second address pins the first."""
    async with running(a_channel(world, an_account(fake), endpoint=Endpoint.V2)) as channel:
        await channel.send(a_message())
        await channel.send(a_message())
    assert fake.books.calls == {"token:0": 1, "getoa:0": 1, "send:-240": 1, "send:0": 2}


async def test_an_oa_that_fits_neither_address_is_not_sent_round_in_circles(
    fake: FakeZalo, channel: ZaloChannel, world: World
) -> None:
    """At most one switch a call."""
    fake.behave(Rule(error=-235))
    with pytest.raises(AccountFault):
        await channel.send(a_message())
    assert fake.books.calls["send:-235"] == 2
    assert world.alerts.names == ["zalo_account_235"]


@pytest.mark.parametrize("code", [-200, -201, -213, -230, -233])
async def test_no_other_code_tries_the_other_address(fake: FakeZalo, channel: ZaloChannel, code: int) -> None:
    """The message may have arrived all the same."""
    fake.behave(Rule(error=code))
    with pytest.raises(PlatformError):
        await channel.send(a_message())
    assert sum(n for call, n in fake.books.calls.items() if call.startswith("send:")) == 1


def end_early(fake: FakeZalo) -> None:
    """End the access token."""
    fake.expire_access_token()


def replace_elsewhere(fake: FakeZalo) -> None:
    """Give the access token another value without anyone knowing."""
    fake.access_token = "something-else"


@pytest.mark.parametrize("happen", [end_early, replace_elsewhere])
async def test_a_rejected_token_is_renewed_and_the_message_sent(
    fake: FakeZalo, channel: ZaloChannel, world: World, happen: Callable[[FakeZalo], None]
) -> None:
    """-220 and -216, once each."""
    world.clock.pass_time(minutes=5)
    happen(fake)
    await channel.send(a_message())
    assert fake.books.accepted == 1
    assert world.store.replaced == 2


async def test_a_token_that_is_always_rejected_is_renewed_once(
    fake: FakeZalo, channel: ZaloChannel, world: World
) -> None:
    """Then it is the account's fault, and later messages burn no more grants."""
    world.clock.pass_time(minutes=5)
    fake.behave(Rule(error=-216))
    for _ in range(5):
        with pytest.raises(AccountFault):
            await channel.send(a_message())
    assert world.store.replaced == 2
    assert "zalo_token_rejected" in world.alerts.names


async def test_a_fault_met_by_many_messages_is_one_alert(fake: FakeZalo, channel: ZaloChannel, world: World) -> None:
    """Until something is sent again."""
    for _ in range(2):
        fake.behave(Rule(error=-321))
        for _ in range(3):
            with pytest.raises(AccountFault):
                await channel.send(a_message())
        fake.behave()
        await channel.send(a_message())
    assert world.alerts.names == ["zalo_account_321"] * 2


async def test_two_processes_send_each_message_once(fake: FakeZalo, world: World) -> None:
    """With one grant between them."""
    async with AsyncExitStack() as stack:
        channels = [await stack.enter_async_context(running(a_channel(world, an_account(fake)))) for _ in range(2)]
        for number in range(20):
            await channels[number % 2].send(a_message(f"Tin {number}", user=f"u{number}"))
    assert fake.books.accepted == 20
    assert fake.books.summary()["repeated"] == 0
    assert fake.books.calls["token:0"] == 1


async def test_starting_fetches_the_first_token_and_looks_at_the_oa(
    fake: FakeZalo, channel: ZaloChannel, world: World
) -> None:
    """Before anyone needs it."""
    assert channel
    assert world.store.pair is not None
    assert fake.books.calls == {"token:0": 1, "getoa:0": 1}


async def test_another_oas_token_is_an_alert(fake: FakeZalo, world: World) -> None:
    """The wrong OA would write to nobody we know."""
    fake.oa_id = "2999999999999999999"
    async with running(a_channel(world, an_account(fake))):
        assert world.alerts.names == ["zalo_oa_mismatch"]


@pytest.mark.parametrize(
    ("rule", "refresh_token", "alerts"),
    [
        pytest.param(Rule("getoa", status=500), "refresh-0", ["zalo_start"], id="the OA cannot be asked"),
        pytest.param(Rule("token", status=500), "refresh-0", ["zalo_start"], id="no token for the moment"),
        pytest.param(Rule(), "spent", ["zalo_token_refused", "zalo_start"], id="a spent first token"),
        pytest.param(Rule(), "", ["zalo_token_missing", "zalo_start"], id="no first token"),
    ],
)
async def test_a_bad_start_stops_nothing(
    world: World, fake: FakeZalo, rule: Rule, refresh_token: str, alerts: list[str]
) -> None:
    """Messages still come in and are stored; someone is told."""
    fake.behave(rule)
    async with running(a_channel(world, an_account(fake, refresh_token=refresh_token))) as channel:
        assert world.alerts.names == alerts
        if rule.call != "getoa":
            with pytest.raises(PlatformError):
                await channel.send(a_message())


async def test_a_channel_that_was_closed_sends_nothing(world: World, fake: FakeZalo) -> None:
    """And says that nothing was sent."""
    channel = a_channel(world, an_account(fake))
    async with running(channel):
        pass
    with pytest.raises(Retryable):
        await channel.send(a_message())


async def test_logs_carry_no_secret_and_nothing_anyone_wrote(world: World, fake: FakeZalo) -> None:
    """Whatever goes wrong."""
    with capture_logs() as logs:
        async with running(a_channel(world, an_account(fake))) as channel:
            for rule in (Rule(error=-224), Rule(error=-216), Rule(hang=True), Rule(status=500), Rule(drop=True)):
                fake.behave(rule)
                with pytest.raises(PlatformError):
                    await channel.send(a_message("Nhà tôi ở ngõ 5"))
    written = json.dumps(logs) + json.dumps(world.alerts.details)
    assert logs
    for secret in ("access-", "refresh-0", "app-secret", "oa-secret", "ngõ 5", USER):
        assert secret not in written


def test_the_account_hides_its_secrets() -> None:
    """In whatever prints it."""
    shown = repr(an_account(refresh_token="refresh-0"))
    assert not any(secret in shown for secret in ("app-secret", "oa-secret", "refresh-0"))


async def test_the_books_are_kept_per_text_and_person(fake: FakeZalo, channel: ZaloChannel) -> None:
    """So that a repeat is seen."""
    for _ in range(2):
        await channel.send(a_message("Một"))
    await channel.send(a_message("Hai"))
    summary = fake.books.summary()
    assert summary["repeats"] == [(USER, text_hash("Một"), 2)]
    assert fake.books.summary(USER) == {text_hash("Một"): 2, text_hash("Hai"): 1}
    assert fake.oa_type == ENTERPRISE
