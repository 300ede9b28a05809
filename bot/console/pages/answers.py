"""The pages about answers: the list, one answer as citizens see it, its review, and the texts it had before.

Answers are read in every commune, so everybody on the staff may look at them. Who may change them the desk decides, and
says why not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.answer_views import messages, with_answer
from bot.console.forms import Fault
from bot.console.looks import capital
from bot.console.page import Answer, Choice, Page, Redirect, Shown, Visit, nobodys
from bot.desk.answer_beginnings import is_new
from bot.desk.answer_forms import changed, show_day, typed
from bot.desk.answer_lists import Need, Order, State, Wanted, lines, states
from bot.desk.answer_outcomes import Invalid, Mistake, Opened
from bot.desk.answers import AnswersDesk
from bot.desk.merging import Row, side_by_side
from bot.desk.ports.answers import FileText, FileVersion, Interest, InterestBook
from bot.errors import UserError
from bot.knowledge.schema import Answer as Content
from bot.knowledge.schema import Domain
from bot.knowledge.source import Unreadable, source_of

SEGMENT = "cau-tra-loi"
PER_PAGE = 50
COUNTED = timedelta(days=90)
"""How far back questions and votes are counted; questions are kept no longer."""

_NEXT_REVIEW = timedelta(days=180)
_LAST_PAGE = 1000
_KINDS: Mapping[State, str] = {
    State.REVIEWED: "good",
    State.DRAFT: "quiet",
    State.DUE: "waiting",
    State.ENDED: "bad",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A box, by its label, line by line in two texts."""

    label: str
    rows: tuple[Row, ...]


async def everybodys(visit: Visit) -> frozenset[str] | None:
    """Say that the page is about an answer, which everybody may see; None where there is no such answer."""
    return frozenset() if visit.field("topic") in visit.library.answers else None


