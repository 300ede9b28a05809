"""Asking about paperwork: the answer, the rest of it, what comes next, and what happens when there is none."""

import pytest

from bot.knowledge.library import Library
from bot.messages import Decision
from bot.ports.conversations import Vote
from tests.conversations.world import COMMUNES, ELSEWHERE, Citizen, a_citizen, at

BIRTH = "làm giấy khai sinh cho con cần những gì"


async def test_an_answer_names_its_source_and_what_people_ask_next(villager: Citizen) -> None:
    """The short answer first: what, on which law it stands, who checked it, where to go on."""
    heard = await villager.write(BIRTH)

    assert heard.startswith("Đăng ký khai sinh cho con")
    assert "60 ngày" in heard
    assert "Căn cứ: Luật Hộ tịch 60/2014/QH13" in heard
    assert "Nguồn: Cổng Dịch vụ công quốc gia" in heard
    assert "chưa được cán bộ xã duyệt lại" in heard
    assert villager.labels[0] == "Xem thêm"
    assert villager.labels[-2:] == ["👍 Có ích", "👎 Chưa đúng ý"]
    assert [payload[:2] for payload in villager.person.dialogue.options] == ["m:", "t:", "t:", "v:", "v:"]


async def test_a_related_answer_is_one_press_away(villager: Citizen) -> None:
    """What usually comes next stands under the answer."""
    await villager.write(BIRTH)
    related = villager.choices[1]

    assert (await villager.press_old(related.payload)).startswith(related.label)


async def test_the_whole_answer_page_by_page_to_its_end_and_past_it(villager: Citizen) -> None:
    """By typing "xem thêm" one reads all of it once, then hears that it was all, as often as one asks."""
    await villager.write(BIRTH)
    pages = []
    while "Hết bài" not in (heard := await villager.write("xem thêm")):
        pages.append(heard)

    assert len(pages) > 1
    assert f"(trang 1/{len(pages)})" in pages[0]
    assert "Lệ phí" in "".join(pages)
    assert "Trang chính thức" in pages[-1]
    assert "Nguồn:" in pages[-1]
    assert "(trang" not in pages[-1]
    await villager.talk([("thêm", "Hết bài"), ("tiếp", "Hết bài")])


async def test_pressing_and_typing_turn_the_same_pages(library: Library) -> None:
    """Whoever presses reads what whoever types does."""
    presses, types = a_citizen(library), a_citizen(library)
    await presses.write(BIRTH)
    await types.write(BIRTH)
    while "Xem thêm" in presses.labels:
        assert await presses.press("Xem thêm") == await types.write("1")

    assert "Gặp cán bộ" in presses.labels


async def test_an_answer_shown_whole_has_no_more_to_it(library: Library) -> None:
    """A short body stands under its summary at once: "xem thêm" does not say it twice."""
    somebody = a_citizen(library)
    whole = []
    for topic in library.answers:
        await somebody.press_old(f"t:{topic}")
        if not topic.startswith("bot-") and "Xem thêm" not in somebody.labels:
            whole.append(topic)
            await somebody.talk([("xem thêm", "Hết bài")])

    assert len(whole) < len(library.answers) / 2


async def test_more_of_nothing_is_the_menu(stranger: Citizen) -> None:
    """Nothing was on show, so everything is offered."""
    await stranger.talk([("xem thêm", "Bạn cần việc gì?")])


async def test_a_page_that_never_was_is_the_end(villager: Citizen) -> None:
    """An answer grows shorter, and its old buttons stay in the chat."""
    assert "Hết bài" in await villager.press_old("m:ht-khai-sinh:99")


async def test_a_thumb_up_is_counted(villager: Citizen) -> None:
    """And the list above it still holds."""
    await villager.write(BIRTH)
    assert "Cảm ơn bạn đã chấm" in await villager.press("👍")
    assert Vote("ht-khai-sinh", is_helpful=True) in villager.effects

    await villager.talk([("1", "Ai làm được")])


