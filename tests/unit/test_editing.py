"""An answer file with some entries changed: the rest stays letter for letter, and what was typed reads back."""

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.answer_forms import BOXES, Typed, changed, entries, typed
from bot.knowledge.editing import BODY, edited, entry_at
from bot.knowledge.schema import Answer
from bot.knowledge.source import Unreadable, source_of
from bot.text import clean

if TYPE_CHECKING:
    from bot.knowledge.rewriting import Value

NAME = Path("faq/civil-status/ht-khai-sinh.md")
ANSWERS = sorted(Path("content/faq").glob("*/*.md"))

FILE = """\
---
# Mã không được đổi.
id: ht-khai-sinh
title: "Đăng ký khai sinh"  # tên ngắn
domain: civil-status

audience: Cha mẹ
questions:
  - làm giấy khai sinh ở đâu  # câu đầu
  # Người Huế hỏi:
  - mần giấy khai sinh ở mô
  - 'khai sinh: cần gì'
  # Hết câu hỏi.

# Câu gần giống.
not_for: []
summary: >-
  Cha hoặc mẹ
  đăng ký.
related: [cc-mat, ct-thuong-tru] # hai câu
sources:
- label: Cổng Dịch vụ công
  checked: 2026-11-20 # đọc lại mỗi quý
plan: []
review: {status: draft, next: 2027-03-01}
confidence: A
---


## Chuẩn bị

- Giấy chứng sinh.
"""


def answer(text: str) -> Answer:
    return source_of(NAME, text).model(Answer)


def without(text: str, *lines: str) -> list[str]:
    """Return the lines of *text* that hold none of *lines*."""
    return [line for line in text.splitlines() if not any(part in line for part in lines)]


def test_nothing_changed_is_nothing_written() -> None:
    assert edited(FILE, {}) is FILE


def test_one_entry_is_changed_and_no_other_letter() -> None:
    """Also in a file that is indented in its editor's own way."""
    after = edited(FILE, {"audience": "Ông bà"})

    assert after == FILE.replace("audience: Cha mẹ", "audience: Ông bà")


def test_quotes_and_the_comment_behind_them_stay() -> None:
    assert re.search(r'^title: "Khai sinh" +# tên ngắn$', edited(FILE, {"title": "Khai sinh"}), re.MULTILINE)


def test_brackets_stay_brackets() -> None:
    assert re.search(r"^related: \[cc-mat\] +# hai câu$", edited(FILE, {"related": ["cc-mat"]}), re.MULTILINE)


def test_a_question_is_added_above_the_comment_that_ends_the_list() -> None:
    questions = ["làm giấy khai sinh ở đâu", "mần giấy khai sinh ở mô", "khai sinh: cần gì", "khai sinh mất bao lâu"]

    after = edited(FILE, {"questions": questions})

    assert "  - 'khai sinh: cần gì'\n  - khai sinh mất bao lâu\n  # Hết câu hỏi.\n\n# Câu gần giống.\n" in after
    assert without(after, "mất bao lâu") == FILE.splitlines()


def test_a_question_is_put_between_and_the_others_keep_their_lines() -> None:
    questions = ["làm giấy khai sinh ở đâu", "mần giấy khai sinh ở mô", "khai sinh xã nào", "khai sinh: cần gì"]

    assert without(edited(FILE, {"questions": questions}), "xã nào") == FILE.splitlines()


def test_a_question_that_is_reworded_keeps_its_comment() -> None:
    questions = ["khai sinh ở đâu", "mần giấy khai sinh ở mô", "khai sinh: cần gì"]

    after = edited(FILE, {"questions": questions})

    assert re.search(r"^  - khai sinh ở đâu +# câu đầu\n  # Người Huế hỏi:$", after, re.MULTILINE)


