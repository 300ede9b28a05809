"""The staff pages: admins say who works here, within their own communes, and every change is in the log."""

import pytest

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.desk.ports.house import StaffMember
from tests.console.world import DA_PHUC, HOA_MINH, Office


async def member(office: Office, name: str) -> StaffMember:
    [found] = [one for one in await office.staff.members() if one.name == name]
    return found


async def test_somebody_is_taken_on_and_gets_a_link(office: Office) -> None:
    """The whole way: form, notice, link, first login."""
    admin = await office.login("Hoa", Role.ADMIN)
    typed = {"name": "  Nguyễn   Thị Lan ", "role": "editor", "communes": [DA_PHUC, HOA_MINH]}

    added = await admin.send(at("can-bo-moi"), typed)
    shown = await admin.get(added.goes_to)
    linked = await admin.send(at("can-bo", "Nguyễn Thị Lan", "duong-dan"))
    browser = await office.browser()
    entered = await browser.enter(linked.page.source.partition("http")[2].join(["http", ""]).partition("<")[0])

    assert added.goes_to == at("can-bo", "Nguyễn Thị Lan")
    assert "Đã thêm Nguyễn Thị Lan." in shown.text
    assert entered.goes_to == at()
    assert (await member(office, "Nguyễn Thị Lan")).communes == frozenset({DA_PHUC, HOA_MINH})


async def test_a_link_stands_on_its_page_and_in_no_address(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)
    await office.hire("Lan")

    seen = await admin.send(at("can-bo", "Lan", "duong-dan"))

    assert seen.status == 200
    assert seen.goes_to == ""
    assert "/quan-tri/vao?ma=" in seen.text
    assert seen.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        pytest.param({"name": ""}, "Hãy ghi họ tên.", id="no name"),
        pytest.param({"name": " \u200b "}, "Hãy ghi họ tên.", id="an invisible name"),
        pytest.param({"name": "a" * 81}, "Họ tên dài quá 80 chữ.", id="a long name"),
        pytest.param({"name": "Lan"}, "Đã có cán bộ tên «Lan».", id="a name that is taken"),
        pytest.param({"role": ""}, "Hãy chọn một quyền.", id="no role"),
        pytest.param({"role": "king"}, "Hãy chọn một quyền.", id="no such role"),
        pytest.param({"communes": []}, "Hãy chọn ít nhất một xã, phường.", id="nowhere"),
    ],
)
async def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    office: Office, typed: dict[str, object], fault: str
) -> None:
    admin = await office.login("Hoa", Role.ADMIN)
    await office.hire("Lan")
    whole = {"name": "Bình", "role": "approver", "communes": [DA_PHUC], **typed}

    seen = await admin.send(at("can-bo-moi"), whole)

    [field] = typed
    assert seen.status == 422
    assert fault in seen.text
    assert f"#{field}" in seen.page.links()
    assert [one["value"] for one in seen.page.all("input") if "checked" in one and one["name"] == "communes"] == (
        whole["communes"]
    )
    assert "Lỗi:" in seen.text
    assert {one.name for one in await office.staff.members()} == {"Hoa", "Lan"}


async def test_a_commune_that_does_not_exist_is_not_there(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)

    seen = await admin.send(at("can-bo-moi"), {"name": "Bình", "role": "editor", "communes": "99999"})

    assert seen.status == 404


async def test_an_admin_of_one_commune_cannot_reach_beyond_it(office: Office) -> None:
    """Neither by taking somebody on elsewhere, nor by moving somebody, nor by taking over a namesake."""
    admin = await office.login("Hoa", Role.ADMIN, DA_PHUC)
    await office.hire("Lan", Role.EDITOR, DA_PHUC)
    await office.hire("Bình", Role.EDITOR, HOA_MINH)

    for communes in (HOA_MINH, "*", [DA_PHUC, HOA_MINH]):
        typed = {"name": "Mới", "role": "editor", "communes": communes}
        assert (await admin.send(at("can-bo-moi"), typed)).status == 404
        assert (await admin.send(at("can-bo", "Lan", "doi"), typed)).status == 404
    namesake = {"name": "Bình", "role": "editor", "communes": DA_PHUC}
    assert (await admin.send(at("can-bo-moi"), namesake)).status == 422

    assert (await member(office, "Lan")).communes == frozenset({DA_PHUC})
    assert (await member(office, "Bình")).communes == frozenset({HOA_MINH})
    assert "Bình" not in (await admin.get(at("can-bo"))).text
    assert "Lan" in (await admin.get(at("can-bo"))).text


