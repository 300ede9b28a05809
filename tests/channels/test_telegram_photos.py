"""A picture reaches everyone and is uploaded once, whatever Telegram makes of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.body import Body
from bot.errors import Refused, Retryable, Uncertain
from bot.messages import Button, Reply
from tests.channels.pictures import FLOOD, MARKET, MemoryPictures
from tests.channels.telegram_world import World, a_config, a_world, outgoing, running
from tests.fakes.telegram import FakeTelegram, Fate

WARNING = Reply("Nước **lên** nhanh", picture=FLOOD.key)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def pictures() -> MemoryPictures:
    """Return where the pictures are."""
    return MemoryPictures()


@pytest.fixture
async def world(telegram: FakeTelegram, pictures: MemoryPictures) -> AsyncIterator[World]:
    """Return a channel that knows pictures."""
    async with running(a_world(a_config(telegram.url), pictures=pictures)) as started:
        yield started


async def say(world: World, reply: Reply, to: int = 7) -> list[str]:
    """Send the whole of *reply* and return Telegram's ids."""
    return [await world.channel.send(outgoing(body, to)) for body in world.channel.render(reply)]


async def test_short_words_are_the_caption_of_the_picture(telegram: FakeTelegram, world: World) -> None:
    """One message, with its formatting and its buttons."""
    (sent,) = await say(world, Reply("Nước **lên** nhanh", (Button("Đã đọc", "da-doc"),), picture=FLOOD.key))

    (message,) = telegram.books.messages
    assert sent == "1"
    assert message["caption"] == "Nước <b>lên</b> nhanh"
    assert message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "da-doc"
    assert not telegram.books.calls["sendMessage"]


async def test_many_words_follow_the_picture(telegram: FakeTelegram, world: World) -> None:
    """A caption holds 1,024 characters, a message four times as many."""
    await say(world, Reply("Câu này dài. " * 100, picture=FLOOD.key))

    photo, text = telegram.books.messages
    assert photo["caption"] == ""
    assert text["text"].startswith("Câu này dài.")


async def test_a_picture_is_uploaded_once_and_named_afterwards(
    telegram: FakeTelegram, world: World, pictures: MemoryPictures
) -> None:
    """Each of the two pictures has its own name."""
    for to in (7, 8, 9):
        await say(world, WARNING, to)
    await say(world, Reply("Chợ phiên", picture=MARKET.key))

    assert telegram.books.uploads == 2
    assert telegram.books.calls["sendPhoto"] == 4
    assert pictures.read == [FLOOD.key, MARKET.key]


async def test_messages_that_begin_together_upload_once(telegram: FakeTelegram, world: World) -> None:
    """A slow line would carry the picture sixteen times, and some of them too late."""
    telegram.script(Fate(method="sendPhoto", latency_ms=20))

    await asyncio.gather(*(say(world, WARNING, to) for to in range(16)))

    assert telegram.books.uploads == 1
    assert len(telegram.books.messages) == 16


async def test_a_name_that_telegram_forgot_is_replaced(telegram: FakeTelegram, world: World) -> None:
    """The refusal says that nothing was sent, so the picture goes along once more."""
    await say(world, WARNING, 7)
    telegram.forget_files()

    await say(world, WARNING, 8)

    assert telegram.books.uploads == 2
    assert telegram.books.tally.of(8) == telegram.books.tally.of(7)


async def test_a_picture_that_is_gone_costs_nobody_the_words(telegram: FakeTelegram, world: World) -> None:
    """They arrive as an ordinary message."""
    await say(world, Reply("Nước lên", picture="no-such-key"))

    (message,) = telegram.books.messages
    assert message["text"] == "Nước lên"


async def test_a_picture_alone_that_is_gone_is_no_message(telegram: FakeTelegram, world: World) -> None:
    """Telegram takes no message without words, and nothing is worth saying."""
    assert await say(world, Reply("", picture="no-such-key")) == [""]
    assert not telegram.books.messages


async def test_without_pictures_at_hand_the_words_go_out(telegram: FakeTelegram) -> None:
    """As in a service that has none."""
    async with running(a_world(a_config(telegram.url))) as world:
        await say(world, WARNING)

    assert telegram.books.texts_to(7) == ["Nước <b>lên</b> nhanh"]


async def test_a_caption_that_telegram_cannot_read_goes_out_as_plain_words(
    telegram: FakeTelegram, world: World
) -> None:
    """With the picture."""
    await world.channel.send(outgoing(Body("Nước <lên>", "Nước <lên>", picture=FLOOD.key).dumps()))

    (message,) = telegram.books.messages
    assert message["caption"] == "Nước <lên>"
    assert "parse_mode" not in message


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param("refused", Refused, id="refused"),
        pytest.param("flood", Retryable, id="too many"),
        pytest.param("drop", Uncertain, id="accepted, but the line broke before the answer"),
    ],
)
async def test_a_failed_upload_is_no_name(
    telegram: FakeTelegram, world: World, error: str, expected: type[Exception]
) -> None:
    """The next message brings the picture along again."""
    telegram.script(Fate(method="sendPhoto", error=error, times=1, retry_after=0))
    with pytest.raises(expected):
        await say(world, WARNING, 7)

    await say(world, WARNING, 8)

    assert len(telegram.books.tally.of(8)) == 1


async def test_half_a_character_in_a_caption_costs_nobody_the_message(telegram: FakeTelegram, world: World) -> None:
    """A form has no place for it, so a question mark stands in."""
    await world.channel.send(outgoing(Body("Nước \ud83d lên", "Nước \ud83d lên", picture=FLOOD.key).dumps()))

    (message,) = telegram.books.messages
    assert message["caption"] == "Nước ? lên"
