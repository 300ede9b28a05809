"""How far a bulletin is, and how long it still takes: from the pace of the last minute.

The counts are those that the sender keeps, so looking costs one row however many people a bulletin has. The pace is
remembered in this process only: a page that is opened anew elsewhere says nothing about the time left for some seconds.
"""

from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.ports.bulletins import Counts

WINDOW = timedelta(minutes=1)
"""How far back the pace is taken from: long enough to be steady, short enough to notice a platform that slows down."""

_LEAST = timedelta(seconds=5)
_MOST_SAMPLES = 64
_MOST_BULLETINS = 64
_TO_DO = (State.PENDING, State.SENDING)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a bulletin stands while it goes out; ``left`` is None while nobody can say how long it takes."""

    status: Status
    counts: Counts
    left: timedelta | None = None

    @property
    def total(self) -> int:
        """Return how many people it can be sent to now; those who must write first are not among them."""
        return sum(self.counts.values()) - self.counts[State.HELD]

    @property
    def is_for_nobody(self) -> bool:
        """Tell whether nobody gets it, now or later."""
        return not any(self.counts.values())

    @property
    def to_do(self) -> int:
        """Return how many of them are still to be sent."""
        return sum(self.counts[state] for state in _TO_DO)

    @property
    def done(self) -> int:
        """Return for how many of them it is settled."""
        return self.total - self.to_do

    @property
    def is_over(self) -> bool:
        """Tell whether nothing more happens by itself."""
        return self.status in {Status.SENT, Status.STOPPED}


class Paces:
    """Remembers how far the bulletins were that somebody looked at in the last minute."""

    def __init__(self) -> None:
        """Begin with none."""
        self._samples = OrderedDict[int, deque[tuple[datetime, int]]]()

    def left(self, bulletin_id: int, done: int, to_do: int, now: datetime) -> timedelta | None:
        """Return how long *to_do* more will take when *done* are done at *now*; None if the pace is not known."""
        samples = self._samples.setdefault(bulletin_id, deque(maxlen=_MOST_SAMPLES))
        self._samples.move_to_end(bulletin_id)
        while len(self._samples) > _MOST_BULLETINS:
            self._samples.popitem(last=False)
        while samples and (samples[0][1] > done or _is_stale(samples, now)):
            samples.popleft()
        if not samples or now - samples[-1][0] >= timedelta(seconds=1):
            samples.append((now, done))
        began, before = samples[0]
        if now - began < _LEAST or done <= before:
            return None
        return (now - began) / (done - before) * to_do


def _is_stale(samples: Sequence[tuple[datetime, int]], now: datetime) -> bool:
    """Tell whether the oldest of *samples* may go: it is out of the window, and a later one can take its place."""
    age = now - samples[0][0]
    has_next = len(samples) > 1 and now - samples[1][0] >= _LEAST
    return age > 2 * WINDOW or (age > WINDOW and has_next)


def states_of(progress: Progress) -> Iterator[tuple[State, int]]:
    """Yield what to tell of *progress*: what is on its way counts as still to be sent, empty states are left out."""
    counts = {**progress.counts, State.PENDING: progress.to_do}
    order = (State.SENT, State.PENDING, State.HELD, State.FAILED, State.UNKNOWN, State.GONE, State.SKIPPED)
    yield from ((state, counts[state]) for state in order if counts[state])
