"""What of bulletins only a real browser can tell: progress as it goes, and a picture chosen in our own words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy import insert

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Status
from bot.clock import SystemClock
from bot.console.addresses import at
from bot.ports.bulletins import Audience, Draft
from bot.storage.tables import audiences, bulletins, deliveries, tallies
from bot.storage.tallying import move_all
from tests.browser.house import House
from tests.browser.marks import BROWSER
from tests.browser.sample import DA_PHUC, a_png
from tests.browser.visitors import AT_A_DESK, ON_A_PHONE, WITHOUT_SCRIPTS, Visitor, Way, an_official

pytestmark = BROWSER

_NOBODYS = "elsewhere"
"""An account that no process sends from: its copies move when the test moves them."""

_numbers = count(1)


@pytest_asyncio.fixture(loop_scope="session")
async def link(house: House) -> str:
    """Return a link for somebody who may approve."""
    return await house.hire(f"Người xem thứ {next(_numbers)}", Role.APPROVER, DA_PHUC)


@pytest_asyncio.fixture(loop_scope="session")
async def running(house: House) -> int:
    """Return a bulletin that is going out to ten people, to nobody of whom it has gone yet."""
    now, account = SystemClock().now(), {"channel": "telegram", "account": _NOBODYS}
    draft = Draft(title=f"Cắt nước lần {next(_numbers)}", body="Thứ Ba cắt nước.", audiences=(Audience(DA_PHUC),))
    row = {"title": draft.title, "body": draft.body, "author": "Lan", "created_at": now, "published_at": now}
    async with house.database.writing() as connection:
        stored = insert(bulletins).values(**row, status=Status.SENDING).returning(bulletins.c.id)
        number = int((await connection.execute(stored)).scalar_one())
        await connection.execute(insert(audiences).values(bulletin_id=number, commune=DA_PHUC))
        await connection.execute(insert(tallies).values(bulletin_id=number, pending=10, **account))
        copies = {"bulletin_id": number, "commune": DA_PHUC, "state": "pending", "changed_at": now, **account}
        people = [{**copies, "person_id": 900_000 + person} for person in range(10)]
        await connection.execute(insert(deliveries), people)
    return number


async def settle(house: House, number: int, people: range, state: State) -> None:
    """Let the copies of *people* come to *state*."""
    which = (deliveries.c.bulletin_id == number) & deliveries.c.person_id.in_([900_000 + one for one in people])
    async with house.database.writing() as connection:
        await move_all(connection, which, tuple(State), state, code=None, now=SystemClock().now())


@asynccontextmanager
async def watching(
    house: House, chromium: Browser, link: str, number: int, way: Way = AT_A_DESK, *, has_events: bool = True
) -> AsyncIterator[Visitor]:
    """Yield somebody who watches a bulletin go out; without events the page has to ask."""
    async with an_official(chromium, house.url, link, way) as official:
        if not has_events:
            await official.page.add_init_script("delete window.EventSource")
        await official.opens(at("ban-tin", number, "tien-trinh"))
        yield official


@pytest.mark.parametrize(
    ("way", "has_events"),
    [
        pytest.param(AT_A_DESK, True, id="events"),
        pytest.param(AT_A_DESK, False, id="asking"),
        pytest.param(ON_A_PHONE, True, id="events on a phone"),
    ],
)
async def test_progress_is_told_as_it_goes(
    house: House, chromium: Browser, link: str, running: int, way: Way, *, has_events: bool
) -> None:
    """Up to its end, without a press; then there is nothing left to stop."""
    async with watching(house, chromium, link, running, way, has_events=has_events) as official:
        await official.reads("Xong 0 trên 10 người gửi được ngay (0%)", "Trang này tự cập nhật.")
        await settle(house, running, range(6), State.SENT)
        await settle(house, running, range(6, 7), State.FAILED)
        await official.reads("Xong 7 trên 10 người gửi được ngay (70%)", "Không gửi được")
        await expect(official.page.locator("progress")).to_have_attribute("value", "70")
        await settle(house, running, range(7, 10), State.SENT)
        await official.reads("Đã gửi xong.")
        await expect(official.page.get_by_text("Trang này tự cập nhật.")).to_be_hidden()
        await expect(official.page.get_by_role("link", name="Dừng gửi")).to_be_hidden()


async def test_without_scripts_progress_is_loaded_anew(
    house: House, chromium: Browser, link: str, running: int
) -> None:
    async with watching(house, chromium, link, running, WITHOUT_SCRIPTS) as official:
        await official.reads("Xong 0 trên 10 người gửi được ngay (0%)")
        await settle(house, running, range(10), State.SENT)
        await official.reads("Xong 10 trên 10 người gửi được ngay (100%)")


async def test_a_lost_connection_is_said_and_taken_back(
    house: House, chromium: Browser, link: str, running: int
) -> None:
    async with watching(house, chromium, link, running, has_events=False) as official:
        await official.reads("Xong 0 trên 10")
        await official.page.context.set_offline(offline=True)
        await official.reads("Mất liên lạc với máy chủ.")
        await official.page.context.set_offline(offline=False)
        await official.reads("Trang này tự cập nhật.")
        official.complaints.clear()  # what the browser said of the line that was cut
    await settle(house, running, range(10), State.SENT)


@pytest.mark.parametrize("way", [pytest.param(AT_A_DESK, id="at a desk"), pytest.param(ON_A_PHONE, id="on a phone")])
async def test_a_picture_is_chosen_in_our_words(
    house: House, chromium: Browser, link: str, tmp_path: Path, way: Way
) -> None:
    """Also with keys alone; what was chosen stands beside the button."""
    file = tmp_path / "cap-nuoc.png"
    file.write_bytes(a_png())
    async with an_official(chromium, house.url, link, way) as official:
        await official.opens(at("ban-tin", "soan"))
        await official.reads("Chọn ảnh", "Chưa chọn ảnh nào.")
        async with official.page.expect_file_chooser() as asked:
            await official.page.get_by_text("Chọn ảnh", exact=True).click()
        await (await asked.value).set_files(file)
        await official.reads("cap-nuoc.png")
        async with official.page.expect_file_chooser():
            await official.page.locator("input[type=file]").press("Enter")


async def test_without_scripts_the_browser_names_what_was_chosen(
    house: House, chromium: Browser, link: str, tmp_path: Path
) -> None:
    file = tmp_path / "cap-nuoc.png"
    file.write_bytes(a_png())
    async with an_official(chromium, house.url, link, WITHOUT_SCRIPTS) as official:
        await official.opens(at("ban-tin", "soan"))
        async with official.page.expect_file_chooser() as asked:
            await official.page.get_by_text("Chọn ảnh", exact=True).click()
        await (await asked.value).set_files(file)
        await expect(official.page.locator("input[type=file]")).to_be_visible()
