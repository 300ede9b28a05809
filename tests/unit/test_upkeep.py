"""The daily round forgets what its settings say, once, and gives up what waited too long."""

from datetime import datetime, timedelta

from bot.knowledge.library import Library
from bot.ports.world import Lease
from scheduler.upkeep import Keep, Upkeep
from tests.world import NOW, StoppedClock


class RememberingRetention:
    """Notes what it was told to forget."""

    def __init__(self) -> None:
        self.told: list[tuple[str, datetime]] = []

    async def forget_questions(self, before: datetime) -> int:
        self.told.append(("questions", before))
        return 0

    async def forget_leavers(self, before: datetime) -> int:
        self.told.append(("leavers", before))
        return 0

    async def forget_tickets(self, before: datetime) -> int:
        self.told.append(("tickets", before))
        return 0


class OneLease:
    """A lease that is free, or somebody else's."""

    epoch = 1

    def __init__(self, *, is_free: bool = True) -> None:
        self.is_free = is_free

    async def acquire(self, name: str) -> Lease | None:
        if not self.is_free:
            return None
        self.is_free = False
        return self

    def is_held(self) -> bool:
        return not self.is_free

    async def release(self) -> None:
        self.is_free = True


def an_upkeep(retention: RememberingRetention, leases: OneLease, library: Library, *, expired: list[str]) -> Upkeep:
    async def expire() -> int:
        expired.append("expired")
        return 1

    return Upkeep(retention, lambda: library, leases, StoppedClock(), keep=Keep(60, 20), expire=expire)


async def test_what_is_older_than_its_time_is_forgotten(library: Library) -> None:
    """And the lease is free again for tomorrow."""
    retention, leases, expired = RememberingRetention(), OneLease(), list[str]()

    await an_upkeep(retention, leases, library, expired=expired)()

    assert retention.told == [
        ("questions", NOW - timedelta(days=60)),
        ("leavers", NOW - timedelta(days=20)),
        ("tickets", NOW - timedelta(days=730)),
    ]
    assert expired == ["expired"]
    assert leases.is_free


async def test_one_process_goes_round(library: Library) -> None:
    """The others find the lease taken."""
    retention, expired = RememberingRetention(), list[str]()

    await an_upkeep(retention, OneLease(is_free=False), library, expired=expired)()

    assert retention.told == []
    assert expired == []
