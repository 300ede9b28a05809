"""Add a phrasing to an answer, after seeing what it changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.bulletins.states import Role
from bot.console.answer_views import title_of
from bot.console.forms import Fault
from bot.console.page import ID, Answer, Choice, Page, Redirect, Shown, Visit, in_query, together
from bot.console.pages.questions import SEGMENT, Look, group_of, question_owner, shown_texts
from bot.desk.answer_outcomes import Conflict, Invalid, Opened, Saved, Unchanged
from bot.desk.grouping import Group
from bot.desk.phrasing_effects import Effects, EffectTrials
from bot.desk.questions import QuestionsDesk, fault_of
from bot.errors import UserError
from bot.knowledge.library import Library
from bot.text import mask, without_masks

_SHOWN = 12
"""Wordings of a group that are shown, and tried."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What somebody wants to add, and to which answer; both empty at first."""

    phrasing: str
    topic: str
    seen: str = ""


class PhrasingPages:
    """Adds phrasings through *desk*, and shows by *trials* what they change."""

    def __init__(self, desk: QuestionsDesk, trials: EffectTrials) -> None:
        """Change answers through *desk*."""
        self._desk = desk
        self._trials = trials

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        one, editor = f"/{SEGMENT}/{ID}", Role.EDITOR
        whose = together(question_owner(self._desk), in_query())
        return [
            Page(method="GET", path=f"{one}/them", show=self.look, needs=editor, whose=whose),
            Page(method="POST", path=f"{one}/them", show=self.add, needs=editor, whose=whose),
        ]

    async def look(self, visit: Visit) -> Answer:
        """Show the form, and what the phrasing would change once one was typed and an answer chosen."""
        look, group = await group_of(visit, self._desk)
        if "cach" not in visit.request.query:
            return await self._form(visit, look, group, _Wish(_suggested(group), group.guess))
        topic = visit.asked("cau-khac") or visit.asked("cau")
        return await self._form(visit, look, group, _Wish(visit.asked("cach").strip(), topic), is_looking=True)

    async def add(self, visit: Visit) -> Answer:
        """Add the phrasing, and set the group aside: it is looked after."""
        look, group = await group_of(visit, self._desk)
        form, words = visit.form, visit.words.questions
        wish = _Wish(form.text("cach"), form.text("cau"), form.text("seen"))
        if fault := fault_of(wish.phrasing, words.faults):
            return await self._form(visit, look, group, wish, faults=(Fault("cach", fault),))
        if wish.topic not in visit.library.answers:
            return await self._form(visit, look, group, wish, faults=(Fault("cau", words.faults.no_topic),))
        title = visit.library.answers[wish.topic].title
        outcome = await self._desk.add_phrasing(wish.topic, wish.phrasing, by=visit.me.name, seen=wish.seen)
        match outcome:
            case Saved():
                await self._desk.set_aside(group, visit.me.name)
                return Redirect(look.address(), words.add.saved.format(title=title))
            case Unchanged():
                return Redirect(look.address(), words.add.nothing)
            case Invalid(mistakes):
                faults = tuple(Fault("cach", mistake.text) for mistake in mistakes)
                return await self._form(visit, look, group, wish, faults=faults)
            case Conflict():
                faults = (Fault("", words.faults.changed),)
                return await self._form(visit, look, group, wish, faults=faults, is_looking=True)

    async def _form(
        self,
        visit: Visit,
        look: Look,
        group: Group,
        wish: _Wish,
        *,
        faults: tuple[Fault, ...] = (),
        is_looking: bool = False,
    ) -> Shown:
        words = visit.words.questions
        if is_looking and (fault := fault_of(wish.phrasing, words.faults)):
            faults, is_looking = (*faults, Fault("cach", fault)), False
        if is_looking and wish.topic not in visit.library.answers:
            faults, is_looking = (*faults, Fault("cau", words.faults.no_topic)), False
        opened = await self._opened(visit, wish.topic) if is_looking else None
        facts = {
            "look": look,
            "group": group,
            "texts": shown_texts(group, _SHOWN),
            "wish": wish,
            "nearest": _nearest(visit, group, wish.topic),
            "others": _others(visit.library, words.add.no_other),
            "opened": opened,
            "effects": None,
            "title_of": lambda topic: title_of(visit.library, topic),
        }
        if opened and is_looking:
            found = await self._effects(visit, opened, group, wish)
            facts["effects"] = found if isinstance(found, Effects) else None
            faults += found if isinstance(found, tuple) else ()
            facts["is_waiting"] = found is None
        title = words.add.heading
        return Shown("questions/add.html", title, {"is_waiting": False, **facts}, faults, back=look.address())

    async def _opened(self, visit: Visit, topic: str) -> Opened:
        """Return the answer of *topic*, which they may change.

        Raises:
            UserError: they may not; the sentence says why.
        """
        opened = await self._desk.answers.open(topic)
        if why_not := self._desk.answers.why_not(visit.me, opened.answer):
            raise UserError(why_not)
        return opened

    async def _effects(
        self, visit: Visit, opened: Opened, group: Group, wish: _Wish
    ) -> Effects | tuple[Fault, ...] | None:
        """Return what the phrasing changes, what is wrong with it, or None while the machine still learns."""
        checked = await self._desk.with_phrasing(opened, wish.phrasing)
        if checked.library is None:
            return tuple(Fault("cach", mistake.text) for mistake in checked.mistakes)
        return await self._trials.effects(visit.library, checked.library, shown_texts(group, _SHOWN))


def _suggested(group: Group) -> str:
    """Return the shortest wording that says something: it is the likeliest to be a phrasing."""
    texts = [" ".join(without_masks(mask(text)).split()) for text in group.texts]
    return min(filter(None, texts), key=len, default="")


def _nearest(visit: Visit, group: Group, chosen: str) -> list[Choice]:
    """Return the answers that the matcher finds nearest to the group, the chosen one among them."""
    match = visit.library.matcher.match(group.texts[0])
    topics = dict.fromkeys([*match.topics, *filter(None, [group.guess, chosen])])
    answers = visit.library.answers
    return [Choice(topic, answers[topic].title, answers[topic].summary) for topic in topics if topic in answers]


def _others(library: Library, none: str) -> list[Choice]:
    answers = sorted(library.answers.values(), key=lambda one: one.title)
    return [Choice("", none), *(Choice(one.id, one.title) for one in answers)]
