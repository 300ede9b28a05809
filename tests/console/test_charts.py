"""Charts: what is seen, what is heard, and that nothing in them is markup."""

import pytest

from bot.console.charts import WIDTH, Bar, bars


def test_a_bar_is_as_long_as_its_parts_and_says_their_sum() -> None:
    chart = bars("Tuần", "Mỗi thanh một tuần", ("Tuần", "a", "b"), [Bar("1", (1, 3)), Bar("2", (2, 0))])

    assert chart
    assert chart.svg.count("<rect") == 3, "a part of nothing is not drawn"
    assert "<title>Tuần</title><desc>Mỗi thanh một tuần</desc>" in chart.svg
    assert ">4</text>" in chart.svg
    assert f'viewBox="0 0 {WIDTH}' in chart.svg
    assert chart.legend == ("a", "b")


def test_nothing_to_see_is_no_chart() -> None:
    assert bars("x", "x", ("x", "y"), []) is None
    assert bars("x", "x", ("x", "y"), [Bar("1", (0,))]) is None


def test_words_are_never_markup() -> None:
    chart = bars('<b>"', "<i>", ("x", "y"), [Bar("</text><script>", (1,))])

    assert chart
    assert "<script" not in chart.svg
    assert "<b>" not in chart.svg


def test_every_part_has_a_word() -> None:
    with pytest.raises(ValueError, match="a part for each"):
        bars("x", "x", ("x", "y"), [Bar("1", (1, 2))])
