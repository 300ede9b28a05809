"""Loading the content folder: a whole library, or every problem of every file with its line."""

from pathlib import Path

import pytest

from bot.knowledge.library import Library
from bot.knowledge.loader import BrokenContent, load_checked, load_library
from tests.unit.builders import BANG_LAI, CAN_CUOC, KHAI_SINH, ContentFolder

COMMUNE = "communes/00430.yaml"
NATIONAL, MESSAGES, TABLE = "national.yaml", "messages.yaml", "abbreviations.tsv"


def test_a_sound_folder_becomes_a_library(folder: ContentFolder) -> None:
    """Answers by topic, communes and provinces by code."""
    library = load_library(folder.path)

    assert set(library.answers) == {"ht-khai-sinh", "cc-mat", "gt-gplx-mat"}
    assert set(library.shelves.communes) == {"00430"}
    assert set(library.shelves.provinces) == {"01"}


def test_the_real_content_has_no_problem(library: Library) -> None:
    """What editors wrote is sound: the fixture would raise with every problem."""
    assert len(library.answers) > 100


def reported(folder: ContentFolder, name: str, old: str, new: str, at: str) -> str:
    """Replace *old* by *new* in the file *name*, and return the one problem, which is on the line of *at*."""
    folder.replace(name, old, new)
    [problem] = folder.problems()
    assert (problem.file, problem.line) == (Path(name), folder.line(name, at))
    return problem.text


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        pytest.param("title: Đăng ký khai sinh cho trẻ\n", "", "id:", "thiếu mục «title»", id="missing-field"),
        pytest.param("plan:", "tag: x\nplan:", "tag:", "«tag» không có trong mẫu", id="unknown-field"),
        pytest.param("trong 60 ngày", "x" * 300, "summary:", "nhiều nhất 300 ký tự", id="summary-too-long"),
        pytest.param("Đăng ký khai sinh cho trẻ", "x" * 81, "title:", "nhiều nhất 80 ký tự", id="title-too-long"),
        pytest.param("civil-status", "family", "domain:", "chỉ được là:", id="unknown-domain"),
        pytest.param(
            "status: draft", "status: done", "status: done", "«review.status» chỉ được là:", id="not-a-choice"
        ),
        pytest.param("làm giấy khai sinh ở đâu", "113", "- 113", "đặt trong dấu nháy", id="number-as-phrasing"),
        pytest.param(
            "làm giấy khai sinh ở đâu", "no", "- no", "«questions.1» phải là chữ", id="yaml-reads-no-as-false"
        ),
        pytest.param("[HN III.1.e]", "HN III.1.e", "plan:", "phải là danh sách", id="text-for-a-list"),
        pytest.param("[cc-mat]", "[CC Mất]", "related:", "viết chưa đúng mẫu", id="not-a-topic-id"),
        pytest.param("confidence: A", "confidence: A\n12: B", "12: B", "phải là chữ", id="key-that-is-a-number"),
        pytest.param(
            "confidence: A", "confidence: A\nplan: []", "plan: []", "mục «plan» ghi hai lần", id="field-twice"
        ),
        pytest.param("url: https://", "url: http://", "url:", "bắt đầu bằng https://", id="http-link"),
        pytest.param("checked: 2026-11-20", "checked: 20/11/2026", "checked:", "phải là ngày", id="day-first"),
        pytest.param("checked: 2026-11-20", "checked: 2026-02-30", "checked:", "phải là ngày", id="day-of-no-calendar"),
        pytest.param("checked: 2026-11-20", "checked: 20261120", "checked:", "phải là ngày", id="day-without-dashes"),
        pytest.param("next: 2027-03-01", "next: sang năm", "next:", "phải là ngày", id="day-in-words"),
        pytest.param("title: Đăng", 'title: "Đăng', "confidence:", "không đọc được YAML", id="quote-left-open"),
        pytest.param(
            "questions:\n", "questions:\n    - sâu\n", "  - làm giấy", "không đọc được YAML", id="wrong-indent"
        ),
        pytest.param("title: Đăng", "title: \x00Đăng", "id:", "không đọc được YAML", id="control-character"),
        pytest.param("---\nid:", "id:", "id:", "giữa hai dòng ---", id="no-front-matter"),
        pytest.param("A\n---\n", "A\n", "---", "giữa hai dòng ---", id="front-matter-never-ends"),
    ],
)
def test_a_mistake_in_an_answer_is_reported_with_its_line(
    folder: ContentFolder, old: str, new: str, at: str, said: str
) -> None:
    """One mistake, one problem: the file, the line to mend, and what is allowed, in Vietnamese."""
    assert said in reported(folder, KHAI_SINH, old, new, at)


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "said"),
    [
        pytest.param(NATIONAL, "2027-01-01", "1/1/2027", "1/1/2027", "phải là ngày", id="day-as-a-key"),
        pytest.param(NATIONAL, "07:30-11:30", "sáng", "mon:", "phải viết như", id="hours-in-words"),
        pytest.param(NATIONAL, "07:30", "25:30", "mon:", "phải viết như", id="hours-no-clock-has"),
        pytest.param(NATIONAL, "07:30-11:30", "11:30-07:30", "mon:", "phải viết như", id="hours-backwards"),
        pytest.param(NATIONAL, "07:30-11:30", "18:00-20:00", "mon:", "giờ sớm trước", id="hours-evening-first"),
        pytest.param(
            NATIONAL,
            '\n  mon: "07:30-11:30, 13:30-17:00"',
            " {}",
            "open:",
            "còn trống",
            id="an-office-that-never-opens",
        ),
        pytest.param(
            NATIONAL,
            "công an {commune}",
            "công an {xa}",
            "commune.police.name",
            "ở đây: {xa}",
            id="unknown-placeholder-in-a-default",
        ),
        pytest.param(COMMUNE, 'at: "19:00"', "at: tối", "at:", "phải là giờ viết như", id="time-in-words"),
        pytest.param(COMMUNE, '"01"', "01", "province:", "đặt trong dấu nháy", id="unquoted-code"),
        pytest.param(COMMUNE, '"01"', '"1"', "province:", "mã số phải đặt trong dấu nháy", id="code-without-its-zero"),
        pytest.param(COMMUNE, "21.2506", "bắc", "latitude:", "phải là số", id="latitude-in-words"),
        pytest.param(COMMUNE, "21.2506", "105.9", "latitude:", "«point.latitude» lớn quá", id="longitude-for-latitude"),
        pytest.param(
            COMMUNE,
            "latitude: 21.2506",
            "latitude: 2.5",
            "latitude:",
            "«point.latitude» nhỏ quá",
            id="a-point-in-the-sea",
        ),
        pytest.param("hotlines.yaml", '"113"', "113", "phone: 113", "đặt trong dấu nháy", id="unquoted-phone"),
        pytest.param("menu.yaml", "menu:\n", "", "- id:", "dạng «tên: giá trị»", id="a-list-for-a-mapping"),
        pytest.param(
            MESSAGES, "  agree: Đồng ý nhận\n", "", "labels:", "thiếu mục «labels.agree»", id="missing-sentence"
        ),
        pytest.param(
            MESSAGES, "bà con {commune}", "bà con {xa}", "greeting_commune:", "ở đây: {xa}", id="unknown-placeholder"
        ),
        pytest.param(
            MESSAGES, "bà con {commune}", "bà con {commune", "greeting_commune:", "ngoặc nhọn", id="brace-left-open"
        ),
        pytest.param(
            MESSAGES,
            "bà con {commune}",
            "{commune:>9}",
            "greeting_commune:",
            "không dùng được",
            id="placeholder-with-a-width",
        ),
        pytest.param(TABLE, "gks\tgiấy", "gks giấy", "gks", "phím Tab", id="abbreviation-without-a-tab"),
        pytest.param(TABLE, "hs\t", "GKS\t", "GKS", "«gks» đã có ở dòng trên", id="abbreviation-twice"),
        pytest.param(TABLE, "hồ sơ|", "|", "hs", "phím Tab", id="abbreviation-with-an-empty-meaning"),
    ],
)
def test_a_mistake_in_another_file_is_reported_with_its_line(
    folder: ContentFolder, name: str, old: str, new: str, at: str, said: str
) -> None:
    """Communes, hours, phones, sentences and tables are checked like answers."""
    assert said in reported(folder, name, old, new, at)


