"""What became of a bulletin: told apart, in words, and handed out without anybody's name."""

import csv
import io
import re

import pytest
from sqlalchemy import insert

from bot.bulletins.deliveries import State
from bot.bulletins.states import Role, Status
from bot.console.addresses import at
from bot.console.pages.bulletin_results import safe, share
from bot.storage.tables import deliveries
from tests.console.bulletin_world import Bulletins, page_of
from tests.console.world import DA_PHUC, Browser, Office


@pytest.fixture
def bulletins(office: Office) -> Bulletins:
    """Return the bulletins of the office."""
    return Bulletins(office)


@pytest.fixture
async def hoa(office: Office) -> Browser:
    """Return the browser of an approver of one commune."""
    return await office.login("Hoa", Role.APPROVER, DA_PHUC)


async def a_result(bulletins: Bulletins, code: str = "403") -> int:
    """Return a bulletin of which every end came about."""
    people = await bulletins.people.subscribe(10)
    bulletin = await bulletins.begun()
    fates = {State.SENT: people[:5], State.HELD: people[5:6], State.GONE: people[6:7]}
    await bulletins.settle(bulletin, {**fates, State.SKIPPED: people[7:8]}, "left")
    await bulletins.settle(bulletin, {State.FAILED: people[8:9]}, code)
    await bulletins.settle(bulletin, {State.UNKNOWN: people[9:]}, "died")
    return bulletin


async def test_every_end_is_told_apart(hoa: Browser, bulletins: Bulletins) -> None:
    """What waits, failed or is not known never counts as sent."""
    seen = await hoa.get(page_of(await a_result(bulletins), "ket-qua"))

    counts = seen.page.source.partition("<tbody>")[2].partition("</tbody>")[0]
    rows = re.findall(
        r'<tr class="(\w+)">.*?<td class="count"[^>]*>(\d+)</td>\s*<td class="count"[^>]*>(\d+%)</td>',
        counts,
        re.DOTALL,
    )
    assert {state: (people, part) for state, people, part in rows} == {
        "sent": ("5", "50%"),
        **dict.fromkeys(("held", "failed", "unknown", "gone", "skipped"), ("1", "10%")),
    }
    assert "Có thể đã đến" in seen.text
    assert "Kênh không biết họ đã đọc chưa" in seen.text


async def test_reasons_are_words(hoa: Browser, bulletins: Bulletins) -> None:
    seen = await hoa.get(page_of(await a_result(bulletins), "ket-qua"))

    assert "Họ đã chặn kênh Không gửi được Telegram 1" in seen.text  # 403
    assert "Máy gửi dừng giữa chừng Không rõ đã đến chưa Telegram 1" in seen.text


async def test_a_code_that_nobody_knows_is_shown_as_it_is(hoa: Browser, bulletins: Bulletins) -> None:
    seen = await hoa.get(page_of(await a_result(bulletins, "-9999"), "ket-qua"))

    assert "Mã -9999" in seen.text


async def test_what_failed_is_sent_again_after_asking(office: Office, hoa: Browser, bulletins: Bulletins) -> None:
    bulletin = await a_result(bulletins)
    address = at("ban-tin", bulletin, "gui-lai", chi="failed")
    assert address in (await hoa.get(page_of(bulletin, "ket-qua"))).page.links()

    asked = await hoa.get(address)
    done = await hoa.send(address)

    assert "1 người này chắc chắn chưa nhận" in asked.text
    assert done.goes_to == page_of(bulletin, "tien-trinh")
    assert "Đang gửi lại cho 1 người." in (await hoa.get(done.goes_to)).text
    assert (await office.parts.bulletins.find(bulletin)).status is Status.SENDING
    assert "(không gửi được: 1)" in (await hoa.get(page_of(bulletin))).text  # in the record


async def test_what_is_not_known_says_what_a_double_would_mean(hoa: Browser, bulletins: Bulletins) -> None:
    asked = await hoa.get(at("ban-tin", await a_result(bulletins), "gui-lai", chi="unknown"))

    assert "một số người nhận hai lần cùng một bài" in asked.text


async def test_sending_again_to_nobody_is_refused(hoa: Browser, bulletins: Bulletins) -> None:
    people = await bulletins.people.subscribe(1)
    bulletin = await bulletins.begun()
    await bulletins.settle(bulletin, {State.SENT: people})

    answer = await hoa.send(at("ban-tin", bulletin, "gui-lai", chi="failed"))

    assert answer.status == 422
    assert "không có gì để gửi lại" in answer.text


async def test_the_file_has_everybody_and_nobodys_name(hoa: Browser, bulletins: Bulletins) -> None:
    bulletin = await a_result(bulletins)

    async with hoa.client.get(page_of(bulletin, "ket-qua.csv")) as answer:
        content = await answer.read()
        assert answer.content_type == "text/csv"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="ban-tin-{bulletin}.csv"'

    assert content.startswith(b"\xef\xbb\xbf")  # for Excel
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0] == ["Số người", "Kênh", "Tình trạng", "Lý do", "Lúc"]
    assert len(rows) == 11
    assert rows[1][1:] == ["Telegram", "đã gửi", "họ đã rời kênh", "20/11/2026 09:00"]
    assert not re.search(rb"u\d+", content)  # what the platform calls them


async def test_a_long_file_comes_in_pieces(office: Office, hoa: Browser, bulletins: Bulletins) -> None:
    bulletin = await bulletins.begun()
    async with office.database.writing() as connection:
        row = {"channel": "zalo", "account": "oa-1", "commune": DA_PHUC, "state": "sent"}
        rows = [
            {"bulletin_id": bulletin, "person_id": number, "changed_at": office.clock.now(), **row}
            for number in range(1, 10_002)
        ]
        await connection.execute(insert(deliveries), rows)

    async with hoa.client.get(page_of(bulletin, "ket-qua.csv")) as answer:
        lines = (await answer.text()).splitlines()

    assert len(lines) == 10_002
    assert len({line.partition(",")[0] for line in lines}) == 10_002


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-213", "@SUM(A1)", "\t=1", "\r=1"])
def test_nothing_in_the_file_is_calculated(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert safe(f"mã {cell}") == f"mã {cell}"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0%"), (0, 9, "0%"), (9, 9, "100%"), (1, 1000, "< 1%"), (999, 1000, "> 99%"), (1, 3, "33%")],
)
def test_a_few_are_never_rounded_away(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


async def test_the_last_weeks_are_shown_for_ones_own_communes(hoa: Browser, bulletins: Bulletins) -> None:
    seen = await hoa.get(page_of(await a_result(bulletins), "ket-qua"))

    assert "16/11/2026 5 1 1 1" in seen.text  # the week of today, from its Monday
    assert "31/08/2026" in seen.text  # eleven weeks before


async def test_what_has_not_gone_out_has_no_result(hoa: Browser, bulletins: Bulletins) -> None:
    seen = await hoa.get(page_of(await bulletins.draft(), "ket-qua"))

    assert "chưa gửi nên chưa có kết quả" in seen.text
