"""The states of a bulletin, what moves it from one to the next, and who may.

    draft ──submit──> submitted ──approve──> approved (due at once) ─┐
      ^                   │           └────> scheduled (due later) ──┴─start──> sending ──finish──> sent
      └──────return───────┴──────return──────────┘                                │                  │
    stop: from any state in which something could still go out ──────────────────> stopped <─────────┘ (waiting ones)

No I/O: a refusal is a value, and `content/bulletin.yaml` has a sentence for each, with what to do instead.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

CLOCKWORK = "Loa Xã"
"""Who signs what time brings, in a bulletin's record."""


class Status(StrEnum):
    """Where a bulletin stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"


class Move(StrEnum):
    """What people do to a bulletin; also the words of its history."""

    CREATE = "create"
    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    RETURN = "return"
    STOP = "stop"
    CORRECT = "correct"
    RESEND = "resend"
    TEST = "test"


class Role(StrEnum):
    """What a member of staff may do; each may do what those before it may."""

    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


class Refusal(StrEnum):
    """Why a move is not made; nothing changes then."""

    UNKNOWN_STAFF = "unknown_staff"
    FOREIGN_COMMUNE = "foreign_commune"
    NEEDS_APPROVER = "needs_approver"
    NEEDS_ANOTHER = "needs_another"
    NOT_A_DRAFT = "not_a_draft"
    NOT_SUBMITTED = "not_submitted"
    ALREADY_APPROVED = "already_approved"
    ALREADY_STARTED = "already_started"
    FINISHED = "finished"
    STOPPED = "stopped"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who makes a move. Without ``communes`` there is no limit: the operator at the command line before any staff."""

    name: str
    role: Role = Role.ADMIN
    communes: frozenset[str] | None = None

    def serves(self, communes: Collection[str]) -> bool:
        """Tell whether all of *communes* are theirs."""
        return self.communes is None or self.communes.issuperset(communes)

    def own(self, communes: Collection[str]) -> frozenset[str]:
        """Return those of *communes* that are theirs."""
        return frozenset(communes) if self.communes is None else self.communes.intersection(communes)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules ask about a bulletin. ``waiting`` counts the deliveries that could still go out."""

    status: Status
    author: str
    communes: frozenset[str]
    needs_two: bool = False
    waiting: int = 0


_FROM = {
    Move.CREATE: {Status.DRAFT},
    Move.EDIT: {Status.DRAFT},
    Move.SUBMIT: {Status.DRAFT},
    Move.APPROVE: {Status.SUBMITTED},
    Move.RETURN: {Status.SUBMITTED, Status.APPROVED, Status.SCHEDULED},
    Move.CORRECT: {Status.SENDING, Status.SENT, Status.STOPPED},
    Move.RESEND: {Status.SENDING, Status.SENT},
    Move.TEST: set(Status),
}

_STOPPABLE = {Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.SCHEDULED, Status.SENDING}


def refusal(move: Move, standing: Standing, signer: Signer) -> Refusal | None:
    """Return why *signer* may not make *move*, or None if they may."""
    if not signer.serves(standing.communes):
        return Refusal.FOREIGN_COMMUNE
    if move is Move.STOP:
        return _stop_refusal(standing)
    if standing.status not in _FROM[move]:
        return _wrong_state(move, standing.status)
    if move is Move.APPROVE:
        return _approval_refusal(standing, signer)
    return None


def _stop_refusal(standing: Standing) -> Refusal | None:
    if standing.status is Status.STOPPED:
        return Refusal.STOPPED
    if standing.status in _STOPPABLE or standing.waiting:
        return None
    return Refusal.FINISHED


def _approval_refusal(standing: Standing, signer: Signer) -> Refusal | None:
    if signer.role is Role.EDITOR:
        return Refusal.NEEDS_APPROVER
    if standing.needs_two and signer.name == standing.author:
        return Refusal.NEEDS_ANOTHER
    return None


def _wrong_state(move: Move, status: Status) -> Refusal:
    if status is Status.STOPPED:
        return Refusal.STOPPED
    if move in {Move.EDIT, Move.SUBMIT}:
        return Refusal.NOT_A_DRAFT
    if move is Move.APPROVE:
        return Refusal.NOT_SUBMITTED if status is Status.DRAFT else Refusal.ALREADY_APPROVED
    if move is Move.RETURN:
        return Refusal.NOT_SUBMITTED if status is Status.DRAFT else Refusal.ALREADY_STARTED
    return Refusal.NOT_STARTED
