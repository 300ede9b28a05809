"""Who gets to see what: every page that the console serves is held to its own rule, and none can be without one."""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlencode

import pytest

from bot.bulletins.states import Role
from bot.console.addresses import PREFIX, at
from bot.console.page import Answer, Page, Redirect, Visit, in_form, nobodys
from tests.console.strangers import STRANGER, STRANGERS, Stranger, settle
from tests.console.world import DA_PHUC, HOA_MINH, Browser, Office, Seen

_NAME = re.compile(r"\{(\w+)[^{}]*(?:\{[^{}]*\})?[^{}]*\}")


def address_of(page: Page, names: Mapping[str, str]) -> str:
    """Return the address of *page* with *names* in it; a name that is not given is 1."""
    return PREFIX + _NAME.sub(lambda match: quote(names.get(match[1], "1"), safe=""), page.path)


async def ask(browser: Browser, page: Page, stranger: Stranger | None = None) -> Seen:
    """Ask for *page*, with a form that is ours where it takes one."""
    stranger = stranger or Stranger()
    address = address_of(page, stranger.names)
    if stranger.query:
        address = f"{address}?{urlencode(stranger.query)}"
    if page.method == "GET":
        return await browser.get(address)
    return await browser.send(address, dict(stranger.fields))


def names_something(page: Page) -> bool:
    """Tell whether *page* is about something that is somebody's."""
    return page.whose is not nobodys


async def go_nowhere(visit: Visit) -> Answer:
    del visit
    return Redirect(at())


async def test_nothing_is_served_but_declared_pages(office: Office) -> None:
    """A route that was added past the gate would show here."""
    served = {
        (route.method, route.resource.canonical.removeprefix(PREFIX))
        for route in office.site.app.router.routes()
        if route.resource
    }

    pages = {(page.method, _NAME.sub(r"{\1}", page.path)) for page in office.site.pages}
    way_in = {("GET", "/vao"), ("POST", "/vao")}
    files = {("GET", "/static/{version}/{name}"), ("HEAD", "/static/{version}/{name}"), ("GET", ""), ("HEAD", "")}
    assert {(page.method, page.path) for page in office.site.open_pages} == way_in
    assert served == pages | way_in | files


async def test_whoever_is_not_logged_in_gets_to_the_way_in_and_no_further(office: Office) -> None:
    await settle(office)
    browser = await office.browser()

    for page in office.site.pages:
        address = address_of(page, STRANGERS.get(page.path, Stranger()).names)
        if page.method == "GET":
            assert (await browser.get(address)).goes_to == at("vao"), page.path
        else:
            assert (await browser.post(address)).status == 403, page.path


async def test_what_belongs_to_another_commune_is_not_there(office: Office) -> None:
    """404 and not 403: not even that it exists leaks. Whoever adds a page says in `strangers.py` how to get at one."""
    await settle(office)
    browser = await office.login("Hoa", Role.ADMIN, DA_PHUC)

    for page in filter(names_something, office.site.pages):
        assert page.path in STRANGERS, f"{page.path}: say in tests/console/strangers.py what is a stranger's"
        assert (await ask(browser, page, STRANGERS[page.path])).status == 404, page.path


async def test_nothing_of_the_stranger_was_changed_by_asking(office: Office) -> None:
    await settle(office)
    browser = await office.login("Hoa", Role.ADMIN, DA_PHUC)
    for page in filter(names_something, office.site.pages):
        await ask(browser, page, STRANGERS[page.path])

    [stranger] = [member for member in await office.staff.members() if member.name == STRANGER]
    assert (stranger.role, stranger.communes) == (Role.EDITOR, frozenset({HOA_MINH}))
    assert {change.change.by for change in await office.noted()} == {"máy chủ", "Hoa"}
    assert not [one for one in await office.noted() if one.change.by == "Hoa" and one.change.subject == STRANGER]


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER])
async def test_a_page_above_ones_role_says_which_role_it_needs(office: Office, role: Role) -> None:
    await settle(office)
    browser = await office.login("Lan", role)

    above = [page for page in office.site.pages if list(Role).index(page.needs) > list(Role).index(role)]
    assert above
    for page in above:
        seen = await ask(browser, page, STRANGERS.get(page.path))
        assert seen.status == 403, page.path
        assert "người quản trị" in seen.text or "người duyệt" in seen.text