UTF_8 = "tệp phải lưu ở dạng UTF-8"
FENCES = "phần đầu phải nằm giữa hai dòng ---"
MAPPING = "tệp phải gồm các mục dạng «tên: giá trị»"
MISSING = "không có tệp này, mà kênh không chạy được nếu thiếu nó"
CLOSED = "không mở được tệp này; xem lại quyền đọc, và có phải là tệp không"
STRAY = "tệp nằm sai chỗ hoặc sai đuôi nên không được đọc"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param(KHAI_SINH, "---\ntitle: Đ\n".encode("cp1258"), UTF_8, id="not-utf-8"),
        pytest.param(KHAI_SINH, "", FENCES, id="empty-answer"),
        pytest.param(KHAI_SINH, "---\n---\nx", MAPPING, id="empty-front-matter"),
        pytest.param("menu.yaml", "", MAPPING, id="empty-yaml"),
        pytest.param(NATIONAL, None, MISSING, id="missing-file"),
        pytest.param(TABLE, None, MISSING, id="missing-table"),
        pytest.param("faq/x.md", "---\n", STRAY, id="answer-outside-a-domain"),
        pytest.param("communes/09574.yml", "name: x", STRAY, id="yml-for-yaml"),
    ],
)
def test_a_file_that_cannot_be_read_is_reported(
    folder: ContentFolder, name: str, content: str | bytes | None, said: str
) -> None:
    """Also then the sentence begins like a link: file and line."""
    folder.remove(name) if content is None else folder.write(name, content)

    assert [str(problem) for problem in folder.problems()] == [f"{name}:1: {said}"]


