"""Events become `Incoming` or are ignored, whatever Zalo puts into them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.parse import Ignored, Unparsable, parse
from bot.channels.zalo.payload import Pressed, Started, from_text, to_text
from bot.messages import PAYLOAD_BYTES, Address, Channel, Incoming, Kind, Point
from tests.channels.zalo_world import NOW

PAYLOADS = Path(__file__).parent.parent / "payloads" / "zalo"
OA = "2000000000000000002"
USER = "3000000000000000003"


def recorded(name: str) -> Mapping[str, object]:
    """Return the recorded event *name*."""
    event: Mapping[str, object] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return event


def read(event: Mapping[str, object]) -> Incoming | Ignored | Unparsable:
    """Parse *event* as our OA's."""
    return parse(event, oa_id=OA, received_at=NOW)


def a_message(
    kind: Kind, *, media: str = "", text: str = "", payload: str = "", point: Point | None = None, media_ref: str = ""
) -> Incoming:
    """Return what a recorded event with a message id comes to."""
    return Incoming(
        sender=Address(Channel.ZALO, OA, USER),
        message_id="f0f1f2",
        kind=kind,
        sent_at=datetime(2025, 11, 20, 7, 0, tzinfo=UTC),
        text=text,
        payload=payload,
        media=media,
        point=point,
        media_ref=media_ref,
    )


HANOI = Point(21.0285, 105.8542)

MESSAGES = {
    "user_send_text": a_message(Kind.TEXT, text="Làm giấy khai sinh ở đâu?"),
    "user_send_text_quote": a_message(Kind.TEXT, text="Còn cái này?"),
    "user_send_text_press": a_message(Kind.PRESS, payload="hl-xa"),
    "user_send_text_commune": a_message(Kind.START, payload="xa-00430"),
    "user_send_image": a_message(
        Kind.MEDIA, media="image", text="Giấy này nộp ở đâu?", media_ref="https://f1.photo.talk.zdn.vn/i.jpg"
    ),
    "user_send_gif": a_message(Kind.MEDIA, media="image"),
    "user_send_sticker": a_message(Kind.MEDIA, media="sticker"),
    "user_send_audio": a_message(Kind.MEDIA, media="voice"),
    "user_send_video": a_message(Kind.MEDIA, media="video"),
    "user_send_file": a_message(Kind.MEDIA, media="file"),
    "user_send_link": a_message(Kind.MEDIA, media="other"),
    "user_send_business_card": a_message(Kind.MEDIA, media="contact"),
    "user_send_location": a_message(Kind.LOCATION, point=HANOI),
    "user_send_location_old": a_message(Kind.LOCATION, point=HANOI),
    "user_send_location_flat": a_message(Kind.LOCATION, point=HANOI),
    "user_send_location_nowhere": a_message(Kind.MEDIA, media="other"),
}

STATES = {"follow": Kind.START, "unfollow": Kind.GONE, "user_withdraw": Kind.WITHDRAW}

IGNORED = {
    "console_test": "console_test",
    "other_oa": "other_oa",
    "user_received_message_zns": "user_received_message",
    "something_new_in_2027": "unknown",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_recorded_message_is_understood(name: str) -> None:
    """Every kind of message a person can send, in every shape seen."""
    assert read(recorded(name)) == MESSAGES[name]


@pytest.mark.parametrize("name", STATES)
def test_an_event_without_a_message_id_gets_one_of_its_own(name: str) -> None:
    """A redelivery has the same id, another person's event another one."""
    event = read(recorded(name))
    assert isinstance(event, Incoming)
    assert (event.kind, event.message_id) == (STATES[name], f"{name}:1763622000000:{USER}")


@pytest.mark.parametrize("path", sorted(PAYLOADS.glob("*.json")), ids=lambda path: path.stem)
def test_every_other_recorded_event_is_ignored_by_name(path: Path) -> None:
    """Echoes, receipts, forms, tags, calls, groups and visitors are none of our business."""
    if path.stem in MESSAGES or path.stem in STATES:
        return
    assert read(recorded(path.stem)) == Ignored(IGNORED.get(path.stem, path.stem))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"sender": {}}, Unparsable("user id"), id="nobody sent it"),
        pytest.param({"sender": ["x"]}, Unparsable("user id"), id="a sender of the wrong type"),
        pytest.param({"event_name": 7}, Ignored("unknown"), id="a name that is a number"),
        pytest.param({"timestamp": "soon"}, NOW, id="an unreadable timestamp"),
        pytest.param({"timestamp": "9" * 19}, NOW, id="a timestamp past the calendar"),
        pytest.param({"sender": {"id": 3000000000000000003}}, USER, id="an id that is a number keeps its digits"),
        pytest.param({"message": {"msg_id": "f", "text": "a\ud800b\x00c"}}, "a?bc", id="characters no database stores"),
        pytest.param({"message": {"msg_id": "f"}}, Kind.MEDIA, id="a text without text"),
        pytest.param({"message": None}, f"user_send_text:1763622000000:{USER}", id="no message at all"),
    ],
)
def test_a_broken_event_never_breaks_us(change: Mapping[str, object], expected: object) -> None:
    """What can be saved of a citizen's message is saved."""
    event = read({**recorded("user_send_text"), **change})
    if isinstance(event, Incoming):
        found = (event.sent_at, event.sender.user, event.text, event.kind, event.message_id)
        assert expected in found
    else:
        assert event == expected


LEAVES = st.sampled_from(
    [None, True, 0, -1, 10**30, 1e400, float("nan"), "", "7", "x", "\ud800", "#", "#xa-00430", "91"]
)
KEYS = st.sampled_from(
    ["id", "msg_id", "text", "attachments", "payload", "coordinates", "location", "latitude", "longitude"]
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
NAMES = st.sampled_from(["user_send_text", "user_send_location", "follow", "user_send_image"])
FIELDS = st.sampled_from(["sender", "recipient", "message", "timestamp", "oa_id", "follower", "user_id"])


@given(NAMES, st.dictionaries(FIELDS, JSON))
def test_no_event_raises(name: str, fields: Mapping[str, object]) -> None:
    """Zalo repeats what it gets no 200 for, so parsing always comes to an end that can be answered."""
    assert read({"event_name": name, **fields})


@given(st.text(min_size=1, max_size=PAYLOAD_BYTES))
def test_a_payload_comes_back_as_it_went(payload: str) -> None:
    """Whatever a button carries survives being sent as a text, bare numbers and communes apart."""
    is_ours = payload.isprintable() and not payload.isdigit() and len(payload.encode(errors="replace")) <= PAYLOAD_BYTES
    if is_ours and isinstance(from_text(to_text(payload)), Pressed):
        assert from_text(to_text(payload)) == Pressed(payload)
    elif is_ours:
        assert from_text(to_text(payload)) == Started(payload.lower())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("#XA-00430", Started("xa-00430"), id="a phone that capitalises"),
        pytest.param(" #xa-00430 ", Started("xa-00430"), id="with spaces around"),
        pytest.param("#2", None, id="choosing the second line"),
        pytest.param("# chào", None, id="a sentence"),
        pytest.param("#bảntin", None, id="a hashtag with accents"),
        pytest.param("#%00", None, id="a hidden character"),
        pytest.param("#" + "a" * 65, None, id="longer than any payload"),
        pytest.param("hl-xa", None, id="without the mark"),
        pytest.param("#", None, id="only the mark"),
    ],
)
def test_a_press_is_told_from_typing(text: str, expected: object) -> None:
    """Only what a button of ours can have sent is a press."""
    assert from_text(text) == expected
