"""The webhook answers 200 only for what is safe, and says why it turns the rest away."""

import json
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest

from bot.channels.telegram.webhook import BODY_BYTES
from bot.messages import Kind
from tests.channels.telegram_world import SECRET, World, a_webhook_world, payload, until
from tests.fakes.telegram import FakeTelegram

HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def world(telegram: FakeTelegram) -> AsyncIterator[World]:
    """Return a channel in webhook mode, known to it."""
    async with a_webhook_world(telegram.url) as started:
        yield started


async def post(world: World, body: bytes, secret: str | None = SECRET) -> int:
    """Post *body* as Telegram would; return the status."""
    headers = {} if secret is None else {HEADER: secret}
    url = f"{world.url}/webhooks/telegram"
    async with aiohttp.ClientSession() as session, session.post(url, data=BytesIO(body), headers=headers) as response:
        return response.status


def rejected(world: World) -> list[str]:
    """Return the reasons counted so far."""
    return [labels[-1] for labels in world.meter.counts if labels[0] == "webhook_rejected"]


async def test_a_message_is_stored_before_the_200(telegram: FakeTelegram, world: World) -> None:
    """After the 200 Telegram forgets it."""
    status = await telegram.citizen().says("Làm khai sinh cần gì?")

    assert status == 200
    assert world.reception.texts == ["Làm khai sinh cần gì?"]


async def test_the_start_tells_telegram_where_and_what(telegram: FakeTelegram, world: World) -> None:
    """What citizens wrote while we were away is not thrown away."""
    (registered,) = telegram.books.called("setWebhook")

    assert registered["url"] == f"{world.url}/webhooks/telegram"
    assert registered["secret_token"] == SECRET
    assert registered["allowed_updates"] == ["message", "callback_query", "my_chat_member"]
    assert registered["drop_pending_updates"] is False


@pytest.mark.parametrize("secret", ["wrong", "", "bí mật", None])
async def test_without_the_secret_nothing_is_read(world: World, secret: str | None) -> None:
    """Anyone can find the address; only Telegram knows the secret."""
    assert await post(world, json.dumps(payload("text")).encode(), secret) == 403
    assert rejected(world) == ["reason=secret"]
    assert not world.reception.tries


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 200_000], ids=["cut off", "not text", "too deep"])
async def test_malformed_json_is_a_400(world: World, body: bytes) -> None:
    """It cannot come from Telegram, so it need not come again."""
    assert await post(world, body) == 400
    assert rejected(world) == ["reason=malformed"]


async def test_a_body_over_the_limit_is_a_413(world: World) -> None:
    """Updates carry no files."""
    assert await post(world, b" " * (BODY_BYTES + 1)) == 413
    assert rejected(world) == ["reason=too_large"]


async def test_an_endless_body_is_cut_off(world: World) -> None:
    """Sent in chunks it has no length to look at."""

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(BODY_BYTES // 65536 + 2):
            yield b" " * 65536

    url = f"{world.url}/webhooks/telegram"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=endless(), headers={HEADER: SECRET}) as response,
    ):
        assert response.status == 413


async def test_an_update_that_makes_no_sense_is_accepted_and_counted(world: World) -> None:
    """Telegram would bring it again for ever."""
    assert await post(world, json.dumps(payload("unparsable")).encode()) == 200
    assert rejected(world) == ["reason=unparsable"]


async def test_what_is_not_for_us_is_accepted_and_counted(world: World) -> None:
    """A group's talk is not kept."""
    assert await post(world, json.dumps(payload("group_text")).encode()) == 200
    assert world.meter.counts["webhook_ignored", "event=group"] == 1
    assert not world.reception.stored


async def test_what_could_not_be_stored_is_asked_for_again(telegram: FakeTelegram, world: World) -> None:
    """Telegram repeats until a 200; the message is stored once."""
    world.reception.failures_left = 2
    citizen = telegram.citizen()

    status = await telegram.play("message", citizen.a_message(text="Xin chào"), tries=5)

    assert status == 200
    assert world.reception.tries == 3
    assert world.reception.texts == ["Xin chào"]


async def test_a_failing_store_is_a_503(telegram: FakeTelegram, world: World) -> None:
    """Anything but 2xx makes Telegram come back."""
    world.reception.failures_left = 1

    assert await telegram.citizen().says("Xin chào") == 503


async def test_a_press_is_answered_once_it_is_stored(telegram: FakeTelegram, world: World) -> None:
    """Until then the button shows a spinner."""
    await telegram.citizen().presses("topic:ht-khai-sinh")
    await until(lambda: len(telegram.books.called("answerCallbackQuery")) == 1)

    (press,) = world.reception.stored.values()
    assert (press.kind, press.payload) == (Kind.PRESS, "topic:ht-khai-sinh")


async def test_a_press_that_is_too_old_to_answer_does_no_harm(telegram: FakeTelegram, world: World) -> None:
    """Telegram refuses the courtesy; the press counts all the same."""
    await post(world, json.dumps(payload("press")).encode())
    await until(lambda: telegram.books.calls["answerCallbackQuery"] == 1)

    assert len(world.reception.stored) == 1


async def test_a_shared_place_is_thanked_for_and_the_button_goes_away(telegram: FakeTelegram, world: World) -> None:
    """Only a message can take a keyboard away."""
    await telegram.citizen(7).shares_location(21.0, 105.8)
    await until(lambda: len(telegram.books.messages) == 1)

    assert telegram.books.messages[0]["reply_markup"] == {"remove_keyboard": True}
    assert [message.kind for message in world.reception.stored.values()] == [Kind.LOCATION]


async def test_blocking_is_told_and_coming_back_waits_for_their_start(telegram: FakeTelegram, world: World) -> None:
    """The better signal than a refused message; a greeting for each of the two events would be one too many."""
    citizen = telegram.citizen()
    await citizen.blocks()
    await citizen.unblocks()

    assert [message.kind for message in world.reception.stored.values()] == [Kind.GONE]
