"""Replies become Zalo messages within Zalo's limits, and nothing is lost on the way."""

import json
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.render import ZaloTexts, measure, render
from bot.messages import Button, Reply

TEXTS = ZaloTexts(choose_by_number="Gõ số để chọn.", share_location="Bấm dấu cộng, chọn Vị trí.")


def rendered(reply: Reply, *, shows_presses: bool = True) -> list[dict[str, Any]]:
    """Return the messages of *reply*, read back from what is stored."""
    return [json.loads(body) for body in render(reply, TEXTS, shows_presses=shows_presses)]


def buttons_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons under *message*."""
    buttons: list[dict[str, Any]] = message.get("attachment", {}).get("payload", {}).get("buttons", [])
    return buttons


def choices(count: int) -> tuple[Button, ...]:
    """Return *count* buttons that can be chosen."""
    return tuple(Button(f"Việc {n}", payload=f"viec-{n}") for n in range(1, count + 1))


def test_formatting_becomes_plain_text() -> None:
    """Zalo knows no bold and no links inside text."""
    text = "## Giờ làm việc\n\n**Sáng** 7:30\n\n- [Cổng dịch vụ](https://dichvucong.gov.vn)"
    assert rendered(Reply(text)) == [
        {"text": "Giờ làm việc\n\nSáng 7:30\n\n• Cổng dịch vụ: https://dichvucong.gov.vn"},
    ]


def test_choices_are_numbered_in_the_text_and_ride_as_buttons() -> None:
    """Typing 2 and pressing the second button are the same."""
    (message,) = rendered(Reply("Chọn việc:", choices(2)))
    assert message["text"].endswith("1. Việc 1\n2. Việc 2\n\nGõ số để chọn.")
    assert message["attachment"] == {
        "type": "template",
        "payload": {
            "buttons": [
                {"title": "Việc 1", "type": "oa.query.show", "payload": "#viec-1"},
                {"title": "Việc 2", "type": "oa.query.show", "payload": "#viec-2"},
            ]
        },
    }


def test_the_hidden_kind_of_button_is_a_choice() -> None:
    """For the day a real OA has shown it to be reliable."""
    (message,) = rendered(Reply("Chọn:", choices(1)), shows_presses=False)
    assert buttons_of(message)[0]["type"] == "oa.query.hide"


def test_what_does_not_fit_under_the_message_stands_in_it() -> None:
    """A sixth choice keeps its number, a link beyond the fifth button its address."""
    reply = Reply("Chọn việc:", (*choices(6), Button("Cổng", url="https://dichvucong.gov.vn")))
    (message,) = rendered(reply)
    assert len(buttons_of(message)) == 5
    assert "6. Việc 6" in message["text"]
    assert "Cổng: https://dichvucong.gov.vn" in message["text"]


@pytest.mark.parametrize(
    ("button", "expected"),
    [
        pytest.param(
            Button("Cổng", url="https://dichvucong.gov.vn"),
            {"title": "Cổng", "type": "oa.open.url", "payload": {"url": "https://dichvucong.gov.vn"}},
            id="a page",
        ),
        pytest.param(
            Button("Gọi 1022", url="tel:1022"),
            {"title": "Gọi 1022", "type": "oa.open.phone", "payload": {"phone_code": "1022"}},
            id="a phone",
        ),
        pytest.param(
            Button("x" * 101, payload="p"),
            {"title": "x" * 99 + "…", "type": "oa.query.show", "payload": "#p"},
            id="a long label",
        ),
        pytest.param(
            Button(unicodedata.normalize("NFD", "Thủ tục"), payload="thủ tục"),
            {"title": "Thủ tục", "type": "oa.query.show", "payload": "#th%E1%BB%A7%20t%E1%BB%A5c"},
            id="accents",
        ),
    ],
)
def test_a_button_takes_zalos_form(button: Button, expected: dict[str, object]) -> None:
    """Each kind of button."""
    assert buttons_of(rendered(Reply("Chọn:", (button,)))[-1]) == [expected]


def test_buttons_ride_on_the_last_part() -> None:
    """Where the eye ends up."""
    parts = rendered(Reply("chữ " * 1500, choices(2)))
    assert len(parts) > 1
    assert [bool(buttons_of(part)) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_with_a_picture_everything_that_could_be_pressed_stands_in_the_text() -> None:
    """A Zalo message carries one attachment."""
    buttons = (*choices(2), Button("Cổng", url="https://dichvucong.gov.vn"), Button("Gọi", url="tel:1022"))
    (message,) = rendered(Reply("Nước lên nhanh", buttons, picture="f1"))
    assert message["picture"] == "f1"
    assert "attachment" not in message
    for line in ("1. Việc 1", "2. Việc 2", "• Cổng: https://dichvucong.gov.vn", "• Gọi: 1022", "Gõ số để chọn."):
        assert line in message["text"]


def test_a_picture_comes_with_the_first_part() -> None:
    """It is seen above the words."""
    first, *others = rendered(Reply("chữ " * 1500, picture="f1"))
    assert first["picture"] == "f1"
    assert others
    assert not any("picture" in other for other in others)


def test_a_picture_alone_is_a_message_without_text() -> None:
    """Zalo takes one."""
    assert rendered(Reply("", picture="f1")) == [{"picture": "f1"}]


def test_asking_for_a_place_tells_how_to_share_it() -> None:
    """Zalo has no button for it."""
    assert rendered(Reply("Bà con ở đâu?", asks_location=True))[0]["text"].endswith(TEXTS.share_location)


def test_a_reply_of_links_only_still_has_text() -> None:
    """Zalo takes no message without text."""
    (message,) = rendered(Reply("", (Button("Cổng", url="https://dichvucong.gov.vn"),)))
    assert message["text"] == "• Cổng: https://dichvucong.gov.vn"


def test_an_empty_reply_is_no_message() -> None:
    """There is nothing to say."""
    assert rendered(Reply("  ")) == []


LABELS = st.text(min_size=1, max_size=300).filter(str.strip)
BUTTONS = st.lists(st.builds(Button, LABELS, payload=st.just("p")), max_size=12).map(tuple)
TEXTS_OF_ANY_KIND = (
    st.text(max_size=50) | st.text("ắệ́👍a \n", max_size=3000) | st.just(unicodedata.normalize("NFD", "ệ") * 3000)
)


@given(TEXTS_OF_ANY_KIND, BUTTONS)
def test_every_message_is_within_zalos_limits(text: str, buttons: tuple[Button, ...]) -> None:
    """2,000 characters after composing, by any count; five buttons; titles of 100."""
    for message in rendered(Reply(text, buttons)):
        assert 0 < len(message["text"]) <= measure(message["text"]) <= 2000
        assert unicodedata.is_normalized("NFC", message["text"])
        assert len(buttons_of(message)) <= 5
        assert all(len(button["title"]) <= 100 for button in buttons_of(message))


@given(st.lists(st.text("abcđê", min_size=1, max_size=12), min_size=1, max_size=800))
def test_no_word_is_lost(words: list[str]) -> None:
    """However many parts it takes."""
    parts = rendered(Reply(" ".join(words)))
    assert " ".join(part["text"] for part in parts).split() == [unicodedata.normalize("NFC", word) for word in words]
