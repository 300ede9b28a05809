"""A steady beat: how many may go now, so that a second never sees more than it may.

Asked before anything is claimed, so that what is claimed is called at once and a sender that dies leaves little behind.
"""

import time
from collections.abc import Callable

_CATCH_UP_SECONDS = 0.2


class Beat:
    """Lets ``per_second`` go in a second, evenly; what was missed is caught up for a fifth of a second only."""

    def __init__(self, per_second: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin now, with one that may go at once."""
        self._interval = 1.0 / per_second
        self._most = max(1, int(per_second * _CATCH_UP_SECONDS))
        self._monotonic = monotonic
        self._next = monotonic()

    def due(self, most: int) -> int:
        """Return how many may go now, up to *most*."""
        now = self._monotonic()
        behind = now - self._next
        if behind < 0:
            return 0
        return min(most, self._most, int(behind / self._interval) + 1)

    def take(self, count: int) -> None:
        """Take note that *count* go now."""
        earliest = self._monotonic() - self._interval * self._most
        self._next = max(self._next, earliest) + count * self._interval

    def seconds(self) -> float:
        """Return how long until the next may go."""
        return max(0.0, self._next - self._monotonic())
