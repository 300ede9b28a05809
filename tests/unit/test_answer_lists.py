"""Which answers a list shows, and in which order."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.desk.answer_lists import Need, Order, State, Wanted, lines, states
from bot.desk.ports.answers import Interest
from bot.knowledge.library import Library
from bot.knowledge.loader import load_checked
from bot.knowledge.schema import Review
from tests.unit.builders import ContentFolder, an_answer

TODAY = date(2026, 11, 20)


@pytest.fixture
def library(folder: ContentFolder) -> Library:
    """Return three answers: one reviewed, one due for review."""
    library = load_checked(folder.path)
    reviews = {
        "cc-mat": Review(status="reviewed", by="Hoa", reviewed_on=TODAY, next=date(2027, 3, 1)),
        "gt-gplx-mat": Review(status="draft", next=TODAY),
    }
    answers = {
        name: answer.model_copy(update={"review": reviews.get(answer.id, answer.review)})
        for name, answer in library.shelves.answers.items()
    }
    return Library(replace(library.shelves, answers=answers))


def topics(library: Library, wanted: Wanted, **asked: Interest) -> list[str]:
    interest = {name.replace("_", "-"): one for name, one in asked.items()}
    return [line.answer.id for line in lines(library, wanted, TODAY, interest)]


def test_without_a_wish_all_stand_there_by_title(library: Library) -> None:
    assert topics(library, Wanted()) == ["ht-khai-sinh", "gt-gplx-mat", "cc-mat"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        pytest.param(Wanted(domain="residence"), ["cc-mat"], id="a group"),
        pytest.param(Wanted(need=Need.DRAFT), ["ht-khai-sinh", "gt-gplx-mat"], id="nobody has signed"),
        pytest.param(Wanted(need=Need.STALE), ["gt-gplx-mat"], id="due today"),
        pytest.param(Wanted(words="giay khai sinh"), ["ht-khai-sinh"], id="words without accents"),
        pytest.param(Wanted(words="cc-mat"), ["cc-mat"], id="an id"),
        pytest.param(Wanted(words="sinh mat"), [], id="words of several answers"),
        pytest.param(Wanted(domain="residence", words="bằng lái"), [], id="both"),
        pytest.param(Wanted(domain="'; DROP", need="x", order="y"), [], id="nonsense"),
    ],
)
def test_a_wish_narrows_the_list(library: Library, wanted: Wanted, found: list[str]) -> None:
    assert topics(library, wanted) == found


def test_what_is_asked_most_comes_first(library: Library) -> None:
    asked = {"cc_mat": Interest(asked=3), "gt_gplx_mat": Interest(asked=9)}

    assert topics(library, Wanted(order=Order.ASKED), **asked) == ["gt-gplx-mat", "cc-mat", "ht-khai-sinh"]


def test_what_is_disliked_most_comes_first(library: Library) -> None:
    asked = {"cc_mat": Interest(asked=3, unhelpful=2), "gt_gplx_mat": Interest(asked=9, helpful=5)}

    assert topics(library, Wanted(order=Order.DISLIKED), **asked)[0] == "cc-mat"


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        pytest.param({}, (State.DRAFT,), id="unsigned"),
        pytest.param({"review": {"status": "reviewed", "next": date(2027, 1, 1)}}, (State.REVIEWED,), id="signed"),
        pytest.param({"review": {"status": "reviewed", "next": TODAY}}, (State.REVIEWED, State.DUE), id="due"),
        pytest.param(
            {"valid_until": date(2026, 11, 19), "when_expired": "Hết."}, (State.DRAFT, State.ENDED), id="ended"
        ),
        pytest.param({"valid_until": TODAY, "when_expired": "Hết."}, (State.DRAFT,), id="its last day"),
    ],
)
def test_an_answer_stands_where_its_file_says(more: dict[str, Any], expected: tuple[State, ...]) -> None:
    assert states(an_answer(**more), TODAY) == expected
