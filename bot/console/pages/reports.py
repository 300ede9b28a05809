"""Reports of a quarter, half or year: on screen with charts, as a Word document, as a spreadsheet."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.charts import Bar, Chart, bars
from bot.console.page import Answer, Choice, Page, Shown, Visit, in_query
from bot.console.pages.questions import commune_choices
from bot.desk.ports.figures import ReportBook, ReportFigures
from bot.desk.report_contents import Report, Table, told, told_period, written
from bot.desk.reports import Period, period_of, quarter_of, recent

SEGMENT = "bao-cao"
_WORD, _EXCEL = "docx", "xlsx"
_MOST_BARS = 14


class ReportPages:
    """Shows what *book* counts; days are those of *zone*."""

    def __init__(self, book: ReportBook, zone: ZoneInfo) -> None:
        """Read from *book*."""
        self._book = book
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        return [
            Page(method="GET", path=f"/{SEGMENT}", show=self.show, needs=Role.EDITOR, whose=in_query()),
            Page(method="GET", path=f"/{SEGMENT}/tep", show=self.download, needs=Role.EDITOR, whose=in_query()),
        ]

    async def show(self, visit: Visit) -> Answer:
        """Show the report of the commune and period that were asked for, else of all one's own and this quarter."""
        period = self._period(visit)
        figures, report = await self._report(visit, period)
        words = visit.words.reports
        asked = {"xa": visit.asked("xa"), "ky": period.code}
        facts = {
            "report": report,
            "heading": words.paper.subject.format(period=report.period),
            "charts": _charts(visit, figures, report),
            "told": lambda cell: told(cell, words),
            "communes": commune_choices(visit, words.every_commune),
            "commune": visit.asked("xa"),
            "periods": _choices(visit, self._today(visit), period),
            "period": period.code,
            "word": at(SEGMENT, "tep", **asked, dang=_WORD),
            "excel": at(SEGMENT, "tep", **asked, dang=_EXCEL),
        }
        return Shown("reports/report.html", words.title, facts)

    async def download(self, visit: Visit) -> Answer:
        """Send the same report as a file."""
        make = _MAKERS.get(visit.asked("dang"))
        if make is None:
            raise trouble.missing()
        period = self._period(visit)
        _, report = await self._report(visit, period)
        content, kind = make(visit, report)
        words = visit.words.reports.paper
        name = f"{words.file.format(period=period.code)}.{visit.asked('dang')}"
        headers = {hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'}
        return web.Response(body=content, content_type=kind, headers=headers)

    async def _report(self, visit: Visit, period: Period) -> tuple[ReportFigures, Report]:
        communes = _communes(visit)
        figures = await self._book.figures(communes, period.first, period.last, visit.now)
        return figures, written(figures, period, communes, visit.library, self._today(visit), self._zone)

    def _period(self, visit: Visit) -> Period:
        return period_of(visit.asked("ky")) or quarter_of(self._today(visit))

    def _today(self, visit: Visit) -> date:
        return visit.now.astimezone(self._zone).date()


def _communes(visit: Visit) -> tuple[str, ...]:
    asked = visit.asked("xa")
    return (asked,) if asked in visit.library.shelves.communes else visit.communes


def _choices(visit: Visit, today: date, period: Period) -> list[Choice]:
    words = visit.words.reports.periods
    periods = dict.fromkeys([*recent(today), period])
    return [Choice(one.code, told_period(one, words)) for one in periods]


def _as_word(visit: Visit, report: Report) -> tuple[bytes, str]:
    # python-docx takes a moment to import, and few visits need it.
    from bot.desk.report_document import TYPE, document  # noqa: PLC0415

    communes = _communes(visit)
    place = visit.library.fields(communes[0])["commune.name"] if len(communes) == 1 else ""
    return document(report, place, visit.words.reports), TYPE


def _as_excel(visit: Visit, report: Report) -> tuple[bytes, str]:
    # As above.
    from bot.desk.report_workbook import TYPE, workbook  # noqa: PLC0415

    return workbook(report, visit.words.reports), TYPE


_MAKERS: Mapping[str, Callable[[Visit, Report], tuple[bytes, str]]] = {_WORD: _as_word, _EXCEL: _as_excel}


def _charts(visit: Visit, figures: ReportFigures, report: Report) -> Mapping[str, Chart]:
    """Return the charts by the captions of the tables that have the same figures."""
    charts = (_reach(visit, figures), _fields(visit, report), _answers(visit, report))
    return {chart.title: chart for chart in charts if chart}


def _reach(visit: Visit, figures: ReportFigures) -> Chart | None:
    words = visit.words.reports.bulletins
    parts = ((State.SENT,), (State.HELD,), (State.FAILED, State.GONE, State.UNKNOWN))
    rows = [
        Bar(one.title, tuple(sum(one.counts[state] for state in states) for states in parts))
        for one in figures.bulletins[-_MOST_BARS:]
    ]
    missed = f"{words.failed}, {words.gone}, {words.unknown}"
    heads = (words.title, words.sent, words.held, missed)
    return bars(words.caption, visit.words.reports.chart_table, heads, rows)


def _fields(visit: Visit, report: Report) -> Chart | None:
    [table] = [table for section in report.sections if section.key == "questions" for table in section.tables[1:2]]
    return _of_table(table, visit.words.reports.chart_table)


def _answers(visit: Visit, report: Report) -> Chart | None:
    [table] = [table for section in report.sections if section.key == "feedback" for table in section.tables]
    received = 1  # the second column sums up those behind it
    heads = tuple(head for column, head in enumerate(table.heads) if column != received)
    rows = tuple(tuple(cell for column, cell in enumerate(row) if column != received) for row in table.rows)
    return _of_table(Table(table.caption, heads, rows), visit.words.reports.chart_table)


def _of_table(table: Table, describes: str) -> Chart | None:
    rows = [Bar(str(row[0]), tuple(cell for cell in row[1:] if isinstance(cell, int))) for row in table.rows]
    return bars(table.caption, describes, table.heads, rows)