def test_a_folder_named_like_a_file_is_reported(folder: ContentFolder) -> None:
    """As is every file that the system will not open."""
    (folder.path / "faq/land/x.md").mkdir(parents=True)

    assert [str(problem) for problem in folder.problems()] == [f"faq/land/x.md:1: {CLOSED}"]


def test_every_problem_of_every_file_is_reported_at_once(folder: ContentFolder) -> None:
    """An editor mends them all in one go, in the order of files and lines."""
    folder.replace(KHAI_SINH, "domain: civil-status", "domain: family")
    folder.replace(KHAI_SINH, "confidence: A", "confidence: C")
    folder.replace(CAN_CUOC, "plan: []", "plan: {}")
    folder.replace(BANG_LAI, "id: gt-gplx-mat", "id: bang-lai")
    folder.replace(COMMUNE, "weekday: fri", "weekday: friday")
    folder.remove("synonyms.yaml")

    found = [(str(problem.file), problem.line) for problem in folder.problems()]

    assert found == [
        (COMMUNE, folder.line(COMMUNE, "weekday")),
        (KHAI_SINH, folder.line(KHAI_SINH, "domain")),
        (KHAI_SINH, folder.line(KHAI_SINH, "confidence")),
        (CAN_CUOC, folder.line(CAN_CUOC, "plan")),
        ("synonyms.yaml", 1),
    ]


def test_what_leads_to_a_broken_file_is_no_second_problem(folder: ContentFolder) -> None:
    """Menu, `related` and `not_for` name cc-mat; only its own mistake is reported."""
    folder.replace(CAN_CUOC, "confidence: A", "confidence: C")

    assert [str(problem.file) for problem in folder.problems()] == [CAN_CUOC]