@pytest.mark.parametrize("gone", [0, 1, 2])
def test_no_comment_line_is_lost_with_a_question(gone: int) -> None:
    """Whatever it stood beside, somebody wrote it for a reason."""
    questions = ["làm giấy khai sinh ở đâu", "mần giấy khai sinh ở mô", "khai sinh: cần gì"]
    del questions[gone]

    after = edited(FILE, {"questions": questions})

    for comment in ("# Người Huế hỏi:", "# Hết câu hỏi.", "# Câu gần giống.", "# Mã không được đổi."):
        assert comment in after


def test_a_new_entry_stands_where_other_files_have_it() -> None:
    after = edited(FILE, {"valid_until": date(2027, 2, 28), "when_expired": "Hỏi xã."})

    assert "plan: []\nvalid_until: 2027-02-28\nwhen_expired: Hỏi xã.\nreview:" in after
    assert without(after, "valid_until", "when_expired") == FILE.splitlines()


def test_an_entry_that_goes_leaves_its_comments() -> None:
    after = edited(FILE, {"questions": None, "not_for": None})

    assert "questions" not in after
    assert "  # Người Huế hỏi:\n  # Hết câu hỏi.\n\n# Câu gần giống.\nsummary:" in after


def test_part_of_an_item_is_changed_and_its_comment_stays() -> None:
    after = edited(FILE, {"sources": [{"label": "Cổng Dịch vụ công", "checked": date(2027, 1, 2)}]})

    assert "checked: 2027-01-02 # đọc lại mỗi quý" in after


def test_prose_is_folded_at_the_width_of_content() -> None:
    summary = " ".join(["Đến Ủy ban xã trong sáu mươi ngày"] * 6)

    after = edited(FILE, {"summary": summary})

    lines = after[after.index("summary: >-\n") :].split("\nrelated")[0].splitlines()[1:]
    assert len(lines) > 1
    assert all(line.startswith("  ") and len(line) <= 120 for line in lines)
    assert answer(after).summary == summary


def test_the_blank_lines_around_the_body_stay() -> None:
    after = edited(FILE, {}, "## Các bước\n\n1. Đi.\n")

    assert after == FILE[: FILE.index("## Chuẩn bị")] + "## Các bước\n\n1. Đi.\n"


def test_a_file_from_windows_stays_one() -> None:
    windows = "\ufeff" + FILE.replace("\n", "\r\n")

    after = edited(windows, {"audience": "Ông bà"}, "## Các bước\n\n1. Đi.")

    assert after.startswith("\ufeff---\r\n")
    assert after.count("\n") == after.count("\r\n")
    assert answer(after).body == "## Các bước\n\n1. Đi."


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("một đoạn", id="no header"),
        pytest.param("---\n- a\n---\n", id="a list"),
        pytest.param("---\n{id: a}\n---\n", id="in braces"),
        pytest.param("---\nid: [\n---\n", id="broken"),
    ],
)
def test_what_is_no_answer_file_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        edited(text, {"title": "Khai sinh"})


ROUGH = [
    pytest.param(text, id=name)
    for name, text in {
        "a colon": "khai sinh: cần gì",
        "a colon at the end": "khai sinh:",
        "a comment": "khai sinh # cần gì",
        "only a comment": "# khai sinh",
        "a dash": "- khai sinh",
        "a fence": "---",
        "the end of a document": "...",
        "double quotes": 'nói "khai sinh"',
        "a quote that is open": '"khai sinh',
        "single quotes": "'khai' sinh",
        "braces": "{a: b}",
        "brackets": "[a, b]",
        "an anchor": "&a khai sinh",
        "an alias": "*a",
        "a tag": "!!python/object/apply:os.system ['ls']",
        "a folded scalar": ">-",
        "a literal scalar": "|",
        "percent": "%YAML 1.2",
        "an at": "@khai",
        "a backtick": "`khai`",
        "a question mark": "? khai sinh",
        "a colon at the start": ":0",
        "a colon inside": "a:b",
        "a yes": "yes",
        "a no": "no",
        "an off": "off",
        "nothing": "~",
        "null": "null",
        "a number": "00430",
        "a float": "1.5",
        "an hour": "19:00",
        "a day": "2026-11-20",
        "an infinity": ".inf",
        "a merge": "<<",
        "a backslash": "a\\nb",
        "an emoji": "khai sinh 👶🏽",
        "markup": "<script>alert(1)</script>",
        "very long": "khai sinh " * 5000 + "xong",
        "one long word": "k" * 20_000,
    }.items()
]


