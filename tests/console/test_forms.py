"""A form changes something only if it is ours, was shown to whoever sends it, and is no larger than it needs to be."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import FormData
from hypothesis import given
from hypothesis import strategies as st

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.cookies import LOGIN
from bot.console.forms import Form
from bot.console.gate import TOKEN_HEADER
from bot.console.page import FORM_BYTES
from bot.console.safety import comes_from_us
from bot.console.seals import Seals, new_secret
from tests.console.world import KEY, Browser, Office

END_ALL = at("tai-khoan", "dang-xuat-het")


async def is_in(browser: Browser) -> bool:
    return (await browser.get(at())).status == 200


async def test_a_form_without_its_token_changes_nothing(office: Office) -> None:
    browser = await office.login("Lan")

    seen = await browser.post(END_ALL)

    assert seen.status == 403
    assert "tải lại trang rồi gửi lại" in seen.text
    assert await is_in(browser)


@pytest.mark.parametrize("token", ["", "0" * 80, "ă" * 80, "x" * 5000], ids=["empty", "zeros", "letters", "long"])
async def test_a_made_up_token_changes_nothing(office: Office, token: str) -> None:
    browser = await office.login("Lan")

    assert (await browser.post(END_ALL, {"_token": token})).status == 403
    assert await is_in(browser)


async def test_a_token_of_another_login_changes_nothing(office: Office) -> None:
    """Not even of one's own login elsewhere: an attacker on the staff has one too."""
    browser, other = await office.login("Lan"), await office.login("Bình")
    stolen = (await other.get(at("tai-khoan"))).page.token

    assert (await browser.post(END_ALL, {"_token": stolen})).status == 403
    assert await is_in(browser)


async def test_a_token_of_the_way_in_does_not_fit_inside(office: Office) -> None:
    browser = await office.login("Lan")
    token = (await browser.get(at("vao", ma="x"))).page.token

    assert (await browser.post(END_ALL, {"_token": token})).status == 403


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Origin": "https://evil.example"}, id="another site"),
        pytest.param({"Origin": "null"}, id="a page in a sandbox"),
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="another site, by an honest browser"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="a neighbour's subdomain"),
    ],
)
async def test_a_form_from_another_site_changes_nothing_even_with_a_token(
    office: Office, headers: dict[str, str]
) -> None:
    browser = await office.login("Lan")

    assert (await browser.send(END_ALL, None, on="", **headers)).status == 403
    assert await is_in(browser)


async def test_a_form_from_our_own_page_is_taken(office: Office) -> None:
    browser = await office.login("Lan")
    origin = str(browser.client.make_url("/").origin())

    seen = await browser.send(END_ALL, Origin=origin)

    assert seen.status == 303


async def test_a_script_may_send_the_token_in_a_header(office: Office) -> None:
    browser = await office.login("Lan")
    token = (await browser.get(at("tai-khoan"))).page.token

    assert (await browser.post(END_ALL, **{TOKEN_HEADER: token})).status == 303


async def test_looking_changes_nothing(office: Office) -> None:
    """What changes something is asked for with a form: the same address by a link is no page."""
    browser = await office.login("Lan")

    assert (await browser.get(END_ALL)).status == 404
    assert await is_in(browser)


async def test_a_form_that_is_too_large_is_not_even_read(office: Office) -> None:
    browser = await office.login("Hoa", Role.ADMIN)

    seen = await browser.send(at("can-bo-moi"), {"name": "a" * FORM_BYTES})

    assert seen.status == 413
    assert "64 KB" in seen.text


async def test_a_form_that_does_not_say_how_long_it_is_is_refused(office: Office) -> None:
    """Browsers do; what goes on without end is somebody else."""
    browser = await office.login("Lan")

    async def endless() -> AsyncIterator[bytes]:
        yield b"a=1"

    async with browser.client.post(END_ALL, data=endless()) as response:
        assert response.status == 413


async def test_nothing_at_all_is_no_form_of_ours(office: Office) -> None:
    browser = await office.login("Lan")

    async with browser.client.post(END_ALL, headers={"Content-Length": "0"}) as response:
        assert response.status == 403


async def test_what_is_no_form_is_refused(office: Office) -> None:
    browser = await office.login("Lan")

    broken = "multipart/form-data; boundary=x"
    assert (await browser.post(END_ALL, b"--x\r\nno\r\n", **{"Content-Type": broken})).status == 403
    for letters in ("klingon", "unicode_escape"):
        odd = f"application/x-www-form-urlencoded; charset={letters}"
        assert (await browser.post(END_ALL, b"a=\\ud800", **{"Content-Type": odd})).status == 403
    assert await is_in(browser)


async def test_after_the_login_has_ended_a_form_leads_to_the_way_in(office: Office) -> None:
    browser = await office.login("Lan")
    token = (await browser.get(at("tai-khoan"))).page.token
    office.clock.advance(hours=13)

    seen = await browser.post(END_ALL, {"_token": token})

    assert seen.goes_to == at("vao")
    assert browser.cookie(LOGIN) == ""


def test_an_old_browser_that_says_nothing_is_believed_as_far_as_its_token() -> None:
    assert comes_from_us({"Host": "loa.example"}, "https://loa.example")


@given(st.text(max_size=200), st.text(max_size=80))
def test_only_what_we_made_is_a_token(token: str, visitor: str) -> None:
    assert not Seals(KEY).is_form_token(token, visitor)


@given(st.text(max_size=200))
def test_what_is_wrapped_comes_out_again_and_only_with_our_key(text: str) -> None:
    wrapped = Seals(KEY).wrap(text)

    assert Seals(KEY).unwrap(wrapped) == text
    assert Seals("another").unwrap(wrapped) == ""


@given(st.text(max_size=100))
def test_what_we_did_not_wrap_is_nothing(wrapped: str) -> None:
    assert Seals(KEY).unwrap(wrapped) == ""


def test_a_token_is_another_each_time_and_fits_its_visitor() -> None:
    seals, visitor = Seals(KEY), new_secret()
    tokens = {seals.form_token(visitor) for _ in range(10)}

    assert len(tokens) == 10
    assert all(seals.is_form_token(token, visitor) for token in tokens)
    assert not any(seals.is_form_token(token, new_secret()) for token in tokens)


def test_a_form_is_read_as_people_meant_it() -> None:
    """Lines end in one way, nothing invisible comes along, and what was not sent is empty."""
    form = Form([("body", " dòng 1\r\ndòng 2\x00 \u200b"), ("communes", "00430"), ("communes", "09574")])

    assert form.text("body") == "dòng 1\ndòng 2"
    assert form.texts("communes") == ("00430", "09574")
    assert (form.text("title"), form.texts("title"), form.upload("title")) == ("", (), None)
    assert "body" in form
    assert "title" not in form


async def test_a_file_is_read_from_a_form(office: Office) -> None:
    """Of a page that takes none it is ignored, and of no name it is none."""
    browser = await office.login("Hoa", Role.ADMIN)
    data = FormData()
    data.add_field("_token", (await browser.get(at("can-bo-moi"))).page.token)
    data.add_field("name", b"x", filename="x.jpg")

    seen = await browser.client.post(at("can-bo-moi"), data=data)

    assert seen.status == 422
