"""What buttons carry: short enough for every platform, and understood when it comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.library import Library
from bot.knowledge.schema import Slug
from bot.messages import PAYLOAD_BYTES, Button
from handlers.communes import deep_link, linked_commune
from handlers.payloads import Do, commune_button, do, menu_button, page_button, topic_button, vote_button
from tests.conversations.world import DA_PHUC, a_citizen

LONGEST_SLUG = 48


@pytest.mark.parametrize(
    "button",
    [
        pytest.param(topic_button("x" * LONGEST_SLUG, "Xem"), id="an answer"),
        pytest.param(page_button("x" * LONGEST_SLUG, 999, "Xem"), id="a page"),
        pytest.param(vote_button("x" * LONGEST_SLUG, "Xem", is_helpful=True), id="a vote"),
        pytest.param(menu_button("x" * LONGEST_SLUG, "Xem"), id="a step of the menu"),
        pytest.param(commune_button("99999", "Xem"), id="a commune"),
        *(pytest.param(do(action, "Xem"), id=action) for action in Do),
    ],
)
def test_the_longest_of_each_kind_fits(button: Button) -> None:
    """With the longest id that the schema allows; `Button` refuses what is longer."""
    assert len(button.payload.encode()) <= PAYLOAD_BYTES


def test_the_longest_id_is_what_the_schema_says() -> None:
    """The test above stands on it."""
    assert f"max_length={LONGEST_SLUG}" in str(Slug)


def test_a_button_that_no_platform_could_carry_is_refused() -> None:
    """At once, and not when a citizen presses it."""
    with pytest.raises(ValueError, match="over 64 bytes"):
        topic_button("ế" * 22, "Xem")


def test_every_button_of_the_content_can_be_made(library: Library) -> None:
    """No answer and no step of the menu has an id too long."""
    for topic, answer in library.answers.items():
        assert topic_button(topic, answer.title).payload == f"t:{topic}"
        assert page_button(topic, 99, "Xem thêm").payload == f"m:{topic}:99"


@pytest.mark.parametrize("action", list(Do))
async def test_everything_one_can_ask_of_the_bot_is_done(library: Library, action: Do) -> None:
    """A button that we show is never one that we do not know."""
    somebody = a_citizen(library, commune=DA_PHUC)

    assert "Nút này cũ rồi" not in await somebody.press_old(do(action, "Bấm").payload)


async def test_a_vote_and_a_page_come_back_as_they_went(library: Library) -> None:
    """Round the whole way."""
    somebody = a_citizen(library)

    assert "Cảm ơn bạn đã chấm" in await somebody.press_old(vote_button("ht-khai-sinh", "👍", is_helpful=True).payload)
    assert "hỏi lại cách khác" in await somebody.press_old(vote_button("ht-khai-sinh", "👎", is_helpful=False).payload)
    assert "(trang 1/" in await somebody.press_old(page_button("ht-khai-sinh", 1, "Xem thêm").payload)


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("v:ht-khai-sinh:2", id="a vote that is neither"),
        pytest.param("v:gone:1", id="a vote on nothing"),
        pytest.param("m:ht-khai-sinh:0", id="pages begin at 1"),
        pytest.param("m:ht-khai-sinh:-1", id="a negative page"),
        pytest.param("m:ht-khai-sinh:٣", id="a digit of another script"),
        pytest.param("m:ht-khai-sinh:" + "9" * 5000, id="a number Python refuses to read"),
        pytest.param("m:ht-khai-sinh", id="no page"),
        pytest.param("t:", id="no topic"),
        pytest.param("", id="nothing"),
        pytest.param("do:drop-table", id="what we cannot do"),
        pytest.param("DO:MENU", id="another case"),
        pytest.param("c:430", id="a code that lost its noughts"),
    ],
)
async def test_what_we_never_sent_is_an_old_button(library: Library, payload: str) -> None:
    """A kind word and the way to the menu."""
    somebody = a_citizen(library)

    assert "Nút này cũ rồi" in await somebody.press_old(payload)
    assert somebody.labels == ["Danh mục"]
    assert not somebody.effects


@given(code=st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_a_link_comes_back_as_its_commune(code: str) -> None:
    """From a poster, a browser or typed by hand."""
    assert linked_commune(deep_link(code)) == code
    assert linked_commune(f"  #{deep_link(code).upper()} ") == code


@pytest.mark.parametrize("text", ["xa-0043", "xa-004300", "xa-00430 nhé", "ở xa-00430", "xa 00430", ""])
def test_what_only_looks_like_a_link_is_none(text: str) -> None:
    """It is a sentence, or nothing."""
    assert linked_commune(text) == ""
