"""One content file: YAML or front matter into a model, without the surprises of editors' tools and of YAML."""

import re
from datetime import time
from pathlib import Path

import pytest

from bot.knowledge.schema import Answer, Commune
from bot.knowledge.source import Unreadable, read_source
from tests.unit.builders import KHAI_SINH, ContentFolder

COMMUNE = "communes/00430.yaml"


def the_answer(folder: ContentFolder) -> Answer:
    """Read the answer about births, as it stands in *folder*."""
    return read_source(folder.path, Path(KHAI_SINH)).model(Answer)


def test_header_and_body_become_one_answer(folder: ContentFolder) -> None:
    """The body is what follows the second fence, trimmed."""
    answer = the_answer(folder)

    assert answer.id == "ht-khai-sinh"
    assert answer.body.startswith("## Chuẩn bị\n")
    assert answer.body.endswith("(https://dichvucong.gov.vn).")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff{}", id="byte-order-mark-of-notepad"),
        pytest.param("{}\n\n\n", id="empty-lines-at-the-end"),
    ],
)
def test_what_editors_tools_leave_behind_is_no_mistake(folder: ContentFolder, content: str) -> None:
    """Nobody sees it, so nobody could mend it."""
    before = the_answer(folder)
    folder.write(KHAI_SINH, content.format(folder.read(KHAI_SINH)))

    assert the_answer(folder) == before


def test_line_ends_of_windows_are_no_mistake(folder: ContentFolder) -> None:
    """Also for the body, which is compared and cut by lines."""
    before = the_answer(folder)
    folder.write(KHAI_SINH, folder.read(KHAI_SINH).replace("\n", "\r\n"))

    assert the_answer(folder) == before


def test_a_rule_in_the_body_does_not_end_it(folder: ContentFolder) -> None:
    """Only the first two lines of three hyphens are fences."""
    folder.replace(KHAI_SINH, "- Giấy chứng sinh.", "- Giấy chứng sinh.\n\n---\n")

    assert "\n---\n" in the_answer(folder).body


@pytest.mark.parametrize(
    ("written", "at"),
    [
        pytest.param('at: "19:00"', time(19), id="quoted"),
        pytest.param("at: 19:00", time(19), id="bare-which-yaml-reads-as-1140"),
        pytest.param("at: 07:30", time(7, 30), id="bare-in-the-morning"),
    ],
)
def test_a_time_is_a_time_with_quotes_or_without(folder: ContentFolder, written: str, at: time) -> None:
    """YAML 1.1 counts 19:00 in sixties, and a bulletin would go out at 00:19."""
    folder.replace(COMMUNE, 'at: "19:00"', written)

    assert read_source(folder.path, Path(COMMUNE)).model(Commune).slot.at == at


@pytest.mark.parametrize("blank_lines", [0, 1, 3])
def test_lines_of_the_body_are_counted_from_the_top_of_the_file(folder: ContentFolder, blank_lines: int) -> None:
    """However many empty lines stand under the fence."""
    folder.replace(KHAI_SINH, "---\n\n## Chuẩn bị", "---\n" + "\n" * blank_lines + "## Chuẩn bị")

    source = read_source(folder.path, Path(KHAI_SINH))

    assert source.body_line == folder.line(KHAI_SINH, "## Chuẩn bị")


@pytest.mark.parametrize(
    ("path", "at"),
    [
        pytest.param(("title",), "title:", id="a-field"),
        pytest.param(("questions", 1), "  - đăng ký", id="an-item"),
        pytest.param(("sources", 0, "checked"), "    checked:", id="a-field-of-an-item"),
        pytest.param(("sources", 0, "url"), "  - label: Cổng Dịch", id="a-missing-field-is-its-parent"),
        pytest.param(("questions", 99), "questions:", id="a-missing-item-is-its-list"),
        pytest.param(("nothing",), "id:", id="a-missing-field-of-the-file-is-its-first-line"),
        pytest.param((), "id:", id="the-whole-file"),
    ],
)
def test_a_problem_stands_where_its_field_stands(folder: ContentFolder, path: tuple[str | int, ...], at: str) -> None:
    """So that the editor's cursor lands there."""
    source = read_source(folder.path, Path(KHAI_SINH))

    assert source.problem("…", *path).line == folder.line(KHAI_SINH, at)


def test_a_list_is_not_called_too_short_because_its_items_are_wrong(folder: ContentFolder) -> None:
    """One mistake, one problem."""
    folder.replace(KHAI_SINH, "    checked: 2026-11-20", "    checked: hôm nay")

    with pytest.raises(Unreadable) as raised:
        the_answer(folder)

    assert [problem.text for problem in raised.value.problems] == [
        "«sources.1.checked» phải là ngày viết như 2026-11-20"
    ]


def test_every_mistake_is_told_in_vietnamese(folder: ContentFolder) -> None:
    """No sentence of pydantic's gets through, whatever kind of value stands in a field."""
    header = folder.read(KHAI_SINH).split("---\n")[1]
    fields = re.findall(r"^([a-z_]+):", header, re.MULTILINE)
    values = ["", "5", "1.5", "true", "[]", "{}", "x", "2027-01-01", "19:00", "[1]", "[{}]", "[[]]", "{a: b}", "'!'"]
    english = set()
    for field in fields:
        for value in values:
            changed = re.sub(rf"(?ms)^{field}:.*?(?=^[a-z_]+:|\Z)", f"{field}: {value}\n", header)
            folder.write(KHAI_SINH, f"---\n{changed}---\nBài.")
            try:
                the_answer(folder)
            except Unreadable as error:
                english |= {str(problem) for problem in error.problems if "viết chưa đúng:" in problem.text}

    assert english == set()
