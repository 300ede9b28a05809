"""Write a feedback (phản ánh, góp ý, kiến nghị) to the commune: what, where, a photo, then see all of it and send it.

What is being written stands in `Dialogue.draft`. Whoever does something else in between keeps it until the next day and
comes back to it; a press of an older button never sends what they have not seen.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.knowledge.hours import OfficeHours
from bot.messages import Reply
from bot.ports.conversations import Dialogue, FeedbackDraft, Forget, OpenTicket, Outcome
from bot.ports.records import Tickets
from bot.text import fold, without_masks
from bot.tickets.states import WAITING, TicketKind
from handlers import feedback_steps as steps
from handlers import hotlines, small_words
from handlers.communes import ask_commune
from handlers.feedback_steps import MOST_TEXT, NO_DRAFT, OFFERED, Act, Step
from handlers.payloads import Do, do, feedback_button
from handlers.turn import Turn, outcome

KEPT_FOR = timedelta(days=1)
"""How long what is being written waits for its writer: the next day they mean something else."""

MOST_OPEN = 5
"""Feedback of one person that may wait for an answer at a time."""

_NO = re.compile(
    r"(?:khong|ko|chua)(?: (?:"
    r"co|anh|hinh|buc|tam|chup|gui|can|them|nua|duoc|kip|dau|a|oi|nhe|nha|em|chau|bac|chu|ban|minh|toi|thi|nao"
    r"))*"
)
"""A no where a photo was asked for, folded, and what people say beside it; other words tell something more."""

_TYPED = {"cancel": Act.CANCEL, "skip": Act.SKIP, "send": Act.SEND, "affirm": Act.SEND, "edit": Act.EDIT}
"""What small words do, where the step offers it."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """What somebody is writing, and which step they are at; None where they have turned to something else."""

    draft: FeedbackDraft
    step: Step | None


class Feedback:
    """Takes feedback, step by step."""

    def __init__(self, tickets: Tickets) -> None:
        """Look at what people have sent, and get new codes, through *tickets*."""
        self._tickets = tickets

    async def begin(self, turn: Turn, text: str = "") -> Outcome:
        """Ask what it is about, or go on with what was being written; *text* is what they said of it at once."""
        if not turn.person.commune:
            return _ask_commune(turn, text)
        if turn.person.commune not in turn.library.shelves.communes:
            return _not_here(turn)
        waiting = sum(ticket.state in WAITING for ticket in await self._tickets.of(turn.person))
        if waiting >= MOST_OPEN:
            said = turn.say.feedback.too_many.format(count=waiting)
            return outcome(said, (do(Do.MY_FEEDBACK, turn.say.labels.my_feedback),))
        writing, blank = _writing(turn), _photographed(turn, FeedbackDraft(commune=turn.person.commune))
        if text:
            asked, taken = steps.ask_what(turn, blank), steps.take_what(turn, blank, text)
            return replace(taken, replies=(*_without_buttons(asked), *taken.replies))
        if writing is None:
            return steps.ask_what(turn, blank)
        draft = _photographed(turn, replace(writing.draft, commune=turn.person.commune))
        return steps.ask_next(turn, draft, Step.WHERE) if draft.text else steps.ask_what(turn, draft)

    async def opened(self, turn: Turn, text: str) -> Outcome | None:
        """Return what follows from a *text* such as "phản ánh: đèn đường hỏng", which says all at once; or None."""
        head, colon, rest = text.partition(":")
        is_one = colon and rest.strip() and fold(head) in turn.library.small_words["feedback"]
        return await self.begin(turn, rest.strip()) if is_one else None

    async def pressed(self, turn: Turn, act: Act) -> Outcome:
        """Do what a button says, to what is being written now."""
        writing = _writing(turn)
        if writing is None:
            return _nothing(turn)
        if not writing.draft.commune and act is not Act.CANCEL:  # an old button; it is not known yet whom it is for
            return await self.begin(turn)
        if act is Act.SEND:
            return await self._send(turn, writing.draft)
        return steps.act(turn, act, writing.draft)

    async def typed(self, turn: Turn, text: str) -> Outcome | None:
        """Return what follows from *text* where a step asked for something; None if it is for somebody else."""
        writing = _writing(turn)
        if writing is None or writing.step is None:
            return None
        kind = small_words.kind_of(turn, fold(text), (*_TYPED, *small_words.REQUESTS, *small_words.TALK, "more"))
        has_photo = bool(turn.message.media_ref)  # a caption came as text
        if has_photo and (kind or not without_masks(text)) and kind != "cancel":
            return _with_picture(turn, writing.draft, writing.step)
        if kind in small_words.REQUESTS:
            return None
        is_no = writing.step is Step.PHOTO and not has_photo and _declines(text)
        act = Act.SKIP if is_no else _TYPED.get(kind)
        if act in OFFERED[writing.step]:
            return await self.pressed(turn, act)
        if kind:
            return steps.ask_again(turn, writing.draft, writing.step)
        return steps.take(turn, writing.step, _photographed(turn, writing.draft), text)

    async def _send(self, turn: Turn, draft: FeedbackDraft) -> Outcome:
        """Send what they have seen all of, and show it first where they have not."""
        if not (draft.is_complete and draft.text):
            return steps.ask_next(turn, draft, Step.CHECK if draft.text else Step.WHAT)
        words, code = turn.say.feedback, await self._tickets.new_code()
        due = deadline(turn, draft.commune, words.days)
        ticket = OpenTicket(
            TicketKind.FEEDBACK, draft.commune, draft.text, due, code, draft.place, draft.point, draft.photos
        )
        said = (words.sent if turn.can_be_written_to else words.sent_web).format(
            commune=steps.name_of(turn, draft.commune), code=code, date=turn.day(due), days=words.days
        )
        following = (do(Do.MY_FEEDBACK, turn.say.labels.my_feedback), do(Do.MENU, turn.say.labels.menu))
        return outcome(said, following, effects=(ticket,), dialogue=Dialogue(draft=NO_DRAFT))


def located(turn: Turn) -> Outcome | None:
    """Return what follows from a shared place while a feedback is being written; None if none is."""
    writing, point = _writing(turn), turn.message.point
    if writing is None or writing.step is None or point is None:
        return None
    draft = replace(writing.draft, point=point)
    return _received(turn.say.feedback.point_received, _gone_on(turn, writing.step, draft, Step.WHERE, Step.PHOTO))


def pictured(turn: Turn) -> Outcome | None:
    """Return what follows from a photo while a feedback is being written; None if none is."""
    writing = _writing(turn)
    if writing is None or writing.step is None or turn.message.media != "image":
        return None
    return _with_picture(turn, writing.draft, writing.step)


def beside_alarm(turn: Turn, said: Outcome) -> Outcome:
    """Return *said*, the word about an emergency, with a way to put into the feedback what was written of it."""
    writing = _writing(turn)
    if writing is None or writing.step is not Step.WHAT or len(turn.message.text) > MOST_TEXT:
        return said
    keep = feedback_button(Act.KEEP, turn.say.feedback.keep)
    replies = (replace(said.replies[0], buttons=(keep,)), *said.replies[1:])
    draft = _photographed(turn, replace(writing.draft, text=turn.message.text, at=turn.now))
    return replace(said, replies=replies, dialogue=replace(said.dialogue, draft=draft))


def kept(turn: Turn, said: Outcome) -> Outcome:
    """Return *said*, after which what was being written is still there unless *said* sent it or threw it away."""
    writing = _writing(turn)
    if writing is None or said.dialogue.draft is not None or Forget() in said.effects:
        return said
    left = writing.step is not None and writing.draft.text
    replies = (*said.replies, Reply(turn.say.feedback.left)) if left and said.replies else said.replies
    return replace(said, replies=replies, dialogue=replace(said.dialogue, draft=writing.draft))


def deadline(turn: Turn, commune: str, days: int) -> datetime:
    """Return the end of the *days*-th working day of *commune* from now."""
    hours = OfficeHours.of(turn.library.locality(commune).commune, turn.library.shelves.national)
    return hours.deadline(turn.now, days)


def _writing(turn: Turn) -> _Writing | None:
    """Return what the person is writing; None if nothing, or if it was left for too long."""
    draft = turn.person.dialogue.draft
    if draft is None or draft.at is None or turn.now - draft.at > KEPT_FOR:
        return None
    awaiting = turn.person.dialogue.awaiting
    return _Writing(draft, Step(awaiting) if awaiting in frozenset(Step) else None)


def _nothing(turn: Turn) -> Outcome:
    labels = turn.say.labels
    again = (do(Do.FEEDBACK, labels.feedback), do(Do.MY_FEEDBACK, labels.my_feedback))
    return outcome(turn.say.feedback.nothing, again, dialogue=turn.person.dialogue)


def _not_here(turn: Turn) -> Outcome:
    labels = turn.say.labels
    said = turn.say.feedback.not_here.format(commune=turn.commune)
    ways = (do(Do.COMMUNE, labels.change_commune), do(Do.HOTLINES, labels.hotlines), *steps.elsewhere(turn))
    return outcome(f"{said}\n\n{hotlines.local_contacts(turn)}", ways)


def _ask_commune(turn: Turn, text: str) -> Outcome:
    """Ask where they live, and keep what they said at once until then."""
    asked = ask_commune(turn, then=f"do:{Do.FEEDBACK}")
    if not text or len(text) > MOST_TEXT:
        return asked
    draft = _photographed(turn, FeedbackDraft(text=text, at=turn.now))
    return replace(asked, dialogue=replace(asked.dialogue, draft=draft))


def _photographed(turn: Turn, draft: FeedbackDraft) -> FeedbackDraft:
    """Return *draft* with the photo that the words came under, if any."""
    return steps.with_photo(draft, turn.message.media_ref) if turn.message.media_ref else draft


def _with_picture(turn: Turn, draft: FeedbackDraft, step: Step) -> Outcome:
    """Take a photo without words, at whatever *step*."""
    more = steps.with_photo(draft, turn.message.media_ref)
    return _received(turn.say.feedback.photo_received, _gone_on(turn, step, more, Step.PHOTO, Step.CHECK))


def _declines(text: str) -> bool:
    """Tell whether *text* says no and nothing else: "không có ảnh đâu ạ", but not "không có đèn đường"."""
    return bool(_NO.fullmatch(fold(text)))


def _gone_on(turn: Turn, step: Step, draft: FeedbackDraft, asked_at: Step, following: Step) -> Outcome:
    """Ask for the *following* step where what came was *asked_at* this *step*, else once more for this one."""
    return steps.ask_next(turn, draft, following) if step is asked_at else steps.ask_again(turn, draft, step)


def _received(notice: str, said: Outcome) -> Outcome:
    return replace(said, replies=(Reply(notice), *said.replies))


def _without_buttons(said: Outcome) -> tuple[Reply, ...]:
    return tuple(Reply(reply.text) for reply in said.replies)
