"""The form of a new answer: empty, or begun with the phrasings of a group of questions that nothing helped.

It is the form of `bot.console.pages.answer_editing` with three boxes more, which say where the answer is to stand. What
was typed comes back whenever it cannot be saved. The group is set aside once its answer is there.
"""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web

from bot.bulletins.states import Role
from bot.console import trouble
from bot.console.addresses import at
from bot.console.answer_looks import DO, EFFECT, LOOK, Look, Looks
from bot.console.answer_views import title_of
from bot.console.page import Answer, Choice, Page, Redirect, Shown, Visit, in_query, nobodys
from bot.console.pages.answer_editing import MOST_BYTES, faults_of
from bot.console.pages.answers import SEGMENT, asked_commune, commune_choices
from bot.console.pages.questions import asker_of, look_of
from bot.desk.answer_beginnings import PLACE_BOXES, Place
from bot.desk.answer_forms import BOXES, Typed
from bot.desk.answer_outcomes import Mistake, Saved
from bot.desk.grouping import Group
from bot.desk.questions import LONGEST_PHRASING, QuestionsDesk
from bot.errors import UserError
from bot.knowledge.menus import steps
from bot.knowledge.schema import SUMMARY_LENGTH, Domain
from bot.text import mask, without_masks

BEGIN = "cau-tra-loi-moi"
GROUP = "nhom"
"""What stands behind the address for the group that the answer is for: the number of one of its questions."""

_CHECK = "kiem-tra"
_MOST_PHRASINGS = 12
_PATIENCE_SECONDS = 8.0
"""How long whoever saved waits until the answer is in use; it is saved either way."""


