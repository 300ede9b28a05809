"""The socket of an open page: acknowledgements, replies as they come, and what happens when things break."""

import asyncio
from dataclasses import replace

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from bot.channels.web.channel import WebConfig
from bot.channels.web.replies import BATCH
from bot.channels.web.visitors import address_of
from bot.messages import Outgoing, Reply
from tests.channels.web_world import QUICK, Chat, a_chat, a_message, sayings, strict


async def _refused_with(chat: Chat, *, path: str = "/chat/ws", origin: str | None = None) -> int:
    with pytest.raises(WSServerHandshakeError) as refusal:
        await chat.browser.ws_connect(path, origin=chat.origin if origin is None else origin)
    return refusal.value.status


async def test_a_message_is_acknowledged_once_it_is_stored() -> None:
    """Nothing is said before the commit."""
    async with a_chat() as chat, chat.socket() as socket:
        chat.reception.gate.clear()
        await socket.send(a_message())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await socket.until("ack")
        chat.reception.gate.set()

        assert await socket.until("ack") == {"ack": "message-0001"}
        assert chat.reception.texts == ["làm giấy khai sinh"]


async def test_a_message_sent_again_after_a_broken_line_counts_once() -> None:
    """The page that got no acknowledgement repeats itself on the next socket."""
    async with a_chat() as chat:
        for _ in range(2):
            async with chat.socket() as socket:
                await socket.send(a_message())
                await socket.until("ack")

        assert len(chat.reception.stored) == 1


async def test_a_message_that_could_not_be_stored_is_not_acknowledged() -> None:
    """The page keeps it, says so kindly, and sends it again."""
    async with a_chat() as chat, chat.socket() as socket:
        chat.reception.failures_left = 1
        await socket.send(a_message())
        refused = await socket.until("error")
        await socket.send(a_message())

        assert (refused["error"], refused["id"], refused["text"]) == (
            "not_stored",
            "message-0001",
            sayings().web.offline,
        )
        assert await socket.until("ack") == {"ack": "message-0001"}


async def test_a_reply_is_shown_on_every_open_page_of_its_visitor() -> None:
    """And on nobody else's."""
    async with a_chat() as chat:
        mine = chat.visitor
        async with chat.socket() as one, chat.socket() as two:
            chat.become("B" * 22)
            async with chat.socket() as theirs:
                await one.frame()
                await two.frame()
                await theirs.frame()
                await chat.reply("cho bạn", visitor=mine)
                await chat.reply("cho người kia", visitor="B" * 22)

                assert [await one.said(1), await two.said(1)] == [["<p>cho bạn</p>"]] * 2
                assert await theirs.said(1) == ["<p>cho người kia</p>"]


async def test_a_reply_to_nobody_here_is_no_failure() -> None:
    """Whoever is elsewhere, or gone, reads it from the store."""
    async with a_chat() as chat:
        await chat.reply("một")
        async with chat.socket() as socket:
            assert await socket.said(1) == ["<p>một</p>"]


async def test_a_page_that_comes_back_resumes_where_it_was() -> None:
    """First what it missed, in order, then what happens."""
    async with a_chat() as chat:
        seen = chat.store("đã xem")
        chat.store("lỡ một")
        chat.store("lỡ hai")
        async with chat.socket(after=seen.id) as socket:
            missed = await socket.frame()
            assert [reply["html"] for reply in missed["replies"]] == ["<p>lỡ một</p>", "<p>lỡ hai</p>"]
            await chat.reply("mới")
            assert await socket.said(1) == ["<p>mới</p>"]


async def test_a_page_that_missed_much_gets_all_of_it() -> None:
    """In parts, without being asked again."""
    async with a_chat() as chat:
        kept = [chat.store(f"câu {number}").id for number in range(2 * BATCH + 3)]
        async with chat.socket() as socket:
            seen = [reply["id"] for _ in range(3) for reply in (await socket.until("replies"))["replies"]]

        assert seen == kept


async def test_an_answer_that_another_process_gave_arrives_too() -> None:
    """Nothing is pushed here: the socket that waits looks into the store."""
    async with a_chat() as chat, chat.socket() as socket:
        await socket.send(a_message())
        await socket.until("ack")
        await asyncio.sleep(0.05)
        chat.store("từ tiến trình khác")

        assert await socket.said(1) == ["<p>từ tiến trình khác</p>"]


