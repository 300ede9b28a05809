"""While staff talk with somebody themselves the bot steps aside; what is asked of it by name it still does."""

from dataclasses import replace

import pytest

from bot.knowledge.library import Library
from bot.messages import Point
from bot.ports.conversations import BindStaff, EndTalk, Forget, OpenTicket, Talk, TellStaff, Unsubscribe
from bot.tickets.states import TicketKind
from tests.conversations.world import DA_PHUC, TAN_KHAI, Citizen, Kept, a_citizen, at

TICKET = 7
BEGUN = "Bạn đang nói chuyện với cán bộ xã Đa Phúc"


@pytest.fixture
def talker(library: Library) -> Citizen:
    """Return somebody of xã Đa Phúc whom staff have just answered."""
    citizen = a_citizen(library, commune=DA_PHUC, is_subscribed=True)
    citizen.person = replace(citizen.person, talk=Talk(TICKET, citizen.clock.now().replace(hour=14), DA_PHUC))
    return citizen


def told(citizen: Citizen) -> list[str]:
    """Return what went to staff."""
    return [effect.text for effect in citizen.effects if isinstance(effect, TellStaff)]


async def test_what_they_write_goes_to_staff_and_it_is_said_once(talker: Citizen) -> None:
    """Afterwards the bot is silent: a machine that keeps interrupting is no talk."""
    await talker.talk([("Tôi cần làm lại sổ hộ tịch cho bố", BEGUN)])

    assert await talker.write("Bố tôi mất năm 2019") == ""
    assert told(talker) == ["Tôi cần làm lại sổ hộ tịch cho bố", "Bố tôi mất năm 2019"]
    assert talker.effects[0] == TellStaff(TICKET, told(talker)[0], due_at=at(2026, 11, 23, 17))
    assert not talker.questions


@pytest.mark.parametrize(
    "wrote",
    [
        pytest.param("làm giấy khai sinh cho con cần những gì", id="what the bot could answer"),
        pytest.param("vâng ạ", id="a yes"),
        pytest.param("cảm ơn cán bộ", id="thanks"),
        pytest.param("2", id="a number that chooses nothing"),
        pytest.param("H26.15-251120-0042", id="the code of a dossier"),
        pytest.param("Tân Khai", id="a place"),
        pytest.param("gặp cán bộ", id="the wish that is fulfilled"),
        pytest.param("👍", id="a thumb"),
        pytest.param("xem thêm", id="a word for the page that was open"),
    ],
)
async def test_everything_said_is_for_staff(talker: Citizen, wrote: str) -> None:
    """They asked for a person because the bot could not help."""
    talker.person = replace(talker.person, dialogue=replace(talker.person.dialogue, options=("t:ht-khai-sinh",)))

    await talker.talk([(wrote, BEGUN)])

    assert told(talker) == [wrote]


async def test_pictures_and_places_go_to_staff_too(talker: Citizen) -> None:
    await talker.send("image", reference="https://f1.photo.talk.zdn.vn/i.jpg")
    await talker.share(21.25, 105.9)
    await talker.send("voice")

    sent = [effect for effect in talker.effects if isinstance(effect, TellStaff)]
    assert [(one.media, one.media_ref, one.point) for one in sent] == [
        ("image", "https://f1.photo.talk.zdn.vn/i.jpg", None),
        ("", "", Point(21.25, 105.9)),
        ("voice", "", None),
    ]


async def test_danger_is_answered_at_once(talker: Citizen) -> None:
    """Staff read along, but perhaps not this minute."""
    await talker.talk([("bố em bị đột quỵ", "Gọi ngay: 115")])

    assert told(talker) == ["bố em bị đột quỵ"]


async def test_what_is_asked_of_the_bot_by_name_is_done(talker: Citizen) -> None:
    """And the talk goes on."""
    await talker.talk([("hủy bản tin", "Đã ngừng"), ("đường dây nóng", "Liên hệ xã Đa Phúc")])
    assert Unsubscribe() in talker.effects
    assert told(talker) == []

    await talker.write("Cán bộ ơi")
    assert told(talker) == ["Cán bộ ơi"]


