"""A person and where the talk with them stands; what a handler makes of a message.

Handlers decide and return an `Outcome`; they write nothing themselves. Storage applies the outcome's effects, its
replies and the mark "handled" in one transaction, so each happens once however often a process dies.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.messages import Address, Decision, Incoming, Point, Reply
from bot.tickets.states import TicketKind


@dataclass(frozen=True, slots=True)
class FeedbackDraft:
    """A feedback that somebody is writing to ``commune``, step by step.

    ``photos`` are references as in `Incoming.media_ref`, empty where there is none. ``is_complete`` once they saw all
    of it; ``at`` is when they last went on, None where nothing is being written any more.
    """

    commune: str = ""
    text: str = ""
    place: str = ""
    point: Point | None = None
    photos: tuple[str, ...] = ()
    is_complete: bool = False
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Where a conversation stands; stored with the person, never kept in a process.

    ``options`` are the payloads a typed number chooses from, ``awaiting`` names what the next text is taken for
    (``""``: a question), ``question`` is what to come back to after a detour, ``topic`` and ``page`` the answer on
    show. ``draft`` is the feedback being written (None: nothing is said about one), ``talk`` the ticket in which they
    were told that staff read along (0: none).
    """

    options: tuple[str, ...] = ()
    awaiting: str = ""
    question: str = ""
    topic: str = ""
    page: int = 0
    draft: FeedbackDraft | None = None
    talk: int = 0


@dataclass(frozen=True, slots=True)
class Talk:
    """Staff of *commune* talk with somebody themselves, in the ticket with this id.

    It lasts ``until`` nobody has said anything for long. Whoever moves meanwhile goes on with those they talk with.
    """

    ticket: int
    until: datetime
    commune: str


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of whoever wrote, when their message is handled. Empty ``commune`` or ``hamlet``: not chosen."""

    id: int
    address: Address
    commune: str = ""
    hamlet: str = ""
    is_subscribed: bool = False
    dialogue: Dialogue = field(default_factory=Dialogue)
    talk: Talk | None = None


@dataclass(frozen=True, slots=True)
class ChooseCommune:
    """The person's commune is *code* from now on; a bulletin subscription moves with it, a hamlet does not."""

    code: str


@dataclass(frozen=True, slots=True)
class ChooseHamlet:
    """The person's hamlet, in the commune they chose, is *name* from now on; empty: none."""

    name: str


@dataclass(frozen=True, slots=True)
class Subscribe:
    """The person agreed to the weekly bulletin of *commune*; *consent* is the sentence they read."""

    commune: str
    consent: str


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """The person wants no more bulletins, from now."""


@dataclass(frozen=True, slots=True)
class Vote:
    """The person found the answer of *topic* helpful, or not; a second vote on it replaces the first."""

    topic: str
    is_helpful: bool


@dataclass(frozen=True, slots=True)
class KeepQuestion:
    """A question and what became of it, kept for the editors. Personal numbers were masked at the door."""

    text: str
    decision: Decision
    topics: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """The person wants something of the staff of *commune*, by ``due_at``.

    A second wish for a person joins the first while that is open. A feedback has a ``code``, and what its draft had.
    """

    kind: TicketKind
    commune: str
    text: str
    due_at: datetime | None = None
    code: str = ""
    place: str = ""
    point: Point | None = None
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TellStaff:
    """The person said something more in their own ticket; if it was answered or closed, staff are due to answer again.

    ``media``, ``media_ref`` and ``point`` are as in `Incoming`.
    """

    ticket: int
    text: str
    due_at: datetime | None = None
    media: str = ""
    media_ref: str = ""
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class EndTalk:
    """Staff no longer talk with the person themselves.

    The ticket is closed; where the talk ended ``by_silence``, only if nothing in it waits for an answer.
    """

    ticket: int
    by_silence: bool = False


@dataclass(frozen=True, slots=True)
class BindStaff:
    """This chat is that of the member of staff who was given *code*, if it still holds; it is spent then."""

    code: str


@dataclass(frozen=True, slots=True)
class KeepLoginLink:
    """Whose chat this is, of the staff, may log in to the console with the link *key* before *ends_at*, once."""

    key: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MarkGone:
    """The person blocked the account or stopped following it."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete everything kept about the person."""


@dataclass(frozen=True, slots=True)
class LetBulletinsWait:
    """This is no moment for news: what is held for the person stays held, though they wrote."""


Effect = (
    ChooseCommune
    | ChooseHamlet
    | Subscribe
    | Unsubscribe
    | Vote
    | KeepQuestion
    | OpenTicket
    | TellStaff
    | EndTalk
    | BindStaff
    | KeepLoginLink
    | MarkGone
    | Forget
    | LetBulletinsWait
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What handling one message comes to: what to say, what to change, where the conversation stands after it."""

    replies: tuple[Reply, ...] = ()
    effects: tuple[Effect, ...] = ()
    dialogue: Dialogue = field(default_factory=Dialogue)


class Handle(Protocol):
    """Decide what one message comes to."""

    async def __call__(self, message: Incoming, person: Person) -> Outcome:
        """Return the outcome; raise only for faults of ours."""
        ...


class Reception(Protocol):
    """The one door for what people send; channels bring messages here."""

    async def receive(self, messages: Sequence[Incoming]) -> None:
        """Mask, store and commit *messages*; what was stored before is ignored.

        When this returns, a crash can no longer lose them. It raises if they could not be stored; the channel then
        answers the platform with an error, so that it delivers them again.
        """
        ...
