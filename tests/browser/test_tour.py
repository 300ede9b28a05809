"""Every page of the console, at a desk and on a phone, with all that a citizen may have written standing in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from bot.console.addresses import at
from tests.browser.accessibility import serious_faults
from tests.browser.house import House
from tests.browser.marks import BROWSER
from tests.browser.sample import ADMIN, DA_PHUC, HOSTILE, Sample
from tests.browser.tour import path_of, stops
from tests.browser.visitors import AT_A_DESK, ON_A_PHONE, Visitor, a_visitor, an_official

pytestmark = BROWSER


_CUT_OFF = """() => Array.from(document.querySelectorAll(".scroll"))
    .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.getAttribute("aria-label"))"""
"""The tables of which a part is out of sight, by their captions."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look at a page showed."""

    status: int
    faults: tuple[str, ...]
    is_wide: bool
    cut_off: tuple[str, ...]
    was_robbed: bool


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="session",
    params=[pytest.param(AT_A_DESK, id="at a desk"), pytest.param(ON_A_PHONE, id="on a phone")],
)
async def tour(house: House, chromium: Browser, sample: Sample, request: pytest.FixtureRequest) -> Mapping[str, Looked]:
    """Return what somebody who may see everything saw, by address."""
    async with an_official(chromium, house.url, await house.link(ADMIN), request.param) as official:
        places = [stop.address(path) for path, looks in stops(sample).items() for stop in looks if not stop.is_file]
        return {place: await look(official, place) for place in places}


async def look(official: Visitor, address: str) -> Looked:
    """Go to *address* and look around."""
    status = await official.opens(address)
    is_wide = await official.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    cut_off = await official.page.evaluate(_CUT_OFF)
    was_robbed = await official.page.evaluate("'robbed' in window")
    return Looked(status, tuple(await serious_faults(official.page)), is_wide, tuple(cut_off), was_robbed)


async def test_there_is_an_example_of_every_page(house: House, sample: Sample) -> None:
    """Whoever adds a page adds a stop in `tests/browser/tour.py`."""
    assert {path_of(page) for page in house.pages if page.method == "GET"} == stops(sample).keys()


async def test_every_page_is_shown(tour: Mapping[str, Looked]) -> None:
    assert {place: seen.status for place, seen in tour.items() if seen.status != 200} == {}


async def test_no_page_has_a_serious_fault_of_accessibility(tour: Mapping[str, Looked]) -> None:
    assert {place: seen.faults for place, seen in tour.items() if seen.faults} == {}


async def test_no_page_is_wider_than_its_window(tour: Mapping[str, Looked]) -> None:
    """Nobody has to push a page to and fro to read a line; tables scroll in a box of their own."""
    assert [place for place, seen in tour.items() if seen.is_wide] == []


async def test_no_table_is_cut_off(tour: Mapping[str, Looked]) -> None:
    """On a phone its rows are cards. The boxes that scroll are for longer words than these, and larger letters."""
    assert {place: seen.cut_off for place, seen in tour.items() if seen.cut_off} == {}


async def test_every_file_can_be_taken_along(house: House, chromium: Browser, sample: Sample) -> None:
    async with an_official(chromium, house.url, await house.link(ADMIN)) as official:
        files = [stop.address(path) for path, looks in stops(sample).items() for stop in looks if stop.is_file]
        answers = {file: await official.page.context.request.get(file) for file in files}

    assert {file: answer.status for file, answer in answers.items() if answer.status != 200} == {}


async def test_nothing_a_citizen_wrote_does_anything(tour: Mapping[str, Looked]) -> None:
    """It is shown as it was written, and runs nowhere."""
    assert [place for place, seen in tour.items() if seen.was_robbed] == []


async def test_what_a_citizen_wrote_is_read_as_it_was_written(house: House, chromium: Browser, sample: Sample) -> None:
    async with an_official(chromium, house.url, await house.link(ADMIN)) as official:
        await official.opens(at("phan-anh", sample.new_feedback))
        await official.reads(HOSTILE.feedback, HOSTILE.place)
        await official.opens(at("cau-hoi"))
        await official.reads(HOSTILE.question)


async def test_what_was_published_does_nothing_to_the_public(house: House, chromium: Browser, sample: Sample) -> None:
    del sample
    async with a_visitor(chromium, house.url) as somebody:
        await somebody.opens(f"/ban-tin/{DA_PHUC}/hoi-dap")
        await somebody.reads(HOSTILE.answered)
        assert not await somebody.page.evaluate("'robbed' in window")


async def test_what_is_typed_into_the_chat_does_nothing_there(house: House, chromium: Browser) -> None:
    """Also when the page comes back and shows it again."""
    async with a_visitor(chromium, house.url) as citizen:
        await citizen.opens("/")
        await citizen.page.locator("#question").fill(HOSTILE.feedback)
        await citizen.page.keyboard.press("Enter")
        await expect(citizen.page.locator("#log")).to_contain_text(HOSTILE.feedback)
        await citizen.page.reload()
        await expect(citizen.page.locator("#log")).to_contain_text(HOSTILE.feedback)
        assert not await citizen.page.evaluate("'robbed' in window")