async def test_a_thumb_down_offers_a_person(villager: Citizen) -> None:
    """Whoever is not helped by us must reach somebody who can."""
    await villager.write(BIRTH)
    assert "hỏi lại cách khác" in await villager.press("👎")
    assert Vote("ht-khai-sinh", is_helpful=False) in villager.effects
    assert villager.labels == ["Gặp cán bộ"]


async def test_a_typed_thumb_votes_for_what_is_on_show(villager: Citizen) -> None:
    """On phones the emoji is nearer than the button."""
    await villager.talk([("👍", "chưa đọc được ý bạn"), (BIRTH, "60 ngày"), ("👍🏻👍🏻", "Cảm ơn bạn đã chấm")])

    assert Vote("ht-khai-sinh", is_helpful=True) in villager.effects


async def test_an_unclear_question_is_asked_back(villager: Citizen) -> None:
    """A few likely topics, and a person; a number chooses."""
    heard = await villager.write("bảo hiểm")

    assert heard.startswith("Bạn muốn hỏi việc nào dưới đây?")
    assert villager.questions[-1].decision is Decision.SUGGEST
    assert villager.labels[-1] == "Gặp cán bộ"
    first = villager.labels[0]
    await villager.talk([("1", first)])


async def test_an_unknown_question_is_kept_for_the_editors(villager: Citizen) -> None:
    """Nothing a person asks is lost, even when we have no answer; the commune's own number helps now."""
    heard = await villager.write("cách nấu phở bò gia truyền")

    assert "Tôi chưa có câu trả lời cho câu này" in heard
    assert "Liên hệ xã Đa Phúc" in heard
    assert villager.labels == ["Danh mục", "Đường dây nóng", "Gặp cán bộ"]
    [kept] = villager.questions
    assert (kept.text, kept.decision) == ("cách nấu phở bò gia truyền", Decision.NONE)


async def test_two_questions_in_one_message_are_both_answered(villager: Citizen) -> None:
    """One list of choices stands at the end, so that a number means one thing."""
    heard = await villager.write("Đăng ký kết hôn cần giấy tờ gì? Đăng ký tạm trú nơi đang thuê")

    assert heard.startswith("Bạn hỏi hai việc")
    assert "nữ đủ 18" in heard
    assert "tạm trú ở công an xã" in heard
    assert [kept.topics[0] for kept in villager.questions] == ["ht-ket-hon", "ct-tam-tru"]
    assert [len(reply.choices) for reply in villager.last.replies] == [0, 0, 3]
    assert "Ai làm được" in await villager.write("1")
    assert villager.person.dialogue.topic == "ht-ket-hon"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("khai sinh cho con ngoài giá thú", id="a child is no conjunction"),
        pytest.param("khai sinh cho con ngoai gia thu", id="nor without accents"),
        pytest.param("Tôi muốn đăng ký kết hôn? Cần giấy tờ gì?", id="the second half hangs on the first"),
        pytest.param("đăng ký kết hôn cần giấy tờ gì? đăng ký kết hôn ở đâu?", id="twice the same topic"),
        pytest.param("vợ tôi mới sinh con; làm giấy khai sinh cho con cần những gì", id="a reason and a question"),
    ],
)
async def test_one_question_in_two_halves_gets_one_answer(villager: Citizen, text: str) -> None:
    """Two answers only where it is surely two questions."""
    assert "Bạn hỏi hai việc" not in await villager.write(text)
    assert len(villager.questions) == 1


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("hồ sơ H26.15-251120-0042 của tôi tới đâu rồi", id="inside a sentence"),
        pytest.param("H26.15-251120-0042", id="alone"),
        pytest.param("tra giúp em h26.15-251120-0042 với ạ", id="in small letters"),
        pytest.param("ma ho so: 000.00.19.H26-251120-0042", id="in full"),
    ],
)
async def test_a_dossier_code_is_recognised(villager: Citizen, text: str) -> None:
    """It is not hidden as a personal number, and its way is shown at once."""
    heard = await villager.write(text)

    assert "H26" in heard
    assert "251120-0042" in heard
    assert "Mở dichvucong.gov.vn" in heard
    assert "số cá nhân" not in heard
    assert villager.questions[0].topics[0] == "dvc-tra-cuu-ho-so"
    assert await villager.write("1")