async def test_what_another_process_writes_to_an_idle_page_arrives_by_itself() -> None:
    """Nobody asked for anything: staff answered, at a console that another process serves."""
    async with a_chat(WebConfig(patience=replace(QUICK, look=0.01))) as chat:
        known = chat.store("đã xem")
        async with chat.socket(after=known.id) as socket:
            await socket.frame()
            chat.replies.is_away = True  # for a moment, which ends nothing
            await asyncio.sleep(0.05)
            chat.replies.is_away = False
            chat.store("cán bộ trả lời")
            chat.store("cho người kia", visitor="B" * 22)

            assert await socket.said(1) == ["<p>cán bộ trả lời</p>"]


async def test_a_page_that_has_read_everything_is_left_alone() -> None:
    """However often it is looked for something new."""
    async with a_chat(WebConfig(patience=replace(QUICK, look=0.01))) as chat:
        chat.store("một")
        async with chat.socket() as socket:
            await socket.said(1)
            looks = chat.replies.looks
            while chat.replies.looks < looks + 5:
                await asyncio.sleep(0.01)
            await socket.send({"after": 0})

            assert (await socket.frame())["replies"], "the next frame is the answer to the question"


async def test_without_an_open_page_nobody_looks() -> None:
    async with a_chat(WebConfig(patience=replace(QUICK, look=0.001))) as chat:
        chat.store("một")
        await asyncio.sleep(0.05)

        assert chat.replies.looks == 0


async def test_a_pushed_answer_does_not_hide_an_earlier_one() -> None:
    """Two messages, answered by two processes: the second one's push must not end the wait for the first."""
    async with a_chat() as chat, chat.socket() as socket:
        for number in (1, 2):
            await socket.send(a_message(number))
            await socket.until("ack")
        chat.store("của tiến trình khác")
        await chat.reply("của tiến trình này")

        assert set(await socket.said(2)) == {"<p>của tiến trình khác</p>", "<p>của tiến trình này</p>"}


async def test_a_page_may_ask_what_it_missed() -> None:
    """A phone that wakes does, and hears something even if there is nothing."""
    async with a_chat() as chat, chat.socket() as socket:
        await socket.frame()
        kept = chat.store("một")
        await socket.send({"after": 0})
        assert await socket.said(1) == ["<p>một</p>"]
        await socket.send({"after": kept.id})

        assert await socket.frame() == {"replies": [], "synced": kept.id, "more": False}


async def test_a_store_that_is_away_for_a_moment_ends_no_conversation() -> None:
    """The socket stays, and the answer comes when the store is back."""
    async with a_chat() as chat:
        known = chat.store("đã xem")
        chat.replies.is_away = True
        async with chat.socket(after=known.id) as socket:
            assert (await socket.frame())["error"] == "not_read"
            await socket.send(a_message())
            await socket.until("ack")
            chat.replies.is_away = False
            chat.store("đã có lại")

            assert await socket.said(1) == ["<p>đã có lại</p>"]


@pytest.mark.parametrize("frame", ["", "{", "[]", '{"id": "12345678"}', '{"after": "x"}'])
async def test_a_frame_that_makes_no_sense_is_refused_and_no_more(frame: str) -> None:
    """The conversation goes on."""
    async with a_chat() as chat, chat.socket() as socket:
        await socket.connection.send_str(frame)
        assert (await socket.until("error"))["error"] == "malformed"
        await socket.send(a_message())

        assert await socket.until("ack")
        assert chat.meter.refused["malformed"] == 1


async def test_bytes_are_no_message() -> None:
    """The page speaks JSON text."""
    async with a_chat() as chat, chat.socket() as socket:
        await socket.connection.send_bytes(b'{"id": "12345678", "text": "x"}')

        assert (await socket.until("error"))["error"] == "malformed"
        assert chat.reception.messages == []


async def test_a_frame_that_is_too_large_ends_the_conversation() -> None:
    """It is not even read; the next socket works."""
    async with a_chat() as chat:
        async with chat.socket() as socket:
            await socket.send(a_message(text="x" * 33_000))
            assert await socket.close_code() == 1009
        async with chat.socket() as socket:
            await socket.send(a_message())
            await socket.until("ack")

        assert chat.meter.refused["too_large"] == 1
        assert chat.reception.texts == ["làm giấy khai sinh"]


