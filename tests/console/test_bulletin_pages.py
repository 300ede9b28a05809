"""The pages about bulletins: found, read, agreed on and stopped, each by whom it is for."""

import re
from datetime import timedelta

import pytest

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Status
from bot.console.addresses import at
from bot.ports.bulletins import Audience
from tests.console.bulletin_world import Bulletins, page_of
from tests.console.world import DA_PHUC, HOA_MINH, Html, Office
from tests.contracts.desk_world import DeskWorld

LIST = at("ban-tin")
ROUGH = "<img src=x onerror=alert(1)> \"'&amp; {{7*7}} </textarea>"


@pytest.fixture
def bulletins(office: Office) -> Bulletins:
    """Return the bulletins of the office."""
    return Bulletins(office)


def titles(page: Html) -> list[str]:
    """Return the ids of the bulletins listed, in order."""
    return re.findall(r'<th scope="row"><a href="/quan-tri/ban-tin/(\d+)">', page.source)


def buttons(page: Html) -> set[str]:
    """Return where the buttons of a bulletin's page lead."""
    addresses = [*page.links(), *(form["action"] for form in page.all("form") if form.get("method") == "post")]
    return {address.rpartition("/")[2] for address in addresses if re.search(r"/ban-tin/\d+/", address)}


async def revision(office: Office, bulletin_id: int) -> int:
    return (await office.parts.bulletins.find(bulletin_id)).revision


async def status(office: Office, bulletin_id: int) -> Status:
    return (await office.parts.bulletins.find(bulletin_id)).status


# The list


