"""The way in: a link that lets one person in once, and a cookie that nobody else can have."""

from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from bot.bulletins.states import Role
from bot.console.addresses import PREFIX, at
from bot.console.cookies import GUEST, LOGIN
from bot.console.pages.login import NETWORK_TRIES
from bot.console.site import ConsoleConfig, ConsoleSite
from bot.knowledge.library import Library
from tests.console.world import KEY, Browser, Office, Seen, an_office


async def is_in(browser: Browser) -> bool:
    return (await browser.get(at())).status == 200


def login_cookie(seen: Seen) -> str:
    [cookie] = [line for line in seen.cookies if LOGIN in line]
    return cookie


async def test_a_link_and_its_button_let_somebody_in(office: Office) -> None:
    """And the first page greets them."""
    await office.hire("Nguyễn Thị Lan")
    browser = await office.browser()

    entered = await browser.enter(await office.link("Nguyễn Thị Lan"))

    assert (entered.status, entered.goes_to) == (303, at())
    assert "Chào Nguyễn Thị Lan. Bạn đã vào trang cán bộ." in (await browser.get(at())).text


async def test_the_greeting_is_said_once(office: Office) -> None:
    browser = await office.login("Lan")

    first, second = await browser.get(at()), await browser.get(at())

    assert "Bạn đã vào" in first.text
    assert "Bạn đã vào" not in second.text


async def test_looking_at_a_link_spends_nothing(office: Office) -> None:
    """Chats fetch links to show a preview; the person who presses the button still gets in."""
    await office.hire("Lan")
    link = await office.link("Lan")
    preview = await office.browser()
    for _ in range(3):
        assert (await preview.get(link.removeprefix("http://127.0.0.1:8080"))).status == 200

    browser = await office.browser()
    await browser.enter(link)

    assert await is_in(browser)


async def test_a_link_works_once(office: Office) -> None:
    await office.hire("Lan")
    link = await office.link("Lan")
    await (await office.browser()).enter(link)

    again = await office.browser()
    seen = await again.enter(link)

    assert "Đường dẫn này không dùng được nữa" in seen.text
    assert not await is_in(again)


@pytest.mark.parametrize(("minutes", "opens"), [(14, True), (15, False), (60 * 24, False)])
async def test_a_link_works_for_a_quarter_of_an_hour(office: Office, minutes: int, opens: bool) -> None:  # noqa: FBT001  # a row of the table
    await office.hire("Lan")
    link = await office.link("Lan")
    office.clock.advance(minutes=minutes)

    browser = await office.browser()
    await browser.enter(link)

    assert await is_in(browser) is opens


async def test_a_made_up_link_opens_nothing(office: Office) -> None:
    await office.hire("Lan")
    await office.link("Lan")
    browser = await office.browser()

    await browser.enter("http://127.0.0.1:8080/quan-tri/vao?ma=" + "A" * 43)

    assert not await is_in(browser)


async def test_what_is_stored_opens_nothing(office: Office) -> None:
    """Whoever reads a backup finds digests, of links and of cookies."""
    browser = await office.login("Lan")
    link = await office.link("Lan")
    assert office.database.path
    files = office.database.path.parent.glob(f"{office.database.path.name}*")
    stored = b"".join(path.read_bytes() for path in files)

    assert link.rpartition("=")[2].encode() not in stored
    assert browser.cookie(LOGIN).encode() not in stored


async def test_a_link_that_was_cut_off_says_how_to_get_one(office: Office) -> None:
    seen = await (await office.browser()).get(at("vao"))

    assert "Trang này không dùng mật khẩu" in seen.text
    assert seen.page.all("button") == []


async def test_the_button_needs_our_own_form(office: Office) -> None:
    """Else another site could log somebody in as somebody else."""
    await office.hire("Lan")
    secret = (await office.link("Lan")).rpartition("=")[2]
    browser = await office.browser()
    await browser.get(at("vao"))

    assert (await browser.post(at("vao"), {"ma": secret})).status == 403
    assert (await browser.post(at("vao"), {"ma": secret, "_token": "0" * 80})).status == 403
    assert not await is_in(browser)


async def test_a_login_cookie_is_new_each_time_and_never_the_browsers_choice(office: Office) -> None:
    """Whoever plants a cookie in somebody's browser does not share their login."""
    await office.hire("Lan")
    browser = await office.browser()
    planted = SimpleCookie({LOGIN: "planted", GUEST: "planted"})
    browser.client.session.cookie_jar.update_cookies(planted, browser.client.make_url(f"{PREFIX}/"))

    await browser.enter(await office.link("Lan"))
    first = browser.cookie(LOGIN)
    await browser.enter(await office.link("Lan"))

    assert len({first, browser.cookie(LOGIN), "planted"}) == 3
    thief = await office.browser(Cookie=f"{LOGIN}=planted")
    assert not await is_in(thief)