async def test_a_visitor_who_writes_too_fast_is_asked_to_wait() -> None:
    """With the id of the message, so that the page keeps it."""
    async with a_chat(strict(visitor_messages=2)) as chat, chat.socket() as socket:
        for number in range(3):
            await socket.send(a_message(number))
        refused = await socket.until("error")

        assert (refused["error"], refused["id"], refused["retry_after"]) == ("too_many", "message-0002", 30)
        assert refused["text"] == sayings().web.too_many
        assert len(chat.reception.messages) == 2


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "", "http://127.0.0.1:1"])
async def test_only_our_own_page_may_open_a_socket(origin: str) -> None:
    """Browsers let any site open one, with our cookie."""
    async with a_chat() as chat:
        assert await _refused_with(chat, origin=origin) == 403
        assert chat.meter.refused["origin"] == 1


async def test_the_public_address_counts_as_ours_behind_a_proxy() -> None:
    """A proxy may ask for us by another name than people do."""
    async with a_chat(WebConfig(public_url="https://hoidap.example.gov.vn", patience=QUICK)) as chat:
        connection = await chat.browser.ws_connect(
            "/chat/ws", origin="https://hoidap.example.gov.vn", headers={"Cookie": "loaxa_visitor=" + "A" * 22}
        )
        await connection.close()


async def test_a_socket_needs_a_visitor_and_a_place_to_begin() -> None:
    """Both come from the page."""
    async with a_chat() as chat:
        assert await _refused_with(chat, path="/chat/ws?after=x") == 400
        chat.browser.session.cookie_jar.clear()
        assert await _refused_with(chat) == 401


@pytest.mark.parametrize(
    ("limits", "status"),
    [
        pytest.param({"visitor_sockets": 1}, 429, id="of one visitor"),
        pytest.param({"network_sockets": 1}, 429, id="of one network"),
        pytest.param({"sockets": 1}, 503, id="of this process"),
    ],
)
async def test_there_is_an_end_to_open_sockets(limits: dict[str, int], status: int) -> None:
    """The page then does without; when one closes, there is room again."""
    async with a_chat(strict(**limits)) as chat:
        async with chat.socket():
            assert await _refused_with(chat) == status
            assert (await chat.post(a_message())).status == 200
        await asyncio.sleep(0.05)
        async with chat.socket() as socket:
            assert await socket.frame()


async def test_a_process_that_stops_says_goodbye() -> None:
    """Pages come back to another one; this one lets nobody in any more."""
    async with a_chat() as chat, chat.socket() as socket:
        await socket.frame()
        closing = asyncio.create_task(chat.channel.close())

        assert await socket.close_code() == 1001
        await closing
        assert await _refused_with(chat) == 503


async def test_a_page_that_reads_nothing_holds_up_nobody_and_is_cut_off() -> None:
    """Sending to it never waits; what does not fit is left to the store, and its place to the next."""
    config = strict(visitor_sockets=1)
    async with a_chat(replace(config, patience=replace(QUICK, write=0.05))) as chat, asyncio.timeout(10):
        deaf = await chat.browser.ws_connect("/chat/ws", origin=chat.origin)
        (body,) = chat.channel.render(Reply("x" * 500_000))
        for number in range(100):
            await chat.channel.send(Outgoing(1 + number, address_of(chat.visitor), body))
        while True:
            try:
                async with chat.socket() as socket:
                    assert await socket.frame()
                break
            except WSServerHandshakeError:
                await asyncio.sleep(0.02)
        await deaf.close()


async def test_a_page_that_leaves_in_the_middle_of_a_reply_is_no_failure() -> None:
    """People close their phones."""
    async with a_chat() as chat:
        async with chat.socket() as socket:
            await socket.send(a_message())
        reply = chat.store("một")
        for number in range(3):
            await chat.channel.send(Outgoing(number + 10, reply.to, reply.body))
        async with chat.socket() as socket:
            message = await socket.connection.receive()

        assert message.type is WSMsgType.TEXT