@pytest.mark.parametrize("text", ROUGH)
def test_whatever_is_typed_reads_back_as_it_was_typed(text: str) -> None:
    """In every kind of entry: nothing that is typed becomes YAML."""
    changes: dict[str, Value | None] = {
        "audience": text,
        "summary": text,
        "questions": ["khai sinh", text],
        "related": [text],
        "links": [{"label": text, "url": "https://a.vn"}],
        "timed": [{"section": text, "until": date(2027, 1, 1), "text": text}],
    }

    after = source_of(NAME, edited(FILE, changes)).mapping()

    assert {name: after[name] for name in changes} == changes


LINE = st.text(st.characters(codec="utf-8"), max_size=60).map(lambda text: " ".join(clean(text).split()))


@given(audience=LINE, summary=LINE, questions=st.lists(LINE, max_size=6), related=st.lists(LINE, max_size=3))
def test_any_text_reads_back(audience: str, summary: str, questions: list[str], related: list[str]) -> None:
    changes = {"audience": audience, "summary": summary, "questions": questions, "related": related}

    text = edited(FILE, changes)

    after = source_of(NAME, text).mapping()
    assert {name: after[name] for name in changes} == changes
    assert "# Người Huế hỏi:" in text
    assert 'title: "Đăng ký khai sinh"  # tên ngắn\n' in text


@given(before=st.lists(st.sampled_from("abcd"), max_size=6), after=st.lists(st.sampled_from("abcd"), max_size=6))
def test_any_list_becomes_any_other(before: list[str], after: list[str]) -> None:
    start = edited(FILE, {"questions": before})

    assert source_of(NAME, edited(start, {"questions": after})).mapping()["questions"] == after


@pytest.mark.parametrize(
    ("words", "entry"),
    [
        ("id: ht", "id"),
        ("mần giấy", "questions"),
        ("  đăng ký.", "summary"),
        ("confidence", "confidence"),
        ("Giấy chứng sinh", BODY),
    ],
)
def test_a_line_belongs_to_the_entry_it_stands_in(words: str, entry: str) -> None:
    """So a problem with a line is shown at its box."""
    line = FILE[: FILE.index(words)].count("\n") + 1

    assert entry_at(FILE, line) == entry
    assert entry_at(FILE.replace("\n", "\r\n"), line) == entry


def test_a_line_outside_belongs_to_nothing() -> None:
    assert entry_at("một đoạn", 1) == ""


def read(path: Path) -> tuple[str, Answer]:
    text = path.read_text(encoding="utf-8")
    return text, source_of(path.relative_to("content"), text).model(Answer)


def test_opening_and_saving_an_answer_changes_nothing() -> None:
    """For each answer there is: not a letter."""
    for path in ANSWERS:
        text, before = read(path)
        form = typed(before)
        posted = Typed(**{box: getattr(form, box).replace("\n", "\r\n") for box in BOXES})  # as browsers send it

        boxes = changed(form, posted)

        assert boxes == (), path
        assert edited(text, entries(posted, boxes).entries) is text


@pytest.mark.slow
def test_even_written_anew_every_answer_stays_as_it_is() -> None:
    """Each box of each answer, as a form shows it and takes it back."""
    for path in ANSWERS:
        text, before = read(path)

        taken = entries(typed(before), BOXES)

        assert taken.slips == ()
        values = {name: value for name, value in taken.entries.items() if value is not None}
        assert edited(text, values, taken.body) == text, path