async def test_what_is_not_there_and_what_is_a_strangers_look_alike(office: Office) -> None:
    await settle(office)
    browser = await office.login("Hoa", Role.ADMIN, DA_PHUC)

    await browser.get(at())  # the greeting is said

    foreign, unknown = await browser.get(at("can-bo", STRANGER)), await browser.get(at("can-bo", "Không Có Ai"))

    assert (foreign.status, foreign.text) == (unknown.status, unknown.text)


async def test_whoever_works_for_all_communes_sees_everybody(office: Office) -> None:
    await settle(office)
    browser = await office.login("Hoa", Role.ADMIN)

    assert (await browser.get(at("can-bo", STRANGER))).status == 200


async def test_somebody_for_all_communes_is_a_stranger_to_an_admin_of_one(office: Office) -> None:
    await office.hire("Giám đốc", Role.APPROVER)
    browser = await office.login("Hoa", Role.ADMIN, DA_PHUC)

    assert (await browser.get(at("can-bo", "Giám đốc"))).status == 404


def test_a_page_that_names_something_must_say_whose_it_is() -> None:
    """Forgetting it stops the start, not a citizen's privacy."""
    with pytest.raises(ValueError, match="whose"):
        Page(method="GET", path="/ban-tin/{id}", show=go_nowhere, needs=Role.EDITOR, whose=nobodys)


def test_a_page_that_changes_something_cannot_be_shared() -> None:
    """Whoever serves only some of the communes looks, and no more."""
    with pytest.raises(ValueError, match="altogether"):
        Page(
            method="POST",
            path="/ban-tin/{id}",
            show=go_nowhere,
            needs=Role.EDITOR,
            whose=in_form(),
            is_shared=True,
        )


def test_a_page_without_a_rule_cannot_be_written() -> None:
    with pytest.raises(TypeError):
        Page(method="GET", path="/ban-tin", show=go_nowhere)  # type: ignore[call-arg]


def test_a_form_that_names_communes_needs_no_name_in_its_path() -> None:
    page = Page(method="POST", path="/ban-tin", show=go_nowhere, needs=Role.EDITOR, whose=in_form())

    assert names_something(page)


async def test_losing_the_job_ends_everything_at_once(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)
    unused = await office.link("Lan")
    assert (await browser.get(at())).status == 200

    await office.staff.remove("Lan", by="Hoa")

    assert (await browser.get(at())).goes_to == at("vao")
    assert (await (await office.browser()).enter(unused)).status == 200  # the page that says it cannot be used
    await office.hire("Lan", Role.EDITOR, DA_PHUC)
    assert (await browser.get(at())).goes_to == at("vao")  # being taken back does not bring old logins back


async def test_another_role_counts_from_the_next_page_on(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)
    assert (await browser.get(at("can-bo"))).status == 403

    await office.hire("Lan", Role.ADMIN, DA_PHUC)
    assert (await browser.get(at("can-bo"))).status == 200

    await office.hire("Lan", Role.EDITOR, DA_PHUC)
    assert (await browser.get(at("can-bo"))).status == 403


async def test_other_communes_count_from_the_next_page_on(office: Office) -> None:
    await settle(office)
    browser = await office.login("Hoa", Role.ADMIN, DA_PHUC, HOA_MINH)
    assert (await browser.get(at("can-bo", STRANGER))).status == 200

    await office.hire("Hoa", Role.ADMIN, DA_PHUC)
    assert (await browser.get(at("can-bo", STRANGER))).status == 404
