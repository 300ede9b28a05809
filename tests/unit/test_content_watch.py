"""Processes that serve different content: the ones left behind say so, and never all of them at once."""

from dataclasses import dataclass, field
from typing import cast

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.knowledge.library import Library
from bot.ports.serving import Doubt, Served
from bot.serving import Readiness, build_site
from scheduler.content import PATIENCE_SECONDS, ContentWatch, doubt, newer_than
from tests.world import CountingMeter

ME = Served("tôi", "cũ", loaded_seconds_ago=3600)


@dataclass
class Fingerprinted:
    """A library, of which nobody here asks more than this."""

    fingerprint: str


@dataclass
class Shelf:
    """The content of one process; looking into its folder finds *found*."""

    fingerprint: str = "cũ"
    found: str = ""
    looked: int = 0

    def __call__(self) -> Library:
        return cast("Library", Fingerprinted(self.fingerprint))

    async def reload(self) -> None:
        self.looked += 1
        self.fingerprint = self.found or self.fingerprint


@dataclass
class Book:
    """What the others serve, and what this process said."""

    others: list[Served] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    is_away: bool = False

    async def beat(self, fingerprint: str) -> list[Served]:
        if self.is_away:
            msg = "the database is away"
            raise OSError(msg)
        self.said.append(fingerprint)
        return [Served("tôi", fingerprint, loaded_seconds_ago=3600), *self.others]


def another(fingerprint: str = "mới", *, changed: float | None = None, loaded: float = 30) -> Served:
    return Served("kia", fingerprint, changed if changed is not None else loaded, changed)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        pytest.param(another("cũ"), None, id="the same"),
        pytest.param(another(changed=10), False, id="just changed: loading takes a while"),
        pytest.param(another(changed=PATIENCE_SECONDS + 1), True, id="changed for long"),
        pytest.param(another(loaded=600), False, id="started with another copy"),
        pytest.param(another(changed=7200), False, id="changed before I loaded what I have"),
    ],
)
def test_a_process_is_unfit_when_it_serves_what_was_replaced_long_ago(other: Served, expected: bool | None) -> None:  # noqa: FBT001
    found = doubt("tôi", [ME, other])

    assert (found.is_unfit if found else None) is expected


def test_whoever_changed_last_is_never_behind() -> None:
    """So somebody always serves, however many copies there are."""
    everyone = [
        Served(name, name, changed, changed) for name, changed in (("a", 900.0), ("b", 600.0), ("c", 300.0))
    ] + [Served("d", "d", 4000.0)]

    unfit = [one.process for one in everyone if (found := doubt(one.process, everyone)) and found.is_unfit]

    assert unfit == ["a", "b", "d"]
    assert newer_than("c", everyone) == []


def test_when_the_one_that_is_newer_dies_the_others_are_fit_again() -> None:
    assert doubt("tôi", [ME]) is None


async def test_a_process_looks_into_its_folder_when_another_took_up_a_change() -> None:
    """Watchers hear nothing on network disks."""
    shelf, book = Shelf(found="mới"), Book([another(changed=5)])
    watch = ContentWatch("tôi", book, shelf, CountingMeter())

    await watch.beat()
    await watch.beat()

    assert book.said == ["cũ", "mới"]
    assert shelf.looked == 1
    assert watch.doubt() is None


async def test_it_looks_once_for_each_change_and_waits() -> None:
    """Its own folder may be another copy, or the change broken there."""
    shelf, book = Shelf(), Book([another(changed=5)])
    watch = ContentWatch("tôi", book, shelf, CountingMeter())

    for _ in range(3):
        await watch.beat()
    assert shelf.looked == 1

    book.others = [another("mới hơn", changed=1)]
    await watch.beat()
    assert shelf.looked == 2


async def test_being_behind_wakes_somebody_once() -> None:
    meter, book = CountingMeter(), Book([another(changed=PATIENCE_SECONDS + 1)])
    watch = ContentWatch("tôi", book, Shelf(), meter)

    for _ in range(3):
        await watch.beat()

    assert meter.alerts == ["content_behind"]


async def ready(*doubts: Doubt | None) -> tuple[int, str]:
    """Return what `/readyz` answers with these *doubts*."""
    readiness = Readiness()
    readiness.done("starting")
    for one in doubts:
        readiness.ask(lambda one=one: one)  # type: ignore[misc]
    async with TestClient(TestServer(build_site([], readiness, figures=None))) as client:
        response = await client.get("/readyz")
        return response.status, await response.text()


async def test_a_process_without_doubts_is_ready() -> None:
    assert await ready(None) == (200, "ready\n")


async def test_a_difference_is_told_and_serving_goes_on() -> None:
    status, text = await ready(Doubt("others serve other content"))

    assert (status, text) == (200, "ready\nothers serve other content\n")


async def test_a_process_left_behind_is_asked_no_more() -> None:
    status, text = await ready(None, Doubt("others serve newer content", is_unfit=True))

    assert (status, text) == (503, "not fit to serve\nothers serve newer content\n")
