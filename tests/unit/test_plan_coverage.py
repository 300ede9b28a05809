"""The communication plans and what carries them out: nothing forgotten, nothing invented, the document up to date."""

import pytest

from bot.knowledge.schema import Week
from scripts.plan_coverage import DOCUMENT, Coverage, Plans, document, load
from tests.unit.builders import an_answer


@pytest.fixture(scope="module")
def coverage() -> Coverage:
    return load()


def test_the_committed_document_is_current(coverage: Coverage) -> None:
    """Whoever changes an answer's title or plan runs the generator: `python -m scripts.plan_coverage`."""
    assert DOCUMENT.read_text(encoding="utf-8") == document(coverage)


def test_every_clause_is_carried_out_or_says_why_not(coverage: Coverage) -> None:
    empty = [clause.id for clause in coverage.clauses.values() if coverage.carriers(clause).state == "nothing"]

    assert empty == []


def test_every_clause_on_content_has_a_week(coverage: Coverage) -> None:
    """What the plans want told is told in some week of the year."""
    content = ("DH III.", "HN III.", "ST II.", "KG II.1", "HQ III.")
    clauses = [clause for clause in coverage.clauses.values() if clause.id.startswith(content)]

    assert [clause.id for clause in clauses if not coverage.carriers(clause).weeks] == []


def test_nothing_names_a_clause_or_feature_that_is_not_in_the_data(coverage: Coverage) -> None:
    assert list(coverage.unknown()) == []


def test_every_clause_stands_once_and_under_its_plan(coverage: Coverage) -> None:
    ids = [(plan.code, clause.id) for plan in coverage.plans.plans for clause in plan.clauses]

    assert len(coverage.clauses) == len(ids)
    assert [name for code, name in ids if not name.startswith(f"{code} ")] == []


def test_every_field_of_answers_has_a_name(coverage: Coverage) -> None:
    assert {answer.domain for answer in coverage.answers.values()} == coverage.plans.domains.keys()


# How a clause finds what carries it out


def a_coverage(*, plan: tuple[str, ...] = (), told: tuple[str, ...] = ()) -> Coverage:
    """Return three clauses, with an answer and a week that name the clauses *plan* and *told*."""
    plans = Plans.model_validate({
        "features": {"bản tin": {"what": "gửi đi", "planned": True}, "trả lời": {"what": "trả lời ngay"}},
        "domains": {"civil-status": "hộ tịch"},
        "plans": [
            {
                "code": "XA",
                "name": "Xã",
                "title": "Kế hoạch của xã",
                "clauses": [
                    {"id": "XA I.1", "asks": "Tuyên truyền."},
                    {"id": "XA I.1.a", "asks": "Hộ tịch."},
                    {"id": "XA I.1.a-2", "asks": "Biểu diễn.", "cannot": "Phải gặp nhau."},
                    {"id": "XA I.10", "asks": "Đăng tin.", "features": ["bản tin"]},
                    {"id": "XA II", "asks": "Như trên.", "repeats": ["XA I.1.a"]},
                ],
            }
        ],
    })  # fmt: skip
    week = Week(week=1, theme="Khai sinh", topics=("ht-khai-sinh",), plan=told, title="Khai sinh", draft="Khai sinh.")
    return Coverage(plans, {DOCUMENT: an_answer(plan=plan)}, (week,))


@pytest.mark.parametrize(
    ("plan", "told", "states"),
    [
        pytest.param((), (), ["cannot", "cannot", "cannot", "planned", "cannot"], id="nothing-names-a-clause"),
        pytest.param(("XA I.1.a",), (), ["works", "works", "cannot", "planned", "works"], id="part-carries-the-whole"),
        pytest.param((), ("XA I.1",), ["works", "cannot", "cannot", "planned", "cannot"], id="whole-is-not-its-parts"),
        pytest.param((), ("XA II",), ["cannot", "cannot", "cannot", "planned", "works"], id="repeating-is-one-way"),
    ],
)
def test_a_clause_is_carried_by_its_parts_and_what_it_repeats(
    plan: tuple[str, ...], told: tuple[str, ...], states: list[str]
) -> None:
    coverage = a_coverage(plan=plan, told=told)

    assert [coverage.carriers(clause).state for clause in coverage.clauses.values()] == states


def test_what_names_an_unknown_clause_is_listed() -> None:
    coverage = a_coverage(plan=("XA I.1.b",), told=("XA IX",))

    assert [place.rpartition(": ")[2] for place in coverage.unknown()] == ["XA I.1.b", "XA IX"]