async def test_logging_in_again_ends_what_this_browser_was_before(office: Office) -> None:
    browser = await office.login("Lan")
    before = browser.cookie(LOGIN)
    await office.hire("Bình")

    await browser.enter(await office.link("Bình"))

    assert not await is_in(await office.browser(Cookie=f"{LOGIN}={before}"))
    assert await is_in(browser)


async def test_the_cookie_on_plain_http_is_for_this_console_only(office: Office) -> None:
    """A trial on this machine has no https, and a Secure cookie would never come back."""
    await office.hire("Lan")
    cookie = login_cookie(await (await office.browser()).enter(await office.link("Lan")))

    assert cookie.startswith(f"{LOGIN}=")
    assert "Secure" not in cookie
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", f"Path={PREFIX}", "Max-Age=604800"))


async def test_the_cookie_on_https_never_leaves_it(words: Library, tmp_path: Path) -> None:
    """``__Host-``: only this host may set it, whatever a neighbouring subdomain does."""
    async with an_office(words, tmp_path, public_url="https://loa.example") as office:
        await office.hire("Lan")
        browser = await office.browser()
        link = await office.link("Lan")
        page = await browser.get("/quan-tri/vao?" + link.partition("?")[2])
        [guest] = page.cookies
        [secret] = [one["value"] for one in page.page.all("input") if one["name"] == "ma"]
        sent = {"Cookie": guest.partition(";")[0], "Origin": "https://loa.example"}
        entered = await browser.post(at("vao"), {"_token": page.page.token, "ma": secret}, **sent)

        cookie = login_cookie(entered)

        assert link.startswith("https://loa.example/quan-tri/vao?ma=")
        assert cookie.startswith(f"__Host-{LOGIN}=")
        assert all(part in cookie for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/;"))
        assert "Domain" not in cookie
        assert await is_in(await office.browser(Cookie=cookie.partition(";")[0]))


async def test_a_login_ends_after_half_a_day_unused(office: Office) -> None:
    browser = await office.login("Lan")
    office.clock.advance(hours=11)
    assert await is_in(browser)

    office.clock.advance(hours=12, seconds=1)

    assert not await is_in(browser)


async def test_a_login_ends_after_a_week_however_much_it_is_used(office: Office) -> None:
    browser = await office.login("Lan")
    for _ in range(16):
        assert await is_in(browser)
        office.clock.advance(hours=10)
    office.clock.advance(hours=8)

    assert not await is_in(browser)


async def test_logging_out_ends_this_login_and_no_other(office: Office) -> None:
    here = await office.login("Lan")
    there = await office.login_again("Lan")
    kept = here.cookie(LOGIN)

    left = await here.send(at("ra"))

    assert left.goes_to == at("vao")
    assert "Bạn đã đăng xuất." in (await here.get(at("vao"))).text
    assert not await is_in(await office.browser(Cookie=f"{LOGIN}={kept}"))
    assert await is_in(there)


async def test_logging_out_everywhere_ends_links_too(office: Office) -> None:
    here, there = await office.login("Lan"), await office.login_again("Lan")
    unused = await office.link("Lan")

    await here.send(at("tai-khoan", "dang-xuat-het"))

    assert [await is_in(here), await is_in(there)] == [False, False]
    late = await office.browser()
    await late.enter(unused)
    assert not await is_in(late)


async def test_too_many_tries_must_wait(office: Office) -> None:
    """From one network; a proxy on this machine says which."""
    flood = await office.browser(**{"X-Forwarded-For": "203.0.113.7"})
    seen = [await flood.enter("http://127.0.0.1/quan-tri/vao?ma=guess") for _ in range(NETWORK_TRIES + 1)]
    assert [one.status for one in seen] == [200] * NETWORK_TRIES + [429]
    assert int(seen[-1].headers["Retry-After"]) > 0

    await office.hire("Lan")
    neighbour = await office.browser(**{"X-Forwarded-For": "203.0.113.8"})
    await neighbour.enter(await office.link("Lan"))
    assert await is_in(neighbour)

    office.clock.advance(minutes=1)
    assert (await flood.enter("http://127.0.0.1/quan-tri/vao?ma=guess")).status == 200


async def test_a_new_secret_key_ends_every_login(office: Office) -> None:
    """What an operator does who fears that it was seen."""
    browser = await office.login("Lan")
    cookie = browser.cookie(LOGIN)

    other = ConsoleSite(ConsoleConfig(secret_key=KEY + "!"), office.parts)

    async with office.beside(other) as elsewhere:
        assert (await elsewhere.get(at(), Cookie=f"{LOGIN}={cookie}")).goes_to == at("vao")


def test_there_is_no_console_without_a_key(office: Office) -> None:
    with pytest.raises(ValueError, match="secret key"):
        ConsoleSite(ConsoleConfig(secret_key=""), office.parts)


def test_a_key_stands_in_no_trace() -> None:
    assert KEY not in repr(ConsoleConfig(secret_key=KEY))


async def test_entering_and_leaving_is_in_the_log(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR)
    await browser.send(at("ra"))

    assert [noted.change.what for noted in await office.noted()][:3] == ["login.end", "login.enter", "login.link"]
