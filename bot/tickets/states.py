"""The states of a ticket, which is a citizen's wish for a person or their feedback; what moves it, and what is refused.

    new ──assign──> assigned ──answer──> answered ──close──> closed
     └───────────────────────answer─────────^ │                │
                              assigned <──────┴────────────────┘  the citizen writes again
    close: a feedback only once it was answered, a wish for a person from any state

No I/O: a refusal is a value, and `content/console.yaml` has a sentence for each.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

TALK_LASTS = timedelta(hours=12)
"""A talk with staff in which nobody has said anything for so long is over: it is another day, another question."""


class TicketKind(StrEnum):
    """What a ticket wants: somebody to talk to, or that something is looked into."""

    HANDOVER = "handover"
    FEEDBACK = "feedback"


class TicketState(StrEnum):
    """Where a ticket stands."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    CLOSED = "closed"


WAITING = (TicketState.NEW, TicketState.ASSIGNED)
"""The states in which the citizen waits for staff."""


class Tab(StrEnum):
    """The parts of the inbox of tickets; what is overdue is also new or in hand."""

    NEW = "new"
    ASSIGNED = "assigned"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    CLOSED = "closed"


class Speaker(StrEnum):
    """Who said something in a ticket."""

    CITIZEN = "citizen"
    STAFF = "staff"


class TicketMove(StrEnum):
    """What staff do to a ticket; also the words of the log, behind ``ticket.``."""

    ASSIGN = "assign"
    ANSWER = "answer"
    CLOSE = "close"
    PUBLISH = "publish"
    UNPUBLISH = "unpublish"


class TicketRefusal(StrEnum):
    """Why a move is not made; nothing changes then."""

    CLOSED = "closed"
    UNANSWERED = "unanswered"
    NOT_FEEDBACK = "not_feedback"
    NOT_PUBLISHED = "not_published"


@dataclass(frozen=True, slots=True)
class TicketStanding:
    """What the rules ask about a ticket."""

    kind: TicketKind
    state: TicketState
    is_answered: bool = False
    is_published: bool = False


def ticket_refusal(move: TicketMove, standing: TicketStanding) -> TicketRefusal | None:
    """Return why *move* may not be made, or None if it may."""
    match move:
        case TicketMove.PUBLISH | TicketMove.UNPUBLISH:
            return _publishing_refusal(move, standing)
        case _ if standing.state is TicketState.CLOSED:
            return TicketRefusal.CLOSED
        case TicketMove.CLOSE if standing.kind is TicketKind.FEEDBACK and not standing.is_answered:
            return TicketRefusal.UNANSWERED
    return None


def _publishing_refusal(move: TicketMove, standing: TicketStanding) -> TicketRefusal | None:
    if standing.kind is not TicketKind.FEEDBACK:
        return TicketRefusal.NOT_FEEDBACK
    if move is TicketMove.UNPUBLISH:
        return None if standing.is_published else TicketRefusal.NOT_PUBLISHED
    return None if standing.is_answered else TicketRefusal.UNANSWERED