async def test_an_answer_that_no_longer_holds_says_what_changed(library: Library) -> None:
    """From the day after, by any way: asked, pressed, by an old button for a page."""
    somebody = a_citizen(library, now=at(2027, 2, 28, 23, 59))
    assert "miễn phí" in (await somebody.write(BIRTH)).lower()
    somebody.clock.moment = at(2027, 3, 1, 0, 0)

    for heard in (
        await somebody.write(BIRTH),
        await somebody.press_old("t:ht-khai-sinh"),
        await somebody.press_old("m:ht-khai-sinh:1"),
        await somebody.write("xem thêm"),
    ):
        assert "chỉ đúng tới hết ngày 28/02/2027" in heard
        assert library.answers["ht-khai-sinh"].when_expired in heard  # type: ignore[operator]
        assert "Ai làm được" not in heard
        assert somebody.labels[:2] == ["Đường dây nóng", "Gặp cán bộ"]


async def test_a_dated_line_reads_right_before_and_after(library: Library) -> None:
    """The day the rule changes, so does the sentence."""
    answers = [answer for answer in library.answers.values() if answer.timed and not answer.valid_until]
    assert answers
    for answer in answers:
        for line in answer.timed:
            somebody = a_citizen(library, now=at(line.until.year, line.until.month, line.until.day, 23, 59))
            before = await _all_of(somebody, answer.id)
            somebody.clock.advance(minutes=1)
            after = await _all_of(somebody, answer.id)

            assert _same(line.text) in _same(before), answer.id
            assert _same(line.text) not in _same(after), answer.id
            assert not line.after or _same(line.after) in _same(after), answer.id


@pytest.mark.parametrize("commune", ["", *COMMUNES, ELSEWHERE])
async def test_every_answer_reads_well_everywhere(library: Library, commune: str) -> None:
    """Each to its last page, in each commune and in none; `Citizen` looks at every reply."""
    somebody = a_citizen(library, commune=commune)
    for topic, answer in library.answers.items():
        heard = await somebody.press_old(f"t:{topic}")
        assert "Nút này cũ rồi" not in heard
        if topic.startswith("bot-"):
            continue  # doing it is the answer
        assert answer.title in heard
        while "Xem thêm" in somebody.labels:
            heard += await somebody.press("Xem thêm")
        assert "None" not in heard


async def test_who_has_no_commune_is_offered_to_choose_one(stranger: Citizen) -> None:
    """Where the answer depends on it; and afterwards the answer is offered again, filled in."""
    await stranger.press_old("t:mc-dia-chi")
    await stranger.press("Chọn xã, phường")
    await stranger.talk([("Đức Hòa Sóc Sơn", "Đã chọn xã Đa Phúc")])

    heard = await stranger.press("Bộ phận Một cửa")

    assert "Chọn xã, phường" not in stranger.labels
    while "Xem thêm" in stranger.labels:
        heard += await stranger.press("Xem thêm")
    assert "số 1 đường Mẫu, xã Đa Phúc (thông tin mẫu, chưa xác nhận)" in heard


async def _all_of(citizen: Citizen, topic: str) -> str:
    heard = await citizen.press_old(f"t:{topic}")
    while "Xem thêm" in citizen.labels:
        heard += await citizen.press("Xem thêm")
    return heard


def _same(text: str) -> str:
    """Return the words of *text*, whatever its markup and its line breaks."""
    return " ".join(text.replace("**", "").split())
