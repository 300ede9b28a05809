"""The plain requests that serve a page whose sockets are blocked: messages in, replies out, and what is refused."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.channel import WebConfig
from bot.channels.web.frames import Ask, Sent, Slip, read_frame
from bot.channels.web.replies import BATCH
from bot.messages import Incoming, Kind, Point
from tests.channels.web_world import NOW, QUICK, a_chat, a_message, sayings, strict


async def test_a_message_is_acknowledged_once_it_is_stored() -> None:
    """What was acknowledged cannot be lost any more, so the answer waits for the commit."""
    async with a_chat() as chat:
        chat.reception.gate.clear()
        posting = asyncio.create_task(chat.post(a_message()))
        done, _ = await asyncio.wait([posting], timeout=0.05)
        assert not done
        chat.reception.gate.set()
        response = await posting

        assert (response.status, await response.json()) == (200, {"ack": "message-0001"})
        assert chat.reception.texts == ["làm giấy khai sinh"]


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param({"text": " xin  chào\u200b "}, {"kind": Kind.TEXT, "text": "xin  chào"}, id="text"),
        pytest.param({"payload": "t:ht-khai-sinh"}, {"kind": Kind.PRESS, "payload": "t:ht-khai-sinh"}, id="press"),
        pytest.param({"start": ""}, {"kind": Kind.START}, id="first visit"),
        pytest.param({"start": "xa-00430"}, {"kind": Kind.START, "payload": "xa-00430"}, id="link on a poster"),
        pytest.param(
            {"latitude": 21.25, "longitude": 105}, {"kind": Kind.LOCATION, "point": Point(21.25, 105.0)}, id="place"
        ),
        pytest.param({"text": "a\ud83d"}, {"kind": Kind.TEXT, "text": "a?"}, id="half an emoji"),
    ],
)
async def test_everything_a_person_can_do_arrives(what: dict[str, object], expected: dict[str, object]) -> None:
    """As one `Incoming`, told apart by what they did."""
    async with a_chat() as chat:
        response = await chat.post(a_message(1, **what))
        (message,) = chat.reception.messages

        assert response.status == 200
        assert message.sender.user == chat.visitor
        assert (message.message_id, message.sent_at) == (f"{chat.visitor}:message-0001", NOW)
        assert {name: getattr(message, name) for name in expected} == expected


async def test_a_message_that_comes_twice_counts_once() -> None:
    """The page repeats what was not acknowledged; its id stays the same, and is the visitor's own."""
    async with a_chat() as chat:
        await chat.post(a_message(1))
        repeated = await chat.post(a_message(1))
        chat.become("A" * 22)
        await chat.post(a_message(1))

        assert repeated.status == 200
        assert len(chat.reception.stored) == 2


async def test_a_message_that_could_not_be_stored_is_asked_for_again() -> None:
    """No acknowledgement without a commit: the page keeps it and hears when to try."""
    async with a_chat() as chat:
        chat.reception.failures_left = 1
        refused = await chat.post(a_message())
        again = await chat.post(a_message())
        frame = await refused.json()

        assert refused.status == 503
        assert (frame["error"], frame["id"], frame["retry_after"]) == ("not_stored", "message-0001", 3)
        assert again.status == 200
        assert chat.meter.refused["not_stored"] == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="empty"),
        pytest.param("{", id="not JSON"),
        pytest.param("[]", id="not an object"),
        pytest.param("null", id="null"),
        pytest.param("[" * 8000, id="deep"),
        pytest.param('{"text": "x"}', id="no id"),
        pytest.param('{"id": "short", "text": "x"}', id="short id"),
        pytest.param('{"id": "with space", "text": "x"}', id="unsafe id"),
        pytest.param('{"id": 12345678, "text": "x"}', id="number for an id"),
        pytest.param('{"id": "12345678"}', id="says nothing"),
        pytest.param('{"id": "12345678", "text": " \\u200b "}', id="only invisible"),
        pytest.param('{"id": "12345678", "text": ["x"]}', id="list for a text"),
        pytest.param('{"id": "12345678", "payload": ""}', id="empty payload"),
        pytest.param(json.dumps({"id": "12345678", "payload": "đ" * 33}), id="long payload"),
        pytest.param('{"id": "12345678", "start": "a b"}', id="unsafe link"),
        pytest.param('{"id": "12345678", "latitude": 91, "longitude": 0}', id="off the map"),
        pytest.param('{"id": "12345678", "latitude": NaN, "longitude": 0}', id="nowhere"),
        pytest.param('{"id": "12345678", "latitude": 1e999, "longitude": 0}', id="infinitely far"),
        pytest.param('{"id": "12345678", "latitude": "21", "longitude": "105"}', id="words for a place"),
        pytest.param('{"after": 1}', id="a request for replies"),
        pytest.param('{"after": -1}', id="a senseless request for replies"),
    ],
)
async def test_what_makes_no_sense_is_refused(body: str) -> None:
    """Politely, for good, and counted."""
    async with a_chat() as chat:
        headers = {"Origin": chat.origin, "Content-Type": "application/json"}
        response = await chat.browser.post("/chat/send", data=body, headers=headers)

        assert response.status == 400
        assert (await response.json())["error"] == "malformed"
        assert chat.reception.messages == []
        assert chat.meter.refused["malformed"] == 1


