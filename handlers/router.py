"""Decide which handler a message is for, in an order that puts danger first and guesses last.

An emergency comes before anything else; then what the person pressed or chose by number, links and codes, the feedback
they are writing, the small words and commands, where they live, and at last the question. While staff talk with
somebody themselves (`handlers.handover`), most of that is for staff.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.knowledge.library import Library
from bot.knowledge.matching import Match
from bot.messages import Incoming, Kind, Reply
from bot.ports.bulletins import Archive
from bot.ports.conversations import ChooseCommune, Forget, MarkGone, Outcome, Person, Talk
from bot.ports.records import Records, Tickets
from bot.ports.world import Clock, Meter
from bot.text import fold, was_masked, without_masks
from handlers import (
    answers,
    communes,
    dossiers,
    emergencies,
    feedback,
    hamlets,
    handover,
    menu,
    questions,
    small_words,
    smalltalk,
    votes,
)
from handlers.actions import Actions, request_record
from handlers.communes import AWAITING, linked_commune
from handlers.feedback import Feedback
from handlers.feedback_steps import Act
from handlers.own_tickets import OwnTickets, is_code
from handlers.payloads import DEEP_LINK, Do, do
from handlers.staff_chats import StaffChats, chat_code
from handlers.turn import Turn, outcome
from handlers.whereabouts import is_like_nothing, is_meant_as_place, is_word_for_word

_NUMBER = re.compile(r"(?:(?:so|chon|muc|cau) )?(\d{1,2})", re.ASCII)
_PAGE = re.compile(r"(.+):([1-9]\d{0,2})", re.ASCII)
_LONG = 1500


class Router:
    """Handles every message: the one `Handle` that channels and the pipeline know."""

    def __init__(
        self,
        library: Callable[[], Library],
        archive: Archive,
        records: Records,
        clock: Clock,
        timezone: ZoneInfo,
        *,
        tickets: Tickets,
        meter: Meter | None = None,
        public_url: str = "",
        console_url: str = "",
    ) -> None:
        """Route by the content that *library* returns at each message, so that a reload needs no restart.

        *public_url* is where people reach the archive, *console_url* where staff reach the console; empty if they
        cannot.
        """
        self._library = library
        self._feedback = Feedback(tickets)
        self._own_tickets = OwnTickets(tickets)
        self._act = Actions(archive, records, self._feedback, self._own_tickets, public_url)
        self._staff_chats = StaffChats(records, meter, console_url)
        self._clock = clock
        self._timezone = timezone

    async def __call__(self, message: Incoming, person: Person) -> Outcome:
        """Return what *message* comes to."""
        turn = Turn(_worded(message), person, self._library(), self._clock.now().astimezone(self._timezone))
        return _finished(turn, feedback.kept(turn, await self._route(turn)))

    async def _route(self, turn: Turn) -> Outcome:
        talk = turn.person.talk
        if talk is None:
            return await self._serve(turn)
        if handover.has_lapsed(turn, talk):
            return handover.after_silence(turn, talk, await self._serve(turn.without_talk()))
        return handover.noted(talk, await self._beside_talk(turn, talk))

    async def _beside_talk(self, turn: Turn, talk: Talk) -> Outcome:
        """Return what *turn* comes to while staff talk with the person."""
        if turn.message.kind is Kind.TEXT:
            return await self._text_beside_talk(turn, talk)
        is_for_staff = turn.message.kind in {Kind.LOCATION, Kind.MEDIA} and not handover.is_asked_by_us(turn, talk)
        return handover.forwarded(turn, talk) if is_for_staff else await self._serve(turn)

    async def _text_beside_talk(self, turn: Turn, talk: Talk) -> Outcome:
        text = without_masks(turn.message.text)
        folded = fold(text)
        if danger := turn.library.emergencies.happening(text):
            return handover.overheard(turn, talk, emergencies.alarm(turn, danger))
        if code := chat_code(text):  # a secret of whoever was given it: nobody else may read it in the ticket
            return await self._staff_chats.link(turn, code)
        if turn.message.media_ref and not handover.is_asked_by_us(turn, talk):
            return handover.forwarded(turn, talk)
        if handover.is_end(turn, folded):
            return handover.ended(turn, talk)
        if kind := handover.request_of(turn, folded):
            return await self._small_word(turn, kind)
        is_choice = _NUMBER.fullmatch(folded) and handover.may_choose(turn, talk)
        if is_choice or handover.is_asked_by_us(turn, talk):
            return await self._text(turn)
        return handover.forwarded(turn, talk)

    async def _serve(self, turn: Turn) -> Outcome:
        match turn.message.kind:
            case Kind.TEXT:
                return await self._text(turn)
            case Kind.PRESS:
                return await self._press(turn, turn.message.payload)
            case Kind.START:
                return await self._choose(turn, linked_commune(turn.message.payload)) or smalltalk.greet(turn)
            case Kind.LOCATION:
                return feedback.located(turn) or communes.nearest(turn)
            case Kind.MEDIA:
                return feedback.pictured(turn) or smalltalk.not_text(turn)
            case Kind.GONE:
                return Outcome(effects=(MarkGone(),), dialogue=turn.person.dialogue)
            case Kind.WITHDRAW:
                return Outcome(effects=(Forget(),))

    async def _text(self, turn: Turn) -> Outcome:
        text = without_masks(turn.message.text)
        if danger := turn.library.emergencies.happening(text):
            return feedback.beside_alarm(turn, emergencies.alarm(turn, danger))
        folded = fold(text)
        if number := _NUMBER.fullmatch(folded):
            return await self._chosen(turn, int(number[1]))
        if code := linked_commune(text):
            return await self._choose(turn, code) or communes.unknown_commune(turn, text)
        if code := chat_code(text):
            return await self._staff_chats.link(turn, code)
        if found := await self._about_feedback(turn, text) or dossiers.look_up(turn, text):
            return found
        if not folded:
            return _wordless(turn)
        if small_words.kind_of(turn, folded, ("console",)) and (link := await self._staff_chats.way_in(turn)):
            return link
        if kind := small_words.kind_of(turn, folded):
            return await self._small_word(turn, kind)
        match = turn.library.matcher.match(text)
        return hamlets.typed(turn, text, match) or await self._place(turn, text, match) or _question(turn, text, match)

    async def _about_feedback(self, turn: Turn, text: str) -> Outcome | None:
        """Return what follows from *text* if it is part of a feedback, about one, or the whole of one; else None.

        It is kept as it was written: with the marks of what was hidden in it.
        """
        if not text and not turn.message.media_ref:
            return None
        written = turn.message.text
        return (
            await self._own_tickets.typed(turn, written)
            or await self._feedback.typed(turn, written)
            or await self._feedback.opened(turn, written)
        )

    async def _chosen(self, turn: Turn, number: int) -> Outcome:
        options = turn.person.dialogue.options
        if not 1 <= number <= len(options):
            return outcome(turn.say.number_without_choice, dialogue=turn.person.dialogue)
        return await self._press(turn, options[number - 1])

    async def _small_word(self, turn: Turn, kind: str) -> Outcome:
        if kind == "more":
            return answers.more(turn) or menu.open_menu(turn)
        if choice := small_words.meant_choice(turn, kind):
            return await self._press(turn, choice)
        if kind in small_words.TALK:
            return small_words.TALK[kind](turn)
        action = small_words.REQUESTS[kind]
        return _recorded(turn, action, await self._act(turn, action))

    async def _place(self, turn: Turn, text: str, match: Match) -> Outcome | None:
        """Take *text* as where the person lives, whether or not they were asked; None if it is a question.

        People answer the greeting days later, so what is surely a place always counts. "An toàn" is a commune and a
        word: unasked it is the word, and who was asked is asked once more. A place inside a sentence counts only where
        the sentence says nothing else we know, and never changes a commune unasked.
        """
        if is_word_for_word(text, match):
            return None
        is_asked = turn.person.dialogue.awaiting == AWAITING
        is_all_it_says = is_like_nothing(match) and (is_asked or not turn.person.commune)
        placed: Outcome | None = None
        if turn.library.places.is_surely_place(text) or is_all_it_says:
            placed = communes.named_commune(turn, text)
        elif is_asked:
            placed = communes.maybe_commune(turn, text)
        if placed:
            return _recorded(turn, Do.COMMUNE, await self._going_on(turn, placed))
        if is_asked and is_meant_as_place(turn, text, match):
            return replace(communes.unknown_commune(turn, text), effects=(questions.kept(text, match),))
        return None

    async def _choose(self, turn: Turn, code: str) -> Outcome | None:
        placed = communes.choose(turn, code)
        return placed and await self._going_on(turn, placed)

    async def _going_on(self, turn: Turn, placed: Outcome) -> Outcome:
        """Return the choice of a commune, followed by what the person had wanted before they were asked for it."""
        chosen = next((effect.code for effect in placed.effects if isinstance(effect, ChooseCommune)), "")
        then = turn.person.dialogue.question
        if not chosen or not then:
            return placed
        wanted = await self._press(turn.in_commune(chosen), then)
        confirmed = tuple(replace(reply, buttons=()) for reply in placed.replies)
        return Outcome((*confirmed, *wanted.replies), (*placed.effects, *wanted.effects), wanted.dialogue)

    async def _press(self, turn: Turn, payload: str) -> Outcome:
        verb, _, rest = payload.partition(":")
        if payload.startswith(DEEP_LINK):
            verb, rest = "c", payload.removeprefix(DEEP_LINK)
        return await self._pressed(turn, verb, rest) or outcome(
            turn.say.stale_button, (do(Do.MENU, turn.say.labels.menu),), dialogue=turn.person.dialogue
        )

    async def _pressed(self, turn: Turn, verb: str, rest: str) -> Outcome | None:
        match verb:
            case "t" if rest in turn.library.answers:
                return questions.show_or_do(turn, rest)
            case "m":
                return _page(turn, rest)
            case "v":
                return votes.pressed(turn, rest)
            case "g":
                return menu.open_node(turn, rest)
            case "c":
                return await self._choose(turn, rest)
            case "h":
                return hamlets.pressed(turn, rest)
            case "f" if rest in frozenset(Act):
                return await self._feedback.pressed(turn, Act(rest))
            case "f" if is_code(rest):
                return await self._own_tickets.show(turn, rest)
            case "do" if rest in frozenset(Do):
                return await self._act(turn, Do(rest))
        return None


def _worded(message: Incoming) -> Incoming:
    """Return *message* as text where it is a picture with words under it, however its platform names that."""
    is_captioned = message.kind is Kind.MEDIA and message.media == "image" and message.text
    return replace(message, kind=Kind.TEXT, media="") if is_captioned else message


def _question(turn: Turn, text: str, match: Match) -> Outcome:
    if turn.person.talk:  # the bot had asked for something, and this is no answer to it
        return handover.forwarded(turn, turn.person.talk)
    said = questions.answer(turn, text, match)
    if len(text) > _LONG:
        return replace(said, replies=(Reply(turn.say.long_message), *said.replies))
    return said


def _wordless(turn: Turn) -> Outcome:
    """Return what to say to a message without a word: a hidden number, a thumb for the answer on show, or marks."""
    if was_masked(turn.message.text):
        return Outcome(dialogue=turn.person.dialogue)  # `_finished` says what happened to the number
    return votes.thumb(turn) or outcome(turn.say.only_marks, dialogue=turn.person.dialogue)


def _recorded(turn: Turn, action: Do, said: Outcome) -> Outcome:
    """Return *said* with a record of the request: requests to the bot count like questions."""
    record = request_record(turn, action)
    return replace(said, effects=(*said.effects, record)) if record else said


def _page(turn: Turn, rest: str) -> Outcome | None:
    match = _PAGE.fullmatch(rest)
    if match is None or match[1] not in turn.library.answers:
        return None
    return answers.show_page(turn, match[1], int(match[2]))


def _finished(turn: Turn, said: Outcome) -> Outcome:
    """Return *said* with the choices of its last reply remembered, and a word about numbers that were hidden."""
    choices = [reply.choices for reply in said.replies if reply.choices]
    options = tuple(button.payload for button in choices[-1]) if choices else said.dialogue.options
    replies = said.replies
    if turn.message.kind is Kind.TEXT and was_masked(turn.message.text):
        replies = (*replies, Reply(turn.say.personal_number))
    return replace(said, replies=replies, dialogue=replace(said.dialogue, options=options))
