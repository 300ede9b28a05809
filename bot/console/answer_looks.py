"""An edit of an answer as it would be, above its form: what citizens read, and what becomes of questions.

Nothing of it is saved. The machine learns from an edit once, for a question that is tried and for the effect on all the
phrasings there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.console.answer_views import Message, Tried, messages, tried
from bot.console.page import Visit
from bot.console.pages.answers import asked_commune
from bot.desk.answer_forms import Typed
from bot.desk.phrasing_effects import Effects, EffectTrials
from bot.desk.trials import Trials
from bot.knowledge.library import Library

DO, LOOK, EFFECT = "viec", "xem", "tac-dong"
"""The field that says which button of the form was pressed, and the two that save nothing."""

_SHOWN = 12
"""Phrasings of the form whose fate is shown one by one."""


@dataclass(frozen=True, slots=True)
class Look:
    """An edit as it would be: its messages, and what becomes of a question before and after it.

    ``is_waiting`` while the machine still learns from the edit; ``is_measuring`` while the effect is asked for and not
    known yet. ``is_same`` where the effect was asked for of an edit that changes nothing.
    """

    messages: Sequence[Message] = ()
    before: Tried | None = None
    after: Tried | None = None
    is_waiting: bool = False
    effects: Effects | None = None
    is_measuring: bool = False
    is_same: bool = False


class Looks:
    """Looks at edits: questions are tried with *trials*, and what the edit changes is found out with *effects*."""

    def __init__(self, trials: Trials, effects: EffectTrials, zone: ZoneInfo) -> None:
        """Show times in *zone*."""
        self._trials = trials
        self._effects = effects
        self._zone = zone

    async def look(self, visit: Visit, topic: str, edited: Library, form: Typed) -> Look:
        """Return what was asked for by the buttons and boxes of the form, of the content *edited* by it."""
        commune = asked_commune(visit, visit.form.text("xa"))
        now, words = visit.now.astimezone(self._zone), visit.words.answers
        look = Look(messages(edited, topic, commune, now, words.view))
        if question := visit.form.text("hoi"):
            look = await self._tried(look, visit, topic, edited, question)
        if visit.form.text(DO) == EFFECT:
            look = await self._measured(look, visit, edited, form)
        return look

    async def _tried(self, look: Look, visit: Visit, topic: str, edited: Library, question: str) -> Look:
        words = visit.words.answers.trial
        look = replace(look, before=tried(visit.library, question, words, this=topic))
        if edited.fingerprint == visit.library.fingerprint:
            return look
        trained = await self._trials.trained(edited)
        if trained is None:
            return replace(look, is_waiting=True)
        return replace(look, after=tried(trained, question, words, this=topic))

    async def _measured(self, look: Look, visit: Visit, edited: Library, form: Typed) -> Look:
        if edited.fingerprint == visit.library.fingerprint:
            return replace(look, is_same=True)
        trained = await self._trials.trained(edited)
        if trained is None:
            return replace(look, is_measuring=True)
        texts = [line.strip() for line in form.questions.splitlines() if line.strip()][:_SHOWN]
        effects = await self._effects.effects(visit.library, trained, texts)
        return replace(look, effects=effects, is_measuring=effects is None)
