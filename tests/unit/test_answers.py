"""How one answer is shown: its dated lines, its pages, and what stands around it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.library import Library
from bot.knowledge.schema import Answer
from bot.markup import parse, plain
from bot.messages import Reply
from bot.ports.conversations import Dialogue, Outcome, Person
from handlers import answers
from handlers.turn import Turn
from tests.conversations.world import DA_PHUC, at
from tests.unit import builders
from tests.world import a_message, an_address

BODY = "## Chuẩn bị\n\n- Thẻ căn cước\n\n## Lệ phí\n\n- Bình thường: 8.000 đồng\n\n## Lưu ý\n\n- Đi sớm"
LONG_BODY = "## Chuẩn bị\n\n" + "".join(f"- Giấy tờ số {number} cần mang theo\n" for number in range(100))


def an_answer(topic: str = "mot-viec", **more: Any) -> Answer:  # noqa: ANN401  # any field
    """Return an answer that says little, and is signed."""
    fields: dict[str, Any] = {
        "title": "Một việc cần làm",
        "summary": "Việc này làm ở xã, một ngày là xong.",
        "body": BODY,
        "review": {"status": "reviewed", "by": "Chị Hoa", "reviewed_on": date(2026, 11, 2), "next": date(2027, 11, 2)},
    }
    return builders.an_answer(topic, **{**fields, **more})


def a_turn(library: Library, *known: Answer, commune: str = "", dialogue: Dialogue | None = None) -> Turn:
    """Return a turn on 20 November 2026 in a library of the answers *known*."""
    shelves = replace(library.shelves, answers={Path(answer.id): answer for answer in known})
    person = Person(1, an_address(), commune=commune, dialogue=dialogue or Dialogue())
    return Turn(a_message(), person, Library(shelves), at(2026, 11, 20))


def text_of(outcome: Outcome) -> str:
    """Return the text of the only reply, without markup."""
    [reply] = outcome.replies
    return plain(parse(reply.text))


def labels_of(outcome: Outcome) -> list[str]:
    """Return what stands on the buttons of the last reply."""
    return [button.label for button in outcome.replies[-1].buttons]


# Dated lines


@pytest.mark.parametrize(
    ("today", "fee"),
    [
        pytest.param(date(2026, 6, 30), "- Bình thường: 8.000 đồng", id="before it begins"),
        pytest.param(date(2026, 7, 1), "- Bình thường: 8.000 đồng\n- Miễn phí", id="its first day"),
        pytest.param(date(2026, 12, 31), "- Bình thường: 8.000 đồng\n- Miễn phí", id="its last day"),
        pytest.param(date(2027, 1, 1), "- Bình thường: 8.000 đồng\n- Hết miễn phí", id="the day after"),
    ],
)
def test_a_dated_line_stands_in_its_section_on_its_days(today: date, fee: str) -> None:
    """Both days are included; afterwards its replacement stands there."""
    line = {"section": "Lệ phí", "from": date(2026, 7, 1), "until": date(2026, 12, 31), "text": "Miễn phí"}
    answer = an_answer(timed=[{**line, "after": "Hết miễn phí"}])

    body = answers.body_text(answer, today)

    assert body == BODY.replace("- Bình thường: 8.000 đồng", fee)


def test_a_dated_line_without_a_replacement_just_goes() -> None:
    """Nothing is left of it, and one without a first day has always held."""
    answer = an_answer(timed=[{"section": "Lưu ý", "until": date(2026, 12, 31), "text": "Cuối năm đông"}])

    assert "Cuối năm đông" in answers.body_text(answer, date(2020, 1, 1))
    assert answers.body_text(answer, date(2027, 1, 1)) == BODY


def test_two_dated_lines_of_one_section_keep_their_order() -> None:
    """As the editor wrote them."""
    lines = [{"section": "Chuẩn bị", "until": date(2027, 1, 1), "text": text} for text in ("Ảnh mới", "Tờ khai mới")]

    body = answers.body_text(an_answer(timed=lines), date(2026, 11, 20))

    assert body.index("Thẻ căn cước") < body.index("Ảnh mới") < body.index("Tờ khai mới") < body.index("Lệ phí")


@given(today=st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_every_dated_line_of_the_content_stands_in_a_list_of_its_section(library: Library, today: date) -> None:
    """On any day the text parses, and no line has slipped into the section before or after."""
    for answer in library.answers.values():
        headings = [block for block in parse(answers.body_text(answer, today)) if block.kind == "heading"]
        assert headings == [block for block in parse(answer.body) if block.kind == "heading"]


# The first page


def test_a_short_answer_is_shown_whole(library: Library) -> None:
    """Nobody presses for two lines."""
    shown = answers.show(a_turn(library, an_answer()), "mot-viec")

    assert "Bình thường: 8.000 đồng" in text_of(shown)
    assert labels_of(shown) == ["👍 Có ích", "👎 Chưa đúng ý"]


def test_a_long_answer_begins_with_its_summary(library: Library) -> None:
    """The rest is one press away."""
    shown = answers.show(a_turn(library, an_answer(body=LONG_BODY)), "mot-viec")

    assert "một ngày là xong" in text_of(shown)
    assert "Giấy tờ số 1 " not in text_of(shown)
    assert labels_of(shown)[0] == "Xem thêm"


@pytest.mark.parametrize("spare", range(-60, 60, 7))
def test_the_body_is_always_within_reach(library: Library, spare: int) -> None:
    """What the commune's name adds to the text counts: either the body is there, or the button to it, never neither."""
    body = "## Nơi nộp\n\n- {{ commune.one_stop.name }}\n- " + "x" * (answers.SHORT_BODY - 60 + spare) + "\n"
    for commune in ("", DA_PHUC):
        shown = answers.show(a_turn(library, an_answer(body=body), commune=commune), "mot-viec")

        assert ("xxx" in text_of(shown)) != ("Xem thêm" in labels_of(shown))


