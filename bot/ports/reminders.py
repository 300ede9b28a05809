"""What staff are told in their own chats, each thing once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from bot.tickets.states import TicketKind


@dataclass(frozen=True, slots=True)
class Reminder:
    """A sentence for a member of staff, in their own chat."""

    person_id: int
    text: str


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket that nobody of the staff has taken up; ``is_told`` once they were reminded of it."""

    id: int
    kind: TicketKind
    commune: str
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class TicketNews:
    """What the staff of a commune are told at a time: the ids of ``tickets`` they have not heard of.

    ``people`` wait for somebody to talk to and ``feedback`` is to be read, these and earlier ones that are still new.
    """

    commune: str
    tickets: tuple[int, ...]
    people: int = 0
    feedback: int = 0


class TicketReminderBook(Protocol):
    """What staff were told of tickets; every method is one transaction."""

    async def new(self, communes: Collection[str]) -> Sequence[NewTicket]:
        """Return the tickets of *communes* that came lately and nobody has taken up, oldest first."""
        ...

    async def overdue(self, communes: Collection[str]) -> Mapping[str, int]:
        """Return how many tickets of each of *communes* are late; of the others none is."""
        ...

    async def tell(self, news: TicketNews, reminders: Sequence[Reminder], *, every: timedelta) -> bool:
        """Send *reminders* of *news*, unless all of it was told or they heard of such less than *every* ago.

        Somebody who waits for a person is told of however lately a feedback was. Returns whether they were sent now.
        """
        ...

    async def warn(self, commune: str, day: date, reminders: Sequence[Reminder]) -> bool:
        """Send *reminders* of what is late in *commune*, once on *day*; return whether they were sent now."""
        ...


class ReminderBook(Protocol):
    """Reminders that are sent once, whoever thinks of them how often."""

    async def remind(self, name: str, reminders: Sequence[Reminder], *, by: str) -> bool:
        """Send *reminders*, unless those called *name* were; return whether they were sent now."""
        ...
