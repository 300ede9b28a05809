"""What is kept of a person, and of what they asked of staff."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.ports.conversations import Person
from bot.tickets.states import TicketState


@dataclass(frozen=True, slots=True)
class KeptData:
    """What is kept about a person, for them to read."""

    commune: str
    subscribed_on: datetime | None
    questions: int
    votes: int
    first_seen: datetime
    tickets: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTicket:
    """A feedback as whoever sent it may see it; ``answers`` are the words of staff, oldest first."""

    id: int
    code: str
    commune: str
    state: TicketState
    text: str
    opened_at: datetime
    due_at: datetime | None = None
    answers: tuple[str, ...] = ()


class Tickets(Protocol):
    """What people sent to the staff of their commune, as they see it themselves."""

    async def new_code(self) -> str:
        """Return a code that no ticket has."""
        ...

    async def of(self, person: Person) -> Sequence[OwnTicket]:
        """Return every feedback of *person* that is kept, newest first."""
        ...


class Records(Protocol):
    """What is kept about people."""

    async def kept_about(self, person: Person) -> KeptData:
        """Return what is kept about *person*."""
        ...

    async def staff_for_code(self, code: str, now: datetime) -> str:
        """Return the name of the member of staff who may link a chat with *code* at *now*; empty if nobody may."""
        ...

    async def staff_of_chat(self, person: Person) -> str:
        """Return the name of the member of staff whose own chat *person* is; empty if it is nobody's."""
        ...
