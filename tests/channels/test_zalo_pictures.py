"""A picture reaches everyone and is uploaded once, whatever Zalo makes of it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.channels.zalo.channel import ZaloChannel
from bot.errors import PlatformError, Refused, Retryable, Uncertain
from bot.messages import Address, Channel, Outgoing, Reply
from tests.channels.pictures import FLOOD, MARKET, MemoryPictures
from tests.channels.zalo_world import World, a_channel, an_account, running
from tests.fakes.zalo import FakeZalo, Rule

WARNING = Reply("Nước **lên** nhanh", picture=FLOOD.key)


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """A Zalo that behaves."""
    async with FakeZalo() as fake:
        yield fake


@pytest.fixture
def pictures() -> MemoryPictures:
    """Where the pictures are."""
    return MemoryPictures()


@pytest.fixture
async def channel(fake: FakeZalo, pictures: MemoryPictures) -> AsyncIterator[ZaloChannel]:
    """A channel that knows pictures."""
    async with running(a_channel(World(), an_account(fake), pictures=pictures)) as channel:
        yield channel


async def say(channel: ZaloChannel, reply: Reply, user: str = "u1") -> list[str]:
    """Send the whole of *reply* and return Zalo's ids."""
    address = Address(Channel.ZALO, "2000000000000000002", user)
    return [await channel.send(Outgoing(1, address, body)) for body in channel.render(reply)]


async def test_a_picture_is_uploaded_once_and_shown_to_everyone(
    fake: FakeZalo, channel: ZaloChannel, pictures: MemoryPictures
) -> None:
    """Each of two pictures has its own id."""
    for user in ("u1", "u2", "u3"):
        await say(channel, WARNING, user)
    await say(channel, Reply("Chợ phiên", picture=MARKET.key))

    assert fake.books.uploads == 2
    assert pictures.read == [FLOOD.key, MARKET.key]
    message = fake.books.recent[0]["message"]
    assert message["text"] == "Nước lên nhanh"
    assert message["attachment"]["payload"]["elements"][0]["media_type"] == "image"


async def test_messages_that_begin_together_upload_once(fake: FakeZalo, channel: ZaloChannel) -> None:
    """A slow line would carry the picture sixteen times."""
    fake.behave(Rule("upload", latency_ms=20))

    await asyncio.gather(*(say(channel, WARNING, f"u{number}") for number in range(16)))

    assert fake.books.uploads == 1
    assert fake.books.accepted == 16


async def test_an_id_that_ended_is_replaced_once(fake: FakeZalo, channel: ZaloChannel) -> None:
    """Zalo says that nothing was sent, so the picture goes up again."""
    await say(channel, WARNING, "u1")
    fake.expire_uploads()

    await say(channel, WARNING, "u2")

    assert fake.books.uploads == 2
    assert fake.books.accepted == 2


async def test_an_id_that_ends_at_once_is_not_replaced_for_ever(fake: FakeZalo, channel: ZaloChannel) -> None:
    """Twice is enough to see that uploading does not help."""
    fake.behave(Rule("send", error=-100))

    with pytest.raises(Refused) as caught:
        await say(channel, WARNING)

    assert caught.value.code == "-100"
    assert fake.books.uploads == 2


@pytest.mark.parametrize(
    ("rule", "kind", "code"),
    [
        pytest.param(Rule("upload", hang=True, times=1), Retryable, "timeout", id="taken, then silence"),
        pytest.param(Rule("upload", drop=True, times=1), Retryable, "disconnected", id="taken, then cut off"),
        pytest.param(Rule("upload", status=502, times=1), Retryable, "502", id="a fault of theirs"),
        pytest.param(Rule("upload", error=-200, times=1), Retryable, "-200", id="failed without a reason"),
        pytest.param(Rule("upload", error=-32, times=1), Retryable, "-32", id="too fast"),
        pytest.param(Rule("upload", error=-201, times=1), Refused, "-201", id="no picture for Zalo"),
        pytest.param(Rule("upload", error=-211, times=1), Refused, "-211", id="uploads of the month used up"),
    ],
)
async def test_a_failed_upload_sent_nothing(
    fake: FakeZalo, channel: ZaloChannel, rule: Rule, kind: type[PlatformError], code: str
) -> None:
    """So nothing about it is uncertain: the message may be tried again, or never can be."""
    fake.behave(rule)

    with pytest.raises(PlatformError) as caught:
        await say(channel, WARNING)

    assert (type(caught.value), caught.value.code) == (kind, code)
    assert fake.books.accepted == 0


async def test_after_a_failed_upload_the_next_one_serves(fake: FakeZalo, channel: ZaloChannel) -> None:
    """A failure leaves no id behind."""
    fake.behave(Rule("upload", status=502, times=1))
    with pytest.raises(Retryable):
        await say(channel, WARNING)

    await say(channel, WARNING)

    assert fake.books.accepted == 1


async def test_a_message_with_a_picture_fails_like_any_other(fake: FakeZalo, channel: ZaloChannel) -> None:
    """Only the upload is harmless."""
    fake.behave(Rule("send", hang=True))

    with pytest.raises(Uncertain):
        await say(channel, WARNING)

    assert fake.books.accepted == 1


async def test_a_picture_that_is_gone_costs_nobody_the_words(fake: FakeZalo, channel: ZaloChannel) -> None:
    """They arrive without it."""
    await say(channel, Reply("Nước lên", picture="no-such-key"))

    assert fake.books.recent[-1]["message"] == {"text": "Nước lên"}


async def test_a_picture_alone_that_is_gone_is_no_message(fake: FakeZalo, channel: ZaloChannel) -> None:
    """Nothing is worth sending."""
    assert await say(channel, Reply("", picture="no-such-key")) == [""]
    assert fake.books.accepted == 0


async def test_without_pictures_at_hand_the_words_go_out(fake: FakeZalo) -> None:
    """As in a service that has none."""
    async with running(a_channel(World(), an_account(fake))) as channel:
        await say(channel, WARNING)

    assert fake.books.recent[-1]["message"] == {"text": "Nước lên nhanh"}
