"""A report as a Word document in the form of an administrative one, with gaps for number, day and signature.

The form follows Decree 30/2020/NĐ-CP: Times New Roman, the two heads side by side, margins of 20 to 30 mm. Headings
and tables are Word's own, so an official can go on writing in it.
"""

import re
from io import BytesIO

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell as WordCell
from docx.text.paragraph import Paragraph

from bot.desk.report_contents import Report, Table, told, told_day
from bot.knowledge.report_words import ReportWords
from bot.text import clean

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
"""The MIME type of what `document` returns."""

_KIND = re.compile(r"^(?:xã|phường|đặc khu) ", re.IGNORECASE)
"""What a letter leaves out of the name of the place it is written at."""

_FONT = "Times New Roman"
_BODY, _SMALL = Pt(13), Pt(11)
_WIDE = 6
"""From so many columns on a table is set in smaller type."""


def document(report: Report, place: str, words: ReportWords) -> bytes:
    """Return *report* as a Word file; *place* is the commune that signs it, empty for several."""
    word = Document()
    _prepare(word, report, words)
    _heads(word, report, place, words)
    subject = words.paper.subject.format(period=report.period)
    _line(word.add_paragraph(), words.paper.report, is_bold=True, is_centred=True, size=Pt(14))
    _line(word.add_paragraph(style="Title"), subject, is_bold=True, is_centred=True, size=Pt(14))
    opening = words.paper.opening.format(
        communes=report.communes, first=told_day(report.first), last=told_day(report.last)
    )
    for sentence in (opening, *report.notes[1:]):
        word.add_paragraph(clean(sentence))
    for number, section in enumerate(report.sections, start=1):
        word.add_heading(f"{number}. {section.heading}", level=1)
        for sentence in section.sentences:
            word.add_paragraph(clean(sentence))
        for table in section.tables:
            _table(word, table, words)
    _signature(word, words)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


def _prepare(word: WordDocument, report: Report, words: ReportWords) -> None:
    """Set the page, the fonts, and what the file says of itself."""
    page = word.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    page.top_margin = page.bottom_margin = page.right_margin = Mm(20)
    page.left_margin = Mm(30)
    for name, size in (("Normal", _BODY), ("Heading 1", _BODY), ("Heading 2", _BODY), ("Title", Pt(14))):
        style = word.styles[name]
        style.font.name, style.font.size = _FONT, size
        style.font.color.rgb = RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for side in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(side), _FONT)
    properties = word.core_properties
    properties.title, properties.language = words.paper.subject.format(period=report.period), "vi-VN"
    properties.author = properties.last_modified_by = properties.comments = ""


def _heads(word: WordDocument, report: Report, place: str, words: ReportWords) -> None:
    paper = words.paper
    table = word.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    whose, state = table.rows[0].cells
    number, day = table.rows[1].cells
    _lines(whose, (paper.authority, (place or paper.several).upper()), is_bold=True)
    _lines(state, (paper.nation, paper.motto), is_bold=True)
    _lines(number, (paper.number,))
    where = _KIND.sub("", place) or "………"
    _lines(day, (paper.place.format(place=where, year=report.last.year),), is_italic=True)
    word.add_paragraph()


def _signature(word: WordDocument, words: ReportWords) -> None:
    word.add_paragraph()
    left, right = word.add_table(rows=1, cols=2).rows[0].cells
    _lines(left, (words.paper.receivers, *words.paper.receiver_lines), is_centred=False, size=_SMALL)
    _lines(right, (words.paper.on_behalf, words.paper.signer), is_bold=True)


def _table(word: WordDocument, table: Table, words: ReportWords) -> None:
    """Add *table* under its caption; its head is repeated on every page it runs over."""
    word.add_heading(table.caption, level=2)
    grid = word.add_table(rows=1, cols=len(table.heads), style="Table Grid")
    size = _SMALL if len(table.heads) > _WIDE else _BODY
    for cell, head in zip(grid.rows[0].cells, table.heads, strict=True):
        _line(cell.paragraphs[0], head, is_bold=True, is_centred=True, size=size)
    _repeat(grid.rows[0]._tr)  # noqa: SLF001  # python-docx has no other way to a row's properties
    for index, row in enumerate(table.rows, start=1):
        is_total = table.has_total and index == len(table.rows)
        for cell, value in zip(grid.add_row().cells, row, strict=True):
            paragraph = cell.paragraphs[0]
            _line(paragraph, told(value, words), is_bold=is_total, size=size)
            if isinstance(value, int):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    word.add_paragraph()


def _repeat(row: CT_Row) -> None:
    header = OxmlElement("w:tblHeader")
    header.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(header)


def _lines(
    cell: WordCell,
    texts: tuple[str, ...],
    *,
    is_bold: bool = False,
    is_italic: bool = False,
    is_centred: bool = True,
    size: Pt = _BODY,
) -> None:
    for index, text in enumerate(texts):
        paragraph = cell.add_paragraph() if index else cell.paragraphs[0]
        _line(paragraph, text, is_bold=is_bold, is_italic=is_italic, is_centred=is_centred, size=size)


def _line(
    paragraph: Paragraph,
    text: str,
    *,
    is_bold: bool = False,
    is_italic: bool = False,
    is_centred: bool = False,
    size: Pt = _BODY,
) -> None:
    run = paragraph.add_run(clean(text))
    run.bold, run.italic, run.font.size = is_bold, is_italic, size
    paragraph.paragraph_format.space_after = Pt(2)
    if is_centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
