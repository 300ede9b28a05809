"""Step aside while staff talk with somebody themselves, and come back when they are done.

From their first answer on, what the citizen writes goes to staff and not to the matcher. What is asked of the bot by
name ("hủy bản tin"), what is pressed, and what the bot has just asked for, goes on as ever; danger comes first as
everywhere.
"""

from dataclasses import replace

from bot.messages import Kind, Reply
from bot.ports.conversations import EndTalk, Outcome, Talk, TellStaff
from handlers import feedback, small_words
from handlers.turn import Turn, outcome

_WORDS_FOR_US = tuple(kind for kind in small_words.REQUESTS if kind != "person")
"""Requests that are done during a talk too; whoever asks for a person has one."""


def is_at_home(turn: Turn, talk: Talk | None) -> bool:
    """Tell whether *talk* is with staff of where the person lives; who has moved may want those of there too."""
    return talk is not None and talk.commune == turn.person.commune


def begun(turn: Turn, talk: Talk) -> str:
    """Return the sentence on whom they are talking to."""
    return turn.say.talk.begun.format(commune=turn.library.fields(talk.commune)["commune.name"])


def has_lapsed(turn: Turn, talk: Talk) -> bool:
    """Tell whether nobody has said anything in *talk* for too long."""
    return turn.now >= talk.until


def request_of(turn: Turn, folded: str) -> str:
    """Return the kind of request that *folded* is, of those that the bot goes on to do; empty if it is for staff."""
    known = _WORDS_FOR_US if is_at_home(turn, turn.person.talk) else tuple(small_words.REQUESTS)
    return small_words.kind_of(turn, folded, known)


def is_end(turn: Turn, folded: str) -> bool:
    """Tell whether *folded* asks to have the bot back."""
    return bool(small_words.kind_of(turn, folded, ("end",)))


def is_asked_by_us(turn: Turn, talk: Talk) -> bool:
    """Tell whether the bot itself asked for something within this talk: then the next text answers that."""
    dialogue = turn.person.dialogue
    return dialogue.talk == talk.ticket and bool(dialogue.awaiting)


def may_choose(turn: Turn, talk: Talk) -> bool:
    """Tell whether a number chooses among something shown within this talk; the choices of before are forgotten."""
    dialogue = turn.person.dialogue
    return dialogue.talk == talk.ticket and bool(dialogue.options)


def forwarded(turn: Turn, talk: Talk) -> Outcome:
    """Pass the message on to staff; the first time, say so."""
    if turn.person.dialogue.talk == talk.ticket:
        return Outcome(effects=(_told(turn, talk),))
    return outcome(begun(turn, talk), effects=(_told(turn, talk),))


def overheard(turn: Turn, talk: Talk, said: Outcome) -> Outcome:
    """Return *said*, of which staff hear too."""
    return replace(said, effects=(*said.effects, _told(turn, talk)))


def ended(turn: Turn, talk: Talk) -> Outcome:
    """Come back because the citizen wants it."""
    return outcome(turn.say.talk.ended, effects=(EndTalk(talk.ticket),))


def after_silence(turn: Turn, talk: Talk, said: Outcome) -> Outcome:
    """Return *said*, the answer to the first message since everybody fell silent, with a word that the bot is back."""
    back = (Reply(turn.say.talk.ended_by_silence),) if said.replies else ()
    end = EndTalk(talk.ticket, by_silence=True)
    return replace(said, replies=(*back, *said.replies), effects=(end, *said.effects))


def noted(talk: Talk, said: Outcome) -> Outcome:
    """Return *said*, after which it is remembered that the citizen knows whom they are talking to."""
    return replace(said, dialogue=replace(said.dialogue, talk=talk.ticket))


def _told(turn: Turn, talk: Talk) -> TellStaff:
    message = turn.message
    due = feedback.deadline(turn, talk.commune, turn.say.talk.days)
    media = message.media if message.kind is Kind.MEDIA else ""
    return TellStaff(talk.ticket, message.text, due, media, message.media_ref, message.point)
