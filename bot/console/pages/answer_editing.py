"""The form of an answer: typed, checked as it is typed, looked at and tried before it is saved.

Nothing that was typed is ever lost: a form that cannot be saved comes back with what is wrong, and one whose file has
changed meanwhile with both texts side by side.
"""

import re
from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.answer_looks import DO, EFFECT, LOOK, Look, Looks
from bot.console.answer_views import title_of
from bot.console.forms import Fault
from bot.console.page import Answer, Page, Redirect, Shown, Visit
from bot.console.pages.answers import SEGMENT, asked_commune, commune_choices, everybodys
from bot.desk.answer_forms import BOXES, Typed
from bot.desk.answer_outcomes import Conflict, Invalid, Mistake, Opened, Saved, Unchanged
from bot.desk.answers import AnswersDesk
from bot.errors import UserError
from bot.knowledge.answer_words import EditWords
from bot.knowledge.schema import SUMMARY_LENGTH

MOST_BYTES = 256 * 1024
"""What the form may weigh: the longest answer is a tenth of it."""


class AnswerEditing:
    """Lets answers of *desk* be edited."""

    def __init__(self, desk: AnswersDesk, looks: Looks) -> None:
        """Look at edits with *looks*."""
        self._desk = desk
        self._looks = looks

    def pages(self) -> Sequence[Page]:
        """Return the pages."""
        form, check = f"/{SEGMENT}/{{topic}}/sua", f"/{SEGMENT}/{{topic}}/kiem-tra"
        needs = Role.EDITOR
        return [
            Page(method="GET", path=form, show=self.edit, needs=needs, whose=everybodys),
            Page(
                method="POST",
                path=form,
                show=self.answer,
                needs=needs,
                whose=everybodys,
                most_bytes=MOST_BYTES,
                keeps=BOXES,
            ),
            Page(method="POST", path=check, show=self.check, needs=needs, whose=everybodys, most_bytes=MOST_BYTES),
        ]

    async def edit(self, visit: Visit) -> Answer:
        """Show the form as the file is now."""
        opened = await self._opened(visit)
        return self._form(visit, opened, opened.typed, opened.file.digest, mistakes=opened.problems)

    async def answer(self, visit: Visit) -> Answer:
        """Save the form, or show what it would come to."""
        opened = await self._opened(visit)
        form = _typed(visit, opened)
        seen = visit.form.text("seen")
        if visit.form.text(DO) in {LOOK, EFFECT}:
            return await self._looked_at(visit, opened, form, seen)
        outcome = await self._desk.save(opened.topic, form, by=visit.me.name, seen=seen)
        words = visit.words.answers.edit
        match outcome:
            case Saved():
                return Redirect(at(SEGMENT, opened.topic), words.saved.format(title=form.title))
            case Unchanged():
                return Redirect(at(SEGMENT, opened.topic), words.unchanged)
            case Invalid(mistakes):
                return self._form(visit, opened, form, seen, mistakes=mistakes)
            case Conflict():
                return self._conflict(visit, outcome)

    async def check(self, visit: Visit) -> Answer:
        """Answer a script that asks, while somebody types, what is wrong."""
        opened = await self._opened(visit)
        if visit.form.text("seen") != opened.file.digest:
            return web.json_response({"faults": [{"field": "", "text": visit.words.answers.refusals.changed}]})
        checked = await self._desk.check(opened, _typed(visit, opened))
        faults = faults_of(checked.mistakes, visit.words.answers.edit)
        return web.json_response({"faults": [{"field": fault.field, "text": fault.text} for fault in faults]})

    async def _opened(self, visit: Visit) -> Opened:
        opened = await self._desk.open(visit.field("topic"))
        if why_not := self._desk.why_not(visit.me, opened.answer):
            raise UserError(why_not)
        return opened

    async def _looked_at(self, visit: Visit, opened: Opened, form: Typed, seen: str) -> Shown:
        """Show what citizens would read, and what would become of a question."""
        if seen != opened.file.digest:
            return self._conflict(visit, await self._desk.conflict(opened, form, seen))
        checked = await self._desk.check(opened, form)
        if checked.library is None:
            return self._form(visit, opened, form, seen, mistakes=checked.mistakes)
        look = await self._looks.look(visit, opened.topic, checked.library, form)
        return self._form(visit, opened, form, seen, look=look)

    def _conflict(self, visit: Visit, conflict: Conflict) -> Shown:
        """Show both texts side by side, above a form that loses nothing of either and is made from the newer one."""
        opened, words = conflict.opened, visit.words.answers.conflict
        shown = self._form(visit, opened, conflict.typed, opened.file.digest)
        facts = {**shown.facts, "version": conflict.version, "differences": conflict.differences}
        title = words.heading.format(title=opened.answer.title)
        return Shown("answers/conflict.html", title, facts, shown.faults, shown.back)

    def _form(
        self,
        visit: Visit,
        opened: Opened,
        form: Typed,
        seen: str,
        *,
        mistakes: Sequence[Mistake] = (),
        look: Look | None = None,
    ) -> Shown:
        is_sent = "xa" in visit.form
        facts: Mapping[str, object] = {
            "opened": opened,
            "action": at(SEGMENT, opened.topic, "sua"),
            "check": at(SEGMENT, opened.topic, "kiem-tra"),
            "typed": form,
            "seen": seen,
            "look": look,
            "commune": asked_commune(visit, visit.form.text("xa") if is_sent else None),
            "communes": commune_choices(visit),
            "question": visit.form.text("hoi"),
            "summary_length": SUMMARY_LENGTH,
            "title_of": lambda topic: title_of(visit.library, topic),
        }
        title = visit.words.answers.edit.heading.format(title=opened.answer.title)
        faults = faults_of(mistakes, visit.words.answers.edit)
        return Shown("answers/form.html", title, facts, faults, back=at(SEGMENT, opened.topic))


def _typed(visit: Visit, opened: Opened) -> Typed:
    """Return what was typed; a box that was not sent is as it was."""
    form = visit.form
    return Typed(**{box: form.text(box) if box in form else getattr(opened.typed, box) for box in BOXES})


def faults_of(mistakes: Sequence[Mistake], words: EditWords) -> tuple[Fault, ...]:
    """Return *mistakes* as the faults of a form, each box by the name that it has on the page."""
    return tuple(Fault(mistake.box, _sentence(mistake, words)) for mistake in mistakes)


def _sentence(mistake: Mistake, words: EditWords) -> str:
    """Return the sentence of the check with the name that a box has on the page in the place of its entry's.

    ``«links.2.url» phải là…`` becomes ``«Liên kết», mục 2: phải là…``.
    """
    if not mistake.box:
        return mistake.text
    label = getattr(words.boxes, mistake.box).label
    name = re.compile(rf"^«{mistake.box}(?:\.(\d+))?[\w.]*»")
    return name.sub(lambda found: _place(label, found[1], words), mistake.text)


def _place(label: str, line: str | None, words: EditWords) -> str:
    return words.box_line.format(box=label, line=line) if line else f"«{label}»"
