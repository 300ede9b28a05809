"""Feedback: told step by step, seen whole before it is sent, asked for by its code."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.knowledge.library import Library
from bot.messages import Channel, Point
from bot.ports.conversations import OpenTicket, Person, TellStaff
from bot.tickets.states import TicketKind, TicketState
from tests.conversations.world import (
    DA_PHUC,
    ELSEWHERE,
    SON_TAY,
    Citizen,
    a_citizen,
    a_feedback,
    at,
)
from tests.world import an_address

WHAT = "Đèn đường ở ngõ 5 hỏng từ tuần trước, tối đi rất sợ."


def tickets_of(citizen: Citizen) -> list[OpenTicket]:
    return [effect for effect in citizen.effects if isinstance(effect, OpenTicket)]


def words_of(citizen: Citizen) -> list[TellStaff]:
    return [effect for effect in citizen.effects if isinstance(effect, TellStaff)]


async def a_written_one(citizen: Citizen) -> str:
    """Write all of a feedback, up to the summary."""
    await citizen.write("phản ánh")
    await citizen.write(WHAT)
    await citizen.write("ngõ 5, thôn mẫu 1")
    return await citizen.press("Bỏ qua")


async def test_a_feedback_from_the_first_word_to_its_code(villager: Citizen) -> None:
    """What, where, a photo; then everything is shown, and only then it goes."""
    await villager.talk([("phản ánh", "Phản ánh, góp ý gửi xã Đa Phúc"), (WHAT, "Việc đó ở đâu?")])
    await villager.talk([("ngõ 5, thôn mẫu 1", "Bạn có ảnh thì gửi vào đây")])
    await villager.send("image", reference="https://f1.photo.talk.zdn.vn/i.jpg")
    assert WHAT in villager.heard
    assert "Nơi xảy ra: ngõ 5, thôn mẫu 1" in villager.heard
    assert "Số ảnh: 1" in villager.heard
    assert not tickets_of(villager)

    heard = await villager.press("Gửi")

    assert "Mã của bạn: PA-7K3M" in heard
    assert "chậm nhất ngày 11/12/2026 (15 ngày làm việc)" in heard
    assert tickets_of(villager) == [
        OpenTicket(
            TicketKind.FEEDBACK,
            DA_PHUC,
            WHAT,
            due_at=at(2026, 12, 11, 17),
            code="PA-7K3M",
            place="ngõ 5, thôn mẫu 1",
            photos=("https://f1.photo.talk.zdn.vn/i.jpg",),
        )
    ]


async def test_it_is_said_what_it_is_not(villager: Citizen) -> None:
    """A formal complaint has a deadline that a feedback does not keep; danger has a number to call."""
    heard = await villager.write("góp ý")

    assert "không phải đơn khiếu nại, tố cáo" in heard
    assert "113, 114, 115" in heard
    assert "Luật Khiếu nại" in await villager.press("Khiếu nại")


@pytest.mark.parametrize("word", ["phản ánh", "Góp ý", "kien nghi", "gửi phản ánh ạ", "/phananh", "tôi muốn góp ý"])
async def test_the_words_that_begin_one(villager: Citizen, word: str) -> None:
    await villager.talk([(word, "Bạn kể việc gì")])

    assert villager.questions[-1].topics[0] == "pakn-gui"


async def test_a_feedback_in_one_sentence(villager: Citizen) -> None:
    """Many write it all at once."""
    heard = await villager.write(f"Phản ánh: {WHAT}")

    assert "không phải đơn khiếu nại" in heard
    assert heard.endswith("Thôi")
    assert "Việc đó ở đâu?" in heard
    await villager.press("Bỏ qua")
    await villager.press("Bỏ qua")
    await villager.press("Gửi")
    assert [ticket.text for ticket in tickets_of(villager)] == [WHAT]


@pytest.mark.parametrize(
    ("wrote", "said"),
    [
        pytest.param("vâng", "Bạn viết giúp tôi việc cần phản ánh", id="a yes"),
        pytest.param("cảm ơn", "Bạn viết giúp tôi việc cần phản ánh", id="thanks"),
        pytest.param("gửi", "Bạn viết giúp tôi việc cần phản ánh", id="too early"),
        pytest.param("x" * 3001, "3.001 ký tự", id="too long"),
        pytest.param("0912345678", "số cá nhân", id="only a number that is hidden"),
    ],
)
async def test_what_is_no_feedback_is_asked_for_again(villager: Citizen, wrote: str, said: str) -> None:
    """And the step is where it was."""
    await villager.write("phản ánh")

    await villager.talk([(wrote, said), (WHAT, "Việc đó ở đâu?")])


async def test_three_thousand_characters_are_not_too_many(villager: Citizen) -> None:
    await villager.write("phản ánh")

    await villager.talk([("x" * 3000, "Việc đó ở đâu?")])


async def test_personal_numbers_stay_hidden(villager: Citizen) -> None:
    """They were before anything of it was stored."""
    await villager.write("phản ánh")
    await villager.write(f"{WHAT} Gọi tôi 0912345678")
    await villager.press("Bỏ qua")
    await villager.press("Bỏ qua")
    await villager.press("Gửi")

    [ticket] = tickets_of(villager)
    assert ticket.text == f"{WHAT} Gọi tôi [số điện thoại]"


async def test_a_place_on_the_map(villager: Citizen) -> None:
    """Shared instead of typed; it chooses no commune here."""
    await villager.write("phản ánh")
    await villager.write(WHAT)

    assert "Đã nhận vị trí" in await villager.share(21.25, 105.9)
    assert "Bạn có ảnh" in villager.heard
    assert "Có kèm vị trí" in await villager.press("Bỏ qua")
    await villager.press("Gửi")

    assert tickets_of(villager)[0].point == Point(21.25, 105.9)


async def test_a_photo_with_words_under_it_is_the_whole_story(villager: Citizen) -> None:
    """On Zalo it comes as a picture with a text, on Telegram as a text with a picture."""
    await villager.write("phản ánh")
    await villager.send("image", reference="anh-1", caption=WHAT)
    assert "Việc đó ở đâu?" in villager.heard
    await villager.write("ngõ 5", photo="anh-2")
    await villager.write("Nhìn từ đầu ngõ.", photo="anh-3")
    await villager.press("Gửi")

    [ticket] = tickets_of(villager)
    assert ticket.photos == ("anh-1", "anh-2", "anh-3")
    assert ticket.text == f"{WHAT}\nNhìn từ đầu ngõ."


async def test_several_photos_and_no_more_than_five(villager: Citizen) -> None:
    """Whenever they come."""
    await villager.write("phản ánh")
    for number in range(7):
        assert "Đã nhận ảnh" in await villager.send("image", reference=f"anh-{number}")
    await villager.write(WHAT)
    await villager.press("Bỏ qua")
    await villager.press("Bỏ qua")
    await villager.press("Gửi")

    assert len(tickets_of(villager)[0].photos) == 5


async def test_what_is_no_picture_is_said_to_be_none(villager: Citizen) -> None:
    """A voice message cannot be read, and the step is where it was."""
    await villager.write("phản ánh")

    assert "chưa nghe được tin thoại" in await villager.send("voice")
    await villager.talk([(WHAT, "Việc đó ở đâu?")])


async def test_on_the_web_nothing_is_asked_that_it_cannot_do(library: Library) -> None:
    """No photo; and the answer cannot come by itself, so it is said how to find it."""
    visitor = Person(1, an_address(channel=Channel.WEB), commune=DA_PHUC)
    somebody = a_citizen(library, person=visitor)

    assert "chưa nhận ảnh" in await somebody.write("phản ánh")
    await somebody.talk([(WHAT, "Việc đó ở đâu?"), ("bỏ qua", "Bạn sắp gửi tới"), ("gửi", "mở lại trang này")])


@pytest.mark.parametrize("yes", ["1", "gửi", "Gửi đi ạ", "ok", "đúng rồi"])
async def test_the_ways_to_send(villager: Citizen, yes: str) -> None:
    await a_written_one(villager)

    await villager.talk([(yes, "Mã của bạn")])


@pytest.mark.parametrize("no", ["3", "thôi", "hủy", "không gửi nữa"])
async def test_the_ways_not_to(villager: Citizen, no: str) -> None:
    """At any step; after it nothing is left."""
    await a_written_one(villager)

    await villager.talk([(no, "Đã bỏ, tôi không gửi gì"), ("phản ánh", "Bạn kể việc gì")])
    assert not tickets_of(villager)


@pytest.mark.parametrize("turns", [1, 2, 3])
async def test_cancelling_at_every_step(villager: Citizen, turns: int) -> None:
    for text in ("phản ánh", WHAT, "ngõ 5")[:turns]:
        await villager.write(text)

    await villager.talk([("thôi", "Đã bỏ"), ("hủy bản tin", "không nhận bản tin")])


async def test_a_word_of_refusal_is_no_photo(villager: Citizen) -> None:
    """It belongs into no feedback."""
    await villager.write("phản ánh")
    await villager.write(WHAT)
    await villager.write("không rõ")
    await villager.talk([("Không có ảnh đâu cháu ơi", "Bạn sắp gửi tới")])
    await villager.press("Gửi")

    assert tickets_of(villager)[0].text == WHAT


async def test_a_sentence_that_begins_with_no_is_no_refusal(villager: Citizen) -> None:
    """It tells more of what is wrong, and is not thrown away."""
    await villager.write("phản ánh")
    await villager.write(WHAT)
    await villager.write("không rõ")
    await villager.talk([("Chưa ai tới xử lý cả", "Chưa ai tới xử lý cả")])
    await villager.press("Gửi")

    assert tickets_of(villager)[0].text == f"{WHAT}\nChưa ai tới xử lý cả"


@pytest.mark.parametrize("caption", ["Không", "vâng", "gửi", "phản ánh", "0912345678"])
async def test_a_photo_is_kept_whatever_small_word_stands_under_it(villager: Citizen, caption: str) -> None:
    """What is written under it may say nothing; the photo does."""
    await villager.write("phản ánh")
    await villager.write(WHAT)
    await villager.write("ngõ 5")
    assert "Số ảnh: 1" in await villager.write(caption, photo="anh-1")
    await villager.press("Gửi")

    assert [(ticket.text, ticket.photos) for ticket in tickets_of(villager)] == [(WHAT, ("anh-1",))]


@pytest.mark.parametrize("caption", [f"Phản ánh: {WHAT}", "phản ánh"])
async def test_a_photo_that_begins_one_belongs_to_it(villager: Citizen, caption: str) -> None:
    """Many photograph first and say underneath what it is."""
    await villager.write(caption, photo="anh-1")
    if caption == "phản ánh":
        await villager.write(WHAT)
    await villager.press("Bỏ qua")
    await villager.press("Bỏ qua")
    await villager.press("Gửi")

    assert [(ticket.text, ticket.photos) for ticket in tickets_of(villager)] == [(WHAT, ("anh-1",))]


async def test_a_photo_that_came_first_is_there_when_they_begin_again(villager: Citizen) -> None:
    """They may have forgotten that they had begun."""
    await villager.write("phản ánh")
    await villager.send("image", reference="anh-1")
    await villager.write("phản ánh")
    await villager.write(WHAT)
    await villager.press("Bỏ qua")
    await villager.press("Bỏ qua")
    await villager.press("Gửi")

    assert [(ticket.text, ticket.photos) for ticket in tickets_of(villager)] == [(WHAT, ("anh-1",))]


async def test_what_was_said_at_once_waits_until_it_is_known_where_they_live(stranger: Citizen) -> None:
    """Nobody has to write it twice."""
    await stranger.write(f"Phản ánh: {WHAT}")
    assert "Bạn ở xã, phường nào?" in await stranger.press_old("f:send")
    await stranger.talk([("xã Đa Phúc", "Bạn ở nơi nào?"), ("1", "Việc đó ở đâu?")])
    await stranger.press("Bỏ qua")
    await stranger.press("Bỏ qua")
    await stranger.press("Gửi")

    assert [(ticket.commune, ticket.text) for ticket in tickets_of(stranger)] == [(DA_PHUC, WHAT)]


async def test_mending_it_before_it_goes(villager: Citizen) -> None:
    """Each part by itself, and then everything is shown again."""
    await a_written_one(villager)
    await villager.press("Sửa")
    assert villager.labels == ["Sửa nội dung", "Sửa nơi xảy ra", "Gửi lại ảnh", "Thôi"]
    await villager.press("Sửa nội dung")
    await villager.talk([("Cột điện nghiêng.", "Bạn sắp gửi tới"), ("sửa", "Bạn muốn sửa gì?")])
    await villager.press("Sửa nơi xảy ra")
    await villager.talk([("đầu làng", "Nơi xảy ra: đầu làng"), ("sửa", "Bạn muốn sửa gì?")])
    await villager.press("Gửi lại ảnh")
    await villager.send("image", reference="anh-mới")
    await villager.press("Gửi")

    [ticket] = tickets_of(villager)
    assert (ticket.text, ticket.place, ticket.photos) == ("Cột điện nghiêng.", "đầu làng", ("anh-mới",))


async def test_what_is_typed_under_the_summary_is_said_too(villager: Citizen) -> None:
    """People remember the half of it when they read it again."""
    await a_written_one(villager)

    await villager.talk([("À, cả cột điện nghiêng nữa.", "À, cả cột điện nghiêng nữa.")])
    assert WHAT in villager.heard


async def test_danger_comes_first(villager: Citizen) -> None:
    """It is no feedback; if it was meant as one after all, one press puts it there."""
    await villager.write("phản ánh")

    assert "Gọi ngay: 114" in await villager.write("nhà hàng xóm đang cháy")
    assert villager.labels == ["Ghi vào phản ánh"]
    assert "Việc đó ở đâu?" in await villager.press("Ghi vào phản ánh")


async def test_danger_in_a_later_step_leaves_it_as_it_was(villager: Citizen) -> None:
    await villager.write("phản ánh")
    await villager.write(WHAT)

    assert "Gọi ngay: 114" in await villager.write("nhà hàng xóm đang cháy")
    assert villager.choices == ()
    await villager.talk([("ngõ 5", "Bạn có ảnh")])


async def test_something_else_in_between_loses_nothing(villager: Citizen) -> None:
    """What was written is there when they come back the same day."""
    await villager.write("phản ánh")
    await villager.write(WHAT)

    await villager.talk(
        [
            ("đường dây nóng", "gõ «phản ánh» để viết tiếp"),
            ("làm giấy khai sinh cho con cần những gì", "Nguồn:"),
            ("phản ánh", "Việc đó ở đâu?"),
            ("ngõ 5", "Bạn có ảnh"),
            ("không", WHAT),
        ]
    )


async def test_a_step_of_yesterday_is_over(villager: Citizen) -> None:
    """Who writes the next day asks something, and means no place."""
    await villager.write("phản ánh")
    await villager.write(WHAT)
    villager.clock.advance(hours=24, minutes=1)

    await villager.talk([("làm giấy khai sinh cho con cần những gì", "Nguồn:"), ("phản ánh", "Bạn kể việc gì")])


async def test_an_old_button_sends_nothing_that_was_not_seen(villager: Citizen) -> None:
    """Of yesterday, or of a feedback that is still being written."""
    await a_written_one(villager)
    await villager.press("Gửi")
    assert "Không có phản ánh nào đang viết dở" in await villager.press_old("f:send")

    await villager.write("phản ánh")
    assert "Bạn kể việc gì" in await villager.press_old("f:send")
    await villager.write("Rác đổ trộm.")
    assert "Rác đổ trộm." in await villager.press_old("f:send")
    assert len(tickets_of(villager)) == 1


async def test_first_where_they_live(stranger: Citizen) -> None:
    """Then the feedback goes on by itself."""
    await stranger.talk([("phản ánh", "Bạn ở xã, phường nào?"), ("Đức Hòa Sóc Sơn", "Bạn kể việc gì")])


async def test_a_commune_that_does_not_take_part_has_nobody_to_read_it(library: Library) -> None:
    """So it is not taken; whom to call is said instead."""
    somebody = a_citizen(library, commune=ELSEWHERE)

    await somebody.talk([("phản ánh", "chưa tham gia kênh này"), (WHAT, "")])

    assert "Ủy ban nhân dân:" in (await somebody.write("phản ánh"))
    assert not tickets_of(somebody)


async def test_who_moves_sends_it_to_the_new_commune_and_sees_so(villager: Citizen) -> None:
    """Never to one that was not shown."""
    await a_written_one(villager)
    villager.person = replace(villager.person, commune=SON_TAY)

    assert "Bạn sắp gửi tới" in await villager.write("phản ánh")
    await villager.press("Gửi")

    assert tickets_of(villager)[0].commune == SON_TAY


async def test_five_wait_at_most(villager: Citizen) -> None:
    """Then one waits for answers; what is answered no longer counts."""
    villager.letterbox.kept = [a_feedback(f"PA-{number}222") for number in range(2, 7)]
    await villager.talk([("phản ánh", "Bạn đang có 5 phản ánh chờ trả lời")])

    villager.letterbox.answer("Đã sửa.")
    await villager.talk([("phản ánh", "Bạn kể việc gì")])


async def test_what_people_type_is_shown_letter_for_letter(villager: Citizen) -> None:
    """No link and no list of theirs appears in our words, and their lines stay lines."""
    await villager.write("phản ánh")
    await villager.write("**đậm** [bấm](https://example.com)\n- một\n\n# hai {commune}")
    await villager.write("`ngõ` <b>5</b>")
    heard = await villager.press("Bỏ qua")

    assert "**đậm** [bấm](https://example.com)\n- một\n\n# hai {commune}" in heard
    assert "Nơi xảy ra: `ngõ` <b>5</b>" in heard


# Afterwards


async def test_asking_what_became_of_it(villager: Citizen) -> None:
    """By its code, however it is typed, or in the list."""
    await a_written_one(villager)
    await villager.press("Gửi")

    for wrote in ("PA-7K3M", "pa 7k3m", "PA7K3M."):
        await villager.talk([(wrote, "chờ trả lời")])
    assert "Hẹn trả lời chậm nhất ngày 11/12/2026" in villager.heard

    villager.letterbox.answer("Điện lực sửa xong ngày 20/11.\nCảm ơn bà con.")
    await villager.talk([("phản ánh của tôi", "PA-7K3M (20/11/2026), đã trả lời: Đèn đường ở ngõ 5")])
    heard = await villager.press("PA-7K3M")
    assert "xã Đa Phúc trả lời:\n\nĐiện lực sửa xong ngày 20/11.\nCảm ơn bà con." in heard
    assert villager.questions[-1].topics[0] == "pakn-tra-cuu"


async def test_a_late_answer_is_said_to_be_late(villager: Citizen) -> None:
    """With whom to call."""
    villager.letterbox.kept = [a_feedback(due_at=villager.clock.now() - timedelta(days=1))]

    await villager.talk([("PA-7K3M", "Đã quá ngày hẹn trả lời"), ("PA-7K3M", "0000 000 002")])


async def test_a_code_opens_nothing_to_others(villager: Citizen) -> None:
    """Codes are no secret: they stand in photos of screens."""
    await villager.talk([("PA-7K3M", "không tìm thấy phản ánh mang mã PA-7K3M")])
    assert "không tìm thấy" in await villager.press_old("f:PA-7K3M")
    await villager.talk([("PA-7K3M còn cột điện nữa", "không tìm thấy")])

    assert not words_of(villager)


async def test_a_word_more_to_one(villager: Citizen) -> None:
    """Also while another feedback is being written."""
    villager.letterbox.kept = [a_feedback(state=TicketState.ANSWERED)]
    await villager.write("phản ánh")

    await villager.talk([("PA-7K3M đèn lại tắt rồi", "Đã ghi thêm vào phản ánh PA-7K3M")])

    assert words_of(villager) == [TellStaff(1, "đèn lại tắt rồi", due_at=at(2026, 12, 11, 17))]


@pytest.mark.parametrize("media", ["", "image"])
async def test_a_photo_under_a_code_belongs_to_its_feedback(villager: Citizen, media: str) -> None:
    """On Zalo it comes as a picture with a text, on Telegram as a text with a picture."""
    villager.letterbox.kept.append(a_feedback())
    if media:
        heard = await villager.send(media, reference="anh-9", caption="pa 7k3m")
    else:
        heard = await villager.write("pa 7k3m", photo="anh-9")

    assert "PA-7K3M" in heard
    [said] = words_of(villager)
    assert (said.ticket, said.text, said.media, said.media_ref) == (1, "", "image", "anh-9")


async def test_nothing_sent_yet(villager: Citizen) -> None:
    await villager.talk([("phản ánh của tôi", "Bạn chưa gửi phản ánh nào")])

    assert villager.labels == ["Gửi phản ánh, góp ý"]


@pytest.mark.parametrize("wrote", ["gửi phản ánh kiến nghị ở đâu", "cán bộ hách dịch tôi muốn phản ánh"])
async def test_the_answers_about_feedback_lead_here(villager: Citizen, wrote: str) -> None:
    """Who asks where to send one may do so at once."""
    await villager.write(wrote)

    assert "Bạn kể việc gì" in await villager.press("Gửi phản ánh, góp ý")
