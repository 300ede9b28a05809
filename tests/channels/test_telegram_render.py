"""Replies become Telegram messages that the server's own rules accept."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.body import Body
from bot.channels.telegram.render import render, utf16_units
from bot.markup import parse, plain
from bot.messages import Button, Reply
from tests.channels.telegram_world import TEXTS
from tests.fakes.telegram_rules import check_message

WORDS = st.text(st.sampled_from("aăđ &<>\"'😀🇻🇳") | st.characters(codec="utf-8"), max_size=40)
MARKDOWN = st.lists(
    st.one_of(
        WORDS,
        WORDS.map(lambda words: f"## {words}"),
        WORDS.map(lambda words: f"- **{words}** xã"),
        WORDS.map(lambda words: f"[{words}](https://dichvucong.gov.vn/?a=1&b=2)"),
        st.integers(1, 400).map(lambda n: "khai sinh 😀 " * n),
        st.integers(1, 130).map(lambda n: "**a** b " * n),
    ),
    max_size=8,
).map("\n\n".join)
BUTTONS = st.lists(
    st.builds(Button, st.text("Xem đầy đủ bản tin", min_size=1, max_size=60), st.just("topic:ht-khai-sinh"))
    | st.builds(
        Button, st.just("Cổng"), st.just(""), st.sampled_from(["https://a.vn", "tel:1022", "http://localhost"])
    ),
    max_size=12,
).map(tuple)


def bodies(reply: Reply) -> list[Body]:
    """Return *reply* as it would be read back from the database."""
    return [Body.loads(stored) for stored in render(reply, TEXTS)]


def keys(body: Body) -> list[list[str]]:
    """Return the labels of an inline keyboard, row by row."""
    return [[key["text"] for key in row] for row in (body.markup or {}).get("inline_keyboard", [])]


def test_formatting_becomes_tags_and_everything_else_is_escaped() -> None:
    """One stray `<` would make Telegram refuse the whole message."""
    (body,) = bodies(
        Reply("## Lệ phí < 5.000đ\n\n- **Miễn phí** & nhanh\n- Xem [cổng](https://dichvucong.gov.vn/?a=1&b=2)")
    )

    assert body.html == (
        "<b>Lệ phí &lt; 5.000đ</b>\n• <b>Miễn phí</b> &amp; nhanh\n"
        '• Xem <a href="https://dichvucong.gov.vn/?a=1&amp;b=2">cổng</a>'
    )
    assert body.plain == ("Lệ phí < 5.000đ\n• Miễn phí & nhanh\n• Xem cổng: https://dichvucong.gov.vn/?a=1&b=2")


def test_choices_are_numbered_so_that_typing_the_number_works() -> None:
    """An address cannot be typed, so it takes no number."""
    reply = Reply("Chọn:", (Button("Khai sinh", "a"), Button("Cổng", url="https://a.vn"), Button("Khai tử", "b")))

    (body,) = bodies(reply)

    assert keys(body) == [["1. Khai sinh", "2. Khai tử"], ["Cổng"]]


@pytest.mark.parametrize(
    ("labels", "rows"),
    [
        pytest.param(["Có", "Không", "Bỏ qua"], [["1. Có", "2. Không"], ["3. Bỏ qua"]], id="short ones share a row"),
        pytest.param(["Có", "Đăng ký kết hôn"], [["1. Có"], ["2. Đăng ký kết hôn"]], id="a long one wants its own"),
    ],
)
def test_rows_suit_a_phone(labels: list[str], rows: list[list[str]]) -> None:
    """A phone cuts labels that do not fit."""
    (body,) = bodies(Reply("Chọn:", tuple(Button(label, f"p:{label}") for label in labels)))

    assert keys(body) == rows


def test_a_label_too_long_to_read_is_spelled_out_in_the_text() -> None:
    """The button is still there; the number ties the two together."""
    label = "Đăng ký khai sinh cho trẻ em sinh ra ở nước ngoài"

    (body,) = bodies(Reply("Bà con hỏi việc nào?", (Button(label, "a"), Button("Việc khác", "b"))))

    assert body.plain == f"Bà con hỏi việc nào?\n\n1. {label}\n2. Việc khác"
    assert keys(body) == [[f"1. {label}"], ["2. Việc khác"]]


@pytest.mark.parametrize("url", ["tel:1022", "mailto:ubnd@xa.gov.vn", "http://localhost:8080/ban-tin", "http://[bad"])
def test_an_address_that_telegram_refuses_on_buttons_is_written_out(url: str) -> None:
    """Refusing the button, Telegram would refuse the message."""
    (body,) = bodies(Reply("Gọi cho xã", (Button("Tổng đài", url=url),)))

    assert body.markup is None
    assert body.plain.endswith(f"Tổng đài: {url.removeprefix('tel:').removeprefix('mailto:')}")


def test_buttons_ride_on_the_last_message() -> None:
    """They would scroll away above a long answer."""
    first, last = bodies(Reply("Câu này dài. " * 500, (Button("Tiếp", "p:2"),)))

    assert first.markup is None
    assert keys(last) == [["1. Tiếp"]]


def test_the_location_button_sits_under_the_question() -> None:
    """It is a keyboard of its own kind, gone after one use."""
    (body,) = bodies(Reply("Bà con ở đâu?", asks_location=True))

    assert body.markup == {
        "keyboard": [[{"text": "Chia sẻ vị trí của tôi", "request_location": True}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def test_beside_other_buttons_the_location_button_has_its_own_message() -> None:
    """A Telegram message carries one kind of keyboard."""
    choice, location = bodies(Reply("Bà con ở xã nào?", (Button("Xã A", "xa:1"),), asks_location=True))

    assert keys(choice) == [["1. Xã A"]]
    assert location.plain == TEXTS.share_location_prompt
    assert location.markup is not None
    assert "keyboard" in location.markup


@pytest.mark.parametrize("text", ["", " ", "# "], ids=["empty", "blank", "an empty heading"])
def test_buttons_without_words_are_listed_as_words(text: str) -> None:
    """Telegram takes no message without text."""
    (body,) = bodies(Reply(text, (Button("Khai sinh", "a"), Button("Cổng", url="https://a.vn"))))

    assert body.plain.strip() == "1. Khai sinh\n\nCổng: https://a.vn"
    assert keys(body) == [["1. Khai sinh", "Cổng"]]


@pytest.mark.parametrize(
    ("text", "captions"),
    [
        pytest.param("a" * 1024, ["a" * 1024], id="1,024 characters are a caption"),
        pytest.param(f"**{'a' * 1024}**", ["a" * 1024], id="tags do not count"),
        pytest.param("a" * 1025, ["", "a" * 1025], id="one more, and they follow the picture"),
        pytest.param("😀" * 512, ["😀" * 512], id="an emoji counts as two"),
        pytest.param("😀" * 513, ["", "😀" * 513], id="one emoji more"),
        pytest.param("**a** b " * 120, ["", ("a b " * 120).strip()], id="more entities than a message may have"),
        pytest.param("", [""], id="a picture alone"),
    ],
)
def test_words_that_fit_are_the_caption_of_the_picture(text: str, captions: list[str]) -> None:
    """Whatever does not fit comes after it."""
    first, *others = bodies(Reply(text, picture="flood"))

    assert first.picture == "flood"
    assert not any(other.picture for other in others)
    assert "".join((first.plain, *(other.plain for other in others))).split() == "".join(captions).split()
    assert first.plain == captions[0]


def test_nothing_to_say_is_no_message() -> None:
    """An empty reply is not sent at all."""
    assert render(Reply(""), TEXTS) == ()


@settings(max_examples=60, deadline=None)
@given(MARKDOWN, BUTTONS, st.booleans())
def test_whatever_is_said_telegram_accepts(text: str, buttons: tuple[Button, ...], asks_location: bool) -> None:  # noqa: FBT001
    """Tags, length, entities and keyboards always hold by the server's rules, with and without formatting."""
    for body in bodies(Reply(text, buttons, asks_location)):
        seen = check_message(body.formatted("7"))
        assert seen.entities <= 100
        assert utf16_units(seen.text) <= 4096
        check_message(body.unformatted("7"))


@settings(max_examples=60, deadline=None)
@given(MARKDOWN, BUTTONS)
def test_under_a_picture_telegram_accepts_it_too(text: str, buttons: tuple[Button, ...]) -> None:
    """The caption's own limit holds; what follows is a message like any other."""
    caption, *others = bodies(Reply(text, buttons, picture="flood"))

    assert check_message(caption.formatted("7", "file"), field="caption", limit=1024).entities <= 100
    for body in others:
        check_message(body.formatted("7"))


@settings(max_examples=60, deadline=None)
@given(MARKDOWN)
def test_splitting_loses_no_word(text: str) -> None:
    """What the pages say together is what the reply says."""
    said = " ".join(body.plain for body in bodies(Reply(text)))

    assert "".join(said.split()) == "".join(plain(parse(text)).split())


def test_a_body_survives_the_database() -> None:
    """What is stored is text, and Vietnamese stays readable in it."""
    body = Body("<b>Xã</b>", "Xã", {"inline_keyboard": [[]]}, picture="flood")

    assert Body.loads(body.dumps()) == body
    assert "Xã" in json.loads(json.dumps(body.dumps()))
