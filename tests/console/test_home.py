"""The first page: what waits for me today, in one screen."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert

from bot.bulletins.states import Role
from bot.console.addresses import at
from bot.storage.tables import audiences, bulletins, questions, slots, tallies, tickets
from tests.console.world import DA_PHUC, HOA_MINH, Browser, Office
from tests.world import NOW

FRIDAY = date(2026, 11, 20)


async def a_bulletin(office: Office, number: int, *communes: str, failed: int = 0, **values: object) -> None:
    row = {"id": number, "title": "Lịch tiêm chủng", "body": "Nội dung", "created_at": NOW, **values}
    async with office.database.writing() as connection:
        await connection.execute(insert(bulletins).values(**row))
        for commune in communes:
            await connection.execute(insert(audiences).values(bulletin_id=number, commune=commune))
        tally = {"bulletin_id": number, "channel": "zalo", "account": "oa-1", "failed": failed}
        await connection.execute(insert(tallies).values(**tally))


async def waiting(browser: Browser) -> dict[str, str]:
    """Return what waits: the figure by where it leads."""
    html = (await browser.get(at())).page
    cards = html.source.split('<li class="card">')[1:]
    return {
        card.partition('href="')[2].partition('"')[0]: card.partition('aria-hidden="true">')[2].partition("<")[0]
        for card in cards
    }


@pytest.fixture(autouse=True)
async def slots_filled(office: Office) -> None:
    """Let every commune have its bulletin for the coming week, so that a test sees only what it is about."""
    async with office.database.writing() as connection:
        await connection.execute(insert(bulletins).values(id=99, title="x", body="x", created_at=NOW, kind="letter"))
        for commune in office.parts.library().shelves.communes:
            row = {"commune": commune, "slot_date": FRIDAY, "bulletin_id": 99}
            await connection.execute(insert(slots).values(**row))


async def test_a_day_without_work_is_a_good_day(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert "Hôm nay không có việc gì chờ bạn." in (await browser.get(at())).text


async def test_whoever_may_approve_sees_what_waits_for_it(office: Office) -> None:
    await a_bulletin(office, 1, DA_PHUC, status="submitted", author="Ai đó")
    editor = await office.login("Lan", Role.EDITOR, DA_PHUC)
    approver = await office.login("Bình", Role.APPROVER, DA_PHUC)

    assert await waiting(editor) == {}
    assert await waiting(approver) == {at("ban-tin", trang_thai="submitted"): "1"}


async def test_ones_own_drafts_wait_for_oneself(office: Office) -> None:
    await a_bulletin(office, 1, DA_PHUC, author="Lan")
    lan, binh = await office.login("Lan", Role.EDITOR, DA_PHUC), await office.login("Bình", Role.EDITOR, DA_PHUC)

    assert await waiting(lan) == {at("ban-tin", trang_thai="draft"): "1"}
    assert await waiting(binh) == {}


async def test_what_did_not_arrive_shows_for_a_week(office: Office) -> None:
    await a_bulletin(office, 1, DA_PHUC, status="sent", failed=3, published_at=NOW - timedelta(days=6))
    await a_bulletin(office, 2, DA_PHUC, status="sent", failed=3, published_at=NOW - timedelta(days=8))
    await a_bulletin(office, 3, DA_PHUC, status="sent", published_at=NOW)
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)

    assert await waiting(browser) == {at("ban-tin", trang_thai="troubled"): "1"}


async def test_questions_and_wishes_of_citizens_wait(office: Office) -> None:
    """Of this commune, unanswered, of the last week."""
    async with office.database.writing() as connection:
        for commune, decision, days in (
            (DA_PHUC, "none", 1),
            (DA_PHUC, "answer", 1),
            (DA_PHUC, "none", 9),
            (HOA_MINH, "none", 1),
        ):
            asked = {"text": "hỏi", "topics": "", "score": 0.1, "asked_at": NOW - timedelta(days=days)}
            await connection.execute(insert(questions).values(commune=commune, decision=decision, **asked))
        for commune, state in ((DA_PHUC, "new"), (DA_PHUC, "closed"), (HOA_MINH, "new")):
            wish = {"kind": "feedback", "text": "đèn hỏng", "opened_at": NOW, "state": state}
            await connection.execute(insert(tickets).values(commune=commune, **wish))
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)
    everywhere = await office.login("Hoa", Role.ADMIN)

    assert await waiting(browser) == {at("phan-anh"): "1", at("cau-hoi"): "1"}
    assert await waiting(everywhere) == {at("phan-anh"): "2", at("cau-hoi"): "2"}


async def test_what_is_another_communes_does_not_count(office: Office) -> None:
    """Nor what is only partly one's own: one could not do it."""
    await a_bulletin(office, 1, HOA_MINH, status="submitted")
    await a_bulletin(office, 2, DA_PHUC, HOA_MINH, status="submitted")
    browser = await office.login("Bình", Role.APPROVER, DA_PHUC)

    assert await waiting(browser) == {}


async def test_an_empty_slot_says_where_and_when(office: Office) -> None:
    """A week on, nobody has thought of a bulletin yet."""
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)
    office.clock.advance(hours=11)

    assert await waiting(browser) == {at("ban-tin", "soan"): "1"}
    assert "Xã Đa Phúc: 19:00 thứ Sáu, ngày 27/11" in (await browser.get(at())).text


async def test_a_draft_for_the_slot_fills_it(office: Office) -> None:
    browser = await office.login("Bình", Role.EDITOR, DA_PHUC)
    office.clock.advance(hours=11)
    await a_bulletin(office, 1, DA_PHUC, slot_date=FRIDAY + timedelta(days=7), author="Ai đó")

    assert await waiting(browser) == {}


async def test_answers_past_their_review_wait_for_everybody(office: Office) -> None:
    browser = await office.login("Lan", Role.EDITOR, DA_PHUC)
    office.clock.advance(hours=6)
    assert at("cau-tra-loi", can="xem-lai") not in await waiting(browser)

    office.clock.advance(days=3650)
    browser = await office.login_again("Lan")

    total = len(office.parts.library().answers)
    assert (await waiting(browser))[at("cau-tra-loi", can="xem-lai")] == f"{total}"