async def test_what_the_bot_asked_within_the_talk_is_answered_to_it(talker: Citizen) -> None:
    """A choice by number, a place by name; what is no answer is for staff after all."""
    await talker.talk([("xóa dữ liệu", "Bạn chắc chứ?"), ("2", "tôi giữ nguyên")])
    assert Forget() not in talker.effects
    await talker.talk([("chọn xã", "Bạn ở xã, phường nào?"), ("Tân Khai", "Đã chọn xã Tân Khai")])
    assert talker.person.commune == TAN_KHAI

    await talker.write("chọn xã")
    await talker.write("Cán bộ ơi, giấy này nộp trước ngày nào vậy")
    assert told(talker) == ["Cán bộ ơi, giấy này nộp trước ngày nào vậy"]


async def test_a_feedback_can_be_written_during_a_talk(talker: Citizen) -> None:
    await talker.talk([("phản ánh", "Bạn kể việc gì"), ("Đèn hỏng.", "Việc đó ở đâu?"), ("thôi", "Đã bỏ")])
    await talker.write("Dạ em đợi")

    assert told(talker) == ["Dạ em đợi"]


@pytest.mark.parametrize("word", ["kết thúc", "Quay lại", "kết thúc ạ"])
async def test_ending_it(talker: Citizen, word: str) -> None:
    """From the next message on the bot answers again."""
    await talker.write("Cán bộ ơi")

    await talker.talk([(word, "Từ giờ tôi lại trả lời bạn"), ("danh mục", "Bạn cần việc gì?")])

    assert EndTalk(TICKET) in talker.effects
    assert told(talker) == ["Cán bộ ơi"]


async def test_a_talk_that_fell_silent_is_over(talker: Citizen) -> None:
    """The next day's question is answered, after a word on why the bot speaks again."""
    talker.clock.advance(hours=13)

    heard = await talker.write("làm giấy khai sinh cho con cần những gì")

    assert heard.startswith("Đã lâu không ai nhắn gì")
    assert "Đăng ký khai sinh" in heard
    assert EndTalk(TICKET, by_silence=True) in talker.effects
    assert told(talker) == []


async def test_personal_numbers_are_hidden_from_staff_too(talker: Citizen) -> None:
    """And it is said, as everywhere."""
    await talker.talk([("Số tôi 0912345678", "số cá nhân")])

    assert told(talker) == ["Số tôi [số điện thoại]"]


@pytest.mark.parametrize("word", ["kết thúc", "quay lại"])
async def test_the_words_that_end_a_talk_mean_what_they_meant_outside_of_one(villager: Citizen, word: str) -> None:
    await villager.write(word)

    assert not [effect for effect in villager.effects if isinstance(effect, EndTalk)]


async def test_a_code_of_staff_is_not_passed_on(library: Library) -> None:
    """Who reads the ticket could link their own chat with it."""
    staff = a_citizen(library, commune=DA_PHUC, records=Kept(codes={"cb-483920": "Lan"}))
    staff.person = replace(staff.person, talk=Talk(TICKET, staff.clock.now().replace(hour=14), DA_PHUC))

    await staff.write("cb-483920")

    assert BindStaff("cb-483920") in staff.effects
    assert told(staff) == []


async def test_a_photo_ends_no_talk(talker: Citizen) -> None:
    """Whatever is written under it."""
    await talker.write("xong rồi", photo="anh-1")

    [effect] = talker.effects
    assert isinstance(effect, TellStaff)
    assert (effect.text, effect.media_ref) == ("xong rồi", "anh-1")


async def test_danger_under_a_photo_is_danger(talker: Citizen) -> None:
    """On Zalo words under a photo come as a picture with a text."""
    assert "114" in await talker.send("image", reference="anh-1", caption="cháy nhà rồi cứu với")
    assert told(talker) == ["cháy nhà rồi cứu với"]


async def test_who_moves_talks_on_with_those_they_talked_with(talker: Citizen) -> None:
    """They are not told that the new commune reads along; and may ask for somebody there."""
    talker.person = replace(talker.person, commune=TAN_KHAI)

    await talker.talk([("Bố tôi mất năm 2019", BEGUN)])
    heard = await talker.write("gặp cán bộ")

    assert "Tân Khai" in heard
    assert "Đa Phúc" not in heard
    [wish] = [effect for effect in talker.effects if isinstance(effect, OpenTicket)]
    assert (wish.kind, wish.commune) == (TicketKind.HANDOVER, TAN_KHAI)
