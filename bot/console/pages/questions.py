"""What people ask: how they were answered, in figures that are never added up, and what nothing helped, in groups."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.charts import Bar, Chart, bars
from bot.console.looks import capital
from bot.console.page import EVERYWHERE, ID, Answer, Choice, Page, Redirect, Shown, Visit, Whose, in_query, together
from bot.desk.grouping import Group
from bot.desk.ports.answers import Interest, InterestBook
from bot.desk.ports.figures import AskedAt
from bot.desk.questions import MOST_QUESTIONS, Asker, QuestionsDesk, week_starts
from bot.messages import Decision
from bot.text import mask

SEGMENT = "cau-hoi"
SPANS = ("1", "4", "12")
"""Weeks one may look back; questions are kept for 90 days."""

_USUAL_SPAN = "4"
_PER_PAGE = 20
_EXAMPLES = 3
_TOPICS = 10
_LAST_PAGE = 250
_ASIDE = "bo-qua"


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody looks at: which commune (empty: all of theirs), how many weeks, what waits or was set aside."""

    commune: str
    span: str
    is_aside: bool
    page: int

    @property
    def query(self) -> Mapping[str, str]:
        """Return what stands behind the address of every page about it."""
        return {"xa": self.commune, "tuan": self.span if self.span != _USUAL_SPAN else ""}

    def address(self, page: int = 1) -> str:
        """Return the address of the list."""
        more = {"xem": _ASIDE if self.is_aside else "", "trang": page if page > 1 else ""}
        return at(SEGMENT, **self.query, **more)


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group as a page shows it."""

    group: Group
    examples: tuple[str, ...]
    more: int
    guess: str
    weeks: tuple[tuple[datetime, int], ...]
    communes: tuple[tuple[str, int], ...]


class QuestionPages:
    """Shows what people asked, through *desk*; days and weeks are those of *zone*."""

    def __init__(self, desk: QuestionsDesk, interest: InterestBook, zone: ZoneInfo) -> None:
        """Read votes from *interest*."""
        self._desk = desk
        self._interest = interest
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor = f"/{SEGMENT}/{ID}", Role.EDITOR
        whose = together(question_owner(self._desk), in_query())
        return [
            Page(method="GET", path=f"/{SEGMENT}", show=self.list, needs=editor, whose=in_query()),
            Page(method="POST", path=f"{one}/bo-qua", show=self.set_aside, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/dua-lai", show=self.bring_back, needs=editor, whose=whose),
        ]

    async def list(self, visit: Visit) -> Answer:
        """Show the figures, and one page of the groups."""
        look = look_of(visit)
        asker = asker_of(visit, look)
        found = await self._desk.groups(asker, is_set_aside=look.is_aside)
        first = (look.page - 1) * _PER_PAGE
        facts = {
            "look": look,
            "why_not": self._desk.answers.why_not_begin(visit.me),
            "groups": [self._view(visit, group, look) for group in found.groups[first : first + _PER_PAGE]],
            "number": len(found.groups),
            "is_cut": found.is_cut,
            "most": MOST_QUESTIONS,
            "newer": look.address(look.page - 1) if look.page > 1 else "",
            "older": look.address(look.page + 1) if len(found.groups) > first + _PER_PAGE else "",
            "communes": commune_choices(visit, visit.words.questions.every_commune),
            "spans": [Choice(span, visit.words.questions.spans[span]) for span in SPANS],
            **await self._figures(visit, asker, look),
        }
        return Shown("questions/list.html", visit.words.questions.title, facts)

    async def set_aside(self, visit: Visit) -> Answer:
        """Let a group be shown no more."""
        look, group = await group_of(visit, self._desk)
        await self._desk.set_aside(group, visit.me.name)
        return Redirect(look.address(), visit.words.questions.aside_done.format(number=len(group.questions)))

    async def bring_back(self, visit: Visit) -> Answer:
        """Show a group again."""
        look, group = await group_of(visit, self._desk)
        await self._desk.bring_back(group, visit.me.name)
        return Redirect(look.address(), visit.words.questions.back_done.format(number=len(group.questions)))

    def _view(self, visit: Visit, group: Group, look: Look) -> GroupView:
        answer = visit.library.answers.get(group.guess)
        asked = Counter(question.commune for question in group.questions)
        return GroupView(
            group=group,
            examples=shown_texts(group),
            more=max(0, len(group.texts) - _EXAMPLES),
            guess=answer.title if answer else "",
            weeks=tuple(_by_week(group, week_starts(visit.now.astimezone(self._zone), int(look.span)))),
            communes=tuple((_name(visit, code), number) for code, number in asked.most_common()),
        )

    async def _figures(self, visit: Visit, asker: Asker, look: Look) -> Mapping[str, object]:
        """Return how questions were answered: in whole, by week and by topic."""
        words, now = visit.words.questions, visit.now.astimezone(self._zone)
        starts = week_starts(now, int(look.span))
        asked = await self._desk.book.asked(asker.communes, [start.date() for start in reversed(starts)], now.date())
        wishes = await self._desk.book.wishes_for_a_person(asker.communes, starts[-1])
        interest = await self._interest.thoughts(asker.communes, starts[-1])
        ends = Counter[Decision]()
        for one in asked:
            ends[one.decision] += one.number
        most = _most_asked(asked)
        names = [getattr(words.decisions, end) for end in Decision]
        return {
            "ends": [
                *zip(names, (ends[end] for end in Decision), strict=True),
                (words.decisions.handover, wishes),
            ],
            "weeks": self._weeks(visit, asked, starts),
            "topics": self._topics(visit, most),
            "thoughts": _thoughts(visit, most, interest),
            "has_asked": bool(asked),
        }

    def _weeks(self, visit: Visit, asked: Sequence[AskedAt], starts: Sequence[datetime]) -> Chart | None:
        words, ends = visit.words.questions, defaultdict[date, Counter[Decision]](Counter)
        for one in asked:
            ends[one.day][one.decision] += one.number
        rows = [
            Bar(words.figures.week.format(date=f"{start:%d/%m}"), tuple(ends[start.date()][end] for end in Decision))
            for start in starts
        ]
        heads = (words.groups.weeks, *(getattr(words.decisions, end) for end in Decision))
        return bars(words.figures.weeks, words.figures.weeks_what.format(number=len(starts)), heads, rows)

    def _topics(self, visit: Visit, most: Sequence[tuple[str, Counter[Decision]]]) -> Chart | None:
        words, ends = visit.words.questions, (Decision.ANSWER, Decision.SUGGEST)
        rows = [Bar(_title(visit, topic), tuple(counter[end] for end in ends)) for topic, counter in most]
        heads = (words.figures.topic, *(getattr(words.decisions, end) for end in ends))
        return bars(words.figures.topics, words.figures.topics_what, heads, rows)


def question_owner(desk: QuestionsDesk) -> Whose:
    """Return the rule that ``{id}`` in the path is a question, and belongs to where its writer lives."""

    async def whose(visit: Visit) -> frozenset[str] | None:
        commune = await desk.book.commune_of(int(visit.field("id")))
        if commune is None:
            return None
        return frozenset({commune}) if commune else EVERYWHERE

    return whose


def look_of(visit: Visit) -> Look:
    """Return what the address asks to look at."""
    span, page = visit.asked("tuan"), visit.asked("trang")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < len(str(10**6)) else 1
    return Look(
        commune=visit.asked("xa"),
        span=span if span in SPANS else _USUAL_SPAN,
        is_aside=visit.asked("xem") == _ASIDE,
        page=max(1, min(number, _LAST_PAGE)),
    )


def asker_of(visit: Visit, look: Look) -> Asker:
    """Return whose questions *look* is about."""
    communes = [look.commune] if look.commune else visit.me.communes
    return Asker(communes, visit.now - timedelta(weeks=int(look.span)))


async def group_of(visit: Visit, desk: QuestionsDesk) -> tuple[Look, Group]:
    """Return the group with the question in the path, among what the address looks at.

    Raises:
        Trouble: it is not there any more.
    """
    look = look_of(visit)
    group = await desk.group(asker_of(visit, look), int(visit.field("id")))
    if group is None:
        raise trouble.missing()
    return look, group


def shown_texts(group: Group, most: int = _EXAMPLES) -> tuple[str, ...]:
    """Return a few wordings of *group*, with whatever is personal in them hidden once more."""
    return tuple(mask(text) for text in group.texts[:most])


def commune_choices(visit: Visit, every: str) -> list[Choice]:
    """Return the communes to choose from, and all of them; nothing where there is one."""
    if len(visit.communes) < 2:  # noqa: PLR2004  # one commune is no choice
        return []
    return [Choice("", every), *(Choice(code, _name(visit, code)) for code in visit.communes)]


def _name(visit: Visit, code: str) -> str:
    if not code:
        return visit.words.questions.groups.no_commune
    return capital(visit.library.fields(code)["commune.name"])


def _by_week(group: Group, starts: Sequence[datetime]) -> list[tuple[datetime, int]]:
    """Return how many questions came in each week in which any did, newest first."""
    ends = [starts[0] + timedelta(days=7), *starts[:-1]]
    # Who looks back some weeks sees a few hours before the first of them too: these count with it.
    begins = [*starts[:-1], datetime.min.replace(tzinfo=UTC)]
    counted = [
        (start, sum(begin <= one.asked_at < end for one in group.questions))
        for start, begin, end in zip(starts, begins, ends, strict=True)
    ]
    return [(start, number) for start, number in counted if number]


def _most_asked(asked: Sequence[AskedAt]) -> list[tuple[str, Counter[Decision]]]:
    counts = defaultdict[str, Counter[Decision]](Counter)
    for one in asked:
        if one.topic:
            counts[one.topic][one.decision] += one.number
    return sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))[:_TOPICS]


def _title(visit: Visit, topic: str) -> str:
    answer = visit.library.answers.get(topic)
    return answer.title if answer else visit.words.reports.questions.gone_topic.format(topic=topic)


def _thoughts(
    visit: Visit, most: Sequence[tuple[str, Counter[Decision]]], interest: Mapping[str, Interest]
) -> list[tuple[str, str, Sequence[int]]]:
    """Return the most asked topics with their figures: answered, offered, liked, disliked."""
    return [
        (
            topic if topic in visit.library.answers else "",
            _title(visit, topic),
            (
                counter[Decision.ANSWER],
                counter[Decision.SUGGEST],
                interest.get(topic, Interest()).helpful,
                interest.get(topic, Interest()).unhelpful,
            ),
        )
        for topic, counter in most
    ]
