"""The steps of writing a feedback: what each asks, what it makes of an answer, and what its buttons do.

Pure: each takes the turn and the draft as it stands, and returns what to ask next. `handlers.feedback` decides which
step a message is for, and sends what has been seen whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from bot.knowledge.sayings import FeedbackWords
from bot.markup import escape, escape_lines
from bot.messages import Button
from bot.ports.conversations import Dialogue, FeedbackDraft, Outcome
from handlers import answers
from handlers.payloads import feedback_button
from handlers.turn import Turn, outcome

MOST_TEXT, MOST_PLACE = 3000, 300
"""Characters: two messages on Zalo, and an address with how to find it."""

MOST_PHOTOS = 5

_ELSEWHERE = ("khieu-nai", "to-cao", "pakn-gui")
"""The answers on what a feedback is not: a formal complaint, or a word to whoever makes the rules of procedures."""

NO_DRAFT = FeedbackDraft()
"""Says that nothing is being written any more, where None says nothing about it."""


class Step(StrEnum):
    """What is asked for now; also `Dialogue.awaiting`."""

    WHAT = "feedback-what"
    WHERE = "feedback-where"
    PHOTO = "feedback-photo"
    CHECK = "feedback-check"


class Act(StrEnum):
    """What the buttons of a feedback do; ``f:<act>`` in a payload."""

    SEND = "send"
    EDIT = "edit"
    CANCEL = "cancel"
    SKIP = "skip"
    KEEP = "keep"
    WHAT = "what"
    WHERE = "where"
    PHOTO = "photo"


OFFERED: Mapping[Step, frozenset[Act]] = {
    Step.WHAT: frozenset({Act.CANCEL}),
    Step.WHERE: frozenset({Act.CANCEL, Act.SKIP}),
    Step.PHOTO: frozenset({Act.CANCEL, Act.SKIP}),
    Step.CHECK: frozenset({Act.CANCEL, Act.SEND, Act.EDIT}),
}
"""What may be done at each step, by a button or by its word."""


def take(turn: Turn, step: Step, draft: FeedbackDraft, text: str) -> Outcome:
    """Return what follows from *text*, typed at *step*."""
    return _TAKES[step](turn, draft, text)


def act(turn: Turn, what: Act, draft: FeedbackDraft) -> Outcome:
    """Return what follows from the button *what*; sending is for `handlers.feedback`."""
    return _ACTS[what](turn, draft)


def with_photo(draft: FeedbackDraft, reference: str) -> FeedbackDraft:
    """Return *draft* with one photo more, unless it has as many as it may."""
    return replace(draft, photos=(*draft.photos, reference)[:MOST_PHOTOS])


def elsewhere(turn: Turn) -> tuple[Button, ...]:
    """Return the ways to what a feedback is not."""
    return tuple(answers.suggestion(turn, topic) for topic in _ELSEWHERE if topic in turn.library.answers)


# Asking


def ask_next(turn: Turn, draft: FeedbackDraft, step: Step) -> Outcome:
    """Ask for *step*; whoever was shown everything once is shown it again after each change."""
    if draft.is_complete and draft.text:
        return _ask_check(turn, draft)
    if step is Step.PHOTO and not turn.can_be_written_to:  # the web page sends none
        return _ask_check(turn, draft)
    return _ASKS[step](turn, draft)


def ask_what(turn: Turn, draft: FeedbackDraft) -> Outcome:
    """Ask what it is about, and say what it is not."""
    words = turn.say.feedback
    said = words.ask.format(commune=name_of(turn, draft.commune))
    text = said if turn.can_be_written_to else f"{said}\n\n{words.ask_web}"
    return _asking(turn, Step.WHAT, draft, text, (_cancel(words), *elsewhere(turn)))


def _ask_where(turn: Turn, draft: FeedbackDraft) -> Outcome:
    words = turn.say.feedback
    return _asking(turn, Step.WHERE, draft, words.ask_where, _skip_or_cancel(words), asks_location=True)


def _ask_photo(turn: Turn, draft: FeedbackDraft) -> Outcome:
    words = turn.say.feedback
    return _asking(turn, Step.PHOTO, draft, words.ask_photo, _skip_or_cancel(words))


def _ask_check(turn: Turn, draft: FeedbackDraft) -> Outcome:
    words = turn.say.feedback
    buttons = (feedback_button(Act.SEND, words.send), feedback_button(Act.EDIT, words.edit), _cancel(words))
    parts = [
        words.check.format(commune=name_of(turn, draft.commune)),
        escape_lines(draft.text),
        words.place.format(place=escape(draft.place)) if draft.place else "",
        words.point if draft.point else "",
        words.photos.format(count=len(draft.photos)) if draft.photos else "",
        words.sure,
    ]
    complete = replace(draft, is_complete=True)
    return _asking(turn, Step.CHECK, complete, "\n\n".join(filter(None, parts)), buttons)


def _asking(  # the parts of one question
    turn: Turn,
    step: Step,
    draft: FeedbackDraft,
    text: str,
    buttons: tuple[Button, ...],
    *,
    asks_location: bool = False,
) -> Outcome:
    dialogue = Dialogue(awaiting=step, draft=replace(draft, at=turn.now))
    return outcome(text, buttons, asks_location=asks_location, dialogue=dialogue)


def ask_again(turn: Turn, draft: FeedbackDraft, step: Step) -> Outcome:
    """Ask once more: what they wrote is no answer ("vâng")."""
    if step is Step.WHAT:
        return _asking(turn, step, draft, turn.say.feedback.again, (_cancel(turn.say.feedback),))
    return _ASKS[step](turn, draft)


_ASKS: Mapping[Step, Callable[[Turn, FeedbackDraft], Outcome]] = {
    Step.WHAT: ask_what,
    Step.WHERE: _ask_where,
    Step.PHOTO: _ask_photo,
    Step.CHECK: _ask_check,
}


# Taking what was typed


def take_what(turn: Turn, draft: FeedbackDraft, text: str) -> Outcome:
    """Take *text* for what it is about."""
    if len(text) > MOST_TEXT:
        return _too_long(turn, draft, Step.WHAT, text, MOST_TEXT)
    return ask_next(turn, replace(draft, text=text), Step.WHERE)


def _take_where(turn: Turn, draft: FeedbackDraft, text: str) -> Outcome:
    if len(text) > MOST_PLACE:
        return _too_long(turn, draft, Step.WHERE, text, MOST_PLACE)
    return ask_next(turn, replace(draft, place=text), Step.PHOTO)


def _take_neither(turn: Turn, draft: FeedbackDraft, text: str) -> Outcome:
    """Take a text where none was asked for as something more to say."""
    more = f"{draft.text}\n{text}"
    if len(more) > MOST_TEXT:
        return _too_long(turn, draft, Step.CHECK, more, MOST_TEXT)
    return ask_next(turn, replace(draft, text=more), Step.CHECK)


def _too_long(turn: Turn, draft: FeedbackDraft, step: Step, text: str, most: int) -> Outcome:
    said = turn.say.feedback.too_long.format(length=_number(len(text)), most=_number(most))
    return _asking(turn, step, draft, said, (_cancel(turn.say.feedback),))


_TAKES: Mapping[Step, Callable[[Turn, FeedbackDraft, str], Outcome]] = {
    Step.WHAT: take_what,
    Step.WHERE: _take_where,
    Step.PHOTO: _take_neither,
    Step.CHECK: _take_neither,
}


# Buttons


def _cancelled(turn: Turn, draft: FeedbackDraft) -> Outcome:
    del draft
    return outcome(turn.say.feedback.cancelled, dialogue=Dialogue(draft=NO_DRAFT))


def _skipped(turn: Turn, draft: FeedbackDraft) -> Outcome:
    """Go on without what was asked for."""
    awaiting = turn.person.dialogue.awaiting
    if not draft.text:
        return ask_what(turn, draft)
    return ask_next(turn, draft, Step.PHOTO if awaiting == Step.WHERE else Step.CHECK)


def _edit(turn: Turn, draft: FeedbackDraft) -> Outcome:
    words = turn.say.feedback
    photo = (feedback_button(Act.PHOTO, words.photo),) if turn.can_be_written_to else ()
    parts = (feedback_button(Act.WHAT, words.what), feedback_button(Act.WHERE, words.where), *photo)
    return _asking(turn, Step.CHECK, draft, words.ask_edit, (*parts, _cancel(words)))


def _rewrite_photos(turn: Turn, draft: FeedbackDraft) -> Outcome:
    return _ask_photo(turn, replace(draft, photos=()))


def _keep(turn: Turn, draft: FeedbackDraft) -> Outcome:
    return ask_next(turn, draft, Step.WHERE) if draft.text else ask_what(turn, draft)


_ACTS: Mapping[Act, Callable[[Turn, FeedbackDraft], Outcome]] = {
    Act.EDIT: _edit,
    Act.CANCEL: _cancelled,
    Act.SKIP: _skipped,
    Act.KEEP: _keep,
    Act.WHAT: ask_what,
    Act.WHERE: _ask_where,
    Act.PHOTO: _rewrite_photos,
}


def _cancel(words: FeedbackWords) -> Button:
    return feedback_button(Act.CANCEL, words.cancel)


def _skip_or_cancel(words: FeedbackWords) -> tuple[Button, ...]:
    return feedback_button(Act.SKIP, words.skip), _cancel(words)


def name_of(turn: Turn, commune: str) -> str:
    """Return the name of *commune*, with its kind."""
    return turn.library.fields(commune)["commune.name"]


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