def test_no_answer_at_all_is_a_problem(folder: ContentFolder) -> None:
    """A wrong CONTENT_DIR, or a copy that stopped half way, must not become a bot that knows nothing."""
    for name in (KHAI_SINH, CAN_CUOC, BANG_LAI):
        folder.remove(name)

    assert "faq:1: phải có ít nhất hai câu trả lời trong các thư mục con" in map(str, folder.problems())


def test_the_error_lists_the_problems_for_whoever_starts_the_service(folder: ContentFolder) -> None:
    """The operator sees the same lines as the editor."""
    folder.remove("synonyms.yaml")
    folder.replace(CAN_CUOC, "confidence: A", "confidence: C")

    with pytest.raises(BrokenContent) as raised:
        load_library(folder.path)

    assert str(raised.value).splitlines() == [str(problem) for problem in raised.value.problems]


def test_the_fingerprint_is_that_of_the_text(folder: ContentFolder) -> None:
    """Two processes with the same content show the same one; any edit shows another."""
    first = load_library(folder.path).fingerprint
    (folder.path / KHAI_SINH).touch()
    assert load_library(folder.path).fingerprint == first

    folder.replace(KHAI_SINH, "Trong ngày.", "Ngay trong ngày.")
    assert load_library(folder.path).fingerprint != first


NEW = Path("faq/transport/gt-xe-buyt.md")


def a_new_text(folder: ContentFolder, **changes: str) -> str:
    """Return an answer that no file holds, with other words in the place of some."""
    text = folder.read(BANG_LAI).replace("gt-gplx-mat", NEW.stem).replace("mất bằng lái xe máy", "giờ xe buýt")
    text = text.replace("domain: transport\n", "domain: transport\nmenu_step: mat-giay-to\n")
    for old, new in changes.items():
        text = text.replace(f"{old}:", f"{new}:")
    return text


def test_a_file_that_is_not_there_yet_is_read_as_if_it_were(folder: ContentFolder) -> None:
    """So a new answer is checked against everything else; nothing is written."""
    library = load_checked(folder.path, {NEW: a_new_text(folder)})

    assert NEW.stem in library.answers
    node = library.menu_node("mat-giay-to")
    assert node
    assert NEW.stem in node.topics
    assert library.fingerprint != load_checked(folder.path).fingerprint
    assert not (folder.path / NEW).exists()


def test_what_is_wrong_with_a_file_that_is_not_there_yet_is_told(folder: ContentFolder) -> None:
    with pytest.raises(BrokenContent) as broken:
        load_checked(folder.path, {NEW: a_new_text(folder, confidence="sure")})

    assert {problem.file for problem in broken.value.problems} == {NEW}


def test_a_file_that_goes_is_read_as_if_it_were_gone(folder: ContentFolder) -> None:
    folder.write(str(NEW), a_new_text(folder))

    assert NEW.stem not in load_checked(folder.path, {NEW: None}).answers


def test_what_still_leads_to_a_file_that_goes_is_a_problem(folder: ContentFolder) -> None:
    with pytest.raises(BrokenContent) as broken:
        load_checked(folder.path, {Path(CAN_CUOC): None})

    assert {str(problem.file) for problem in broken.value.problems} >= {KHAI_SINH, "menu.yaml"}


@pytest.mark.parametrize("name", ["faq/gt-xe-buyt.md", "x/faq/transport/gt-xe-buyt.md", "faq/a/b/gt-xe-buyt.md"])
def test_a_text_for_a_place_where_no_answer_is_adds_none(folder: ContentFolder, name: str) -> None:
    assert NEW.stem not in load_checked(folder.path, {Path(name): a_new_text(folder)}).answers


def test_a_menu_step_that_there_is_not_is_one_problem(folder: ContentFolder) -> None:
    """The step must lead to answers: one that leads to more steps is none."""
    folder.write(str(NEW), a_new_text(folder).replace("menu_step: mat-giay-to", "menu_step: giay-to"))

    [problem] = folder.problems()

    assert (problem.file, problem.line) == (NEW, folder.line(str(NEW), "menu_step:"))
    assert "không có nhóm cuối nào mang mã «giay-to»" in problem.text
