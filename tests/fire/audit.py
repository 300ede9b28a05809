"""Hold the ledger against the platform's books: what each person's copy is said to be, and how often it reached them.

Pure: what is wrong is a list of sentences, empty if all is well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.bulletins.deliveries import State, Why
from scheduler.sender import IN_FLIGHT

_OPEN = frozenset({State.PENDING, State.SENDING})
_TRIED = frozenset({State.SENT, State.UNKNOWN, State.FAILED})
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Copy:
    """One person's copy of a bulletin: its state and code in the ledger, its tries, and how often it arrived."""

    user: str
    state: State
    code: str = ""
    outcomes: tuple[str, ...] = ()
    received: int = 0


@dataclass(frozen=True, slots=True)
class Books:
    """All copies of one bulletin, and the counts that were kept of them.

    ``strays`` is what arrived at people who have no copy, ``starts`` how often it began.
    """

    copies: tuple[Copy, ...]
    kept: Mapping[State, int]
    strays: Mapping[str, int] = field(default_factory=dict)
    starts: int = 1


@dataclass(frozen=True, slots=True)
class Doubt:
    """Where copies may be in doubt: so often a process or its connection ended, and so often the platform was vague."""

    ends: int = 0
    vague_answers: int = 0


def complaints(books: Books, doubt: Doubt, *, recipients: int) -> list[str]:
    """Return everything that is wrong with a bulletin for so many *recipients*; the first of many."""
    found = [*_about_copies(books.copies), *_about_counts(books), *_about_doubt(books.copies, doubt)]
    found += [f"{user} has no copy and got {count}" for user, count in books.strays.items()]
    if len(books.copies) != recipients:
        found.append(f"there are {len(books.copies)} copies for {recipients} people")
    if books.starts != 1:
        found.append(f"it began {books.starts} times")
    return found[:_SHOWN]


def _about_copies(copies: Iterable[Copy]) -> Iterator[str]:
    for copy in copies:
        least, most = _may_have_arrived(copy.state)
        if not least <= copy.received <= most:
            yield f"{copy.user} is {copy.state} ({copy.code}) and got it {copy.received} times"
        if copy.state in _OPEN:
            yield f"{copy.user} is still {copy.state}"
        if copy.state in _TRIED and copy.outcomes[-1:] != (copy.state,):
            yield f"{copy.user} is {copy.state} and its tries ended {copy.outcomes}"
        if copy.outcomes.count(State.SENT) > 1 or {State.SENT, State.UNKNOWN} & set(copy.outcomes[:-1]):
            yield f"{copy.user} was tried again after it may have arrived: {copy.outcomes}"


def _may_have_arrived(state: State) -> tuple[int, int]:
    """Return how often a copy in *state* may have arrived: at least, and at most."""
    return {State.SENT: (1, 1), State.UNKNOWN: (0, 1), State.SENDING: (0, 1)}.get(state, (0, 0))


def _about_counts(books: Books) -> Iterator[str]:
    for state in State:
        true = sum(copy.state is state for copy in books.copies)
        kept = books.kept.get(state, 0)
        if true != kept:
            yield f"{kept} are counted {state} and {true} are"


def _about_doubt(copies: Iterable[Copy], doubt: Doubt) -> Iterator[str]:
    unknown = [copy for copy in copies if copy.state is State.UNKNOWN]
    died = sum(copy.code == Why.DIED for copy in unknown)
    if died > IN_FLIGHT * doubt.ends:
        yield f"{died} are in doubt because a process ended, which happened {doubt.ends} times"
    if len(unknown) - died > doubt.vague_answers:
        yield f"{len(unknown) - died} are in doubt and the platform was vague {doubt.vague_answers} times"
