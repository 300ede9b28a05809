"""The shipped content keeps the figures it was measured with: a gate against quiet decay.

``benchmarks/data/dev.jsonl`` serves for measuring only; nothing may be copied from it into content.
"""

import json
from pathlib import Path

import pytest

from bot.knowledge.emergencies import TOPIC as EMERGENCY_TOPIC
from bot.knowledge.evaluation import Figures, Observed, Report, read_labelled, report
from bot.knowledge.library import Library
from bot.text import fold

DEV = Path("benchmarks/data/dev.jsonl")
RECORDED = Path("benchmarks/data/recorded.json")
TOLERANCE = 1.0


@pytest.fixture(scope="module")
def measured(library: Library) -> Report:
    """Return what the shipped content makes of the measuring questions."""
    observed = []
    for one in read_labelled(DEV):
        match = library.matcher.match(one.text)
        alarm = library.emergencies.happening(one.text) is not None
        ranked = (EMERGENCY_TOPIC, *match.topics) if alarm else match.topics
        observed.append(Observed(one, match.decision, ranked, match.score, 0.0, is_emergency=alarm))
    return report(observed)


def shares(figures: Figures) -> dict[str, float]:
    """Return the shares that must not fall, and those that must not rise as what they leave."""
    return {
        "top_1": figures.top_1,
        "top_3": figures.top_3,
        "answered_right": figures.answered_right,
        "helped": figures.helped,
        "not_answered_wrong": round(100 - figures.answered_wrong, 1),
    }


def test_no_figure_fell_by_more_than_a_point(measured: Report) -> None:
    """`python -m benchmarks.record` writes new figures down, for a change that is meant."""
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    now = shares(measured.in_scope) | {
        "strangers_not_answered": round(100 - measured.out_of_scope.answered_wrong, 1),
        "strangers_met_with_none": measured.out_of_scope.nothing,
    }

    assert {name: now[name] for name in recorded if now[name] < recorded[name] - TOLERANCE} == {}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        pytest.param("top_1", 92.0, id="right topic first"),
        pytest.param("top_3", 97.0, id="right topic among three"),
        pytest.param("answered_right", 80.0, id="right answer at once"),
        pytest.param("helped", 96.0, id="right answer at once or suggested"),
        pytest.param("not_answered_wrong", 97.0, id="wrong answer at once is rare"),
    ],
)
def test_what_was_promised_holds(measured: Report, name: str, least: float) -> None:
    """The least that makes the channel worth having."""
    assert shares(measured.in_scope)[name] >= least


def test_strangers_are_met_with_none(measured: Report) -> None:
    """A question about the price of gold is not answered with paperwork."""
    assert measured.out_of_scope.answered_wrong <= 8.0
    assert measured.out_of_scope.nothing >= 60.0


def test_false_alarms_are_rare(measured: Report) -> None:
    """An emergency reply to anything that is none frightens."""
    assert measured.false_emergencies < 0.5


def test_no_kind_of_question_is_left_behind(measured: Report) -> None:
    """Dialect and slips are how people write."""
    low = {figures.kind: figures.top_1 for figures in measured.kinds if figures.top_1 < 85}

    assert set(low) <= {"paraphrase"}
    assert low.get("paraphrase", 100.0) >= 70.0


def test_no_phrasing_is_a_measuring_question(library: Library) -> None:
    """Otherwise the figures would measure memory."""
    asked = {fold(one.text) for one in read_labelled(DEV)}
    answers = library.answers.values()
    written = {text for answer in answers for text in answer.questions}
    written |= {near.ask for answer in answers for near in answer.not_for}
    written |= set(library.shelves.out_of_scope.questions)

    assert sorted(text for text in written if fold(text) in asked) == []
