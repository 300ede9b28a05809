"""A report as sentences and tables, before it is a page, a document or a workbook: all three show the same.

Pure. What could mislead is kept apart: held is not sent, unknown is neither, and a count that nobody made is no zero.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.bulletins.deliveries import State
from bot.desk.ports.figures import AskedAt, FeedbackFigures, ReportFigures, SentBulletin
from bot.desk.reports import Kind, Period
from bot.knowledge.library import Library
from bot.knowledge.report_words import PeriodWords, ReportWords
from bot.knowledge.schema import Domain
from bot.messages import Channel, Decision

MOST_TOPICS = 10
"""Topics that a report names."""

Cell = str | int | date | None
"""What stands in a table; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under ``heads``; ``has_total`` where the last row sums up the others."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_total: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report; ``key`` names it for those who draw it."""

    key: str
    heading: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A report on ``communes`` (as a sentence names them), without what a signature needs."""

    period: str
    communes: str
    first: date
    last: date
    notes: tuple[str, ...]
    sections: tuple[Section, ...]


def told_period(period: Period, words: PeriodWords) -> str:
    """Return *period* as people say it: quý IV năm 2026."""
    match period.kind:
        case Kind.QUARTER:
            return words.quarter.format(number=period.roman, year=period.year)
        case Kind.HALF:
            return words.half[period.number - 1].format(year=period.year)
        case Kind.YEAR:
            return words.year.format(year=period.year)


def told_day(day: date) -> str:
    """Return *day* as people write it here."""
    return f"{day:%d/%m/%Y}"


def told_number(number: int) -> str:
    """Return *number* as it is written in Vietnamese: 1.240."""
    return f"{number:,}".replace(",", ".")


def told(cell: Cell, words: ReportWords) -> str:
    """Return what stands in a table as text."""
    match cell:
        case None:
            return words.subscribers.no_figure
        case int():
            return told_number(cell)
        case date():
            return told_day(cell)
        case _:
            return cell


def written(
    figures: ReportFigures, period: Period, communes: Iterable[str], library: Library, today: date, zone: ZoneInfo
) -> Report:
    """Return the report of *figures* on *communes* as it stands *today*; days are those of *zone*."""
    writer = _Writer(figures, library, zone)
    words = writer.words
    notes = [words.periods.span.format(first=told_day(period.first), last=told_day(period.last)), words.periods.rule]
    if period.last >= today:
        notes.insert(1, words.periods.running.format(date=told_day(today)))
    return Report(
        period=told_period(period, words.periods),
        communes=", ".join(library.fields(code)["commune.name"] for code in sorted(communes)),
        first=period.first,
        last=period.last,
        notes=tuple(notes),
        sections=tuple(writer.sections(period)),
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Puts figures into words."""

    figures: ReportFigures
    library: Library
    zone: ZoneInfo

    @property
    def words(self) -> ReportWords:
        return self.library.shelves.console.reports

    def sections(self, period: Period) -> Iterator[Section]:
        """Yield the parts of the report, in order."""
        yield self._bulletins()
        yield self._subscribers()
        yield self._questions(period)
        yield self._feedback()
        yield Section("sources", self.words.sources.heading, self.words.sources.lines)

    def _bulletins(self) -> Section:
        words, sent = self.words.bulletins, self.figures.bulletins
        if not sent:
            return Section("bulletins", words.heading, (words.none,))
        arrived = sum(one.counts[State.SENT] for one in sent)
        sentence = words.sentence.format(number=told_number(len(sent)), sent=told_number(arrived))
        heads = (words.date, words.title, words.recipients, *(getattr(words, name) for name, _ in _COLUMNS))
        rows = [self._bulletin(one) for one in sent]
        total: tuple[Cell, ...] = (
            "",
            words.total,
            *(_sum(row[column] for row in rows) for column in range(2, len(heads))),
        )
        table = Table(words.caption, heads, (*rows, total), has_total=True)
        return Section("bulletins", words.heading, (sentence,), (table,))

    def _bulletin(self, one: SentBulletin) -> tuple[Cell, ...]:
        words = self.words.bulletins
        flags = ("urgent", "correction", "stopped", "broadcast")
        marks = [getattr(words, flag) for flag in flags if getattr(one, f"is_{flag}")]
        title = f"{one.title} ({', '.join(marks)})" if marks else one.title
        counts = [sum(one.counts[state] for state in states) for _, states in _COLUMNS]
        return (_day(one.published_at, self.zone), title, sum(one.counts.values()), *counts)

    def _subscribers(self) -> Section:
        words, found = self.words.subscribers, self.figures.subscribers
        total = None if found.after is None else sum(found.after.values())
        sentence = words.unknown if total is None else words.sentence.format(number=told_number(total))
        channels = sorted({*(found.before or ()), *(found.after or ())})
        rows = [
            (words.channels[channel], *_change(_of(found.before, channel), _of(found.after, channel)))
            for channel in channels
        ]
        sums = [None if side is None else sum(side.values()) for side in (found.before, found.after)]
        heads = (words.channel, words.before, words.after, words.change)
        table = Table(words.caption, heads, (*rows, (words.total, *_change(*sums))), has_total=True)
        return Section("subscribers", words.heading, (sentence,), (table,))

    def _questions(self, period: Period) -> Section:
        words, asked = self.words.questions, self.figures.asked
        sentences = [words.sentence.format(number=told_number(sum(one.number for one in asked)))]
        since = self.figures.counted_from
        if since and since > period.first:
            sentences.append(words.since.format(date=told_day(since)))
        return Section("questions", words.heading, tuple(sentences), (self._ends(), self._fields(), self._topics()))

    def _ends(self) -> Table:
        words, names = self.words.questions, self.words.decisions
        by_end = _summed((one.decision, one.number) for one in self.figures.asked)
        rows = [_row(getattr(names, end), (by_end[end],)) for end in Decision]
        wishes = _row(names.handover, (self.figures.handovers.received,))
        return Table(words.ends, (words.ends_what, words.number), (*rows, wishes))

    def _fields(self) -> Table:
        words, names = self.words.questions, self.library.shelves.console.answers.domains
        known = self.library.answers
        by_field = _by_end(self.figures.asked, lambda topic: known[topic].domain if topic in known else "")
        rows = tuple(_row(names[Domain(field)] if field else words.no_field, ends) for field, ends in by_field)
        return Table(words.fields, (words.field, *_end_heads(self.words)), rows)

    def _topics(self) -> Table:
        words = self.words.questions
        by_topic = _by_end([one for one in self.figures.asked if one.topic], lambda topic: topic)[:MOST_TOPICS]
        rows = tuple(_row(self._title(topic), ends[:2]) for topic, ends in by_topic)
        return Table(words.topics, (words.topic, *_end_heads(self.words)[:2]), rows)

    def _title(self, topic: str) -> str:
        answer = self.library.answers.get(topic)
        return answer.title if answer else self.words.questions.gone_topic.format(topic=topic)

    def _feedback(self) -> Section:
        words = self.words.feedback
        kinds = ((words.feedback, self.figures.feedback), (words.handovers, self.figures.handovers))
        rows = tuple(_row(name, _fates(found)) for name, found in kinds)
        received = sum(found.received for _, found in kinds)
        answered = sum(found.on_time + found.late for _, found in kinds)
        sentence = words.sentence.format(number=told_number(received), answered=told_number(answered))
        heads = (words.kind, words.received, words.on_time, words.late, words.waiting, words.overdue)
        return Section("feedback", words.heading, (sentence,), (Table(words.caption, heads, rows),))


