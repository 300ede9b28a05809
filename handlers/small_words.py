"""Whole messages of a word or two that are no questions: "chào ad ạ", "ok", "menu", "hủy bản tin".

Which words these are stands in ``content/messages.yaml``; here is what each kind of them means.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.ports.conversations import Outcome
from handlers import smalltalk
from handlers.payloads import Do
from handlers.turn import Turn

REQUESTS: Mapping[str, Do] = {
    "menu": Do.MENU,
    "help": Do.HELP,
    "commune": Do.COMMUNE,
    "hamlet": Do.HAMLET,
    "subscribe": Do.SUBSCRIBE,
    "unsubscribe": Do.UNSUBSCRIBE,
    "bulletins": Do.BULLETINS,
    "hotlines": Do.HOTLINES,
    "person": Do.PERSON,
    "feedback": Do.FEEDBACK,
    "my_feedback": Do.MY_FEEDBACK,
    "my_data": Do.MY_DATA,
    "forget": Do.FORGET,
}
"""The words that ask for something, by their kind."""

TALK: Mapping[str, Callable[[Turn], Outcome]] = {
    "greeting": smalltalk.greet,
    "thanks": smalltalk.thanks,
    "goodbye": smalltalk.goodbye,
    "abuse": smalltalk.calm,
    "affirm": smalltalk.affirm,
    "deny": smalltalk.deny,
}
"""The words that only want a kind word back."""

_REFUSALS = frozenset({f"do:{Do.NOT_NOW}", f"do:{Do.KEEP}", f"do:{Do.COMMUNE}", f"do:{Do.HAMLET_LATER}"})
"""What a "no" means where it is the second of two choices: then the first is what a "yes" means."""


_ALWAYS = ("more", *TALK, *REQUESTS)


def kind_of(turn: Turn, folded: str, known: Sequence[str] = _ALWAYS) -> str:
    """Return which of the *known* kinds of small words the whole text *folded* is, politeness aside; empty if none."""
    words = turn.library.small_words
    return next((kind for text in _plainly(words, folded) for kind in known if text in words[kind]), "")


def meant_choice(turn: Turn, kind: str) -> str:
    """Return the payload of the choice that a typed yes or no makes, or an empty string."""
    options = turn.person.dialogue.options
    if kind not in {"affirm", "deny"} or len(options) != 2 or options[1] not in _REFUSALS:  # noqa: PLR2004  # yes and no
        return ""
    return options[0] if kind == "affirm" else options[1]


def _plainly(words: Mapping[str, frozenset[str]], folded: str) -> Iterator[str]:
    """Yield *folded*, then without polite words at its ends ("chào ad ạ"), then without greetings ("alo menu ạ")."""
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
