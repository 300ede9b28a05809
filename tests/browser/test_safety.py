"""What people with bad intentions try, in a real browser that holds a real login."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, FilePayload

from bot.bulletins.states import Role
from bot.clock import SystemClock
from bot.console.addresses import PREFIX, at
from bot.storage.logins import SqlLogins
from bot.web.login_links import FIELD, PATH, link_key
from tests.browser.house import House
from tests.browser.marks import BROWSER
from tests.browser.sample import DA_PHUC, Sample, a_png
from tests.browser.tour import stops
from tests.browser.visitors import Visitor, a_visitor, an_official

pytestmark = BROWSER

SON_TAY = "09574"
_TRAP = """<!doctype html><title>Trúng thưởng</title>
<form method="post" action="{target}"><input name="name" value="Kẻ lạ"><input name="role" value="admin">
<input name="communes" value="*"><input name="_token" value="{token}"></form>
<script>document.forms[0].submit()</script>"""
_GUESSED = "0" * 80
_PUT_TOKEN = "(token) => { document.querySelector('main [name=_token]').value = token }"


@asynccontextmanager
async def another_site(target: str) -> AsyncIterator[str]:
    """Yield the address of a page elsewhere that sends a form to *target* as soon as it is opened.

    It is on another port of the same machine: to a browser the same site, so our cookies go along with its form.
    """

    async def trap(_request: web.Request) -> web.Response:
        return web.Response(text=_TRAP.format(target=target, token=_GUESSED), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", trap)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


async def names(house: House) -> set[str]:
    return {member.name for member in await house.office.staff.members()}


async def test_a_form_of_another_site_changes_nothing(house: House, chromium: Browser) -> None:
    """Although it is an admin who opens that site, and the browser brings their cookie along."""
    link = await house.hire("Hà bị lừa", Role.ADMIN)
    async with an_official(chromium, house.url, link) as official:
        async with another_site(house.url + at("can-bo-moi")) as trap:
            await official.opens(trap)
            await official.reads("Phiên làm việc đã hết, hoặc biểu mẫu mở từ quá lâu.")
            assert set(official.strays) == {trap}
            official.strays.clear()
        assert await official.opens(at("can-bo")) == 200  # the login itself is unharmed

    assert "Kẻ lạ" not in await names(house)


async def test_a_form_that_was_shown_to_somebody_else_changes_nothing(house: House, chromium: Browser) -> None:
    """Whoever may log in can see tokens of their own; they are of no use in another's browser."""
    async with an_official(chromium, house.url, await house.hire("Lan xấu tính", Role.EDITOR, DA_PHUC)) as lan:
        stolen = await lan.page.locator("input[name=_token]").first.input_value()
    async with an_official(chromium, house.url, await house.hire("Hà cả tin", Role.ADMIN)) as official:
        await official.opens(at("can-bo-moi"))
        await official.writes("Họ tên", "Kẻ lạ")
        await official.page.evaluate(
            "(token) => { document.querySelector('main [name=_token]').value = token }", stolen
        )
        await official.presses("Lưu")
        await official.reads("Phiên làm việc đã hết, hoặc biểu mẫu mở từ quá lâu.")

    assert "Kẻ lạ" not in await names(house)


async def test_an_old_link_opens_nothing(house: House, chromium: Browser) -> None:
    await house.hire("Lan chậm chân", Role.EDITOR, DA_PHUC)
    ended = SystemClock().now() - timedelta(seconds=1)
    await SqlLogins(house.database, SystemClock()).add_link("Lan chậm chân", link_key("old"), by="Hà", ends_at=ended)
    async with a_visitor(chromium, house.url) as lan:
        await lan.opens(f"{PATH}?{FIELD}=old")
        await lan.presses("Vào trang cán bộ")
        await lan.is_at("Đường dẫn này không dùng được nữa")
        await lan.opens(at())
        await lan.is_at("Vào trang cán bộ")


async def test_what_belongs_to_another_commune_is_not_there(house: House, chromium: Browser, sample: Sample) -> None:
    """An admin of Sơn Tây who knows every address in Đa Phúc gets the page that says there is none."""
    places = [
        stop.address(path)
        for path, looks in stops(sample).items()
        for stop in looks
        if stop.names and not path.startswith("/cau-tra-loi")  # answers are everybody's
    ]
    async with an_official(chromium, house.url, await house.hire("Sơn", Role.ADMIN, SON_TAY)) as stranger:
        answers = {place: await stranger.page.context.request.get(place) for place in places}
        await stranger.opens(places[0])
        await stranger.is_at("Không có trang này")

    assert {place: answer.status for place, answer in answers.items() if answer.status != 404} == {}


@pytest_asyncio.fixture(loop_scope="session")
async def writer(house: House, chromium: Browser) -> AsyncIterator[Visitor]:
    """Yield somebody who has begun a bulletin."""
    link = await house.hire("Lan soạn tin", Role.EDITOR, DA_PHUC)
    async with an_official(chromium, house.url, link) as official:
        await official.opens(at("ban-tin", "soan"))
        await official.writes("Tiêu đề", "Một bản tin có ảnh")
        await official.writes("Nội dung", "Bà con xem ảnh.")
        yield official


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("anh.png", b"<html><script>window.robbed = 1</script></html>", id="a page called a picture"),
        pytest.param("anh.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="robbed=1"/>', id="a drawing"),
        pytest.param("../../anh.jpg", b"#!/bin/sh\ntouch /tmp/robbed", id="a program with a path"),
    ],
)
async def test_what_is_no_picture_is_refused_in_words(writer: Visitor, name: str, content: bytes) -> None:
    """By what it holds, whatever it is called."""
    file = FilePayload(name=name, mimeType="image/png", buffer=content)
    await writer.page.locator("input[type=file]").set_input_files(file)
    await writer.presses("Lưu bản nháp")
    await writer.reads("Có chỗ cần sửa", "ảnh")


async def test_the_name_of_a_picture_leads_nowhere(house: House, writer: Visitor, tmp_path: Path) -> None:
    """It is shown as a picture and kept under no name of theirs."""
    target = tmp_path / "robbed.png"
    token = await writer.page.locator("main input[name=_token]").first.input_value()
    answer = await writer.page.context.request.post(
        f"{PREFIX}/ban-tin/soan",
        headers={"Origin": house.url},
        multipart={
            "_token": token,
            "communes": DA_PHUC,
            "title": "Một bản tin có ảnh",
            "body": "Bà con xem ảnh.",
            "at": "now",
            "viec": "luu",
            "image": FilePayload(name=f"../../../../../..{target}", mimeType="image/png", buffer=a_png()),
        },
    )
    await writer.opens(answer.url)
    await writer.reads("Một bản tin có ảnh")
    picture = writer.page.locator("main img").first

    assert await picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 640
    assert not target.exists()
