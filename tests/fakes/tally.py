"""How often each text reached each recipient, lean enough for a million recipients of several texts.

A recipient has one place for all texts, and a text one byte at each place: a bulletin to a million costs a megabyte.
"""

from collections.abc import Hashable, Iterator
from hashlib import blake2b
from typing import Any

_MOST = 255


class Tally:
    """Counts up to 255 for each text and recipient; beyond that it stays there."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._places: dict[Hashable, int] = {}
        self._texts: dict[str, bytearray] = {}

    def enter(self, text: str, recipient: Hashable) -> None:
        """Count one *text* that reached *recipient*."""
        place = self._places.setdefault(recipient, len(self._places))
        counts = self._texts.setdefault(text_hash(text), bytearray())
        if place >= len(counts):
            counts.extend(bytes(max(place + 1, 2 * len(counts)) - len(counts)))
        counts[place] = min(_MOST, counts[place] + 1)

    def totals(self) -> dict[str, dict[str, int]]:
        """Return by text the messages, the recipients and the most messages for one."""
        return {
            key: {
                "messages": sum(counts),
                "recipients": len(counts) - counts.count(0),
                "most_for_one": max(counts),
            }
            for key, counts in self._texts.items()
        }

    def of(self, recipient: Hashable) -> dict[str, int]:
        """Return by text how often it reached *recipient*."""
        place = self._places.get(recipient)
        if place is None:
            return {}
        return {key: counts[place] for key, counts in self._texts.items() if place < len(counts) and counts[place]}

    def repeats(self) -> Iterator[tuple[Any, str, int]]:
        """Yield recipient, text and count wherever a text came more than once."""
        for key, counts in self._texts.items():
            if max(counts) > 1:
                yield from ((who, key, n) for who, n in self._reached(counts) if n > 1)

    def whole(self) -> dict[str, dict[Any, int]]:
        """Return by text every recipient's count."""
        return {key: dict(self._reached(counts)) for key, counts in self._texts.items()}

    def _reached(self, counts: bytearray) -> Iterator[tuple[Hashable, int]]:
        return ((who, n) for who, n in zip(self._places, counts, strict=False) if n)


def text_hash(text: str) -> str:
    """Return the key under which *text* is counted."""
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()
