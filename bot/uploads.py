"""What a platform calls the pictures it was given, so that each is uploaded once and not with every message.

Kept in memory: a process that starts anew uploads once more, which costs a second and forgets nothing.
"""

import asyncio
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from weakref import WeakValueDictionary

_MOST = 64
"""Pictures remembered; a commune sends one or two a week."""


class Uploads:
    """The platform's ids of pictures by our keys, the least used forgotten first."""

    def __init__(
        self, *, most: int = _MOST, lasts_seconds: float = math.inf, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Remember *most* ids, each for *lasts_seconds*."""
        self._most = most
        self._lasts_seconds = lasts_seconds
        self._monotonic = monotonic
        self._ids = OrderedDict[str, tuple[str, float]]()
        self._turns = WeakValueDictionary[str, asyncio.Lock]()

    def find(self, key: str) -> str:
        """Return the platform's id of the picture *key*, or empty if it has to be uploaded."""
        found, ends_at = self._ids.get(key, ("", 0.0))
        if not found or ends_at <= self._monotonic():
            return ""
        self._ids.move_to_end(key)
        return found

    def keep(self, key: str, platform_id: str) -> None:
        """Remember what the platform calls the picture *key*."""
        self._ids[key] = (platform_id, self._monotonic() + self._lasts_seconds)
        self._ids.move_to_end(key)
        while len(self._ids) > self._most:
            self._ids.popitem(last=False)

    def forget(self, key: str, platform_id: str) -> None:
        """Take note that the platform no longer knows *platform_id*; a newer id of the picture stays."""
        if self._ids.get(key, ("",))[0] == platform_id:
            del self._ids[key]

    def turn(self, key: str) -> asyncio.Lock:
        """Return the lock that whoever uploads *key* holds.

        Sixteen messages begin at once. Were each to bring the picture along, a slow line would carry it sixteen times
        and some would run out of time, their fate unknown.
        """
        lock = self._turns.get(key) or asyncio.Lock()
        self._turns[key] = lock
        return lock
