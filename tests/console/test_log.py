"""The log as admins read it."""

from sqlalchemy import insert

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.console.pages.log import PER_PAGE
from bot.desk.ports.house import Change
from bot.storage.tables import audiences, bulletin_history, bulletins
from tests.console.world import DA_PHUC, HOA_MINH, Office
from tests.world import NOW


async def note(office: Office, subject: str, *communes: str, by: str = "Lan", what: str = "staff.add") -> None:
    await office.audit.note(Change(by=by, what=what, subject=subject, communes=frozenset(communes)))


async def a_submitted_bulletin(office: Office, number: int, title: str, commune: str) -> None:
    times = {"at": NOW}
    async with office.database.writing() as connection:
        await connection.execute(insert(bulletins).values(id=number, title=title, body="Nội dung", created_at=NOW))
        await connection.execute(insert(audiences).values(bulletin_id=number, commune=commune))
        history = insert(bulletin_history).values(bulletin_id=number, by="Lan", what="submit", detail="", **times)
        await connection.execute(history)


async def test_the_log_speaks_in_words(office: Office) -> None:
    """Codes of roles and communes mean nothing to an official."""
    admin = await office.login("Hoa", Role.ADMIN)
    await office.hire("Lan", Role.EDITOR, DA_PHUC)
    await office.hire("Lan", Role.APPROVER, DA_PHUC, HOA_MINH)

    text = (await admin.get(at("nhat-ky"))).text

    assert "Đổi quyền, xã" in text
    assert "Quyền: Người soạn Người duyệt" in text
    assert "xã Đa Phúc xã Đa Phúc, phường" in text
    assert "09:00 ngày 20/11/2026" in text


async def test_what_is_done_to_bulletins_stands_there_too(office: Office) -> None:
    """Wherever it was done: in the console or at the command line."""
    admin = await office.login("Hoa", Role.ADMIN)
    await a_submitted_bulletin(office, 12, "Lịch tiêm chủng", DA_PHUC)

    text = (await admin.get(at("nhat-ky", viec="bulletin."))).text

    assert "Bản tin: trình duyệt" in text
    assert "12: Lịch tiêm chủng" in text
    assert "Đổi quyền" not in text


async def test_an_admin_of_one_commune_reads_of_that_commune(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN, DA_PHUC)
    await note(office, "của mình", DA_PHUC)
    await note(office, "của cả hai", DA_PHUC, HOA_MINH)
    await note(office, "của xã khác", HOA_MINH)
    await note(office, "của chung")
    await a_submitted_bulletin(office, 1, "Tin xã nhà", DA_PHUC)
    await a_submitted_bulletin(office, 2, "Tin xã khác", HOA_MINH)

    text = (await admin.get(at("nhat-ky"))).text

    assert all(subject in text for subject in ("của mình", "của cả hai", "Tin xã nhà"))
    assert not any(subject in text for subject in ("của xã khác", "của chung", "Tin xã khác"))


async def test_the_log_can_be_asked_for_one_persons_deeds(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)
    await note(office, "việc của Lan", by="Lan")
    await note(office, "việc của Bình", by="Bình")

    text = (await admin.get(at("nhat-ky", nguoi="Lan"))).text

    assert "việc của Lan" in text
    assert "việc của Bình" not in text


async def test_a_long_log_has_pages(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)
    for number in range(PER_PAGE + 5):
        await note(office, f"việc số {number} đó")

    first = await admin.get(at("nhat-ky", viec="staff."))
    [older] = [link["href"] for link in first.page.all("a") if link.get("rel") == "next"]
    second = await admin.get(older)

    assert f"việc số {PER_PAGE + 4} đó" in first.text
    assert "việc số 0 đó" in second.text
    assert "việc số 0 đó" not in first.text
    assert [link["href"] for link in second.page.all("a") if link.get("rel") == "prev"]


async def test_a_page_that_nobody_counts_to_is_empty(office: Office) -> None:
    admin = await office.login("Hoa", Role.ADMIN)

    for number in ("0", "-1", "x", "²", "9" * 30, "9" * 5000):
        assert (await admin.get(at("nhat-ky", trang=number))).status == 200
    assert "Không có việc nào như vậy." in (await admin.get(at("nhat-ky", trang=999))).text


async def test_what_nobody_sees_is_not_asked_for(office: Office) -> None:
    """PostgreSQL refuses a NUL."""
    admin = await office.login("Hoa", Role.ADMIN)
    await note(office, "Bình", by="Lan")

    assert "Bình" in (await admin.get(at("nhat-ky", nguoi="Lan\0", viec="\0staff."))).text


async def test_what_a_command_did_is_not_a_persons(office: Office) -> None:
    """Commands sign with their own name, which nobody in the office has heard."""
    admin = await office.login("Hoa", Role.ADMIN)
    await note(office, "việc ở máy chủ", by="loaxa staff")

    assert "Máy chủ (loaxa staff)" in (await admin.get(at("nhat-ky", viec="staff."))).text


async def test_a_long_change_is_folded(office: Office) -> None:
    """A whole answer that was edited does not push everything else off the screen."""
    admin = await office.login("Hoa", Role.ADMIN)
    change = Change(by="Lan", what="answer.edit", subject="cc-mat", before={"body": "a" * 200}, after={"body": "b"})
    await office.audit.note(change)

    page = (await admin.get(at("nhat-ky", viec="answer."))).page

    assert page.all("summary")
    assert "a" * 200 in page.text
