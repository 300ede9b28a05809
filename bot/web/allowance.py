"""So much a minute for each key, in memory that stays small however many keys there are.

Counted in this process only: with several, a flood may reach each of them, and each holds its own.
"""

from collections import OrderedDict
from collections.abc import Callable


class Allowance:
    """So much a minute for each key: a token bucket, refilled evenly.

    At most *remembered* keys are kept; of more, the one unused for longest is forgotten, which gives it a full bucket.
    """

    def __init__(self, per_minute: int, remembered: int, monotonic: Callable[[], float]) -> None:
        """Allow *per_minute*, by the seconds of *monotonic*."""
        self._full = float(per_minute)
        self._per_second = per_minute / 60
        self._remembered = remembered
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __contains__(self, key: str) -> bool:
        """Tell whether *key* took something and is still remembered."""
        return key in self._buckets

    def __len__(self) -> int:
        """Return how many keys are remembered."""
        return len(self._buckets)

    def wait_seconds(self, key: str) -> float:
        """Return how long until *key* may take one; 0 for now."""
        return max(0.0, (1 - self._left(key)) / self._per_second)

    def take(self, key: str) -> None:
        """Use up one of *key*'s."""
        self._buckets[key] = (self._left(key) - 1, self._monotonic())
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._remembered:
            self._buckets.popitem(last=False)

    def _left(self, key: str) -> float:
        left, at = self._buckets.get(key, (self._full, 0.0))
        return min(self._full, left + (self._monotonic() - at) * self._per_second)
