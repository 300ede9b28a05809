"""A commune in the middle of a week: somebody for each page of the console to show.

Everything came the way it comes in real life: citizens wrote it on Telegram, officials made it at the desk or in their
browsers. Only people on Zalo who have been silent for weeks are put into the database, because nobody can wait so long.
"""

import asyncio
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from playwright.async_api import Browser
from sqlalchemy import func, insert, select

from bot.bulletins.states import Role, Status
from bot.clock import SystemClock
from bot.console.addresses import at
from bot.ports.bulletins import Audience, Draft
from bot.storage.tables import people, questions, tickets
from bot.tickets.states import TicketKind
from tests.browser.house import House
from tests.browser.visitors import Visitor, an_official
from tests.crash.services import until
from tests.fakes.telegram import Fate

DA_PHUC = "00430"
WRITER, APPROVER, ADMIN = "Nguyễn Thị Lan", "Trần Văn Hòa", "Lê Thu Hà"

READERS = tuple(range(501, 513))
_LEFT, _UNLUCKY, _UNSURE, _ASKING = 513, 514, 515, 516
_SILENT_ON_ZALO = 9
_TOPIC = "cc-mat"


@dataclass(frozen=True, slots=True)
class Said:
    """What citizens wrote."""

    question: str = "mấy giờ có xe buýt lên huyện"
    feedback: str = "Đèn đường ngõ 5 hỏng ba hôm nay, tối đi lại khó."
    place: str = "ngõ 5, gần nhà văn hóa"
    answered: str = "Rác ở đầu chợ hai tuần chưa ai dọn."
    wish: str = "Tôi muốn hỏi về đất đai."


HOSTILE = Said(
    question="xe buýt <script>window.robbed = 'question'</script>",
    feedback="Đèn hỏng <img src=x onerror=\"window.robbed = 'feedback'\"> \"><svg onload=window.robbed='svg'>",
    place="ngõ 5 <iframe srcdoc=\"<script>top.robbed='place'</script>\"></iframe> {{ 7 * 7 }} ${7 * 7}",
    answered="Rác <a href=\"javascript:window.robbed='link'\">ở chợ</a> [xem](javascript:window.robbed=1) **đậm**",
    wish="đất đai' onmouseover='window.robbed=1' <style>body{display:none}</style>",
)
"""What somebody might write who wants to be more than a citizen."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What there is to see: numbers of bulletins, of what citizens sent, the topic of an answer that was edited."""

    draft: int
    submitted: int
    scheduled: int
    sent: int
    stopped: int
    new_feedback: int
    published_feedback: int
    talk: int
    question: int
    topic: str
    version: int


async def furnish(house: House, browser: Browser, said: Said | None = None) -> Sample:
    """Let a week pass in *house*; citizens write what *said* says."""
    said = said or Said()
    await house.hire(WRITER, Role.EDITOR, DA_PHUC)
    await house.hire(APPROVER, Role.APPROVER, DA_PHUC)
    admin = await house.hire(ADMIN, Role.ADMIN)
    await _citizens_write(house, said)
    bulletins = await _bulletins(house)
    async with an_official(browser, house.url, admin) as official:
        version = await _edit_answer(official)
        ids = await _tickets(house, said)
        await _publish(official, ids["published"], said)
        await official.opens(at("phan-anh", ids["talk"]))
        await official.writes("Trả lời", "Chào bác, bác cần hỏi về việc gì của đất đai ạ?")
        await official.presses("Gửi câu trả lời")
        await official.reads("Đã chuyển câu trả lời đi.")
    return Sample(
        **bulletins,
        new_feedback=ids["new"],
        published_feedback=ids["published"],
        talk=ids["talk"],
        question=await _question(house, said),
        topic=_TOPIC,
        version=version,
    )


async def _citizens_write(house: House, said: Said) -> None:
    commune = f"#xa-{DA_PHUC}"
    subscribers = [*READERS, _LEFT, _UNLUCKY, _UNSURE]
    await asyncio.gather(
        *(house.tells(user, commune, "đăng ký bản tin", "đồng ý", hears="Đã đăng ký") for user in subscribers)
    )
    rest = (said.place, "bỏ qua", "gửi")
    await asyncio.gather(
        _with_photo(house, READERS[0], said),
        house.tells(READERS[1], said.question, f"phản ánh: {said.answered}", *rest, hears="Đã gửi tới"),
        house.tells(_ASKING, commune, said.wish, "gặp cán bộ", hears="bạn cần gặp cán bộ"),
    )
    await _silent_people(house)


async def _with_photo(house: House, user: int, said: Said) -> None:
    """Let the citizen *user* ask, and send a feedback with a photo."""
    await house.tells(user, said.question, f"phản ánh: {said.feedback}", said.place, hears="Bạn có ảnh thì gửi")
    await house.telegram.citizen(user).sends_photo(a_png())
    await house.tells(user, "gửi", hears="Đã gửi tới")


async def _silent_people(house: House) -> None:
    """Put people on Zalo into the database who agreed to the bulletin and have not written for three weeks."""
    long_ago = SystemClock().now() - timedelta(weeks=3)
    seen = {"first_seen": long_ago, "last_inbound": long_ago, "subscribed_at": long_ago}
    somebody = {"channel": "zalo", "account": house.zalo.oa_id, "commune": DA_PHUC, **seen}
    rows = [{**somebody, "user": f"silent-{number}"} for number in range(_SILENT_ON_ZALO)]
    async with house.database.writing() as connection:
        await connection.execute(insert(people), rows)