def test_a_reviewed_answer_carries_no_warning(library: Library) -> None:
    """An official has signed it."""
    draft = an_answer("viec-khac", review={"status": "draft", "next": date(2027, 1, 1)})
    turn = a_turn(library, an_answer(), draft)

    assert "chưa được cán bộ xã duyệt lại" not in text_of(answers.show(turn, "mot-viec"))
    assert "chưa được cán bộ xã duyệt lại" in text_of(answers.show(turn, "viec-khac"))


def test_what_depends_on_the_commune_asks_for_it(library: Library) -> None:
    """Once, and only of those who have not chosen."""
    answer = an_answer(body="## Nơi nộp\n\n- {{ commune.one_stop.address }}\n", related=["viec-khac", "viec-nua"])
    others = (an_answer("viec-khac", title="Việc khác"), an_answer("viec-nua", title="Việc nữa"))

    without = answers.show(a_turn(library, answer, *others), "mot-viec")
    within = answers.show(a_turn(library, answer, *others, commune=DA_PHUC), "mot-viec")

    assert labels_of(without)[:2] == ["Chọn xã, phường", "Việc khác"]
    assert labels_of(within)[:2] == ["Việc khác", "Việc nữa"]
    assert "số 1 đường Mẫu" in text_of(within)


def test_a_law_and_a_source_stand_under_the_answer(library: Library) -> None:
    """At most two laws: the rest is for the editors."""
    laws = [{"number": f"Luật số {number}", "what": "điều này"} for number in (1, 2, 3)]

    text = text_of(answers.show(a_turn(library, an_answer(legal_basis=laws)), "mot-viec"))

    assert "Căn cứ: Luật số 1; Luật số 2." in text
    assert "Nguồn: Cổng Dịch vụ công quốc gia (đối chiếu 20/11/2026)." in text


# Pages


def test_the_pages_hold_the_whole_body_once(library: Library) -> None:
    """Nothing is lost or said twice between pages, and none is longer than a page."""
    turn = a_turn(library, an_answer(body=LONG_BODY))

    pages = answers.body_pages(turn, turn.library.answers["mot-viec"])

    items = [block.spans for page in pages for block in parse(page)]
    assert items == [block.spans for block in parse(LONG_BODY)]
    assert all(len(plain(parse(page))) <= answers.PAGE_LENGTH for page in pages)


def test_more_goes_on_where_the_person_is(library: Library) -> None:
    """The page after the one on show; of an answer that is gone, nothing."""
    on_page_two = a_turn(library, an_answer(body=LONG_BODY), dialogue=Dialogue(topic="mot-viec", page=2))
    of_old = a_turn(library, an_answer(), dialogue=Dialogue(topic="gone", page=1))

    shown = answers.more(on_page_two)

    assert shown is not None
    assert shown.dialogue == Dialogue(topic="mot-viec", page=3)
    assert answers.more(of_old) is None


# Answers that ended


@pytest.mark.parametrize("ask", [answers.show, lambda turn, topic: answers.show_page(turn, topic, 1)])
def test_an_answer_that_ended_is_not_read_out(library: Library, ask: Any) -> None:  # noqa: ANN401  # two functions
    """Neither its summary nor a page of it: what changed is said instead."""
    ended = an_answer(valid_until=date(2026, 11, 19), when_expired="Luật mới đã thay.")
    last_day = an_answer(valid_until=date(2026, 11, 20), when_expired="Luật mới đã thay.")

    assert "chỉ đúng tới hết ngày 19/11/2026" in text_of(ask(a_turn(library, ended), "mot-viec"))
    assert "Luật mới đã thay." in text_of(ask(a_turn(library, ended), "mot-viec"))
    assert "8.000 đồng" not in text_of(ask(a_turn(library, ended), "mot-viec"))
    assert "8.000 đồng" in text_of(ask(a_turn(library, last_day), "mot-viec"))


# Two at once


def test_two_answers_share_one_list_of_choices(library: Library) -> None:
    """A number must not mean two things."""
    turn = a_turn(library, an_answer(body=LONG_BODY), an_answer("viec-khac", title="Việc khác"))

    shown = answers.show_together(turn, ["mot-viec", "viec-khac"])

    first, second = shown.replies
    assert first == Reply(answers.show(turn, "mot-viec").replies[0].text)
    assert [button.payload for button in second.buttons] == ["m:mot-viec:1", "m:viec-khac:1", "do:person"]
    assert shown.dialogue.topic == "viec-khac"