class AnswerPages:
    """Shows answers of the desk, with what *interest* counts; days are those of *zone*."""

    def __init__(self, desk: AnswersDesk, interest: InterestBook, zone: ZoneInfo) -> None:
        """Change them through *desk*."""
        self._desk = desk
        self._interest = interest
        self._zone = zone

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one = f"/{SEGMENT}/{{topic}}"
        editor, approver = Role.EDITOR, Role.APPROVER
        return [
            Page(method="GET", path=f"/{SEGMENT}", show=self.list, needs=editor, whose=nobodys),
            Page(method="GET", path=one, show=self.show, needs=editor, whose=everybodys),
            Page(method="GET", path=f"{one}/ra-soat", show=self.ask_to_sign, needs=approver, whose=everybodys),
            Page(method="POST", path=f"{one}/ra-soat", show=self.sign, needs=approver, whose=everybodys),
            Page(method="GET", path=f"{one}/lich-su", show=self.history, needs=editor, whose=everybodys),
            Page(method="GET", path=f"{one}/lich-su/{{id}}", show=self.version, needs=editor, whose=everybodys),
            Page(method="POST", path=f"{one}/lay-lai", show=self.put_back, needs=editor, whose=everybodys),
            Page(method="POST", path=f"{one}/go", show=self.undo_creation, needs=editor, whose=everybodys),
        ]

    async def list(self, visit: Visit) -> Answer:
        """Show one page of what was asked for."""
        wanted = Wanted(visit.asked("tim"), visit.asked("nhom"), visit.asked("can"), visit.asked("xep"))
        is_counted = wanted.order in frozenset(Order)  # counting reads three months of questions: only on demand
        found = lines(visit.library, wanted, self._today(visit), await self._counted(visit) if is_counted else {})
        number = _page_number(visit.asked("trang"))
        facts = {
            "lines": found[(number - 1) * PER_PAGE : number * PER_PAGE],
            "found": len(found),
            "is_counted": is_counted,
            "tags": lambda line: tags(line.states, visit),
            "can_begin": not self._desk.why_not_begin(visit.me),
            "newer": _list_address(wanted, number - 1) if number > 1 else "",
            "older": _list_address(wanted, number + 1) if len(found) > number * PER_PAGE else "",
            **_choices(visit),
        }
        return Shown("answers/list.html", visit.words.answers.title, {**facts, "wanted": wanted})

    async def show(self, visit: Visit) -> Answer:
        """Show an answer as its file is now, and what can be done."""
        opened = await self._desk.open(visit.field("topic"))
        history = await self._desk.versions(opened)
        why_not = self._desk.why_not(visit.me, opened.answer)
        facts = {
            **self._looked_at(visit, opened),
            "opened": opened,
            "tags": tags(states(opened.answer, self._today(visit)), visit),
            "why_not": why_not,
            "undo": None if why_not else _undoable(history),
            "can_remove": not why_not and is_new(history),
            "newest": history[0] if history else None,
            "phrasings": len(opened.answer.questions),
        }
        return Shown("answers/answer.html", opened.answer.title, facts, back=at(SEGMENT))

    async def ask_to_sign(self, visit: Visit) -> Answer:
        """Show the whole answer, and the button that vouches for it."""
        return await self._signing(visit)

    async def sign(self, visit: Visit) -> Answer:
        """Vouch for the answer as it was shown."""
        topic, form = visit.field("topic"), visit.form
        outcome = await self._desk.sign(topic, form.text("next"), by=visit.me.name, seen=form.text("seen"))
        if isinstance(outcome, Invalid):
            return await self._signing(visit, outcome.mistakes)
        notice = visit.words.answers.sign.done.format(title=visit.library.answers[topic].title)
        return Redirect(at(SEGMENT, topic), notice)

    async def history(self, visit: Visit) -> Answer:
        """Show which texts the file had."""
        opened = await self._desk.open(visit.field("topic"))
        facts = {"opened": opened, "versions": await self._desk.versions(opened)}
        title = visit.words.answers.history.heading.format(title=opened.answer.title)
        return Shown("answers/history.html", title, facts, back=at(SEGMENT, opened.topic))

    async def version(self, visit: Visit) -> Answer:
        """Show one of them beside the text of now."""
        opened = await self._desk.open(visit.field("topic"))
        number = _number(visit.field("id"))
        version = await self._desk.version(opened, number)
        found = next((one for one in await self._desk.versions(opened) if one.id == number), None)
        if found is None:
            raise trouble.missing()
        facts = {
            "opened": opened,
            "version": found,
            "parts": _parts(visit, opened, version),
            "why_not": self._desk.why_not(visit.me, opened.answer),
        }
        title = visit.words.answers.history.heading.format(title=opened.answer.title)
        return Shown("answers/version.html", title, facts, back=at(SEGMENT, opened.topic, "lich-su"))

    async def put_back(self, visit: Visit) -> Answer:
        """Put one of them back into the file."""
        topic, form, words = visit.field("topic"), visit.form, visit.words.answers
        outcome = await self._desk.put_back(
            topic, _number(form.text("version")), by=visit.me.name, seen=form.text("seen")
        )
        if isinstance(outcome, Invalid):
            problems = " ".join(mistake.text for mistake in outcome.mistakes)
            raise UserError(words.refusals.faulty.format(problems=problems))
        notice = words.history.undone if "undo" in form else words.history.put_back_done
        return Redirect(at(SEGMENT, topic), notice.format(title=visit.library.answers[topic].title))

    async def undo_creation(self, visit: Visit) -> Answer:
        """Take an answer away again that was just written."""
        topic, words = visit.field("topic"), visit.words.answers
        title = visit.library.answers[topic].title
        outcome = await self._desk.undo_creation(topic, by=visit.me.name, seen=visit.form.text("seen"))
        if isinstance(outcome, Invalid):
            problems = " ".join(mistake.text for mistake in outcome.mistakes)
            raise UserError(words.refusals.faulty.format(problems=problems))
        return Redirect(at(SEGMENT), words.begin.removed.format(title=title))

    async def _signing(self, visit: Visit, mistakes: Sequence[Mistake] = ()) -> Shown:
        opened = await self._desk.open(visit.field("topic"))
        if why_not := self._desk.why_not(visit.me, opened.answer):
            raise UserError(why_not)
        facts = {
            **self._looked_at(visit, opened),
            "opened": opened,
            "next": visit.form.text("next") or show_day(self._today(visit) + _NEXT_REVIEW),
        }
        title = visit.words.answers.sign.heading.format(title=opened.answer.title)
        faults = tuple(Fault(one.box if one.box == "next" else "", one.text) for one in mistakes)
        return Shown("answers/sign.html", title, facts, faults, back=at(SEGMENT, opened.topic))

    def _looked_at(self, visit: Visit, opened: Opened) -> Mapping[str, object]:
        """Return the answer as a citizen of the commune that was asked for sees it, else of the first of one's own."""
        commune = asked_commune(visit, visit.asked("xa") if "xa" in visit.request.query else None)
        library = with_answer(visit.library, opened.name, opened.answer)
        now = visit.now.astimezone(self._zone)
        return {
            "messages": messages(library, opened.topic, commune, now, visit.words.answers.view),
            "commune": commune,
            "communes": commune_choices(visit),
        }

    async def _counted(self, visit: Visit) -> Mapping[str, Interest]:
        return await self._interest.interest(visit.me.communes, visit.now - COUNTED)

    def _today(self, visit: Visit) -> date:
        return visit.now.astimezone(self._zone).date()


