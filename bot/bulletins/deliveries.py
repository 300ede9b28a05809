"""The states of one delivery, and what an answer of the platform does to it.

Neither platform lets us ask whether a message arrived, so an answer that leaves it open ends in `unknown` and is never
sent again by itself: a bulletin that comes twice costs more trust than one that an official sends once more by hand.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import AccountFault, OutsideWindow, PlatformError, Refused, Retryable, Uncertain, Unreachable


class State(StrEnum):
    """Where one person's copy of a bulletin stands; also the columns of `tallies`."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    GONE = "gone"
    HELD = "held"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Our own codes beside the platforms': why a delivery is where it is; `content/bulletin.yaml` has the words."""

    WINDOW = "window"
    DIED = "died"
    TRIES = "tries"
    LEFT = "left"
    UNSUBSCRIBED = "unsubscribed"
    MOVED = "moved"
    STOPPED = "stopped"
    EXPIRED = "expired"
    CORRECTED = "corrected"
    LINKED = "linked"


MOST_TRIES = 200
"""Times a delivery may go unaccepted before it has failed. The account waits longer after each failure, up to five
minutes, so this outlasts any outage of a day; a wait that the platform asked for spends no try."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one try comes to: the delivery's next state, why, and for `State.PENDING` how long to wait, in seconds.

    ``holds_account`` tells that nothing may leave the account for that while either; ``is_fault`` that a human has to
    mend the account first; ``spends_try`` that the try counts.
    """

    state: State
    code: str = ""
    wait_seconds: float = 0.0
    holds_account: bool = False
    is_fault: bool = False
    spends_try: bool = True


def verdict(error: PlatformError, tries: int) -> Verdict:
    """Return what *error* makes of a delivery that was tried *tries* times, this time included."""
    match error:
        case Retryable() if tries >= MOST_TRIES and not error.after_seconds:
            return Verdict(State.FAILED, Why.TRIES)
        case Retryable():
            wait = error.after_seconds or 0.0
            return Verdict(State.PENDING, error.code, wait, holds_account=not error.only_this, spends_try=not wait)
        case AccountFault():
            return Verdict(State.PENDING, error.code, holds_account=True, is_fault=True, spends_try=False)
        case Unreachable():
            return Verdict(State.GONE, error.code)
        case OutsideWindow():
            return Verdict(State.HELD, error.code)
        case Refused():
            return Verdict(State.FAILED, error.code)
        case Uncertain() | _:
            return Verdict(State.UNKNOWN, error.code)