async def _bulletins(house: House) -> dict[str, int]:
    """Write a bulletin for each state there is, and let one go out."""
    vaccination = Draft(
        title="Tiêm phòng chó, mèo ngày thứ Bảy",
        body="Thứ Bảy này xã tiêm phòng dại cho chó, mèo.\n\n- **Từ 7 giờ** ở nhà văn hóa các thôn.\n- Không mất tiền."
        "\n\nBác nào bận thì gửi hàng xóm dắt giúp. Chó, mèo dưới hai tháng tuổi chưa phải tiêm.",
        audiences=(Audience(DA_PHUC),),
    )
    cleaning = replace(
        vaccination,
        title="Sáng Chủ nhật dọn vệ sinh đường làng",
        body="Sáng Chủ nhật, mời bà con cùng dọn vệ sinh đường làng.\n\n1. **6 giờ 30** có mặt ở đầu thôn.\n2. Mang "
        "theo chổi, cuốc.\n3. Rác để gọn một chỗ, xe tới chở.",
    )
    water = replace(
        vaccination,
        title="Cắt nước từ 8 giờ đến 11 giờ thứ Ba",
        body="Thứ Ba này cắt nước từ **8 giờ đến 11 giờ** để sửa đường ống. Bà con trữ nước từ tối thứ Hai.",
    )
    fair = replace(vaccination, title="Ngày hội đọc sách ở trường tiểu học", body="Mời các cháu tới ngày hội đọc sách.")
    meeting = replace(vaccination, title="Họp thôn lấy ý kiến làm đường", body="Mời bà con họp thôn bàn làm đường.")
    later = SystemClock().now() + timedelta(days=3)
    return {
        "sent": await _sent(house, vaccination),
        "draft": await _written(house, cleaning, Status.DRAFT),
        "submitted": await _written(house, water, Status.SUBMITTED),
        "scheduled": await _written(house, replace(fair, due_at=later), Status.SCHEDULED),
        "stopped": await _written(house, meeting, Status.STOPPED),
    }


async def _sent(house: House, draft: Draft) -> int:
    """Send *draft* to all who want it; to some of them it does not get, each for another reason."""
    house.telegram.script(
        Fate(method="sendPhoto", chat=str(_LEFT), error="blocked"),
        Fate(method="sendPhoto", chat=str(_UNLUCKY), error="refused"),
        Fate(method="sendPhoto", chat=str(_UNSURE), error="server"),
    )
    written = await house.office.desk.create(draft, WRITER, image=a_png())
    number = written.bulletin.id
    await house.office.desk.submit(number, WRITER)
    await house.office.desk.approve(number, APPROVER)

    async def is_out() -> bool:
        return (await house.office.desk.find(number)).status is Status.SENT

    await until(is_out)
    house.telegram.script()
    return number


async def _written(house: House, draft: Draft, status: Status) -> int:
    """Bring *draft* as far as *status*."""
    desk = house.office.desk
    number = (await desk.create(draft, WRITER)).bulletin.id
    if status in {Status.SUBMITTED, Status.SCHEDULED}:
        await desk.submit(number, WRITER)
    if status is Status.SCHEDULED:
        await desk.approve(number, APPROVER)
    if status is Status.STOPPED:
        await desk.stop(number, WRITER)
    return number


async def _edit_answer(official: Visitor) -> int:
    """Correct an answer, and return the number of the version it had before."""
    await official.opens(at("cau-tra-loi", _TOPIC, "sua"))
    await official.writes("Trả lời ngắn", "Mất thẻ căn cước thì tới công an xã xin cấp lại. Xong sau 7 ngày làm việc.")
    await official.presses("Lưu")
    await official.reads("Đã lưu")
    await official.opens(at("cau-tra-loi", _TOPIC, "lich-su"))
    await official.page.locator("main tbody a").last.click()
    return official.number


async def _tickets(house: House, said: Said) -> Mapping[str, int]:
    """Return the numbers of what citizens sent."""
    async with house.database.reading() as connection:
        found = (await connection.execute(select(tickets.c.id, tickets.c.kind, tickets.c.text))).all()
    feedback = {row.text: row.id for row in found if row.kind == TicketKind.FEEDBACK}
    [talk] = [row.id for row in found if row.kind == TicketKind.HANDOVER]
    return {"new": feedback[said.feedback], "published": feedback[said.answered], "talk": talk}


async def _question(house: House, said: Said) -> int:
    """Return the number of the question that nobody could answer."""
    async with house.database.reading() as connection:
        asked = select(func.min(questions.c.id)).where(questions.c.text == said.question)
        number: int = (await connection.execute(asked)).scalar_one()
    return number


async def _publish(official: Visitor, number: int, said: Said) -> None:
    """Answer a feedback and publish what it came to."""
    await official.opens(at("phan-anh", number))
    await official.writes("Trả lời", "Xã đã nhắc đội vệ sinh. Từ tuần này rác được dọn thứ Ba và thứ Sáu.")
    await official.presses("Gửi câu trả lời")
    await official.reads("Đã chuyển câu trả lời đi.")
    await official.opens(at("phan-anh", number, "cong-khai"))
    await official.writes("Người dân phản ánh", said.answered)
    await official.presses("Xem trước")
    await official.presses("Đăng công khai")
    await official.reads("Đã đăng lên trang hỏi đáp.")


def a_png(width: int = 640, height: int = 360) -> bytes:
    """Return a picture of a field under a morning sky, as a PNG of a few hundred bytes."""
    sky, field = bytes((0, 226, 176, 74)), bytes((0, 87, 134, 79))
    rows = b"".join((line[:1] + line[1:] * width) for line in [sky] * (height // 2) + [field] * (height - height // 2))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content) for kind, content in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
