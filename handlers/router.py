"""Decide which handler a message is for, in an order that puts danger first and guesses last.

An emergency comes before anything else; then what the person pressed or chose by number, links and codes, the small
words and commands, the name of a place if one was asked for, and at last the question.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.knowledge.library import Library
from bot.knowledge.matching import RANKED, Match
from bot.messages import Decision, Incoming, Kind, Reply
from bot.ports import (
    Archive,
    ChooseCommune,
    Clock,
    Forget,
    KeepQuestion,
    MarkGone,
    Outcome,
    Person,
    Records,
    Vote,
)
from bot.text import DOSSIER_CODE, fold, was_masked, without_masks
from handlers import answers, bulletins, communes, hotlines, menu, privacy, questions, smalltalk, staff
from handlers.communes import AWAITING, linked_commune
from handlers.payloads import DEEP_LINK, Do, do
from handlers.turn import Turn, outcome

EMERGENCY_TOPIC = "hl-khan-cap"

_LEAST_SHARED = 0.75
"""Of the words of a text that the nearest phrasing shares: with fewer, what may be a place is taken for one."""

_REQUESTS = {
    "help": "bot-huong-dan",
    "menu": "bot-huong-dan",
    "commune": "bot-doi-xa",
    "subscribe": "bot-ban-tin",
    "unsubscribe": "bot-huy-ban-tin",
    "bulletins": "bot-ban-tin",
    "hotlines": "hl-tong-hop",
    "person": "bot-gap-can-bo",
    "my_data": "dl-bot",
    "forget": "dl-bot",
}
"""The topic that each command-like small word stands for."""

_REFUSALS = frozenset({f"do:{Do.NOT_NOW}", f"do:{Do.KEEP}", f"do:{Do.COMMUNE}"})
"""What a "no" means where it is the second of two choices: then the first is what a "yes" means."""

_NUMBER = re.compile(r"(?:(?:so|chon|muc|cau) )?(\d{1,2})", re.ASCII)
_PAGE = re.compile(r"(.+):([1-9]\d{0,2})", re.ASCII)
_THUMBS = {"👍": "1", "👎": "0"}
_LONG = 1500

_TELLING_WORDS = 3
"""Words that, standing in a question as they stand in one of ours, say that it is no place."""

_PLACE_NAME_WORDS = 6
"""A longer text that names no known place was not meant as one."""


class Router:
    """Handles every message: the one `Handle` that channels and the pipeline know."""

    def __init__(
        self, library: Callable[[], Library], archive: Archive, records: Records, clock: Clock, timezone: ZoneInfo
    ) -> None:
        """Route by the content that *library* returns at each message, so that a reload needs no restart."""
        self._library = library
        self._archive = archive
        self._records = records
        self._clock = clock
        self._timezone = timezone
        self._acts: Mapping[str, Callable[[Turn], Outcome]] = {
            Do.MENU: menu.open_menu,
            Do.HELP: smalltalk.help_,
            Do.COMMUNE: communes.ask_commune,
            Do.HOTLINES: hotlines.hotlines,
            Do.PERSON: staff.meet,
            Do.SUBSCRIBE: bulletins.offer,
            Do.AGREE: bulletins.agree,
            Do.NOT_NOW: bulletins.later,
            Do.UNSUBSCRIBE: bulletins.stop,
            Do.FORGET: privacy.ask_to_forget,
            Do.FORGET_YES: privacy.forget,
            Do.KEEP: privacy.keep,
        }
        self._small_words: Mapping[str, Callable[[Turn], Outcome]] = {
            "greeting": smalltalk.greet,
            "thanks": smalltalk.thanks,
            "goodbye": smalltalk.goodbye,
            "abuse": smalltalk.calm,
            "affirm": smalltalk.affirm,
            "deny": smalltalk.deny,
            "menu": menu.open_menu,
            "help": smalltalk.help_,
            "commune": communes.ask_commune,
            "subscribe": bulletins.offer,
            "unsubscribe": bulletins.stop,
            "hotlines": hotlines.hotlines,
            "person": staff.meet,
            "forget": privacy.ask_to_forget,
        }

    async def __call__(self, message: Incoming, person: Person) -> Outcome:
        """Return what *message* comes to."""
        turn = Turn(message, person, self._library(), self._clock.now().astimezone(self._timezone))
        return _finished(turn, await self._route(turn))

    async def _route(self, turn: Turn) -> Outcome:
        match turn.message.kind:
            case Kind.TEXT:
                return await self._text(turn)
            case Kind.PRESS:
                return await self._press(turn, turn.message.payload)
            case Kind.START:
                return await self._start(turn)
            case Kind.LOCATION:
                return communes.nearest(turn)
            case Kind.MEDIA:
                return smalltalk.not_text(turn)
            case Kind.GONE:
                return Outcome(effects=(MarkGone(),), dialogue=turn.person.dialogue)
            case Kind.WITHDRAW:
                return Outcome(effects=(Forget(),))

    async def _text(self, turn: Turn) -> Outcome:
        text = without_masks(turn.message.text)
        if danger := turn.library.emergencies.happening(text):
            return _emergency(turn, danger.reply, danger.numbers)
        folded = fold(text)
        if number := _NUMBER.fullmatch(folded):
            return await self._chosen(turn, int(number[1]))
        if code := linked_commune(text):
            return await self._choose(turn, code) or communes.unknown_commune(turn, text)
        if dossier := DOSSIER_CODE.search(text):
            return _dossier(turn, dossier[0])
        if not folded:
            return _wordless(turn)
        for words in _plainly(turn, folded):
            if said := await self._small_word(turn, words):
                return said
        match = turn.library.matcher.match(text)
        return await self._place(turn, text, match) or self._question(turn, text, match)

    async def _chosen(self, turn: Turn, number: int) -> Outcome:
        options = turn.person.dialogue.options
        if not 1 <= number <= len(options):
            return outcome(turn.say.number_without_choice, dialogue=turn.person.dialogue)
        return await self._press(turn, options[number - 1])

    async def _small_word(self, turn: Turn, folded: str) -> Outcome | None:
        words = turn.library.small_words
        if folded in words["more"]:
            return answers.more(turn) or menu.open_menu(turn)
        if folded in words["bulletins"]:
            return _counted(turn, "bulletins", await bulletins.latest(turn, self._archive))
        if folded in words["my_data"]:
            return _counted(turn, "my_data", await privacy.show_kept(turn, self._records))
        kind = next((kind for kind in self._small_words if folded in words[kind]), None)
        if kind in {"affirm", "deny"} and (payload := _meant(turn, is_yes=kind == "affirm")):
            return await self._press(turn, payload)
        return _counted(turn, kind, self._small_words[kind](turn)) if kind else None

    async def _place(self, turn: Turn, text: str, match: Match) -> Outcome | None:
        """Take *text* as where the person lives, whether or not they were asked; None if it is a question.

        People answer the greeting days later, so what is surely a place always counts. "An toàn" is a commune and a
        word: unasked it is the word, and who was asked is asked once more. A place inside a sentence counts only where
        the sentence says nothing else we know, and never changes a commune unasked.
        """
        if _is_word_for_word(text, match):
            return None
        is_asked = turn.person.dialogue.awaiting == AWAITING
        is_lost = match.decision is Decision.NONE or _is_like_nothing(match)
        placed: Outcome | None = None
        if turn.library.places.is_surely_place(text) or (is_lost and (is_asked or not turn.person.commune)):
            placed = communes.named_commune(turn, text)
        elif is_asked:
            placed = communes.maybe_commune(turn, text)
        if placed:
            return _counted(turn, "commune", await self._going_on(turn, placed))
        if is_asked and _is_meant_as_place(turn, text, match):
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

    def _question(self, turn: Turn, text: str, match: Match) -> Outcome:
        said = questions.answer(turn, text, match)
        if len(text) > _LONG:
            return replace(said, replies=(Reply(turn.say.long_message), *said.replies))
        return said

    async def _start(self, turn: Turn) -> Outcome:
        return await self._choose(turn, linked_commune(turn.message.payload)) or smalltalk.greet(turn)

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
                return _vote(turn, rest)
            case "g":
                return menu.open_node(turn, rest)
            case "c":
                return await self._choose(turn, rest)
            case "do" if rest == Do.BULLETINS:
                return await bulletins.latest(turn, self._archive)
            case "do" if rest == Do.MY_DATA:
                return await privacy.show_kept(turn, self._records)
            case "do" if rest in self._acts:
                return self._acts[rest](turn)
        return None


def _emergency(turn: Turn, reply: str, numbers: tuple[str, ...]) -> Outcome:
    text = turn.say.emergency.format(reply=reply, numbers=", ".join(numbers))
    record = KeepQuestion(turn.message.text, Decision.ANSWER, (EMERGENCY_TOPIC,), 1.0)
    return outcome(text, effects=(record,), dialogue=turn.person.dialogue)


def _plainly(turn: Turn, folded: str) -> Iterator[str]:
    """Yield *folded*, then without polite words at its ends ("chào ad ạ"), then without greetings ("alo menu ạ")."""
    words = turn.library.small_words
    yield folded
    for polite in (words["courtesy"] - words["greeting"] - words["thanks"], words["courtesy"]):
        yield _stripped(folded, sorted(polite, key=len, reverse=True))


def _stripped(text: str, phrases: Sequence[str]) -> str:
    before = ""
    while text != before:
        before = text
        for phrase in phrases:
            text = text.removeprefix(f"{phrase} ").removesuffix(f" {phrase}")
    return text


def _wordless(turn: Turn) -> Outcome:
    """Return what to say to a message without a word: a hidden number, a thumb for the answer on show, or marks."""
    if was_masked(turn.message.text):
        return Outcome(dialogue=turn.person.dialogue)  # `_finished` says what happened to the number
    thumb = next((value for sign, value in _THUMBS.items() if sign in turn.message.text), None)
    voted = _vote(turn, f"{turn.person.dialogue.topic}:{thumb}") if thumb else None
    return voted or outcome(turn.say.only_marks, dialogue=turn.person.dialogue)


def _is_word_for_word(text: str, match: Match) -> bool:
    """Tell whether *text* is what people ask, and only looks like a place: "đăng ký thường trú", xã Kỳ Thượng."""
    asked = fold(text)
    known = fold(match.candidates[0].phrasing) if match.candidates else ""
    pairs = ((known, match.wording.text), (asked, known))
    return asked == known or any(
        part.count(" ") + 1 >= _TELLING_WORDS and f" {part} " in f" {whole} " for part, whole in pairs
    )


def _is_meant_as_place(turn: Turn, text: str, match: Match) -> bool:
    """Tell whether *text*, which names no commune we know, was an answer to where the person lives."""
    if turn.library.places.is_only_region(text):
        return True
    is_unclear = match.decision is Decision.NONE or (
        match.decision is Decision.SUGGEST and communes.begins_like_one(text)
    )
    return is_unclear and len(text.split()) <= _PLACE_NAME_WORDS


def _meant(turn: Turn, *, is_yes: bool) -> str:
    """Return the payload of the choice that a typed yes or no makes, or an empty string."""
    options = turn.person.dialogue.options
    if len(options) != 2 or options[1] not in _REFUSALS:  # noqa: PLR2004  # a yes and a no
        return ""
    return options[0] if is_yes else options[1]


def _dossier(turn: Turn, code: str) -> Outcome:
    labels = turn.say.labels
    topic = "dvc-tra-cuu-ho-so"
    record = KeepQuestion(turn.message.text, Decision.ANSWER, (topic,), 1.0)
    buttons = (
        *((answers.suggestion(turn, topic),) if topic in turn.library.answers else ()),
        do(Do.PERSON, labels.person),
    )
    return outcome(turn.say.dossier.format(code=code.upper()), buttons, effects=(record,))


def _is_like_nothing(match: Match) -> bool:
    """Tell whether no phrasing has the words of what was asked, although something had to be nearest."""
    is_unsure = match.decision is not Decision.ANSWER
    return is_unsure and match.signs is not None and match.signs.shared_words < _LEAST_SHARED


def _counted(turn: Turn, kind: str, said: Outcome) -> Outcome:
    """Return *said* with a record of the request, where it is one: requests to the bot count like questions."""
    topic = _REQUESTS.get(kind)
    if topic is None:
        return said
    ranked = turn.library.matcher.match(turn.message.text).topics
    topics = (topic, *(other for other in ranked if other != topic))[:RANKED]
    record = KeepQuestion(turn.message.text, Decision.ANSWER, topics, 1.0)
    return replace(said, effects=(*said.effects, record))


def _page(turn: Turn, rest: str) -> Outcome | None:
    match = _PAGE.fullmatch(rest)
    if match is None or match[1] not in turn.library.answers:
        return None
    return answers.show_page(turn, match[1], int(match[2]))


def _vote(turn: Turn, rest: str) -> Outcome | None:
    topic, _, value = rest.rpartition(":")
    if topic not in turn.library.answers or value not in {"0", "1"}:
        return None
    is_helpful = value == "1"
    text = turn.say.vote_thanks if is_helpful else turn.say.vote_sorry
    buttons = () if is_helpful else (do(Do.PERSON, turn.say.labels.person),)
    return outcome(text, buttons, effects=(Vote(topic, is_helpful=is_helpful),), dialogue=turn.person.dialogue)


def _finished(turn: Turn, said: Outcome) -> Outcome:
    """Return *said* with the choices of its last reply remembered, and a word about numbers that were hidden."""
    choices = [reply.choices for reply in said.replies if reply.choices]
    options = tuple(button.payload for button in choices[-1]) if choices else said.dialogue.options
    replies = said.replies
    if turn.message.kind is Kind.TEXT and was_masked(turn.message.text):
        replies = (*replies, Reply(turn.say.personal_number))
    return replace(said, replies=replies, dialogue=replace(said.dialogue, options=options))
