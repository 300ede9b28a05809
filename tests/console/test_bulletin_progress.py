"""A bulletin on its way: told as it goes, to whoever may see it, and never chatty."""

import asyncio
import json
from datetime import timedelta

import pytest
from aiohttp import ClientResponse

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.messages import Channel
from bot.ports.sending import Hold
from bot.storage.ledger import SqlLedger
from tests.console.bulletin_world import Bulletins, page_of
from tests.console.world import DA_PHUC, HOA_MINH, Browser, Office
from tests.contracts.ledger_world import ACCOUNT

EVENTS = {"Accept": "text/event-stream"}


@pytest.fixture
def bulletins(office: Office) -> Bulletins:
    """Return the bulletins of the office."""
    return Bulletins(office)


@pytest.fixture
async def hoa(office: Office) -> Browser:
    """Return the browser of an approver of one commune."""
    return await office.login("Hoa", Role.APPROVER, DA_PHUC)


def progress_of(bulletin: int) -> str:
    return page_of(bulletin, "tien-trinh")


async def next_event(stream: ClientResponse) -> dict[str, object]:
    """Return the next thing that is told."""
    while not (line := await stream.content.readline()).startswith(b"data:"):
        assert line, "the stream ended"
    told: dict[str, object] = json.loads(line.removeprefix(b"data:"))
    return told


