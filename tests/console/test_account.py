"""One's own page."""

from bot.bulletins.states import Role
from bot.console.addresses import at
from tests.console.world import DA_PHUC, Browser, Office

ACCOUNT = at("tai-khoan")


async def is_in(browser: Browser) -> bool:
    return (await browser.get(at())).status == 200


async def test_it_says_who_one_is_and_what_one_may_do(office: Office) -> None:
    browser = await office.login("Lan", Role.APPROVER, DA_PHUC)

    text = (await browser.get(ACCOUNT)).text

    assert all(part in text for part in ("Lan", "Người duyệt", "Xã Đa Phúc"))


async def test_one_login_is_ended_and_the_others_go_on(office: Office) -> None:
    """A computer at work that one forgot to leave."""
    here, there = await office.login("Lan"), await office.login_again("Lan")
    [one, other] = [field["value"] for field in (await here.get(ACCOUNT)).page.all("input") if field["name"] == "id"]
    this = min(int(one), int(other))

    await here.send(at("tai-khoan", "dang-xuat"), {"id": max(int(one), int(other))})

    assert await is_in(here)
    assert not await is_in(there)
    assert [int(field["value"]) for field in (await here.get(ACCOUNT)).page.all("input") if field["name"] == "id"] == (
        [this]
    )


async def test_nobody_ends_somebody_elses_login(office: Office) -> None:
    lan, binh = await office.login("Lan"), await office.login("Bình")
    [of_binh] = [field["value"] for field in (await binh.get(ACCOUNT)).page.all("input") if field["name"] == "id"]

    for number in (of_binh, "", "x", "9" * 30, "-1"):
        assert (await lan.send(at("tai-khoan", "dang-xuat"), {"id": number})).status == 303

    assert await is_in(binh)


async def test_a_code_links_ones_own_chat(office: Office) -> None:
    browser = await office.login("Lan")

    seen = await browser.send(at("tai-khoan", "ma"))

    assert "cb-" in seen.text
    assert "10:00" in seen.text  # an hour from nine
    assert "staff.chat" in {one.change.what for one in await office.noted()}
