"""Sending says truthfully what became of a message, on a Telegram that misbehaves in every way we know."""

import json
import traceback
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import aiohttp
import pytest
from telegram.error import TimedOut

from bot.channels.telegram.body import Body
from bot.channels.telegram.client import RawBot
from bot.channels.telegram.request import AiohttpRequest, NotSentError
from bot.errors import AccountFault, PlatformError, Refused, Retryable, Uncertain, Unreachable
from bot.messages import Button, Reply
from tests.channels.telegram_world import NOW, World, a_config, a_world, outgoing, running
from tests.fakes.telegram import TOKEN, FakeTelegram, Fate

if TYPE_CHECKING:
    from bot.ports.platforms import Carrier

HELLO = Body("Xin <b>chào</b>", "Xin chào").dumps()


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def world(telegram: FakeTelegram) -> AsyncIterator[World]:
    """Return a channel on it."""
    async with running(a_world(a_config(telegram.url))) as started:
        yield started


async def test_a_rendered_reply_arrives_with_its_buttons(telegram: FakeTelegram, world: World) -> None:
    """Telegram's id of the message comes back, for the books."""
    (body,) = world.channel.render(Reply("Xin **chào**", (Button("Khai sinh", "topic:ht-khai-sinh"),)))

    sent = await world.channel.send(outgoing(body))

    (message,) = telegram.books.messages
    assert sent == "1"
    assert message["text"] == "Xin <b>chào</b>"
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "topic:ht-khai-sinh"
    assert message["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize(
    ("error", "expected", "accepted"),
    [
        pytest.param("flood", Retryable, 0, id="429 is certainly not accepted"),
        pytest.param("blocked", Unreachable, 0, id="blocked"),
        pytest.param("deactivated", Unreachable, 0, id="deactivated"),
        pytest.param("not_started", Unreachable, 0, id="never started"),
        pytest.param("chat_not_found", Unreachable, 0, id="chat not found"),
        pytest.param("refused", Refused, 0, id="our message is at fault"),
        pytest.param("unauthorized", AccountFault, 0, id="our token is at fault"),
        pytest.param("server", Uncertain, 0, id="500"),
        pytest.param("bad_gateway", Uncertain, 0, id="502 from the front"),
        pytest.param("drop", Uncertain, 1, id="accepted, but the line broke before the answer"),
        pytest.param("garbage", Uncertain, 1, id="accepted, but the answer is cut off"),
        pytest.param("block_page", Retryable, 0, id="somebody else's 403 says nothing about the person"),
    ],
)
async def test_an_outcome_is_what_really_happened(
    telegram: FakeTelegram, world: World, error: str, expected: type[PlatformError], accepted: int
) -> None:
    """What may have arrived is never called retryable, what did not arrive never lost."""
    telegram.script(Fate(method="sendMessage", error=error))

    with pytest.raises(PlatformError) as raised:
        await world.channel.send(outgoing(HELLO))

    assert type(raised.value) is expected
    assert len(telegram.books.messages) == accepted
    assert telegram.books.calls["sendMessage"] == 1


async def test_html_that_telegram_cannot_read_goes_out_as_plain_words(telegram: FakeTelegram, world: World) -> None:
    """A slip in our tags must not cost a citizen the answer."""
    await world.channel.send(outgoing(Body("Xin <chào>", "Xin <chào>").dumps()))

    (message,) = telegram.books.messages
    assert message["text"] == "Xin <chào>"
    assert "parse_mode" not in message


async def test_plain_words_are_tried_once(telegram: FakeTelegram, world: World) -> None:
    """A Telegram that refuses everything is not asked for ever."""
    telegram.script(Fate(method="sendMessage", error="parse"))

    with pytest.raises(Refused):
        await world.channel.send(outgoing(HELLO))

    assert telegram.books.calls["sendMessage"] == 2


async def test_a_chat_that_moved_is_written_to_at_its_new_place(telegram: FakeTelegram, world: World) -> None:
    """Telegram names the new id in the refusal."""
    telegram.script(Fate(method="sendMessage", error="migrated", times=1))

    await world.channel.send(outgoing(HELLO, to=7))

    assert telegram.books.texts_to(-1007) == ["Xin <b>chào</b>"]


async def test_after_a_429_the_whole_account_waits_as_long_as_told(telegram: FakeTelegram, world: World) -> None:
    """Telegram counts every call during the pause against us, so none is made."""
    telegram.script(Fate(method="sendMessage", error="flood", retry_after=30, times=1))
    with pytest.raises(Retryable) as first:
        await world.channel.send(outgoing(HELLO, to=7))

    with pytest.raises(Retryable) as second:
        await world.channel.send(outgoing(HELLO, to=8))

    assert first.value.after_seconds == 30
    assert second.value.after_seconds == pytest.approx(30, abs=5)
    assert telegram.books.calls["sendMessage"] == 1


