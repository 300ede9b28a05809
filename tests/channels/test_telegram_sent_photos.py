"""A photo that a citizen sent is fetched when asked for, and its address, which holds the token, stays with us."""

import traceback
from collections.abc import AsyncIterator

import pytest

from bot.errors import FileTooLarge, PlatformError, Retryable, Uncertain
from tests.channels.pictures import JPEG
from tests.channels.telegram_world import World, a_config, a_world, running, until
from tests.fakes.telegram import TOKEN, FakeTelegram, Fate

MOST = 1000


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def world(telegram: FakeTelegram) -> AsyncIterator[World]:
    """Return a channel that polls."""
    async with running(a_world(a_config(telegram.url))) as started:
        yield started


async def test_what_a_citizen_sent_can_be_fetched(telegram: FakeTelegram, world: World) -> None:
    """By what stands in the message: the largest size."""
    await telegram.citizen().sends_photo(JPEG + bytes(200))
    await until(lambda: bool(world.reception.stored))
    [message] = world.reception.stored.values()

    assert world.channel.keeps(message.media_ref)
    assert await world.channel.fetch_photo(message.media_ref, MOST) == JPEG + bytes(200)


async def test_a_photo_that_telegram_no_longer_has_is_none(telegram: FakeTelegram, world: World) -> None:
    """Whether the id is unknown, or the file went between the two calls."""
    file_id = telegram.keep_file(JPEG)
    assert await world.channel.fetch_photo("AgACAgUAAxkBAAI", MOST) is None

    telegram.forget_files()
    assert await world.channel.fetch_photo(file_id, MOST) is None


@pytest.mark.parametrize("size", [MOST + 1, 21 * 1024 * 1024], ids=["for us", "for any bot"])
async def test_a_file_that_is_too_large_is_not_read(telegram: FakeTelegram, world: World, size: int) -> None:
    file_id = telegram.keep_file(bytes(size))

    with pytest.raises(FileTooLarge):
        await world.channel.fetch_photo(file_id, MOST)
    assert telegram.books.calls["download"] == 0


async def test_a_file_larger_than_it_was_said_to_be_is_not_read_to_its_end(
    telegram: FakeTelegram, world: World
) -> None:
    file_id = telegram.keep_file(bytes(5000))
    telegram.understate_sizes = True

    with pytest.raises(FileTooLarge):
        await world.channel.fetch_photo(file_id, MOST)


@pytest.mark.parametrize(
    ("fate", "error"),
    [
        pytest.param(Fate(method="getFile", error="flood", retry_after=7), Retryable, id="flood"),
        pytest.param(Fate(method="getFile", error="server"), Uncertain, id="server"),
        pytest.param(Fate(method="getFile", error="drop"), Uncertain, id="broken line"),
        pytest.param(Fate(method="download", error="bad_gateway"), Uncertain, id="bad gateway"),
        pytest.param(Fate(method="download", error="block_page"), Uncertain, id="somebody else's page"),
    ],
)
async def test_trouble_is_no_missing_photo(
    telegram: FakeTelegram, world: World, fate: Fate, error: type[PlatformError]
) -> None:
    """And the token stands in no trace of it."""
    file_id = telegram.keep_file(JPEG)
    telegram.script(fate)

    with pytest.raises(error) as raised:
        await world.channel.fetch_photo(file_id, MOST)

    cause: BaseException | None = raised.value
    while cause is not None:
        trace = traceback.TracebackException.from_exception(cause, capture_locals=True)
        frames = [frame for frame in trace.stack if "/bot/" in frame.filename]
        assert TOKEN not in "".join([*trace.format_exception_only(), *traceback.StackSummary(frames).format()])
        cause = cause.__cause__


async def test_an_account_that_must_wait_is_not_asked(telegram: FakeTelegram, world: World) -> None:
    """A flood that a photo met holds the messages too."""
    file_id = telegram.keep_file(JPEG)
    telegram.script(Fate(method="getFile", error="flood", retry_after=7))
    for _ in range(2):
        with pytest.raises(Retryable):
            await world.channel.fetch_photo(file_id, MOST)

    assert telegram.books.calls["getFile"] == 1
    assert world.channel.held_seconds() > 0


@pytest.mark.parametrize("reference", ["", "https://f1.photo.talk.zdn.vn/i.jpg", "../../getMe", "a" * 501, "ảnhảnhảnh"])
async def test_what_is_no_file_id_is_not_telegrams(reference: str) -> None:
    assert not a_world(a_config("http://127.0.0.1:9")).channel.keeps(reference)
