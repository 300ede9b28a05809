"""A new answer before it has a file: the id its title suggests, and a text that reads back as it was typed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.desk.answer_beginnings import Place, begun, is_new, proposed_id
from bot.desk.answer_forms import BOXES, Typed, entries
from bot.desk.ports.answers import FileVersion
from bot.knowledge.schema import Answer, Slug
from bot.knowledge.source import source_of

TODAY = date(2026, 11, 20)
PLACE = Place("xe-buyt", "transport", "mat-giay-to")


@pytest.mark.parametrize(
    ("title", "proposed"),
    [
        pytest.param("Xe buýt lên huyện", "xe-buyt-len-huyen", id="accents go"),
        pytest.param("Đường 60/2014 (mới)?", "duong-60-2014-moi", id="marks part words"),
        pytest.param("  ../../etc/passwd ", "etc-passwd", id="no way out of a folder"),
        pytest.param("???", "", id="no word"),
        pytest.param("Xe buýt", "xe-buyt-3", id="taken twice"),
        pytest.param("một " * 30, "mot-mot-mot-mot-mot-mot-mot-mot-mot-mot-mot", id="whole words up to the limit"),
    ],
)
def test_a_title_suggests_an_id(title: str, proposed: str) -> None:
    assert proposed_id(title, {"xe-buyt", "xe-buyt-2"}) == proposed


@given(st.text(max_size=120), st.booleans())
def test_whatever_the_title_a_suggestion_may_be_used(title: str, is_taken: bool) -> None:  # noqa: FBT001  # drawn
    """It is the name of a file: nothing else may come of any title."""
    first = proposed_id(title, ())
    proposed = proposed_id(title, {first} if is_taken else ())

    assert not proposed or TypeAdapter(Slug).validate_python(proposed) == proposed
    assert not proposed or (proposed == first) is not is_taken


@pytest.mark.parametrize("text", ["yes", "1e3", "a: b # c", "--- x", "'\"", "{{ x", "2026-11-20", "\\|"])
def test_what_was_typed_reads_back(text: str) -> None:
    """Whatever YAML would take it for."""
    form = Typed(
        title=f"Xe {text}",
        audience=text,
        summary="Xe buýt chạy mỗi giờ một chuyến.",
        questions=f"{text}\nxe buýt",
        body=f"## Cách làm\n\n---\n\n{text}",
        sources="Bảng giờ | 20/11/2026",
    )

    answer = source_of(Path("answer.md"), begun(PLACE, entries(form, BOXES), TODAY)).model(Answer)

    assert (answer.id, answer.domain, answer.menu_step) == ("xe-buyt", "transport", "mat-giay-to")
    assert answer.title == " ".join(f"Xe {text}".split())
    assert answer.audience == text
    assert answer.questions == (text, "xe buýt")
    assert answer.body == form.body
    assert (answer.review.status, answer.review.next) == ("draft", date(2027, 5, 19))


def test_entries_stand_in_the_order_of_other_files() -> None:
    text = begun(PLACE, entries(Typed(links="Trang | https://dichvucong.gov.vn"), BOXES), TODAY)

    names = [line.partition(":")[0] for line in text.splitlines() if ":" in line and line[0].isalpha()]
    order = list(Answer.model_fields)
    assert names == sorted(names, key=order.index)


def a_version(by: str, digest: str = "d") -> FileVersion:
    return FileVersion(1, datetime(2026, 11, 20, tzinfo=UTC), by, digest)


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        pytest.param([a_version("Hoa")], True, id="made here"),
        pytest.param([a_version("")], False, id="put there by hand"),
        pytest.param([a_version("Lan"), a_version("Hoa")], False, id="edited since"),
        pytest.param([a_version("Lan"), a_version("Hoa", ""), a_version("Hoa")], True, id="made again"),
        pytest.param([a_version("Hoa", ""), a_version("Hoa")], False, id="gone"),
        pytest.param([], False, id="never seen"),
    ],
)
def test_only_what_was_made_here_and_never_changed_is_new(versions: list[FileVersion], expected: bool) -> None:  # noqa: FBT001  # the row's answer
    assert is_new(versions) is expected
