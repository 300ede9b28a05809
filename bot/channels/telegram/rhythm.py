"""How long things wait: the long poll, whoever is not the poller, and another try after a failure."""

import random
from dataclasses import dataclass

_LARGEST_DOUBLING = 16


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Waits in seconds; Telegram allows a ``poll`` of up to 50, ``lease`` is how often the others ask for the lease."""

    poll: int = 30
    lease: float = 5.0
    first_retry: float = 1.0
    longest_retry: float = 60.0

    def retry_seconds(self, failures: int, *, at_least: float = 0.0) -> float:
        """Return the wait after *failures* failures in a row (1 or more): longer each time, never in step."""
        grown = min(self.longest_retry, self.first_retry * float(1 << min(failures - 1, _LARGEST_DOUBLING)))
        return max(at_least, grown * _jitter())

    def lease_seconds(self) -> float:
        """Return the wait before asking for the lease again."""
        return self.lease * _jitter()


def _jitter() -> float:
    return random.uniform(0.5, 1.0)  # noqa: S311 - spreads processes out, guards nothing