async def test_the_page_says_how_far_it_is(hoa: Browser, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(8)
    bulletin = await bulletins.begun()
    await bulletins.settle(bulletin, {State.SENT: people[:4], State.FAILED: people[4:5], State.HELD: people[5:6]})

    seen = await hoa.get(progress_of(bulletin))

    assert "Xong 5 trên 7 người gửi được ngay (71%)" in seen.text  # whoever must write first is not among them
    [bar] = seen.page.all("progress")
    assert (bar["value"], bar["max"]) == ("71", "100")
    for line in ("Đã gửi 4", "Không gửi được 1", "Chờ họ nhắn lại 1", "Chưa gửi 2"):
        assert line in seen.text
    assert 'http-equiv="refresh"' in seen.page.source  # for browsers without scripts
    assert page_of(bulletin, "dung") in seen.page.links()


async def test_what_is_over_is_not_loaded_again(hoa: Browser, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(2)
    bulletin = await bulletins.begun()
    await bulletins.settle(bulletin, {State.SENT: people[:1], State.HELD: people[1:]})

    seen = await hoa.get(progress_of(bulletin))

    assert "Ai chờ nhắn lại thì nhận khi họ nhắn cho kênh" in seen.text
    assert "refresh" not in seen.page.source


async def test_what_has_not_begun_says_so(hoa: Browser, bulletins: Bulletins) -> None:
    assert "chưa bắt đầu gửi" in (await hoa.get(progress_of(await bulletins.approved()))).text


async def test_what_can_still_be_stopped_is_told_with_the_rest(hoa: Browser, bulletins: Bulletins) -> None:
    """Whoever waits to write can still be spared; when nobody waits there is nothing to stop."""
    people = await bulletins.people.subscribe(2)
    bulletin = await bulletins.begun()
    address = at("ban-tin", bulletin, "tien-trinh", dang="json")

    async def stoppable() -> object:
        return json.loads((await hoa.get(address)).page.source)["stoppable"]

    assert await stoppable()
    await bulletins.settle(bulletin, {State.SENT: people[:1], State.HELD: people[1:]})
    assert await stoppable()
    await bulletins.settle(bulletin, {State.SENT: people})
    assert not await stoppable()


async def test_nobody_to_send_to_is_no_error(hoa: Browser, bulletins: Bulletins) -> None:
    assert "Chưa có ai nhận bản tin này." in (await hoa.get(progress_of(await bulletins.begun()))).text


async def test_the_time_left_comes_from_the_pace(office: Office, hoa: Browser, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(100)
    bulletin = await bulletins.begun()
    first = await hoa.get(progress_of(bulletin))
    office.clock.advance(seconds=30)
    await bulletins.settle(bulletin, {State.SENT: people[:10]})

    second = await hoa.get(progress_of(bulletin))

    assert "Đang tính thời gian còn lại." in first.text
    assert "Còn khoảng 4 phút." in second.text  # 90 more at 10 in half a minute


async def test_a_pause_says_why_and_what_happens_next(office: Office, hoa: Browser, bulletins: Bulletins) -> None:
    await bulletins.people.subscribe(2)
    bulletin = await bulletins.begun()
    ledger = SqlLedger(office.database, office.clock, Channel.TELEGRAM, ACCOUNT)

    await ledger.hold(Hold(120))
    waiting = await hoa.get(progress_of(bulletin))
    await ledger.hold(Hold(300, "401"))
    faulty = await hoa.get(progress_of(bulletin))

    assert "Telegram đang bắt chờ." in waiting.text
    assert "bạn không phải làm gì" in waiting.text
    assert "tài khoản gặp trục trặc (mã 401). Chưa ai bị mất lượt." in faulty.text
    assert "Đang tính thời gian" not in faulty.text


async def test_quiet_hours_are_a_reason_too(office: Office, bulletins: Bulletins) -> None:
    await bulletins.people.subscribe(1)
    bulletin = await bulletins.begun()
    office.clock.advance(hours=13)  # ten in the evening
    hoa = await office.login("Hoa", Role.APPROVER, DA_PHUC)

    assert "Đang giờ yên lặng. Máy gửi tiếp lúc 07:00." in (await hoa.get(progress_of(bulletin))).text


async def test_events_tell_what_changes_until_it_is_over(hoa: Browser, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(4)
    bulletin = await bulletins.begun()

    async with hoa.client.get(progress_of(bulletin), headers=EVENTS) as stream:
        assert stream.content_type == "text/event-stream"
        assert stream.headers["Cache-Control"] == "no-store"
        before = await next_event(stream)
        await bulletins.settle(bulletin, {State.SENT: people})
        while not (after := await next_event(stream))["over"]:
            pass
        assert not (await stream.content.read()).strip()

    assert (before["done"], before["percent"], before["over"]) == ("Xong 0 trên 4 người gửi được ngay (0%)", 0, False)
    assert (after["done"], after["left"]) == ("Xong 4 trên 4 người gửi được ngay (100%)", "Đã gửi xong.")


async def test_whoever_leaves_does_not_disturb(hoa: Browser, bulletins: Bulletins) -> None:
    await bulletins.people.subscribe(1)
    bulletin = await bulletins.begun()

    stream = await hoa.client.get(progress_of(bulletin), headers=EVENTS)
    await next_event(stream)
    stream.close()
    await asyncio.sleep(0)

    assert (await hoa.get(progress_of(bulletin))).status == 200


async def test_a_script_without_events_may_ask(hoa: Browser, bulletins: Bulletins) -> None:
    await bulletins.people.subscribe(1)
    bulletin = await bulletins.begun()

    seen = await hoa.get(at("ban-tin", bulletin, "tien-trinh", dang="json"))

    told = json.loads(seen.page.source)
    assert (told["percent"], told["over"], told["states"]) == (0, False, [["pending", "Chưa gửi", "1"]])


async def test_nobody_listens_in(office: Office, bulletins: Bulletins) -> None:
    """Neither strangers nor whoever is not logged in."""
    bulletin = await bulletins.begun()
    stranger, nobody = await office.login("Mai", Role.ADMIN, HOA_MINH), await office.browser()

    assert (await stranger.get(progress_of(bulletin), **EVENTS)).status == 404
    assert (await nobody.get(progress_of(bulletin), **EVENTS)).goes_to == at("vao")


async def test_a_login_that_has_ended_hears_no_more(office: Office, hoa: Browser, bulletins: Bulletins) -> None:
    """A stream ends by itself after a minute; asking again is refused."""
    bulletin = await bulletins.begun()
    office.clock.advance(seconds=timedelta(hours=13).total_seconds())

    assert (await hoa.get(progress_of(bulletin), **EVENTS)).goes_to == at("vao")
