"""Two people changed one answer: nothing of either is lost."""

from dataclasses import replace

from bot.desk.answer_forms import Typed
from bot.desk.merging import Row, Side, merge, side_by_side

BASE = Typed(title="Khai sinh", summary="Đến xã.", questions="a\nb\nc", body="## Chuẩn bị")


def test_what_only_they_changed_is_theirs() -> None:
    """Otherwise saving my form would silently undo it."""
    merged = merge(BASE, replace(BASE, summary="Đến xã trong 60 ngày."), replace(BASE, title="Đăng ký khai sinh"))

    assert merged.typed == replace(BASE, title="Đăng ký khai sinh", summary="Đến xã trong 60 ngày.")
    assert {one.box: one.side for one in merged.differences} == {"title": Side.MINE, "summary": Side.THEIRS}


def test_what_both_changed_stays_as_i_typed_it_and_shows_theirs() -> None:
    merged = merge(BASE, replace(BASE, title="Làm khai sinh"), replace(BASE, title="Đăng ký khai sinh"))

    [one] = merged.differences
    assert merged.typed.title == "Đăng ký khai sinh"
    assert (one.side, one.theirs, one.mine) == (Side.BOTH, "Làm khai sinh", "Đăng ký khai sinh")


def test_what_both_changed_alike_is_no_difference() -> None:
    both = replace(BASE, title="Đăng ký khai sinh")

    assert merge(BASE, both, both).differences == ()


def test_without_the_text_both_began_from_nothing_is_taken_over() -> None:
    merged = merge(None, replace(BASE, title="Làm khai sinh"), BASE)

    assert merged.typed == BASE
    assert [one.side for one in merged.differences] == [Side.BOTH]


def test_lines_that_are_the_same_stand_beside_each_other() -> None:
    assert list(side_by_side("a\nb\nc", "a\nx\ny\nc")) == [
        Row("a", "a", is_same=True),
        Row("b", "x", is_same=False),
        Row("", "y", is_same=False),
        Row("c", "c", is_same=True),
    ]


def test_lines_far_from_a_change_are_left_out() -> None:
    before = [f"{number}" for number in range(20)]
    after = [*before[:10], "mới", *before[11:]]

    rows = list(side_by_side("\n".join(before), "\n".join(after)))

    assert [(row.left, row.right) for row in rows] == [
        ("", ""), ("8", "8"), ("9", "9"), ("10", "mới"), ("11", "11"), ("12", "12"), ("", ""),
    ]  # fmt: skip
    assert [row.is_gap for row in rows] == [True, *[False] * 5, True]


def test_texts_that_are_the_same_have_no_rows() -> None:
    assert list(side_by_side("a\nb", "a\nb")) == []


def test_two_who_each_add_a_question_both_keep_theirs() -> None:
    """The commonest clash there is."""
    merged = merge(BASE, replace(BASE, questions="a\nb\nc\nd"), replace(BASE, questions="x\na\nb\nc"))

    assert merged.typed.questions == "x\na\nb\nc\nd"
    assert [one.side for one in merged.differences] == [Side.BOTH]


def test_what_either_took_out_of_a_list_is_gone() -> None:
    merged = merge(BASE, replace(BASE, questions="a\nb\nmới"), replace(BASE, questions="b\nc"))

    assert merged.typed.questions == "b\nmới"
