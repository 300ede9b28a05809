"""A report as a spreadsheet: one sheet a section, with real numbers and dates to go on counting with."""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.desk.report_contents import Cell, Report, Section, told_day
from bot.knowledge.report_words import ReportWords
from bot.text import clean

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The MIME type of what `workbook` returns."""

# 42A is Vietnamese: points between thousands and day before month, wherever the file is opened.
_NUMBER, _DAY = "[$-42A]#,##0", "[$-42A]dd/mm/yyyy"
_LONGEST_NAME = 31
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")
_NARROW, _WIDE = 14, 48


@dataclass(frozen=True, slots=True)
class _Looks:
    """How cells look; those of a total are bold."""

    title: Format
    caption: Format
    head: Format
    text: Format
    number: Format
    day: Format
    total: Format


def workbook(report: Report, words: ReportWords) -> bytes:
    """Return *report* as an Excel file; what anybody wrote stays text, whatever it begins with."""
    stream = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(stream, options) as book:
        book.set_properties({"title": words.paper.subject.format(period=report.period)})
        looks = _looks(book)
        names = set[str]()
        for section in report.sections:
            sheet = book.add_worksheet(_name(section.heading, names))
            _fill(sheet, section, report, words, looks)
    return stream.getvalue()


def _looks(book: Workbook) -> _Looks:
    grid = {"border": 1, "valign": "top", "text_wrap": True}
    return _Looks(
        title=book.add_format({"bold": True, "font_size": 14}),
        caption=book.add_format({"bold": True}),
        head=book.add_format({**grid, "bold": True, "bg_color": "#F2E9DC"}),
        text=book.add_format(grid),
        number=book.add_format({**grid, "num_format": _NUMBER}),
        day=book.add_format({**grid, "num_format": _DAY}),
        total=book.add_format({**grid, "bold": True, "num_format": _NUMBER}),
    )


def _fill(sheet: Worksheet, section: Section, report: Report, words: ReportWords, looks: _Looks) -> None:
    span = words.periods.span.format(first=told_day(report.first), last=told_day(report.last))
    sheet.write_string(0, 0, clean(words.paper.subject.format(period=report.period)), looks.title)
    row = 1
    for line in (report.communes, span, *section.sentences):
        sheet.write_string(row, 0, clean(line))
        row += 1
    widths: dict[int, int] = {}
    for table in section.tables:
        row += 1
        sheet.write_string(row, 0, table.caption, looks.caption)
        for column, head in enumerate(table.heads):
            sheet.write_string(row + 1, column, head, looks.head)
        row += 2
        for index, cells in enumerate(table.rows, start=1):
            is_total = table.has_total and index == len(table.rows)
            for column, cell in enumerate(cells):
                _write(sheet, row, column, cell, words, looks, is_total=is_total)
                widths[column] = max(widths.get(column, _NARROW), min(_WIDE, len(str(cell)) + 2))
            row += 1
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _write(
    sheet: Worksheet, row: int, column: int, cell: Cell, words: ReportWords, looks: _Looks, *, is_total: bool
) -> None:
    match cell:
        case int():
            sheet.write_number(row, column, cell, looks.total if is_total else looks.number)
        case date():
            sheet.write_datetime(row, column, cell, looks.day)
        case None:
            sheet.write_string(row, column, words.subscribers.no_figure, looks.text)
        case str():
            sheet.write_string(row, column, clean(cell), looks.total if is_total else looks.text)


def _name(heading: str, taken: set[str]) -> str:
    """Return *heading* as the name of a sheet that no other has: Excel allows 31 characters, and not all."""
    name = _NOT_IN_NAMES.sub(" ", heading)[:_LONGEST_NAME].strip()
    while name.casefold() in taken:
        name = f"{name[: _LONGEST_NAME - 2]} {len(taken)}"
    taken.add(name.casefold())
    return name
