"""What people ask: the groups, the figures beside them, and what is done about a group."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.desk.phrasing_effects import EffectTrials, compared
from bot.desk.questions import MOST_QUESTIONS
from bot.knowledge.library import Library
from bot.knowledge.loader import load_library
from bot.storage.tables import questions
from tests.console.world import DA_PHUC, HOA_MINH, Office, a_question, an_office
from tests.unit.builders import CONTENT, a_content_folder

TOPIC = "ht-khai-sinh"
PARKING = "chỗ gửi xe của xã ở đâu"


async def test_questions_that_ask_the_same_are_one_group(office: Office) -> None:
    for text in (PARKING, "cho gui xe cua xa o dau", "CHỖ GỬI XE của xã ở đâu ạ", "họp chợ ngày nào"):
        await a_question(office, text)
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(at("cau-hoi"))

    assert seen.status == 200
    assert seen.page.source.count('class="asked"') == 2
    assert "3 lượt hỏi" in seen.text
    assert "Xã Đa Phúc: 3" in seen.text


async def test_what_is_personal_is_hidden_once_more(office: Office) -> None:
    """It is hidden before it is stored; whatever slipped through then is not shown."""
    await a_question(office, "gọi cho tôi số 0912 345 678 nhé")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(at("cau-hoi"))

    assert "345" not in seen.page.source
    assert "[số điện thoại]" in seen.text


async def test_what_people_wrote_is_never_markup(office: Office) -> None:
    asked = await a_question(office, "<script>alert(1)</script> gửi xe")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    for address in (at("cau-hoi"), at("cau-hoi", asked, "them")):
        assert "<script>alert" not in (await browser.get(address)).page.source


async def test_the_four_ends_are_never_added_up(office: Office) -> None:
    for decision, times in (("answer", 3), ("suggest", 2), ("none", 1)):
        for _ in range(times):
            await a_question(office, "x", decision=decision, topics="ht-khai-sinh")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(at("cau-hoi"))

    assert "Trả lời ngay 3 Hỏi lại, cho chọn 2 Chưa trả lời được 1 Chuyển cho cán bộ 0" in seen.text
    assert "%" not in seen.text
    assert 'role="img"' in seen.page.source


async def test_nothing_asked_is_said_kindly(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(at("cau-hoi"))

    assert "Không có câu hỏi nào cần xem." in seen.text


async def test_only_ones_own_communes_are_seen(office: Office) -> None:
    await a_question(office, "chuyện ở xã khác", HOA_MINH)
    await a_question(office, "chuyện chưa rõ xã nào", "")
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert "chuyện" not in (await browser.get(at("cau-hoi"))).text


async def test_every_question_of_a_group_is_in_one_of_its_weeks(office: Office) -> None:
    """Also one from the few hours before the first whole day."""
    await a_question(office, PARKING, days=27.99)
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert re.search(r"Theo tuần: từ \d\d/\d\d/\d{4}: 1 ", (await browser.get(at("cau-hoi"))).text)


async def test_more_questions_than_are_grouped_are_told_by_their_number(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)
    row = {"text": PARKING, "commune": DA_PHUC, "decision": "none", "topics": "", "score": 0.3}
    async with office.database.writing() as connection:
        asked_at = office.clock.now() - timedelta(days=1)
        await connection.execute(insert(questions), [{**row, "asked_at": asked_at}] * MOST_QUESTIONS)

    assert "Chỉ gộp 1.500 câu mới nhất." in (await browser.get(at("cau-hoi"))).text


async def test_a_group_that_is_put_aside_is_kept_apart_and_can_come_back(office: Office) -> None:
    """The log says so, without what people wrote: it is kept longer than questions are."""
    asked = await a_question(office, PARKING)
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    done = await browser.send(at("cau-hoi", asked, "bo-qua"))

    assert done.goes_to == at("cau-hoi")
    assert PARKING not in (await browser.get(at("cau-hoi"))).text
    assert PARKING in (await browser.get(at("cau-hoi", xem="bo-qua"))).text
    assert [noted.change.what for noted in await office.noted()][:1] == ["question.aside"]
    assert all(PARKING not in str(noted) for noted in await office.noted())

    await browser.send(at("cau-hoi", asked, "dua-lai"))

    assert PARKING in (await browser.get(at("cau-hoi"))).text


# Adding a phrasing: on three answers, so that a library learns in a blink


@pytest.fixture
async def small(tmp_path: Path) -> AsyncIterator[Office]:
    """Yield a console on three answers that two communes read."""
    folder = a_content_folder(tmp_path)
    folder.write(f"communes/{HOA_MINH}.yaml", (CONTENT / f"communes/{HOA_MINH}.yaml").read_bytes())
    async with an_office(load_library(folder.path), tmp_path) as opened:
        yield opened
        await opened.parts.answers.settle()


@pytest.mark.parametrize(
    ("phrasing", "sentence"),
    [
        pytest.param("???", "Hãy viết cách hỏi", id="no word"),
        pytest.param("gửi xe " * 40, "dài quá 200 ký tự", id="a story"),
        pytest.param("gọi 0912345678", "số riêng tư", id="a phone number"),
    ],
)
async def test_a_phrasing_that_teaches_nothing_is_refused(small: Office, phrasing: str, sentence: str) -> None:
    asked = await a_question(small, PARKING)
    browser = await small.login("Hoa", Role.ADMIN)

    seen = await browser.get(at("cau-hoi", asked, "them", cach=phrasing, cau=TOPIC))
    sent = await browser.send(at("cau-hoi", asked, "them"), {"cach": phrasing, "cau": TOPIC, "seen": "x"})

    assert (seen.status, sent.status) == (422, 422)
    assert sentence in seen.text
    assert sentence in sent.text


async def test_an_answer_has_to_be_chosen(small: Office) -> None:
    asked = await a_question(small, PARKING)
    browser = await small.login("Hoa", Role.ADMIN)

    for seen in (
        await browser.get(at("cau-hoi", asked, "them", cach=PARKING, cau="khong-co")),
        await browser.send(at("cau-hoi", asked, "them"), {"cach": PARKING, "cau": "khong-co"}),
    ):
        assert seen.status == 422
        assert "Hãy chọn một câu trả lời." in seen.text


async def test_a_commune_editor_is_told_who_may_change_answers(small: Office) -> None:
    asked = await a_question(small, PARKING)
    browser = await small.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(at("cau-hoi", asked, "them", cach=PARKING, cau=TOPIC))

    assert seen.status == 422
    assert "dùng chung cho mọi xã" in seen.text


async def test_the_effect_is_seen_before_anything_is_saved(small: Office) -> None:
    """What the group would be answered then, and that no other phrasing is lost; then one press saves it."""
    asked = await a_question(small, PARKING)
    browser = await small.login("Hoa", Role.ADMIN)
    address = at("cau-hoi", asked, "them")

    looked = await browser.get(at("cau-hoi", asked, "them", cach=PARKING, cau=TOPIC))

    assert looked.status == 200
    title = small.parts.library().answers[TOPIC].title
    assert f"Trả lời ngay: {title}" in looked.text
    assert "vẫn tìm về đúng câu như trước" in looked.text
    assert PARKING not in small.parts.library().answers[TOPIC].questions

    [seen] = {field["value"] for field in looked.page.all("input") if field.get("name") == "seen"}
    done = await browser.send(address, {"cach": PARKING, "cau": TOPIC, "seen": seen})
    await small.parts.answers.settle()

    assert done.goes_to == at("cau-hoi")
    assert PARKING in small.parts.library().answers[TOPIC].questions
    assert PARKING not in (await browser.get(at("cau-hoi"))).page.source.partition("<main")[2].partition("notice")[0]


async def test_an_answer_that_changed_meanwhile_is_looked_at_again(small: Office) -> None:
    asked = await a_question(small, PARKING)
    browser = await small.login("Hoa", Role.ADMIN)

    sent = await browser.send(at("cau-hoi", asked, "them"), {"cach": PARKING, "cau": TOPIC, "seen": "another digest"})

    assert sent.status == 422
    assert "vừa được người khác sửa" in sent.text
    assert PARKING not in small.parts.library().answers[TOPIC].questions


async def test_a_phrasing_of_another_answer_is_refused_as_at_its_form(small: Office) -> None:
    """The same sentence as everywhere: a phrasing belongs to one answer."""
    asked = await a_question(small, PARKING)
    owned = small.parts.library().answers["cc-mat"].questions[0]
    browser = await small.login("Hoa", Role.ADMIN)

    seen = await browser.get(at("cau-hoi", asked, "them", cach=owned, cau=TOPIC))

    assert seen.status == 422
    assert "mỗi câu chỉ thuộc một câu trả lời" in seen.text


# What a phrasing changes, without pages


def test_a_phrasing_that_would_be_taken_away_is_named(tmp_path: Path) -> None:
    library = load_library(a_content_folder(tmp_path).path)
    stolen = library.answers["cc-mat"].questions
    thief = library.answers[TOPIC].model_copy(update={"questions": (*library.answers[TOPIC].questions, *stolen * 3)})
    robbed = library.answers["cc-mat"].model_copy(update={"questions": ()})
    shelves = library.shelves
    answers = {name: {TOPIC: thief, "cc-mat": robbed}.get(one.id, one) for name, one in shelves.answers.items()}

    found = compared(library, Library(replace(shelves, answers=answers, fingerprint="edited")), [PARKING])

    assert {one.owner for one in found.moved} == {"cc-mat"}
    assert {one.winner for one in found.moved} == {TOPIC}
    assert [effect.text for effect in found.questions] == [PARKING]


async def test_whoever_does_not_wait_asks_again(tmp_path: Path) -> None:
    library = load_library(a_content_folder(tmp_path).path)
    edited = Library(replace(library.shelves, fingerprint="edited"))
    hasty = EffectTrials(patience_seconds=0)

    found = None
    while found is None:
        found = await hasty.effects(library, edited, [PARKING])

    assert found.moved == ()
    assert found.checked > 0
