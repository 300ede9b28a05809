"""Which content each process serves, as the console and `/readyz` tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Served:
    """Which content a process serves, since when, and when it last took up a change while it ran (None: never)."""

    process: str
    fingerprint: str
    loaded_seconds_ago: float
    changed_seconds_ago: float | None = None


class ServedBook(Protocol):
    """What the processes on one database serve."""

    async def beat(self, fingerprint: str) -> Sequence[Served]:
        """Note what this process serves, and return what each process that lives does, this one included."""
        ...


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a process may not be fit to serve, in an English sentence; one that ``is_unfit`` should be asked no more."""

    sentence: str
    is_unfit: bool = False