@given(
    st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_no_json_trips_the_door(data: object) -> None:
    """Whatever comes is read or refused, never raised."""
    assert isinstance(read_frame(json.dumps(data), "v" * 22, NOW, 4000), (Sent, Ask, Slip))


@given(st.dictionaries(st.sampled_from(["text", "payload", "start", "latitude", "longitude"]), st.text() | st.floats()))
def test_what_passes_the_door_can_be_stored(what: dict[str, object]) -> None:
    """Text that any database takes, a payload within the limit, a place on Earth."""
    match read_frame(json.dumps({"id": "12345678", **what}), "v" * 22, NOW, 4000):
        case Sent(_, Incoming(text=text, payload=payload, point=point)):
            assert "\x00" not in text
            assert len(payload.encode()) <= 64
            assert point is None or abs(point.latitude) <= 90
        case other:
            assert other in {Slip("malformed", "12345678"), Slip("too_long", "12345678")}


async def test_a_message_that_is_too_long_is_refused_with_a_kind_word() -> None:
    """4,000 characters pass; one more is not stored, not even in part."""
    async with a_chat() as chat:
        longest = await chat.post(a_message(1, text="đ" * 4000))
        longer = await chat.post(a_message(2, text="đ" * 4001))

        assert longest.status == 200
        assert longer.status == 413
        assert await longer.json() == {"error": "too_long", "id": "message-0002", "text": sayings().web.too_long}
        assert len(chat.reception.messages) == 1


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_that_is_too_large_is_not_read_to_its_end(is_announced: bool) -> None:  # noqa: FBT001
    """Whether its length is announced or not."""

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(33):
            yield b"x" * 1024

    async with a_chat() as chat:
        headers = {"Origin": chat.origin, "Content-Type": "application/json"}
        body = b"x" * 33 * 1024 if is_announced else in_pieces()
        response = await chat.browser.post("/chat/send", data=body, headers=headers)

        assert (response.status, (await response.json())["error"]) == (413, "too_large")
        assert chat.meter.refused["too_large"] == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"Origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"Origin": "null"}, 403, id="a hidden site"),
        pytest.param({"Origin": "https://hoidap.example.gov.vn"}, 200, id="the public address"),
        pytest.param({"Origin": "http://hoidap.example.gov.vn"}, 403, id="the public address without TLS"),
        pytest.param({"Origin": "https://hoidap.example.gov.vn.evil.example"}, 403, id="a lookalike"),
        pytest.param({"Sec-Fetch-Site": "same-origin"}, 200, id="no origin but vouched for"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, 403, id="no origin and from elsewhere"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, 403, id="a sister site"),
        pytest.param({}, 403, id="nothing said"),
    ],
)
async def test_only_our_own_page_may_send(headers: dict[str, str], status: int) -> None:
    """A browser sends our cookie along for any site that asks it to."""
    async with a_chat(WebConfig(public_url="https://hoidap.example.gov.vn", patience=QUICK)) as chat:
        cookie = {"Cookie": "loaxa_visitor=" + "A" * 22}  # the real one is Secure, and this is no https
        response = await chat.browser.post("/chat/send", json=a_message(), headers={**cookie, **headers})

        assert response.status == status
        assert chat.meter.refused["origin"] == (status == 403)


async def test_a_form_of_another_site_is_no_message() -> None:
    """Forms cannot send JSON without asking first."""
    async with a_chat() as chat:
        response = await chat.post(a_message(), **{"Content-Type": "text/plain"})

        assert (response.status, (await response.json())["error"]) == (415, "content_type")


async def test_without_a_cookie_nobody_is_there() -> None:
    """The page then fetches itself again, which brings one."""
    async with a_chat() as chat:
        chat.browser.session.cookie_jar.clear()

        for response in (await chat.post(a_message()), await chat.ask()):
            assert (response.status, (await response.json())["error"]) == (401, "no_visitor")


