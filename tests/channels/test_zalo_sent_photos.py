"""A photo that a citizen sent is fetched from Zalo's servers when asked for, and from nowhere else."""

from collections.abc import AsyncIterator

import pytest

from bot.channels.zalo.channel import ZaloChannel
from bot.errors import FileTooLarge, Retryable, Uncertain
from tests.channels.pictures import JPEG
from tests.channels.zalo_world import World, a_channel, an_account, running
from tests.fakes.zalo import FakeZalo

MOST = 1000


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    """A Zalo that behaves."""
    async with FakeZalo() as fake:
        yield fake


@pytest.fixture
async def channel(fake: FakeZalo) -> AsyncIterator[ZaloChannel]:
    """A channel that runs."""
    async with running(a_channel(World(), an_account(fake))) as channel:
        yield channel


async def test_a_photo_is_fetched_while_zalo_has_it(fake: FakeZalo, channel: ZaloChannel) -> None:
    address = fake.keep_photo(JPEG)
    assert channel.keeps(address)
    assert await channel.fetch_photo(address, MOST) == JPEG

    fake.forget_photos()
    assert await channel.fetch_photo(address, MOST) is None


async def test_a_photo_that_is_too_large_is_not_read_to_its_end(fake: FakeZalo, channel: ZaloChannel) -> None:
    with pytest.raises(FileTooLarge):
        await channel.fetch_photo(fake.keep_photo(bytes(5000)), MOST)


@pytest.mark.parametrize("status", [302, 429, 500, 502])
async def test_another_answer_is_no_photo(fake: FakeZalo, channel: ZaloChannel, status: int) -> None:
    """Nor does it say that there is none; and nobody is followed to another place."""
    fake.photo_status = status
    with pytest.raises(Uncertain):
        await channel.fetch_photo(fake.keep_photo(JPEG), MOST)


async def test_a_server_that_is_away_is_tried_again_later(channel: ZaloChannel) -> None:
    with pytest.raises(Retryable):
        await channel.fetch_photo("http://127.0.0.1:1/photo/1.jpg", MOST)


@pytest.mark.parametrize(
    ("address", "is_zalos"),
    [
        pytest.param("https://f1.photo.talk.zdn.vn/i.jpg", True, id="where photos are"),
        pytest.param("http://f1.photo.talk.zdn.vn/i.jpg", False, id="for everyone to read"),
        pytest.param("https://zdn.vn.evil.example/i.jpg", False, id="a name that begins alike"),
        pytest.param("https://evilzdn.vn/i.jpg", False, id="a name that ends alike"),
        pytest.param("https://f1.zdn.vn@10.0.0.1/i.jpg", False, id="Zalo as a user"),
        pytest.param("https://f1.zdn.vn:8443/i.jpg", False, id="another port"),
        pytest.param("https://f1.zdn.vn:x/i.jpg", False, id="no port"),
        pytest.param("https://10.0.0.1/i.jpg", False, id="our own network"),
        pytest.param("file:///etc/passwd", False, id="a file"),
        pytest.param("AgACAgUAAxkBAAI", False, id="Telegram's"),
        pytest.param("", False, id="none"),
    ],
)
async def test_only_zalos_own_servers_are_asked(address: str, *, is_zalos: bool) -> None:
    """The service stands inside an office's network."""
    assert a_channel(World(), an_account()).keeps(address) is is_zalos
