"""Evaluation counts what labelled questions came to."""

from pathlib import Path

import pytest

from bot.errors import OperatorError
from bot.knowledge.evaluation import Labelled, Observed, read_labelled, report
from bot.messages import Decision


def seen(
    *wanted: str, given: tuple[str, ...] = (), decision: Decision = Decision.ANSWER, score: float = 0.9
) -> Observed:
    return Observed(Labelled("câu hỏi", wanted, "short" if wanted else "oos"), decision, given, score, 0.001)


def test_a_right_answer_helps() -> None:
    """First, among three, answered right, helped."""
    figures = report([seen("a", given=("a", "b"))]).in_scope

    assert (figures.top_1, figures.top_3, figures.answered_right, figures.helped) == (100.0, 100.0, 100.0, 100.0)


def test_a_suggestion_helps_only_where_the_right_topic_is_offered() -> None:
    """Three are offered; the fourth is not."""
    offered = seen("c", given=("a", "b", "c"), decision=Decision.SUGGEST)
    missed = seen("d", given=("a", "b", "c", "d"), decision=Decision.SUGGEST)

    assert report([offered, missed]).in_scope.helped == 50.0


def test_strangers_are_counted_apart() -> None:
    """A question nobody can answer is well met with none."""
    figures = report([seen("a", given=("a",)), seen(given=("a",)), seen(given=("a",), decision=Decision.NONE)])

    assert (figures.in_scope.questions, figures.out_of_scope.questions) == (1, 2)
    assert figures.out_of_scope.answered_wrong == 50.0
    assert figures.out_of_scope.nothing == 50.0


def test_confusions_name_what_was_asked_and_what_came_first() -> None:
    """The worst pairs first."""
    figures = report([seen("a", given=("b",)), seen("a", given=("b",)), seen("c", given=("d",))])

    assert figures.confusions[0] == ("a", "b", 2)


def test_the_report_reads_as_text_and_as_json() -> None:
    """For people and for machines."""
    figures = report([seen("a", given=("a",))])

    assert "top-1" in figures.as_text()
    assert '"top_1": 100.0' in figures.as_json()


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    """File and line, so that it can be mended."""
    file = tmp_path / "questions.jsonl"
    file.write_text('{"q": "a", "ids": [], "kind": "oos"}\n{"q": "b"}\n')

    with pytest.raises(OperatorError, match=r"questions\.jsonl:2"):
        read_labelled(file)