class AnswerBeginning:
    """Lets new answers be written, for groups of *questions* or for none."""

    def __init__(self, questions: QuestionsDesk, looks: Looks) -> None:
        """Write them through the desk of answers behind *questions*; look at them with *looks*."""
        self._questions = questions
        self._desk = questions.answers
        self._looks = looks

    def pages(self) -> Sequence[Page]:
        """Return the pages. A group is looked for only among what whoever asks may see."""
        path, check, needs = f"/{BEGIN}", f"/{BEGIN}/{_CHECK}", Role.EDITOR
        return [
            Page(method="GET", path=path, show=self.begin, needs=needs, whose=in_query()),
            Page(
                method="POST",
                path=path,
                show=self.answer,
                needs=needs,
                whose=in_query(),
                most_bytes=MOST_BYTES,
                keeps=BOXES,
            ),
            Page(method="POST", path=check, show=self.check, needs=needs, whose=nobodys, most_bytes=MOST_BYTES),
        ]

    async def begin(self, visit: Visit) -> Answer:
        """Show the form, with the phrasings of the group that was asked for."""
        self._refuse_strangers(visit)
        group = await self._group(visit)
        if group is None and visit.asked(GROUP):
            raise trouble.missing()
        return self._form(visit, Place(), Typed(questions="\n".join(_phrasings(group)) if group else ""))

    async def answer(self, visit: Visit) -> Answer:
        """Save the form as a new answer, or show what it would come to."""
        self._refuse_strangers(visit)
        form = Typed(**{box: visit.form.text(box) for box in BOXES})
        place = self._place(visit, form)
        if visit.form.text(DO) in {LOOK, EFFECT}:
            checked = await self._desk.check_new(place, form)
            if checked.library is None:
                return self._form(visit, place, form, mistakes=checked.mistakes)
            return self._form(visit, place, form, look=await self._looks.look(visit, place.id, checked.library, form))
        try:
            outcome = await self._desk.create(place, form, by=visit.me.name)
        except UserError as refusal:  # said beside the form: what was typed must not be lost
            return self._form(visit, place, form, mistakes=[Mistake("", str(refusal))])
        if not isinstance(outcome, Saved):
            return self._form(visit, place, form, mistakes=outcome.mistakes)
        return await self._saved(visit, place, form)

    async def check(self, visit: Visit) -> Answer:
        """Answer a script that asks, while somebody types, what is wrong; and propose an id for the title.

        Boxes that are empty are left in peace until somebody saves: they come to them yet.
        """
        self._refuse_strangers(visit)
        form = Typed(**{box: visit.form.text(box) for box in BOXES})
        checked = await self._desk.check_new(self._place(visit, form), form)
        found = faults_of(checked.mistakes, visit.words.answers.edit)
        faults = [fault for fault in found if not fault.field or visit.form.text(fault.field)]
        return web.json_response({
            "faults": [{"field": fault.field, "text": fault.text} for fault in faults],
            "proposed": {"id": self._desk.proposed_id(form.title)},
        })  # fmt: skip

    async def _saved(self, visit: Visit, place: Place, form: Typed) -> Redirect:
        """Set the group aside, and lead to the answer as soon as it is in use, else to the list."""
        words, group = visit.words.answers.begin, await self._group(visit)
        if group is not None:
            await self._questions.set_aside(group, visit.me.name)
        notice = (words.saved_aside if group else words.saved).format(title=form.title)
        await asyncio.wait({asyncio.ensure_future(self._desk.settle())}, timeout=_PATIENCE_SECONDS)
        return Redirect(at(SEGMENT, place.id) if self._desk.has(place.id) else at(SEGMENT), notice)

    def _place(self, visit: Visit, form: Typed) -> Place:
        """Return where the answer is to stand; an id that was left empty is that which the title suggests."""
        typed = {box: visit.form.text(box) for box in PLACE_BOXES}
        return Place(**{**typed, "id": typed["id"] or self._desk.proposed_id(form.title)})

    def _refuse_strangers(self, visit: Visit) -> None:
        if why_not := self._desk.why_not_begin(visit.me):
            raise UserError(why_not)

    async def _group(self, visit: Visit) -> Group | None:
        """Return the group that the address names; None if it names none, or it is not there (any more)."""
        number = visit.asked(GROUP)
        if not (number.isascii() and number.isdecimal()) or len(number) >= len(str(2**53)):
            return None
        return await self._questions.group(asker_of(visit, look_of(visit)), int(number))

    def _form(
        self, visit: Visit, place: Place, form: Typed, *, mistakes: Sequence[Mistake] = (), look: Look | None = None
    ) -> Shown:
        words = visit.words.answers.begin
        questions, number = look_of(visit), visit.asked(GROUP)
        facts: Mapping[str, object] = {
            "action": at(BEGIN, **{GROUP: number}, **questions.query) if number else at(BEGIN),
            "check": at(BEGIN, _CHECK),
            "opened": None,
            "standing": place,
            "domains": _domains(visit, words.no_domain_yet),
            "steps": _steps(visit, words.no_menu_yet),
            "is_of_group": bool(number),
            "typed": form,
            "look": look,
            "commune": asked_commune(visit, visit.form.text("xa") if "xa" in visit.form else None),
            "communes": commune_choices(visit),
            "question": visit.form.text("hoi"),
            "summary_length": SUMMARY_LENGTH,
            "title_of": lambda topic: form.title if topic == place.id else title_of(visit.library, topic),
        }
        faults = faults_of(mistakes, visit.words.answers.edit)
        back = questions.address() if number else at(SEGMENT)
        return Shown("answers/begin.html", words.heading, facts, faults, back=back)


def _phrasings(group: Group) -> list[str]:
    """Return wordings of *group* that may become phrasings, without what was hidden in them."""
    texts = (" ".join(without_masks(mask(text)).split()) for text in group.texts)
    return [text for text in texts if text and len(text) <= LONGEST_PHRASING][:_MOST_PHRASINGS]


def _domains(visit: Visit, none: str) -> list[Choice]:
    names = visit.words.answers.domains
    return [Choice("", none), *(Choice(domain, names[domain]) for domain in Domain)]


def _steps(visit: Visit, none: str) -> list[Choice]:
    found = steps(visit.library.shelves.menu)
    return [Choice("", none), *(Choice(step.id, " › ".join(step.titles)) for step in found)]