async def test_an_admin_of_one_commune_is_offered_only_that(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN, DA_PHUC)

    boxes = [one for one in (await admin.get(at("can-bo-moi"))).page.all("input") if one.get("name") == "communes"]

    assert [(one["value"], "checked" in one) for one in boxes] == [(DA_PHUC, True)]


async def test_role_and_communes_are_changed(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)
    await office.hire("Lan", Role.EDITOR, DA_PHUC)

    form = await admin.get(at("can-bo", "Lan", "doi"))
    changed = await admin.send(at("can-bo", "Lan", "doi"), {"role": "approver", "communes": "*"})

    assert [one["value"] for one in form.page.all("input") if "checked" in one] == ["editor", DA_PHUC]
    assert "Quyền mới của Lan có hiệu lực ngay." in (await admin.get(changed.goes_to)).text
    assert (await member(office, "Lan")).role is Role.APPROVER
    assert (await member(office, "Lan")).communes is None


async def test_letting_somebody_go_asks_first(office: Office) -> None:
    """On a page of its own that works without scripts."""
    admin = await office.login("Hoa", Role.ADMIN)
    lan = await office.login("Lan", Role.EDITOR, DA_PHUC)

    asked = await admin.get(at("can-bo", "Lan", "bo"))
    assert "Bỏ Lan khỏi danh sách cán bộ?" in asked.text
    assert at("can-bo", "Lan") in asked.page.links()
    assert (await lan.get(at())).status == 200

    gone = await admin.send(at("can-bo", "Lan", "bo"))
    assert "Đã bỏ Lan khỏi danh sách cán bộ." in (await admin.get(gone.goes_to)).text
    assert (await lan.get(at())).goes_to == at("vao")


async def test_nobody_changes_or_removes_themselves(office: Office) -> None:
    """The last admin cannot be locked out by a slip."""
    admin = await office.login("Hoa", Role.ADMIN)
    own = at("can-bo", "Hoa")

    assert "Đây là bạn." in (await admin.get(own)).text
    for address, fields in ((at("can-bo", "Hoa", "doi"), {"role": "editor", "communes": "*"}), (f"{own}/bo", {})):
        seen = await admin.send(address, {**fields})
        assert seen.status == 422
        assert "Người quản trị khác" in seen.text
    assert (await member(office, "Hoa")).role is Role.ADMIN


async def test_an_admin_ends_somebodys_logins(office: Office) -> None:
    admin, lan = await office.login("Hoa", Role.ADMIN), await office.login("Lan")

    await admin.send(at("can-bo", "Lan", "dang-xuat"))

    assert (await lan.get(at())).goes_to == at("vao")
    assert "Người này không đăng nhập ở đâu." in (await admin.get(at("can-bo", "Lan"))).text


async def test_every_change_is_in_the_log_with_before_and_after(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)
    await admin.send(at("can-bo-moi"), {"name": "Lan", "role": "editor", "communes": DA_PHUC})
    await admin.send(at("can-bo", "Lan", "doi"), {"role": "approver", "communes": DA_PHUC})
    await admin.send(at("can-bo", "Lan", "bo"))

    changes = [one.change for one in await office.noted() if one.change.what.startswith("staff.")][:3]

    assert [(change.by, change.what, change.subject) for change in changes] == [
        ("Hoa", "staff.remove", "Lan"),
        ("Hoa", "staff.change", "Lan"),
        ("Hoa", "staff.add", "Lan"),
    ]
    assert (changes[1].before["role"], changes[1].after["role"]) == ("editor", "approver")


@pytest.mark.parametrize("name", ["{Lan}", "Lan / Nở", "100%", "Lan?#"])
async def test_whatever_somebody_is_called_they_can_be_let_go(office: Office, name: str) -> None:
    admin = await office.login("Hoa", Role.ADMIN)

    added = await admin.send(at("can-bo-moi"), {"name": name, "role": "editor", "communes": DA_PHUC})

    assert (await admin.get(added.goes_to)).status == 200
    assert (await admin.send(f"{added.goes_to}/bo")).goes_to == at("can-bo")
    assert [one.name for one in await office.staff.members()] == ["Hoa"]


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        pytest.param("..", "Hãy ghi họ tên.", id="an address of its own"),
        pytest.param("loaxa staff", "dành cho lệnh của máy chủ", id="a command of the server, to the log"),
    ],
)
async def test_a_name_that_is_no_persons_is_refused(office: Office, name: str, fault: str) -> None:
    admin = await office.login("Hoa", Role.ADMIN)

    seen = await admin.send(at("can-bo-moi"), {"name": name, "role": "editor", "communes": DA_PHUC})

    assert seen.status == 422
    assert fault in seen.text