async def test_replies_after_the_last_one_known_are_returned_in_order() -> None:
    """What a page that comes back has missed, and nobody else's."""
    async with a_chat() as chat:
        first, second, third = chat.store("một"), chat.store("hai"), chat.store("ba")
        chat.store("của người khác", visitor="B" * 22)

        missed = await (await chat.ask(first.id)).json()

        assert [reply["html"] for reply in missed["replies"]] == ["<p>hai</p>", "<p>ba</p>"]
        assert [reply["id"] for reply in missed["replies"]] == [second.id, third.id]
        assert (missed["synced"], missed["more"], "anew" in missed) == (third.id, False, False)


async def test_nothing_new_leaves_the_page_where_it_was() -> None:
    """Asking twice changes nothing."""
    async with a_chat() as chat:
        last = chat.store("một")

        assert await (await chat.ask(last.id)).json() == {"replies": [], "synced": last.id, "more": False}
        assert await (await chat.ask(0)).json() != {"replies": [], "synced": 0, "more": False}


async def test_many_replies_come_in_parts() -> None:
    """The page asks on until there is no more."""
    async with a_chat() as chat:
        kept = [chat.store(f"câu {number}").id for number in range(2 * BATCH)]
        seen, after, has_more = list[int](), 0, True
        while has_more:
            part = await (await chat.ask(after)).json()
            seen += [reply["id"] for reply in part["replies"]]
            after, has_more = part["synced"], part["more"]

        assert seen == kept


async def test_a_page_that_remembers_more_than_the_store_begins_anew() -> None:
    """After a restored backup or a fresh demo, old ids mean other replies; the page must not wait for higher ones."""
    async with a_chat() as chat:
        chat.store("một")

        told = await (await chat.ask(99)).json()

        assert (told["anew"], [reply["id"] for reply in told["replies"]], told["synced"]) == (True, [1], 1)


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "", "٣", "9" * 30, str(2**63)])
async def test_a_senseless_place_in_the_replies_is_refused(after: str) -> None:
    """No such id fits a database."""
    async with a_chat() as chat:
        assert (await chat.ask(after)).status == 400


async def test_a_store_that_is_away_is_an_honest_answer() -> None:
    """The page asks again."""
    async with a_chat() as chat:
        chat.replies.is_away = True
        response = await chat.ask()

        assert (response.status, (await response.json())["error"]) == (503, "not_read")


async def test_a_visitor_who_writes_too_fast_is_asked_to_wait() -> None:
    """Twenty at once are enough for anybody; after a while it goes on."""
    async with a_chat() as chat:
        answers = [await chat.post(a_message(number)) for number in range(21)]
        frame = await answers[-1].json()

        assert [answer.status for answer in answers] == [200] * 20 + [429]
        assert answers[-1].headers["Retry-After"] == "3"
        assert frame == {"error": "too_many", "id": "message-0020", "text": sayings().web.too_many, "retry_after": 3}
        assert chat.meter.refused["too_many"] == 1

        chat.stopwatch.seconds += 3
        assert (await chat.post(a_message(20))).status == 200


async def test_one_network_has_a_limit_of_its_own() -> None:
    """Made-up visitors do not help."""
    async with a_chat(strict(network_messages=3, network_new_visitors=100)) as chat:
        statuses = []
        for number in range(4):
            chat.become(f"{number:022}")
            statuses.append((await chat.post(a_message())).status)

        assert statuses == [200, 200, 200, 429]


async def test_new_visitors_of_one_network_come_in_turn() -> None:
    """Those who were there before go on."""
    async with a_chat(strict(network_new_visitors=2)) as chat:
        statuses = []
        for number in (1, 2, 3, 1):
            chat.become(f"{number:022}")
            statuses.append((await chat.post(a_message())).status)

        assert statuses == [200, 200, 429, 200]


async def test_who_sends_is_told_by_trusted_proxies_only() -> None:
    """The test's browser connects from loopback, like a proxy on the same machine."""
    async with a_chat(strict(network_messages=1, network_new_visitors=100)) as chat:
        first = await chat.post(a_message(1), **{"X-Forwarded-For": "203.0.113.7"})
        spoofed = await chat.post(a_message(2), **{"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
        other = await chat.post(a_message(3), **{"X-Forwarded-For": "203.0.113.8"})

        assert [first.status, spoofed.status, other.status] == [200, 429, 200]


async def test_asking_for_replies_has_a_limit_too() -> None:
    """Reading is cheap, not free."""
    async with a_chat(strict(visitor_reads=2)) as chat:
        assert [(await chat.ask()).status for _ in range(3)] == [200, 200, 429]


async def test_what_people_write_comes_back_only_as_text() -> None:
    """The whole way round: a script in a question is letters in the reply that quotes it."""
    async with a_chat() as chat:
        await chat.post(a_message(text="<script>alert(1)</script>"))
        chat.store(f"Không có nơi nào tên «{chat.reception.texts[0]}»")
        response = await chat.ask()

        assert response.content_type == "application/json"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script" not in await response.text()
