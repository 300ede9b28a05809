"""Updates become `Incoming` once, at the door; payloads are written after the Bot API's documentation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.parse import Ignored, Received, Unparsable, sort_update
from bot.channels.telegram.polling import next_offset
from bot.messages import Address, Channel, Incoming, Kind, Point
from tests.channels.telegram_world import NOW, payload

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["update_id", "message", "chat", "date", "text", "id", "type"]), inner, max_size=5
        )
    ),
    max_leaves=12,
)


def received(name: str) -> Incoming:
    """Return what the payload *name* becomes."""
    sorted_update = sort_update(payload(name), "4711", NOW)
    assert isinstance(sorted_update, Received)
    return sorted_update.message


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        pytest.param("text", Kind.TEXT, {"text": "Làm giấy khai sinh cho con cần gì?"}, id="a question"),
        pytest.param("menu", Kind.TEXT, {"text": "/menu"}, id="a command keeps its slash and loses our name"),
        pytest.param("start", Kind.START, {}, id="the start button"),
        pytest.param("start_payload", Kind.START, {"payload": "xa-00430"}, id="a poster's link names the commune"),
        pytest.param("start_question", Kind.TEXT, {"text": "/start làm khai sinh"}, id="a question after /start"),
        pytest.param("press", Kind.PRESS, {"payload": "topic:ht-khai-sinh"}, id="a button"),
        pytest.param("press_old", Kind.PRESS, {"payload": "stop"}, id="a button of a message too old to be shown"),
        pytest.param("location", Kind.LOCATION, {"point": Point(21.0278, 105.8342)}, id="a place"),
        pytest.param("venue", Kind.LOCATION, {"point": Point(21.0278, 105.8342)}, id="a named place"),
        pytest.param(
            "photo_caption",
            Kind.TEXT,
            {"text": "Mẫu này nộp ở đâu?", "media_ref": "AgACAgUAAxkBAAI"},
            id="the question under a photo",
        ),
        pytest.param("photo", Kind.MEDIA, {"media": "image", "media_ref": "AgACAgUAAxkBAAI"}, id="a photo"),
        pytest.param("voice", Kind.MEDIA, {"media": "voice"}, id="a voice message"),
        pytest.param("audio", Kind.MEDIA, {"media": "voice"}, id="a sound file"),
        pytest.param("video", Kind.MEDIA, {"media": "video"}, id="a video"),
        pytest.param("video_note", Kind.MEDIA, {"media": "video"}, id="a round video"),
        pytest.param("animation", Kind.MEDIA, {"media": "video"}, id="an animation, which is a document too"),
        pytest.param("document", Kind.MEDIA, {"media": "file"}, id="a file"),
        pytest.param("sticker", Kind.MEDIA, {"media": "sticker"}, id="a sticker"),
        pytest.param("contact", Kind.MEDIA, {"media": "contact"}, id="a contact, whose number is not kept"),
        pytest.param("poll", Kind.MEDIA, {"media": "other"}, id="anything else that is content"),
        pytest.param("blocked", Kind.GONE, {}, id="they blocked the bot"),
    ],
)
def test_what_a_citizen_does_becomes_one_incoming(name: str, kind: Kind, content: dict[str, object]) -> None:
    """Each kind carries its own content and nothing else."""
    message = received(name)

    blank = {"text": "", "payload": "", "media": "", "point": None, "media_ref": ""}
    assert message.kind is kind
    assert {field: getattr(message, field) for field in blank} == {**blank, **content}


def test_a_message_keeps_who_when_and_which() -> None:
    """The sender is the chat, the number makes a redelivery recognisable."""
    message = received("text")

    assert message.sender == Address(Channel.TELEGRAM, "4711", "7")
    assert message.message_id == "update:812001"
    assert message.sent_at.isoformat() == "2025-11-20T03:00:00+00:00"


def test_a_press_happened_now() -> None:
    """Telegram does not say when a button was pressed; its message may be years old."""
    assert received("press_old").sent_at == NOW


@pytest.mark.parametrize(
    ("name", "event"),
    [
        pytest.param("group_text", "group", id="people talk in a group"),
        pytest.param("group_added", "group", id="someone added the bot to a group"),
        pytest.param("group_press", "group", id="a button in a group"),
        pytest.param("channel_post", "channel_post", id="a post in a channel"),
        pytest.param("edited", "edited_message", id="an edit of a message that was answered"),
        pytest.param("pinned", "service_message", id="a notice of the chat itself"),
        pytest.param("press_without_data", "callback_without_data", id="a game's button"),
        pytest.param("unblocked", "my_chat_member", id="they let it in again: their /start says so too"),
        pytest.param("business", "other", id="something we never asked for"),
    ],
)
def test_what_is_not_for_us_is_ignored_by_name(name: str, event: str) -> None:
    """A commune's bot serves people one by one."""
    assert sort_update(payload(name), "4711", NOW) == Ignored(event)


@pytest.mark.parametrize("raw", [payload("unparsable"), [], None, "hello", {"message": {}}], ids=str)
def test_what_makes_no_sense_is_said_to_be_so(raw: object) -> None:
    """It must not stop the updates behind it."""
    assert isinstance(sort_update(raw, "4711", NOW), Unparsable)


def test_text_that_no_database_could_store_is_mended() -> None:
    """A NUL or half a surrogate pair would make every store fail, and Telegram redeliver for ever."""
    raw = payload("text")
    raw["message"]["text"] = "khai\x00 sinh \ud83d"

    sorted_update = sort_update(raw, "4711", NOW)

    assert isinstance(sorted_update, Received)
    assert sorted_update.message.text == "khai  sinh ?"


@given(JSON)
def test_no_json_trips_the_door(raw: object) -> None:
    """Whatever arrives is sorted, never raised."""
    assert isinstance(sort_update(raw, "4711", NOW), Received | Ignored | Unparsable)


@pytest.mark.parametrize(
    ("updates", "offset"),
    [
        pytest.param([], None, id="nothing came, so the last offset was taken"),
        pytest.param([{"update_id": 5}, {"update_id": 7}], 8, id="one past the newest"),
        pytest.param([{"update_id": 5}, {"message": "?"}, "?"], 6, id="unreadable neighbours change nothing"),
    ],
)
def test_the_offset_acknowledges_what_was_seen(updates: list[object], offset: int | None) -> None:
    """The offset is the only thing that makes Telegram forget an update."""
    assert next_offset(updates) == offset
