"""A bulletin for several communes, as somebody of one of them sees it: the text and their own figures, and no more."""

import re
from urllib.parse import quote

import pytest

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Status
from bot.console.addresses import PREFIX, at
from bot.console.page import ID
from bot.ports.bulletins import Audience
from tests.console.bulletin_world import Bulletins, page_of
from tests.console.world import DA_PHUC, HOA_MINH, Browser, Html, Office

BOTH = (Audience(DA_PHUC), Audience(HOA_MINH))
HERE, THERE = 3, 40
SHOWN = {"", "/ket-qua", "/to-in", "/phat-thanh"}
"""What whoever serves one of a bulletin's communes may look at; the picture too, where there is one."""


@pytest.fixture
def bulletins(office: Office) -> Bulletins:
    """Return the bulletins of the office."""
    return Bulletins(office)


@pytest.fixture
async def sent(bulletins: Bulletins) -> int:
    """Return a bulletin that went to both communes: here one of three failed, there ten of forty."""
    here = await bulletins.people.subscribe(HERE)
    there = await bulletins.people.subscribe(THERE, commune=HOA_MINH)
    bulletin = await bulletins.begun(audiences=BOTH)
    await bulletins.settle(bulletin, {State.SENT: [*here[1:], *there[10:]]})
    await bulletins.settle(bulletin, {State.FAILED: here[:1]}, "403")
    await bulletins.settle(bulletin, {State.FAILED: there[:10]}, "400")
    return bulletin


@pytest.fixture
async def hoa(office: Office) -> Browser:
    """Return the browser of an admin of one commune: what a role allows does not matter here."""
    return await office.login("Hoa", Role.ADMIN, DA_PHUC)


def counts_of(page: Html) -> dict[str, str]:
    """Return how many people the result counts, by state."""
    return dict(re.findall(r'<tr class="(\w+)">.*?<td class="count"[^>]*>(\d+)</td>', page.source, re.DOTALL))


async def test_it_is_listed_to_be_looked_at(hoa: Browser, sent: int) -> None:
    """With the figures of one's own commune, and not those of all communes together."""
    seen = await hoa.get(at("ban-tin"))

    assert page_of(sent) in seen.page.links()
    assert "Chỉ xem" in seen.text
    assert "2 trên 3 người" in seen.text
    assert "chỉ tính nơi của bạn" in seen.text
    assert "trên 43 người" not in seen.text


async def test_its_text_and_state_are_shown_and_nothing_is_offered(office: Office, hoa: Browser, sent: int) -> None:
    await office.parts.bulletins.resend(sent, State.FAILED, "Duyên")  # leaves a number in the record

    seen = await hoa.get(page_of(sent))

    assert "xã cúp nước" in seen.text
    assert "Đang gửi" in seen.text
    assert "người phụ trách đủ các nơi mới sửa, duyệt, dừng được" in seen.text
    posts = [form["action"] for form in seen.page.all("form") if form.get("method") == "post"]
    assert posts == [at("ra")]
    assert page_of(sent, "ket-qua") in seen.page.links()
    assert not {page_of(sent, way) for way in ("tien-trinh", "dung", "dinh-chinh")} & set(seen.page.links())
    assert "Đã làm những gì" not in seen.text
    assert "không gửi được: 11" not in seen.text  # how many were sent again


async def test_its_figures_are_those_of_ones_own_commune(hoa: Browser, sent: int) -> None:
    """In the counts, the reasons and the weeks."""
    seen = await hoa.get(page_of(sent, "ket-qua"))

    assert counts_of(seen.page) == {"sent": "2", "failed": "1"}
    assert "chỉ đếm người ở xã Đa Phúc" in seen.text
    assert "Họ đã chặn kênh Không gửi được Telegram 1" in seen.text
    assert "Telegram không tìm thấy khung chat" not in seen.text  # what befell the others
    assert "16/11/2026 2 0 1 0" in seen.text
    assert page_of(sent, "ket-qua.csv") not in seen.page.links()
    assert "gui-lai" not in seen.page.source


async def test_whoever_serves_all_of_its_communes_sees_all(office: Office, sent: int) -> None:
    browser = await office.login("Minh", Role.EDITOR, DA_PHUC, HOA_MINH)

    seen = await browser.get(page_of(sent, "ket-qua"))

    assert counts_of(seen.page) == {"sent": "32", "failed": "11"}
    assert "chỉ đếm" not in seen.text


async def test_before_it_goes_out_only_ones_own_readers_are_counted(hoa: Browser, bulletins: Bulletins) -> None:
    await bulletins.people.subscribe(HERE)
    await bulletins.people.subscribe(THERE, commune=HOA_MINH)
    waiting = await bulletins.submitted(audiences=BOTH)

    seen = await hoa.get(page_of(waiting))

    assert "3 người: tất cả gửi ngay." in seen.text
    assert "Người duyệt được" not in seen.text


async def test_no_other_commune_can_be_asked_for(hoa: Browser, sent: int) -> None:
    """Not even how the sheet of another commune would look."""
    for page in ("", "to-in", "phat-thanh"):
        source = (await hoa.get(f"{page_of(sent, *filter(None, [page]))}?xa={HOA_MINH}")).page.source
        assert f'value="{HOA_MINH}"' not in source, page
        assert "Bản tin phường Hòa Minh" not in source, page


async def test_every_other_page_is_as_if_it_were_not_there(office: Office, hoa: Browser, sent: int) -> None:
    """The list of recipients, the progress of all, and everything that changes something, by hand or not."""
    pages = [page for page in office.site.pages if page.path.startswith(f"/ban-tin/{ID}")]
    assert len(pages) > len(SHOWN)

    for page in pages:
        tail = page.path.removeprefix(f"/ban-tin/{ID}")
        address = f"{PREFIX}/ban-tin/{sent}{quote(tail)}"
        fields = {"title": "Sửa trộm bản tin", "body": "Nội dung khác.", "communes": DA_PHUC, "at": "now"}
        seen = await (hoa.get(address) if page.method == "GET" else hoa.send(address, fields))
        is_shown = page.method == "GET" and tail in SHOWN
        assert seen.status == (200 if is_shown else 404), (page.method, tail)
        assert page.is_shared == (page.method == "GET" and tail in {*SHOWN, "/anh"}), tail

    bulletin = await office.parts.bulletins.find(sent)
    assert (bulletin.status, bulletin.draft.title) == (Status.SENT, "Cúp nước ngày mai")


async def test_events_of_all_are_not_told_to_some(hoa: Browser, sent: int) -> None:
    for headers in ({"Accept": "text/event-stream"}, {}):
        assert (await hoa.get(at("ban-tin", sent, "tien-trinh", dang="json"), **headers)).status == 404


async def test_whoever_serves_none_of_its_communes_finds_nothing(office: Office, sent: int) -> None:
    stranger = await office.login("Mai", Role.ADMIN, "09604")

    assert (await stranger.get(page_of(sent))).status == 404
    assert page_of(sent) not in (await stranger.get(at("ban-tin"))).page.links()
