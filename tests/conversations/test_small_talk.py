"""What people say before, between and after their questions, and what they send that is no text."""

import re

import pytest

from bot.knowledge.library import Library
from bot.messages import Decision
from tests.conversations.world import Citizen, a_citizen


async def test_a_stranger_is_greeted_and_asked_where_they_live(stranger: Citizen) -> None:
    """The greeting says who speaks, and offers something to press for those who do not like to type."""
    heard = await stranger.write("xin chào")

    assert "Loa Xã" in heard
    assert "Bạn ở xã, phường nào?" in heard
    assert stranger.labels == ["Danh mục", "Đường dây nóng"]
    assert stranger.last.replies[0].asks_location


async def test_who_has_chosen_a_commune_is_greeted_by_it(villager: Citizen) -> None:
    """Nobody is asked twice."""
    heard = await villager.open()

    assert "đang giúp bà con xã Đa Phúc" in heard
    assert "Bạn ở xã, phường nào?" not in heard


async def test_the_example_in_the_greeting_is_answered(stranger: Citizen) -> None:
    """Many people try exactly what they are shown."""
    example = re.search("Ví dụ: «(.+)»", await stranger.open())
    assert example

    await stranger.write(example[1])

    assert stranger.questions[0].decision is Decision.ANSWER
    assert stranger.questions[0].topics[0] == "ht-khai-sinh"


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        pytest.param("/start", "Chào bạn!", id="telegram's start"),
        pytest.param("ALO", "Chào bạn!", id="capitals"),
        pytest.param("Dạ xin chào ad ạ!!!", "Chào bạn!", id="as politely as it gets"),
        pytest.param("dạ", "cứ gõ nhé", id="nothing but politeness"),
        pytest.param("alo danh mục với ạ", "Bạn cần việc gì?", id="a polite request"),
        pytest.param("help", "Tôi giúp được gì", id="help in English"),
        pytest.param("trợ giúp", "Tôi giúp được gì", id="help"),
        pytest.param("/help", "Tôi giúp được gì", id="telegram's help"),
        pytest.param("cam on nhieu", "Không có gì", id="thanks without accents"),
        pytest.param("Cảm ơn ạ.", "Không có gì", id="thanks with a full stop"),
        pytest.param("bye", "hẹn gặp lại", id="goodbye"),
        pytest.param("ok", "cứ gõ nhé", id="a yes to nothing"),
        pytest.param("không", "Khi nào cần, bạn cứ nhắn", id="a no to nothing"),
        pytest.param("đồ ngu", "Tôi xin lỗi nếu làm bạn bực", id="abuse is met with kindness"),
        pytest.param("👋👋👋", "chưa đọc được ý bạn", id="emoji only"),
        pytest.param("???", "chưa đọc được ý bạn", id="marks only"),
        pytest.param("\x00\x07\u200b", "chưa đọc được ý bạn", id="control characters only"),
        pytest.param("7", "Không có mục nào mang số đó", id="a number nobody offered"),
        pytest.param("0", "Không có mục nào mang số đó", id="nought"),
    ],
)
async def test_small_words_get_small_answers(stranger: Citizen, wrote: str, said: str) -> None:
    """Each in its own way, and never with an answer about paperwork."""
    await stranger.talk([(wrote, said)])


async def test_help_leads_everywhere(villager: Citizen) -> None:
    """Help names what can be done, and each of it can be pressed."""
    await villager.write("hướng dẫn")

    assert villager.labels == [
        "Danh mục",
        "Chọn xã, phường",
        "Nhận bản tin",
        "Gửi phản ánh, góp ý",
        "Đường dây nóng",
        "Gặp cán bộ",
    ]
    for button in villager.choices:
        assert "Nút này cũ rồi" not in await villager.press_old(button.payload)


async def test_thanks_do_not_end_what_was_on_show(villager: Citizen) -> None:
    """A number typed after "cảm ơn" still chooses from the list above it."""
    await villager.talk([("danh mục", "Bạn cần việc gì?"), ("cảm ơn", "Không có gì"), ("1", "Việc trong đời")])


async def test_who_is_angry_can_reach_a_person(villager: Citizen) -> None:
    """The way to a human is one press away."""
    await villager.talk([("bot ngu", "Tôi xin lỗi")])

    assert "Tôi đã ghi lại là bạn cần gặp cán bộ" in await villager.press("Gặp cán bộ")


@pytest.mark.parametrize(
    "media", ["image", "voice", "video", "file", "sticker", "contact", "link", "other", "hologram"]
)
async def test_every_kind_of_message_gets_a_kind_answer(library: Library, media: str) -> None:
    """Also a kind that platforms have yet to invent."""
    somebody = a_citizen(library)

    heard = await somebody.send(media)

    assert heard == library.sayings.media.get(media, library.sayings.media["other"])


async def test_a_sticker_interrupts_nothing(stranger: Citizen) -> None:
    """The commune that was asked for is still taken after it."""
    await stranger.write("chọn xã")
    await stranger.send("sticker")

    await stranger.talk([("Đức Hòa Sóc Sơn", "Đã chọn xã Đa Phúc")])
