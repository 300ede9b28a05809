"""The fake is as strict as the real one, and misbehaves as it is told, or the other tests mean little."""

import asyncio
import json
import tracemalloc
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.channels.pictures import PNG
from tests.fakes.tally import Tally
from tests.fakes.telegram import TOKEN, FakeTelegram, Fate

Sent = dict[str, Any]


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


async def call(telegram: FakeTelegram, method: str, body: Sent | aiohttp.FormData) -> Sent:
    """Call *method* and return the whole answer."""
    content: Any = {"data": body} if isinstance(body, aiohttp.FormData) else {"json": body}
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=0.5)) as session,
        session.post(f"{telegram.url}/bot{TOKEN}/{method}", **content) as response,
    ):
        answer: Sent = await response.json()
        return answer


async def answers(session: aiohttp.ClientSession, path: str) -> bool:
    """Tell whether a call of *path* is answered at all."""
    try:
        async with session.post(path) as response:
            return response.status == 200
    except aiohttp.ClientConnectionError:
        return False


def a_photo(content: bytes = PNG) -> aiohttp.FormData:
    """Return the form of a message with a file."""
    form = aiohttp.FormData({"chat_id": "7", "caption": "Nước lên"})
    form.add_field("photo", content, filename="anh.png", content_type="image/png")
    return form


async def test_a_photo_is_named_by_what_the_answer_says(telegram: FakeTelegram) -> None:
    """The last size is the largest; only a name that it gave away is taken."""
    answer = await call(telegram, "sendPhoto", a_photo())
    file_id = answer["result"]["photo"][-1]["file_id"]

    assert (await call(telegram, "sendPhoto", {"chat_id": 8, "photo": file_id}))["ok"]
    assert not (await call(telegram, "sendPhoto", {"chat_id": 8, "photo": "another"}))["ok"]
    assert telegram.books.uploads == 1


@pytest.mark.parametrize("content", [b"GIF89a", b""], ids=["another kind of file", "nothing"])
async def test_only_pictures_are_photos(telegram: FakeTelegram, content: bytes) -> None:
    answer = await call(telegram, "sendPhoto", a_photo(content))

    assert answer["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_a_caption_is_shorter_than_a_message(telegram: FakeTelegram) -> None:
    """1,024 characters against 4,096."""
    form = aiohttp.FormData({"chat_id": "7", "caption": "a" * 1025})
    form.add_field("photo", PNG, filename="anh.png", content_type="image/png")

    assert "caption is too long" in (await call(telegram, "sendPhoto", form))["description"]
    assert (await call(telegram, "sendMessage", {"chat_id": 7, "text": "a" * 1025}))["ok"]


async def test_silence_means_that_it_was_accepted(telegram: FakeTelegram) -> None:
    """The worst of all answers: the message is out, and nobody says so."""
    telegram.script(Fate(method="sendMessage", error="silence"))

    with pytest.raises(TimeoutError):
        await call(telegram, "sendMessage", {"chat_id": 7, "text": "Xin chào"})

    assert telegram.books.texts_to(7) == ["Xin chào"]


async def test_every_other_call_can_meet_an_error(telegram: FakeTelegram) -> None:
    """As a load test wants it."""
    telegram.script(Fate(method="sendMessage", every=2, error="server"))

    found = [(await call(telegram, "sendMessage", {"chat_id": 7, "text": "a"}))["ok"] for _ in range(4)]

    assert found == [True, False, True, False]


async def test_it_can_go_away_and_come_back_at_the_same_address(telegram: FakeTelegram) -> None:
    """Connections are refused meanwhile, also those of a pool that was in use."""
    async with aiohttp.ClientSession(f"{telegram.url}/bot{TOKEN}/") as session:
        assert await answers(session, "getMe")

        await telegram.go_away(0.2)

        assert not await answers(session, "getMe")
        while not await answers(session, "getMe"):
            await asyncio.sleep(0.01)


async def test_it_can_be_sent_away_over_http(telegram: FakeTelegram) -> None:
    """For a load test, where it is another process."""
    async with aiohttp.ClientSession(telegram.url) as session:
        async with session.post("/_fake/away", json={"seconds": 60}) as response:
            assert response.status == 200

        while await answers(session, f"/bot{TOKEN}/getMe"):
            await asyncio.sleep(0.01)


async def test_the_books_name_every_recipient_on_request(telegram: FakeTelegram) -> None:
    """A text that came twice must show."""
    for chat in (7, 8, 8):
        await call(telegram, "sendMessage", {"chat_id": chat, "text": "Xin chào"})

    async with aiohttp.ClientSession() as session, session.get(f"{telegram.url}/_fake/books?full=1") as response:
        books = json.loads(await response.read())

    (recipients,) = books["recipients"].values()
    assert recipients == {"7": 1, "8": 2}


def test_a_million_recipients_cost_little() -> None:
    """Several bulletins to each of them fit beside everything else on a small machine."""
    tracemalloc.start()
    tally = Tally()
    try:
        for text in ("một", "hai"):
            for recipient in range(20_000):
                tally.enter(text, recipient)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 5_000_000
    assert [total["recipients"] for total in tally.totals().values()] == [20_000, 20_000]


def test_a_count_stops_where_its_byte_ends() -> None:
    """Somebody got it very often: how often no longer matters."""
    tally = Tally()
    for _ in range(300):
        tally.enter("một", "u1")

    assert list(tally.of("u1").values()) == [255]
    assert tally.of("u2") == {}
    assert [(who, n) for who, _, n in tally.repeats()] == [("u1", 255)]