_COLUMNS = (
    ("sent", (State.SENT,)),
    ("held", (State.HELD,)),
    ("failed", (State.FAILED,)),
    ("gone", (State.GONE,)),
    ("unknown", (State.UNKNOWN,)),
    ("skipped", (State.SKIPPED,)),
    ("open", (State.PENDING, State.SENDING)),
)
"""The columns about copies of a bulletin: a word of `bot.knowledge.report_words`, and the states it counts."""


def _end_heads(words: ReportWords) -> tuple[str, ...]:
    return tuple(getattr(words.decisions, end) for end in Decision)


def _by_end(asked: Iterable[AskedAt], key: Callable[[str], str]) -> list[tuple[str, tuple[int, ...]]]:
    """Return what was asked by *key* of its topic, with its ends in the order of `Decision`; most asked first."""
    counts: dict[str, Counter[Decision]] = {}
    for one in asked:
        counts.setdefault(key(one.topic), Counter())[one.decision] += one.number
    ordered = sorted(counts.items(), key=lambda item: (not item[0], -item[1].total(), item[0]))
    return [(name, tuple(counter[end] for end in Decision)) for name, counter in ordered]


def _summed(pairs: Iterable[tuple[Decision, int]]) -> Counter[Decision]:
    counter = Counter[Decision]()
    for end, number in pairs:
        counter[end] += number
    return counter


def _row(name: str, numbers: Iterable[int]) -> tuple[Cell, ...]:
    return (name, *numbers)


def _fates(found: FeedbackFigures) -> tuple[int, ...]:
    return (found.received, found.on_time, found.late, found.waiting, found.overdue)


def _of(side: Mapping[Channel, int] | None, channel: Channel) -> int | None:
    return None if side is None else side.get(channel, 0)


def _change(before: int | None, after: int | None) -> tuple[Cell, Cell, Cell]:
    return before, after, None if before is None or after is None else after - before


def _sum(cells: Iterable[Cell]) -> int:
    return sum(cell for cell in cells if isinstance(cell, int))


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()