def _undoable(history: Sequence[FileVersion]) -> FileVersion | None:
    """Return the text from before the newest edit, if that was made here; *history* has the newest first."""
    if len(history) < 2 or not history[0].by or not history[1].digest:  # noqa: PLR2004  # the newest and one before
        return None
    return history[1]


def tags(found: Sequence[State], visit: Visit) -> list[tuple[str, str]]:
    """Return where an answer stands as words and the kind of tag they stand on."""
    return [(getattr(visit.words.answers.states, state), _KINDS[state]) for state in found]


def asked_commune(visit: Visit, asked: str | None) -> str:
    """Return the commune to look from: the one that was *asked* for, the first of one's own if none was."""
    if asked is None:
        return next(iter(visit.communes), "")
    return asked if asked in visit.library.shelves.communes else ""


def commune_choices(visit: Visit) -> list[Choice]:
    """Return the communes one may look from: all that take part, and nowhere."""
    codes = sorted(visit.library.shelves.communes)
    named = (Choice(code, capital(visit.library.fields(code)["commune.name"])) for code in codes)
    return [Choice("", visit.words.answers.view.nowhere), *named]


def _choices(visit: Visit) -> Mapping[str, list[Choice]]:
    words, domains = visit.words.answers.list, visit.words.answers.domains
    return {
        "domains": [Choice("", words.every_group), *(Choice(domain, domains[domain]) for domain in Domain)],
        "needs": [Choice("", words.every_need), Choice(Need.DRAFT, words.draft), Choice(Need.STALE, words.stale)],
        "orders": [
            Choice("", words.by_title),
            Choice(Order.ASKED, words.most_asked),
            Choice(Order.DISLIKED, words.most_disliked),
        ],
    }


def _list_address(wanted: Wanted, page: int) -> str:
    asked = asdict(wanted)
    return at(SEGMENT, tim=asked["words"], nhom=asked["domain"], can=asked["need"], xep=asked["order"], trang=page)


def _parts(visit: Visit, opened: Opened, version: FileText) -> list[Part]:
    """Return the boxes in which *version* differs from the file; of a text that is no answer, its lines."""
    boxes = visit.words.answers.edit.boxes
    try:
        before = typed(source_of(opened.name, version.text).model(Content))
    except Unreadable:
        before = None
    differing = changed(before, opened.typed) if before and not opened.problems else ()
    if before and differing:
        return [
            Part(getattr(boxes, box).label, tuple(side_by_side(getattr(before, box), getattr(opened.typed, box))))
            for box in differing
        ]
    rows = tuple(side_by_side(version.text, opened.file.text))
    return [Part(str(opened.name), rows)] if rows else []


def _page_number(asked: str) -> int:
    return max(1, min(_number(asked), _LAST_PAGE))


def _number(asked: str) -> int:
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < len(str(2**53)) else 0
