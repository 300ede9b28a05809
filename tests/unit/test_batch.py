"""One commit shared among all who wait for one."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.batch import Batch


class Ledger:
    """Commits numbers: remembers each batch, holds while its gate is shut, refuses negative ones."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, items: Sequence[int]) -> Sequence[str]:
        """Commit *items*, and answer each."""
        await self.gate.wait()
        self.batches.append(list(items))
        if min(items) < 0:
            msg = f"refused {min(items)}"
            raise ValueError(msg)
        return [f"done {item}" for item in items]


@pytest.fixture
def ledger() -> Ledger:
    """Return what the batches are committed to."""
    return Ledger()


async def test_a_lone_caller_is_served_at_once(ledger: Ledger) -> None:
    """There is no timer to wait for."""
    batch = Batch(ledger, most=10)

    assert await batch(1) == "done 1"
    assert await batch(2) == "done 2"
    assert ledger.batches == [[1], [2]]


async def test_who_comes_during_a_commit_shares_the_next(ledger: Ledger) -> None:
    """The busier, the larger: each gets the result of its own item."""
    batch = Batch(ledger, most=10)
    ledger.gate.clear()
    first = asyncio.create_task(batch(0))
    await asyncio.sleep(0)
    others = [asyncio.create_task(batch(number)) for number in range(1, 6)]
    await asyncio.sleep(0)
    ledger.gate.set()

    assert await asyncio.gather(first, *others) == [f"done {number}" for number in range(6)]
    assert ledger.batches == [[0], [1, 2, 3, 4, 5]]


async def test_a_batch_has_a_size(ledger: Ledger) -> None:
    """A database has limits on the parameters of a statement."""
    batch = Batch(ledger, most=2)

    assert await asyncio.gather(*(batch(number) for number in range(5))) == [f"done {number}" for number in range(5)]
    assert max(map(len, ledger.batches)) == 2
    assert [item for taken in ledger.batches for item in taken] == list(range(5))


async def test_one_bad_item_fails_alone(ledger: Ledger) -> None:
    """Its neighbours are committed one by one."""
    batch = Batch(ledger, most=10)
    ledger.gate.clear()
    calls = [asyncio.create_task(batch(number)) for number in (1, -2, 3)]
    await asyncio.sleep(0)
    ledger.gate.set()

    good, bad, also_good = await asyncio.gather(*calls, return_exceptions=True)

    assert (good, also_good) == ("done 1", "done 3")
    assert isinstance(bad, ValueError)
    assert ledger.batches == [[1, -2, 3], [1], [-2], [3]]


async def test_a_failure_does_not_stop_the_next_batch(ledger: Ledger) -> None:
    """The next caller begins anew."""
    batch = Batch(ledger, most=10)
    with pytest.raises(ValueError, match="refused -1"):
        await batch(-1)

    assert await batch(1) == "done 1"


async def test_a_caller_that_gave_up_harms_nobody(ledger: Ledger) -> None:
    """Its item may be committed; its result is nobody's."""
    batch = Batch(ledger, most=10)
    ledger.gate.clear()
    leaves, stays = asyncio.create_task(batch(1)), asyncio.create_task(batch(2))
    await asyncio.sleep(0)
    leaves.cancel()
    await asyncio.sleep(0)
    ledger.gate.set()

    assert await stays == "done 2"
    with pytest.raises(asyncio.CancelledError):
        await leaves
