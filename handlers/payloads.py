"""What buttons carry: a verb and its object, short enough for every platform (`bot.messages.PAYLOAD_BYTES`)."""

from enum import StrEnum
from hashlib import blake2b

from bot.knowledge.sayings import Labels
from bot.messages import Button

DEEP_LINK = "xa-"
"""Prefix of a deep link that chooses a commune: ``t.me/bot?start=xa-00430``, Zalo text ``#xa-00430``."""


class Do(StrEnum):
    """Things one can ask of the bot itself; ``do:<name>`` in a payload."""

    MENU = "menu"
    HELP = "help"
    COMMUNE = "commune"
    HAMLET = "hamlet"
    NO_HAMLET = "no-hamlet"
    HAMLET_LATER = "hamlet-later"
    HOTLINES = "hotlines"
    PERSON = "person"
    BULLETINS = "bulletins"
    SUBSCRIBE = "subscribe"
    AGREE = "agree"
    NOT_NOW = "not-now"
    UNSUBSCRIBE = "unsubscribe"
    FEEDBACK = "feedback"
    MY_FEEDBACK = "my-feedback"
    MY_DATA = "data"
    FORGET = "forget"
    FORGET_YES = "forget-yes"
    KEEP = "keep"


def do(action: Do, label: str) -> Button:
    """Return a button that asks for *action*."""
    return Button(label, f"do:{action}")


def shortcuts(labels: Labels) -> tuple[Button, ...]:
    """Return the buttons that stay within reach where a channel can show some all the time."""
    return (do(Do.MENU, labels.menu), do(Do.HOTLINES, labels.hotlines))


def topic_button(topic: str, label: str) -> Button:
    """Return a button that shows the answer of *topic*."""
    return Button(label, f"t:{topic}")


def page_button(topic: str, page: int, label: str) -> Button:
    """Return a button that shows page *page* (from 1) of the body of *topic*."""
    return Button(label, f"m:{topic}:{page}")


def vote_button(topic: str, label: str, *, is_helpful: bool) -> Button:
    """Return a button that says whether the answer of *topic* helped."""
    return Button(label, f"v:{topic}:{int(is_helpful)}")


def menu_button(node: str, label: str) -> Button:
    """Return a button that opens the step *node* of browsing."""
    return Button(label, f"g:{node}")


def commune_button(code: str, label: str) -> Button:
    """Return a button that chooses the commune *code*."""
    return Button(label, f"c:{code}")


def hamlet_button(commune: str, name: str) -> Button:
    """Return a button that chooses the hamlet *name* of *commune*."""
    return Button(name, f"h:{hamlet_mark(commune, name)}")


def feedback_button(act: str, label: str) -> Button:
    """Return a button of a feedback: *act* is a `handlers.feedback_steps.Act`, or the code of a ticket to show."""
    return Button(label, f"f:{act}")


def hamlet_mark(commune: str, name: str) -> str:
    """Return what stands for a hamlet in a payload: names may be longer than a payload, and lists of them change.

    The commune counts in, so that an old button chooses nothing in another one.
    """
    return blake2b(f"{commune}/{name}".encode(), digest_size=5).hexdigest()
