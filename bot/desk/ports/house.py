"""Who works here, how they log in, what waits for them, and what they changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.bulletins.states import Role, Signer


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody logged in to the console: who, with the role and communes they have now, and on which device."""

    id: int
    me: Signer
    device: str
    began_at: datetime
    seen_at: datetime
    ends_at: datetime


class Logins(Protocol):
    """One-time links into the console, and who is logged in. Keys are digests: what people hold is never stored."""

    async def add_link(self, name: str, key: str, *, by: str, ends_at: datetime) -> bool:
        """Keep a link for the member of staff *name*, made by *by*; return whether there is such a member."""
        ...

    async def enter(
        self, link: str, key: str, *, device: str, ends_at: datetime, instead_of: str = ""
    ) -> Signer | None:
        """Spend the link *link* on a login *key* that ends the login *instead_of*; None if it cannot be spent (again).

        Of many who try at once, one gets in.
        """
        ...

    async def find(self, key: str, *, seen_since: datetime) -> Login | None:
        """Return the login *key* and note it seen, if it has not ended, was seen since then and its owner is staff."""
        ...

    async def of(self, name: str, *, seen_since: datetime) -> Sequence[Login]:
        """Return where *name* is logged in, last seen first."""
        ...

    async def end(self, name: str, *, by: str, only: int | None = None) -> int:
        """End every login of *name*, or the one with the id *only*, and every unused link; return how many logins."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One entry of the log: who changed what, of which communes; ``before`` and ``after`` by the name of the field.

    ``what`` is one of the keys that `content/console.yaml` has words for.
    """

    by: str
    what: str
    subject: str
    communes: frozenset[str] = frozenset()
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noted:
    """A change, and when it was noted."""

    at: datetime
    change: Change


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries of the log to read: those of the person *by* and of the kind *what*, where these are not empty."""

    by: str = ""
    what: str = ""
    limit: int = 50
    offset: int = 0


class Audit(Protocol):
    """The log of every change. It only grows."""

    async def note(self, change: Change) -> None:
        """Add *change*."""
        ...

    async def noted(self, communes: frozenset[str] | None, search: Search) -> Sequence[Noted]:
        """Return entries that concern any of *communes* (None: all there are), newest first."""
        ...

    async def writers(self, communes: frozenset[str] | None) -> Sequence[str]:
        """Return the names that stand in those entries, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Errands:
    """What waits for staff, in numbers."""

    drafts: int
    to_approve: int
    troubled: int
    unanswered: int
    tickets: int
    overdue: int


class ErrandBook(Protocol):
    """Counts what waits for staff."""

    async def errands(self, me: Signer, *, since: datetime, now: datetime) -> Errands:
        """Return what waits in the communes of *me* at *now*; of what has happened, only what did since then."""
        ...

    async def filled_slots(self, communes: Collection[str], first: date, last: date) -> frozenset[tuple[str, date]]:
        """Return the slots of *communes* from *first* to *last* that a bulletin is meant for."""
        ...


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody who works with the channel. Without ``communes`` they serve all; ``person_id`` is their own chat."""

    name: str
    role: Role
    communes: frozenset[str] | None
    person_id: int | None = None

    @property
    def signer(self) -> Signer:
        """Return what they are to the rules of bulletins."""
        return Signer(self.name, self.role, self.communes)


class StaffBook(Protocol):
    """Who works with the channel. Each change is noted in the log of changes, as made by *by*, together with it."""

    async def members(self) -> Sequence[StaffMember]:
        """Return everyone who works here now, by name."""
        ...

    async def put(self, member: StaffMember, *, by: str) -> None:
        """Take *member* on, back, or over into another role or other communes; their chat stays as it is."""
        ...

    async def add(self, member: StaffMember, *, by: str) -> bool:
        """Take *member* on or back, unless somebody of that name works here; return whether it was done."""
        ...

    async def remove(self, name: str, *, by: str) -> bool:
        """Let somebody go, with their logins and chat; their name stays on what they did. Return whether they were."""
        ...

    async def give_code(self, name: str, code: str, until: datetime, *, by: str) -> bool:
        """Let whoever types *code* in a chat before *until* be *name* there; return whether there is such a member."""
        ...