async def test_an_empty_list_invites_to_write(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    seen = await browser.get(LIST)

    assert "Bản tin đầu tiên chỉ mất vài phút" in seen.text
    assert at("ban-tin", "soan") in seen.page.links()


async def test_what_waits_for_me_stands_first(office: Office, bulletins: Bulletins) -> None:
    """An approver approves before they write; an editor has nothing to approve."""
    waiting, draft = await bulletins.submitted(), await bulletins.draft()
    later = await bulletins.begun()
    approver = await office.login("Hoa", Role.APPROVER, DA_PHUC)
    editor = await office.login_again("Lan")

    assert titles((await approver.get(LIST)).page)[0] == str(waiting)
    assert titles((await editor.get(LIST)).page)[0] == str(draft)
    assert str(later) in titles((await editor.get(LIST)).page)


async def test_the_list_can_be_narrowed(office: Office, bulletins: Bulletins) -> None:
    waiting, draft = await bulletins.submitted(), await bulletins.draft(audiences=(Audience(HOA_MINH),))
    browser = await office.login("Hoa", Role.ADMIN)

    assert titles((await browser.get(at("ban-tin", trang_thai="submitted"))).page) == [str(waiting)]
    assert titles((await browser.get(at("ban-tin", noi=HOA_MINH))).page) == [str(draft)]
    assert "Không có bản tin nào như vậy" in (await browser.get(at("ban-tin", trang_thai="sent"))).text
    assert len(titles((await browser.get(at("ban-tin", trang_thai="x", trang="y"))).page)) == 2


async def test_what_did_not_reach_everybody_can_be_found(office: Office, bulletins: Bulletins) -> None:
    """Under the address that the first page leads to."""
    people = await bulletins.people.subscribe(2)
    missed = await bulletins.begun()
    await bulletins.settle(missed, {State.SENT: people[:1], State.FAILED: people[1:]}, "400")
    await bulletins.draft(title="Chưa gửi cho ai")
    browser = await office.login("Hoa", Role.ADMIN)

    seen = await browser.get(at("ban-tin", trang_thai="troubled"))

    assert titles(seen.page) == [str(missed)]
    assert "1 trên 2 người" in seen.text
    office.clock.advance(days=8)
    browser = await office.login_again("Hoa")
    assert titles((await browser.get(at("ban-tin", trang_thai="troubled"))).page) == []


async def test_a_long_list_has_pages(office: Office, bulletins: Bulletins) -> None:
    for number in range(31):
        await bulletins.draft(title=f"Bản tin thứ {number}")
    browser = await office.login("Hoa", Role.ADMIN)

    first = await browser.get(LIST)
    second = await browser.get(at("ban-tin", trang=2))

    assert len(titles(first.page)) == 30
    assert len(titles(second.page)) == 1
    assert not set(titles(first.page)) & set(titles(second.page))


# One bulletin


async def test_a_bulletin_shows_what_readers_will_read_and_who_did_what(office: Office, bulletins: Bulletins) -> None:
    await bulletins.people.subscribe(3)
    bulletin = await bulletins.submitted()
    browser = await office.login("Hoa", Role.APPROVER, DA_PHUC)

    seen = await browser.get(page_of(bulletin))

    assert "Bản tin xã Đa Phúc, ngày 20/11/2026" in seen.text  # as on Zalo and Telegram
    assert "Gõ «hủy bản tin» để ngừng nhận." in seen.text
    assert "3 người: tất cả gửi ngay." in seen.text
    assert "Trình duyệt" in seen.text
    assert "Lan" in seen.text


async def test_only_what_may_be_done_is_offered(office: Office, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(1)
    draft, waiting, agreed = await bulletins.draft(), await bulletins.submitted(), await bulletins.approved()
    sent = await bulletins.begun()
    await bulletins.settle(sent, {State.SENT: people})
    editor, approver = await office.login_again("Lan"), await office.login("Hoa", Role.APPROVER)

    async def offered(browser: object, bulletin: int) -> set[str]:
        return buttons((await browser.get(page_of(bulletin))).page)  # type: ignore[attr-defined]

    always = {"ket-qua", "tien-trinh", "dinh-chinh", "trinh", "duyet", "sua", "tra-ve", "dung"}
    assert await offered(editor, draft) & always == {"trinh", "sua", "dung"}
    assert await offered(editor, waiting) & always == {"tra-ve", "dung"}
    assert await offered(approver, waiting) & always == {"duyet", "tra-ve", "dung"}
    assert await offered(approver, agreed) & always == {"tien-trinh", "tra-ve", "dung"}
    assert await offered(approver, sent) & always == {"ket-qua", "dinh-chinh"}


async def test_whoever_may_not_approve_is_told_who_can(office: Office, bulletins: Bulletins) -> None:
    bulletin = await bulletins.submitted()
    await office.hire("Hoa", Role.APPROVER, DA_PHUC)
    await office.hire("Minh", Role.ADMIN)
    await office.hire("Người khác", Role.APPROVER, HOA_MINH)
    browser = await office.login_again("Lan")

    seen = await browser.get(page_of(bulletin))

    assert "nhờ người có quyền duyệt" in seen.text
    assert "Người duyệt được: Hoa, Minh." in seen.text


async def test_a_nearly_identical_bulletin_is_pointed_out(office: Office, bulletins: Bulletins) -> None:
    await bulletins.submitted()
    again = await bulletins.draft()
    browser = await office.login_again("Lan")

    assert "Gần giống bản tin số" in (await browser.get(page_of(again))).text


async def test_nothing_that_was_written_runs(office: Office, bulletins: Bulletins) -> None:
    bulletin = await bulletins.draft(title=ROUGH, body=f"{ROUGH}\n\n[x](javascript:alert(1))")
    browser = await office.login("Hoa", Role.ADMIN)

    for address in (page_of(bulletin), page_of(bulletin, "sua"), LIST, page_of(bulletin, "phat-thanh")):
        source = (await browser.get(address)).page.source
        assert "<img src=x" not in source, address
        assert 'href="javascript:' not in source, address


async def test_the_sheet_is_safe_and_prints_as_it_is(office: Office, bulletins: Bulletins) -> None:
    bulletin = await bulletins.draft(title=ROUGH)
    browser = await office.login("Hoa", Role.ADMIN)

    seen = await browser.get(page_of(bulletin, "to-in"))

    assert seen.status == 200
    assert "<img" not in seen.page.source
    policy = seen.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy


# Agreeing


async def test_a_draft_goes_its_way_to_the_readers(office: Office, bulletins: Bulletins) -> None:
    """Submitted by one, approved by another, each told what happens next."""
    bulletin = await bulletins.draft()
    lan, hoa = await office.login_again("Lan"), await office.login("Hoa", Role.APPROVER, DA_PHUC)

    sent = await lan.send(page_of(bulletin, "trinh"), {"revision": await revision(office, bulletin)})
    assert sent.goes_to == page_of(bulletin)
    assert "Đã trình duyệt." in (await lan.get(page_of(bulletin))).text

    asked = await hoa.get(page_of(bulletin, "duyet"))
    assert "Gửi ngay sau khi bạn duyệt." in asked.text
    done = await hoa.send(page_of(bulletin, "duyet"), {"revision": await revision(office, bulletin)})

    assert done.goes_to == page_of(bulletin)
    assert "Bản tin bắt đầu gửi trong vài giây." in (await hoa.get(page_of(bulletin))).text
    assert await status(office, bulletin) is Status.APPROVED


async def test_what_goes_later_says_when(office: Office, bulletins: Bulletins) -> None:
    tomorrow = office.clock.now() + timedelta(days=1)
    bulletin = await bulletins.submitted(due_at=tomorrow)
    hoa = await office.login("Hoa", Role.APPROVER, DA_PHUC)

    asked = await hoa.get(page_of(bulletin, "duyet"))
    await hoa.send(page_of(bulletin, "duyet"), {"revision": await revision(office, bulletin)})

    assert "Gửi lúc 09:00 thứ Bảy, ngày 21/11/2026." in asked.text
    assert "Bản tin gửi lúc 09:00 thứ Bảy, ngày 21/11/2026." in (await hoa.get(page_of(bulletin))).text


async def test_what_was_changed_meanwhile_is_not_approved(office: Office, bulletins: Bulletins) -> None:
    """What is approved is what was read."""
    bulletin = await bulletins.submitted()
    hoa, seen = await office.login("Hoa", Role.APPROVER, DA_PHUC), await revision(office, bulletin)
    await office.parts.bulletins.give_back(bulletin, "Lan")
    await office.parts.bulletins.submit(bulletin, "Lan")

    answer = await hoa.send(page_of(bulletin, "duyet"), {"revision": seen})

    assert answer.status == 422
    assert "Có người vừa sửa bản tin" in answer.text
    assert await status(office, bulletin) is Status.SUBMITTED


async def test_an_urgent_one_asks_about_the_night(office: Office, bulletins: Bulletins) -> None:
    """Neither answer is chosen beforehand."""
    bulletin = await bulletins.submitted(is_urgent=True)
    hoa = await office.login("Hoa", Role.APPROVER, DA_PHUC)
    fields = {"revision": await revision(office, bulletin)}

    asked = await hoa.get(page_of(bulletin, "duyet"))
    assert not [box for box in asked.page.all("input") if box.get("type") == "radio" and "checked" in box]
    unsaid = await hoa.send(page_of(bulletin, "duyet"), fields)
    assert (unsaid.status, "Hãy chọn có gửi vào giờ yên lặng" in unsaid.text) == (422, True)

    await hoa.send(page_of(bulletin, "duyet"), {**fields, "quiet": "pass"})

    assert (await office.parts.bulletins.find(bulletin)).passes_quiet


async def test_an_editor_cannot_approve_by_hand(office: Office, bulletins: Bulletins) -> None:
    bulletin = await bulletins.submitted()
    lan = await office.login_again("Lan")

    answer = await lan.send(page_of(bulletin, "duyet"), {"revision": await revision(office, bulletin)})

    assert answer.status == 403
    assert await status(office, bulletin) is Status.SUBMITTED


async def test_it_can_be_given_back(office: Office, bulletins: Bulletins) -> None:
    bulletin = await bulletins.submitted()
    hoa = await office.login("Hoa", Role.APPROVER, DA_PHUC)

    await hoa.send(page_of(bulletin, "tra-ve"))

    assert await status(office, bulletin) is Status.DRAFT


async def test_stopping_asks_first_and_says_what_it_means(office: Office, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(2)
    running = await bulletins.begun()
    await bulletins.settle(running, {State.SENT: people[:1]})
    hoa = await office.login("Hoa", Role.APPROVER, DA_PHUC)

    asked = await hoa.get(page_of(running, "dung"))
    assert "Tin đã đến điện thoại thì không lấy lại được." in asked.text
    assert await status(office, running) is Status.SENDING
    await hoa.send(page_of(running, "dung"))

    assert await status(office, running) is Status.STOPPED
    assert "Không ai nhận thêm nữa." in (await hoa.get(page_of(running))).text


async def test_a_test_goes_to_ones_own_chat(office: Office, bulletins: Bulletins) -> None:
    """Whoever has none linked is led to where it is done."""
    [person] = await bulletins.people.subscribe(1)
    bulletin = await bulletins.draft()
    lan = await office.login_again("Lan")
    assert f"{at('tai-khoan')}#chat" in (await lan.get(page_of(bulletin))).page.links()
    refused = await lan.send(page_of(bulletin, "gui-thu"))
    assert refused.status == 422

    await DeskWorld(office.database).link_chat("Lan", person)
    sent = await lan.send(page_of(bulletin, "gui-thu"))

    assert sent.goes_to == page_of(bulletin)
    assert "Đã gửi thử." in (await lan.get(page_of(bulletin))).text


async def test_a_number_that_no_bulletin_has_is_no_page(office: Office) -> None:
    browser = await office.login("Hoa", Role.ADMIN)

    for number in ("0", "999", "999999999999999", "9999999999999999999", "-1", "1%2F..%2F2", "abc"):
        assert (await browser.get(f"{LIST}/{number}")).status == 404, number