async def test_a_429_that_another_process_met_binds_this_one_too(telegram: FakeTelegram, world: World) -> None:
    """The sender reads it from the database and passes it on; a bulletin then makes no call at all."""
    carrier: Carrier = world.channel
    assert carrier.held_seconds() == 0

    carrier.hold(30)

    assert carrier.held_seconds() == pytest.approx(30, abs=5)
    with pytest.raises(Retryable):
        await carrier.send(outgoing(HELLO))
    assert not telegram.books.calls["sendMessage"]


async def test_bulletins_may_go_out_at_any_hour_to_everyone(world: World) -> None:
    """Telegram knows neither quiet hours nor a window for replies; the pace is the one the operator set."""
    assert world.channel.takes_bulletins(NOW)
    assert world.channel.writable_since(NOW) is None
    assert world.channel.rate == 25


async def test_a_refused_token_is_told_once_until_it_works_again(telegram: FakeTelegram, world: World) -> None:
    """Someone is woken once, not once for each citizen."""
    telegram.script(Fate(method="sendMessage", error="unauthorized", times=2))
    for _ in range(2):
        with pytest.raises(AccountFault):
            await world.channel.send(outgoing(HELLO))

    await world.channel.send(outgoing(HELLO))
    telegram.script(Fate(method="sendMessage", error="unauthorized"))
    with pytest.raises(AccountFault):
        await world.channel.send(outgoing(HELLO))

    assert world.alerts.names == ["telegram_token_refused"] * 2


async def test_no_connection_is_certainly_not_sent() -> None:
    """Nothing listens there, so nothing can have arrived."""
    async with running(a_world(a_config("http://127.0.0.1:1"))) as world:
        with pytest.raises(Retryable) as raised:
            await world.channel.send(outgoing(HELLO))

    assert raised.value.code == "connect"


async def test_sending_after_the_end_is_certainly_not_sent(telegram: FakeTelegram) -> None:
    """A sender that outlives its channel learns that it may try again elsewhere."""
    world = a_world(a_config(telegram.url))
    async with running(world):
        pass

    with pytest.raises(Retryable):
        await world.channel.send(outgoing(HELLO))


async def test_a_token_stands_in_no_trace_of_an_error(telegram: FakeTelegram, world: World) -> None:
    """Log renderers print the variables of every frame, and the URL is one of them."""
    telegram.script(Fate(method="sendMessage", error="drop"))

    with pytest.raises(Uncertain) as raised:
        await world.channel.send(outgoing(HELLO))

    cause: BaseException | None = raised.value.__cause__
    while cause is not None:
        trace = traceback.TracebackException.from_exception(cause, capture_locals=True)
        assert TOKEN not in "".join(trace.format(chain=False))
        cause = cause.__cause__


async def test_an_answer_that_never_comes_is_uncertain(telegram: FakeTelegram) -> None:
    """The library's word for it is `TimedOut`, which becomes ours."""
    request = AiohttpRequest(pool_size=1)
    bot = RawBot(TOKEN, base_url=f"{telegram.url}/bot", request=request, get_updates_request=request)
    telegram.script(Fate(error="hang"))

    async with request:
        with pytest.raises(TimedOut):
            await bot.call("sendMessage", {"chat_id": 7, "text": "Xin chào"}, read_seconds=0.05)


async def test_calls_go_through_the_proxy(telegram: FakeTelegram) -> None:
    """Where Telegram is blocked, a proxy may be the only way; here the fake plays a proxy that is not there."""
    request = AiohttpRequest(pool_size=1, proxy="http://127.0.0.1:1")
    bot = RawBot(TOKEN, base_url=f"{telegram.url}/bot", request=request, get_updates_request=request)

    async with request:
        with pytest.raises(NotSentError):
            await bot.call("getMe", {})

    assert not telegram.books.calls


async def test_a_photo_goes_out_as_a_form(telegram: FakeTelegram) -> None:
    """The library's own methods work over our connections, files included."""
    request = AiohttpRequest(pool_size=1)
    bot = RawBot(TOKEN, base_url=f"{telegram.url}/bot", request=request, get_updates_request=request)

    async with request:
        message = await bot.send_photo(7, b"\x89PNG", caption="Bản tin")

    assert message.caption == "Bản tin"


async def test_the_fakes_books_count_each_recipient(telegram: FakeTelegram, world: World) -> None:
    """Load tests read them over HTTP: a repeated message must show."""
    for to in (7, 8, 8):
        await world.channel.send(outgoing(HELLO, to=to))

    async with aiohttp.ClientSession() as session, session.get(f"{telegram.url}/_fake/books?full=1") as response:
        books = json.loads(await response.read())

    (text,) = books["texts"].values()
    assert text == {"messages": 3, "recipients": 2, "most_for_one": 2}
    assert books["accepted"] == 3


async def test_the_fake_can_be_scripted_over_http(telegram: FakeTelegram, world: World) -> None:
    """Every second call meets an error, as a load test asks for."""
    script = {"latency_ms": 1, "every": 2, "error": "blocked", "method": "sendMessage"}
    async with aiohttp.ClientSession() as session, session.post(f"{telegram.url}/_fake/script", json=script):
        pass

    await world.channel.send(outgoing(HELLO))
    with pytest.raises(Unreachable):
        await world.channel.send(outgoing(HELLO))
