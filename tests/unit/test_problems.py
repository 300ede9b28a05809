"""A problem, as it is shown to the person who edits."""

from pathlib import Path

import pytest

from bot.knowledge.problems import Problem, sentence


def test_a_problem_reads_like_a_link() -> None:
    """Editors and terminals open ``file:line``."""
    problem = Problem(Path("faq/land/dd-mat-so.md"), 12, "thiếu mục «title»")

    assert str(problem) == "faq/land/dd-mat-so.md:12: thiếu mục «title»"


def test_problems_stand_in_the_order_of_files_and_lines() -> None:
    """As an editor goes through them."""
    first, second, third = Problem(Path("a"), 2, "x"), Problem(Path("a"), 10, "x"), Problem(Path("b"), 1, "x")

    assert sorted([third, second, first]) == [first, second, third]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param({"type": "missing", "loc": ("title",)}, "thiếu mục «title»", id="field"),
        pytest.param({"type": "missing", "loc": ("links", 0, "url")}, "thiếu mục «links.1.url»", id="items-from-1"),
        pytest.param({"type": "bool_type", "loc": ()}, "«tệp» phải là true hoặc false", id="the-whole-file"),
        pytest.param(
            {"type": "literal_error", "loc": ("confidence",), "ctx": {"expected": "'A' or 'B'"}},
            "«confidence» chỉ được là: 'A', 'B'",
            id="choices",
        ),
        pytest.param(
            {"type": "new_in_pydantic", "loc": ("x",), "msg": "Odd"},
            "«x» viết chưa đúng: Odd",
            id="what-we-do-not-know",
        ),
    ],
)
def test_an_error_becomes_a_sentence(error: dict[str, object], said: str) -> None:
    """Also one that a later pydantic may think of."""
    assert sentence({"msg": "in English", **error}) == said
