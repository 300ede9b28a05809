"""Reports: their periods, what they say, and the files they become, opened as people's programs open them."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.bulletins.deliveries import State
from bot.desk.ports.figures import AskedAt, FeedbackFigures, ReportFigures, SentBulletin, SubscriberFigures
from bot.desk.report_contents import Report, told, told_period, written
from bot.desk.report_document import document
from bot.desk.report_workbook import workbook
from bot.desk.reports import Kind, Period, due_soon, period_of, quarter_of, recent
from bot.messages import Channel, Decision
from tests.sentences import sentences

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
QUARTER = Period(2026, Kind.QUARTER, 4)
DA_PHUC = "00430"


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        pytest.param(Period(2026, Kind.QUARTER, 1), date(2025, 12, 15), date(2026, 3, 14), id="begins the year before"),
        pytest.param(QUARTER, date(2026, 9, 15), date(2026, 12, 14), id="ends before the year does"),
        pytest.param(Period(2026, Kind.HALF, 2), date(2026, 6, 15), date(2026, 12, 14), id="a half"),
        pytest.param(Period(2026, Kind.YEAR), date(2025, 12, 15), date(2026, 12, 14), id="a year"),
    ],
)
def test_periods_close_on_the_14th(period: Period, first: date, last: date) -> None:
    """Decree 09/2019/NĐ-CP, article 12."""
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize("code", ["2026-q1", "2026-q4", "2026-h2", "2026"])
def test_a_period_is_found_by_its_code(code: str) -> None:
    found = period_of(code)

    assert found
    assert found.code == code


@pytest.mark.parametrize("code", ["", "2026-q5", "2026-h3", "2026-", "0001", "20266", "2026-q1 ", "٢٠٢٦", "x"])
def test_what_is_no_period_is_none(code: str) -> None:
    assert period_of(code) is None


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_every_day_is_in_one_quarter_and_quarters_join(day: date) -> None:
    quarter = quarter_of(day)

    assert quarter.first <= day <= quarter.last
    assert quarter_of(quarter.last + timedelta(days=1)).first == quarter.last + timedelta(days=1)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_only_what_has_begun_can_be_reported(day: date) -> None:
    found = recent(day)

    assert all(period.first <= day for period in found)
    assert quarter_of(day) in found
    assert len(set(found)) == len(found)


def test_a_quarter_is_reminded_of_from_the_10th_to_the_14th() -> None:
    days = [day for day in range(1, 31) if due_soon(date(2026, 6, day))]

    assert days == [10, 11, 12, 13, 14]


def test_periods_are_named_as_people_name_them() -> None:
    words = sentences().shelves.console.reports.periods

    assert told_period(QUARTER, words) == "quý IV năm 2026"
    assert told_period(Period(2026, Kind.HALF, 1), words) == "6 tháng đầu năm 2026"
    assert told_period(Period(2026, Kind.YEAR), words) == "năm 2026"


# What a report says


def a_bulletin(title: str = "Cúp nước", **counts: int) -> SentBulletin:
    by_state = {state: counts.get(state, 0) for state in State}
    at = datetime(2026, 10, 1, 18, 30, tzinfo=UTC)  # half past one the day after, here
    return SentBulletin(id=1, title=title, published_at=at, counts=by_state, is_urgent=True)


def some_figures(*bulletins: SentBulletin) -> ReportFigures:
    day = date(2026, 10, 1)
    return ReportFigures(
        bulletins=bulletins,
        asked=(
            AskedAt(day, "ht-khai-sinh", Decision.ANSWER, 1200),
            AskedAt(day, "ht-khai-sinh", Decision.SUGGEST, 30),
            AskedAt(day, "khong-con", Decision.ANSWER, 2),
            AskedAt(day, "", Decision.NONE, 44),
        ),
        feedback=FeedbackFigures(received=10, on_time=6, late=2, waiting=1, overdue=1),
        handovers=FeedbackFigures(received=3, on_time=3),
        subscribers=SubscriberFigures({Channel.ZALO: 100}, {Channel.ZALO: 90, Channel.TELEGRAM: 5}),
        counted_from=date(2026, 9, 20),
    )


def a_report(figures: ReportFigures, today: date = date(2026, 12, 20)) -> Report:
    return written(figures, QUARTER, [DA_PHUC], sentences(), today, ZONE)


def rows_of(report: Report, key: str, table: int = 0) -> list[tuple[object, ...]]:
    [section] = [section for section in report.sections if section.key == key]
    return list(section.tables[table].rows)


def test_held_is_not_sent() -> None:
    """Nor is what nobody knows: only what a platform took counts as passed on."""
    report = a_report(some_figures(a_bulletin(sent=5, held=4, unknown=3, failed=2, pending=1)))

    [one, total] = rows_of(report, "bulletins")
    assert one == (date(2026, 10, 2), "Cúp nước (khẩn)", 15, 5, 4, 2, 0, 3, 0, 1)
    assert total == ("", "Cộng", 15, 5, 4, 2, 0, 3, 0, 1)
    assert "5 lượt tin" in report.sections[0].sentences[0]


def test_the_ends_of_questions_stand_apart() -> None:
    report = a_report(some_figures())

    assert rows_of(report, "questions") == [
        ("Trả lời ngay", 1202),
        ("Hỏi lại, cho chọn", 30),
        ("Chưa trả lời được", 44),
        ("Chuyển cho cán bộ", 3),
    ]


def test_questions_stand_by_field_and_by_topic() -> None:
    """What found no answer, or one that is no more, has no field."""
    report = a_report(some_figures())

    assert rows_of(report, "questions", 1) == [("Hộ tịch", 1200, 30, 0), ("Chưa rõ lĩnh vực", 2, 0, 44)]
    assert rows_of(report, "questions", 2) == [
        ("Đăng ký khai sinh cho con", 1200, 30),
        ("Câu đã bỏ (khong-con)", 2, 0),
    ]


def test_what_nobody_counted_is_no_zero() -> None:
    figures = some_figures()
    unknown = ReportFigures(
        bulletins=(),
        asked=(),
        feedback=figures.feedback,
        handovers=figures.handovers,
        subscribers=SubscriberFigures(None, {Channel.ZALO: 90}),
        counted_from=None,
    )

    report = a_report(unknown)

    assert rows_of(report, "subscribers") == [("Zalo", None, 90, None), ("Cộng", None, 90, None)]
    assert told(None, sentences().shelves.console.reports) == "chưa đếm"
    assert report.sections[0].sentences == ("Không gửi bản tin nào trong kỳ.",)


def test_a_report_says_from_when_on_there_are_figures() -> None:
    report = a_report(some_figures())

    assert any("20/09/2026" in sentence for section in report.sections for sentence in section.sentences)


def test_a_period_that_goes_on_says_so() -> None:
    assert any("chưa hết" in note for note in a_report(some_figures(), date(2026, 12, 1)).notes)
    assert not any("chưa hết" in note for note in a_report(some_figures()).notes)


# Files

WORDS = sentences().shelves.console.reports
NASTY = '\x0b=1+1 <b>&"'


def test_a_document_opens_and_is_an_administrative_one() -> None:
    file = document(a_report(some_figures(a_bulletin(NASTY, sent=1240))), "xã Đa Phúc", WORDS)

    word = Document(BytesIO(file))
    heads = [cell.text for row in word.tables[0].rows for cell in row.cells]
    assert heads[0] == "ỦY BAN NHÂN DÂN\nXÃ ĐA PHÚC"
    assert heads[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert heads[3] == "Đa Phúc, ngày      tháng      năm 2026"
    texts = [paragraph.text for paragraph in word.paragraphs]
    assert "Kết quả thông tin, tuyên truyền qua kênh Loa Xã, quý IV năm 2026" in texts
    assert [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"] == [  # type: ignore[union-attr]
        "1. Bản tin đã gửi",
        "2. Người đăng ký nhận tin",
        "3. Người dân hỏi",
        "4. Phản ánh và lời nhắn cho cán bộ",
        "5. Nguồn số liệu",
    ]
    cells = [cell.text for cell in word.tables[1].rows[1].cells]
    assert cells[:4] == ["02/10/2026", '=1+1 <b>&" (khẩn)', "1.240", "1.240"]
    assert "CHỦ TỊCH" in word.tables[-1].rows[0].cells[1].text


def test_a_document_of_several_communes_leaves_the_place_open() -> None:
    word = Document(BytesIO(document(a_report(some_figures()), "", WORDS)))

    assert "CÁC XÃ, PHƯỜNG" in word.tables[0].rows[0].cells[0].text
    assert word.tables[0].rows[1].cells[1].text.startswith("………")


def test_a_spreadsheet_has_a_sheet_a_section_with_real_numbers_and_days() -> None:
    file = workbook(a_report(some_figures(a_bulletin(NASTY, sent=1240))), WORDS)

    book = load_workbook(BytesIO(file))
    assert [len(name) <= 31 for name in book.sheetnames] == [True] * 5
    sheet = book["Bản tin đã gửi"]
    rows = {row[1].value: row for row in sheet.iter_rows() if row[1].value}
    one = rows['=1+1 <b>&" (khẩn)']
    assert one[0].value == datetime(2026, 10, 2)  # noqa: DTZ001  # a spreadsheet knows no zones
    assert one[1].data_type == "s", "what somebody wrote is never a formula"
    assert (one[2].value, one[2].number_format) == (1240, "[$-42A]#,##0")
