"""Reaching a person and the numbers to call; what is kept about oneself, and deleting it."""

from datetime import UTC, datetime

import pytest

from bot.knowledge.library import Library
from bot.ports.conversations import Forget, LetBulletinsWait, OpenTicket, Person
from bot.ports.records import KeptData
from tests.conversations.world import COMMUNES, DA_PHUC, ELSEWHERE, Citizen, Kept, a_citizen, at
from tests.world import an_address


@pytest.mark.parametrize(
    ("now", "said"),
    [
        pytest.param(at(2026, 11, 20, 9), "đang làm việc, tới 11 giờ 30", id="a Friday morning"),
        pytest.param(at(2026, 11, 20, 16, 59), "đang làm việc, tới 17 giờ.", id="the last minute"),
        pytest.param(at(2026, 11, 20, 7, 29), "mở lại lúc 7 giờ 30 hôm nay", id="before it opens"),
        pytest.param(at(2026, 11, 20, 12), "mở lại lúc 13 giờ 30 hôm nay", id="at noon"),
        pytest.param(at(2026, 11, 20, 17), "mở lại lúc 7 giờ 30 thứ Hai (23/11)", id="Friday evening: Monday"),
        pytest.param(at(2026, 11, 22, 10), "mở lại lúc 7 giờ 30 thứ Hai (23/11)", id="Sunday"),
        pytest.param(at(2027, 1, 1, 9), "mở lại lúc 7 giờ 30 thứ Hai (04/01)", id="New Year is a holiday"),
        pytest.param(at(2027, 4, 29, 18), "mở lại lúc 7 giờ 30 thứ Hai (03/05)", id="two holidays and a Sunday"),
    ],
)
async def test_whom_to_call_now(library: Library, now: datetime, said: str) -> None:
    """During office hours a number to call at once, otherwise when they are in again; the wish is kept either way."""
    villager = a_citizen(library, commune=DA_PHUC, now=now)

    heard = await villager.write("gặp cán bộ")

    assert said in heard
    assert "0000 000 001 (thông tin mẫu, chưa xác nhận)" in heard
    [wish] = [effect for effect in villager.effects if isinstance(effect, OpenTicket)]
    assert (wish.kind, wish.commune, wish.text) == ("handover", DA_PHUC, "gặp cán bộ")
    assert ("113" in heard) == ("mở lại" in heard)


async def test_a_person_for_who_has_no_commune(stranger: Citizen) -> None:
    """First where, because a wish for nobody reaches nobody."""
    await stranger.talk([("gặp người thật", "bạn cho biết bạn ở xã, phường nào")])

    assert not [effect for effect in stranger.effects if isinstance(effect, OpenTicket)]


async def test_news_waits_for_who_wants_a_person(villager: Citizen, stranger: Citizen) -> None:
    """Whoever asks for help is not answered with last week's bulletin, wherever they live."""
    for somebody in (villager, stranger):
        await somebody.write("gặp cán bộ")

        assert LetBulletinsWait() in somebody.effects


@pytest.mark.parametrize(
    ("now", "due"),
    [
        pytest.param(at(2026, 11, 19, 9), at(2026, 11, 20, 17), id="Thursday: the end of Friday"),
        pytest.param(at(2026, 11, 20, 9), at(2026, 11, 23, 17), id="Friday: the end of Monday"),
        pytest.param(at(2027, 4, 29, 18), at(2027, 5, 3, 17), id="before two holidays and a Sunday"),
    ],
)
async def test_staff_are_due_to_answer_on_the_next_working_day(library: Library, now: datetime, due: datetime) -> None:
    """As the office's own calendar says."""
    villager = a_citizen(library, commune=DA_PHUC, now=now)

    await villager.write("gặp cán bộ")

    [wish] = [effect for effect in villager.effects if isinstance(effect, OpenTicket)]
    assert wish.due_at == due


async def test_nobody_reads_along_where_the_commune_does_not_take_part(library: Library) -> None:
    """So nothing is promised, and nothing kept that nobody would ever see."""
    somebody = a_citizen(library, commune=ELSEWHERE)

    await somebody.talk([("gặp cán bộ", "chưa tham gia kênh")])

    assert not [effect for effect in somebody.effects if isinstance(effect, OpenTicket)]


async def test_a_question_for_a_person_counts_as_one(villager: Citizen) -> None:
    """Asked in a sentence, it is done all the same."""
    await villager.talk([("cho tôi nói chuyện với cán bộ", "Tôi đã ghi lại là bạn cần gặp cán bộ")])


async def test_the_numbers_to_call(villager: Citizen) -> None:
    """The commune's own, then those of the whole country."""
    heard = await villager.write("đường dây nóng")

    assert heard.index("Liên hệ xã Đa Phúc") < heard.index("Số dùng trong cả nước")
    assert "là số để xem thử, đừng gọi" in heard
    assert "• Cấp cứu: 115" in heard
    assert villager.labels == ["Đổi xã, phường", "Gặp cán bộ"]


async def test_the_numbers_for_who_has_no_commune(stranger: Citizen) -> None:
    """Those of the country at once, the commune's after choosing."""
    await stranger.talk([("đường dây nóng", "Bạn chưa chọn xã, phường")])

    assert "• Công an: 113" in stranger.heard
    assert stranger.labels == ["Chọn xã, phường", "Gặp cán bộ"]


@pytest.mark.parametrize("commune", [*COMMUNES, ELSEWHERE])
async def test_every_commune_has_numbers_and_hours(library: Library, commune: str) -> None:
    """With or without a file."""
    somebody = a_citizen(library, commune=commune)

    await somebody.talk([("đường dây nóng", "Điện thoại: "), ("gặp cán bộ", "đang làm việc")])


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        pytest.param(
            KeptData("", None, 0, 0, datetime(2026, 11, 1, 20, tzinfo=UTC)), "0 câu hỏi và 0 lượt chấm, từ 02/11/2026",
            id="nothing yet, since a day that had begun here",
        ),
        pytest.param(
            KeptData(DA_PHUC, datetime(2026, 11, 5, 18, tzinfo=UTC), 12, 3, datetime(2026, 11, 1, tzinfo=UTC)),
            "Nhận bản tin từ 06/11/2026",
            id="a subscriber",
        ),
        pytest.param(
            KeptData(DA_PHUC, None, 1, 0, datetime(2026, 11, 1, tzinfo=UTC), tickets=2), "giữ nhiều nhất 2 năm",
            id="somebody who wrote to staff",
        ),
    ],
)  # fmt: skip
async def test_what_is_kept_about_me(library: Library, kept: KeptData, said: str) -> None:
    """All of it, in a few lines, and how to delete it."""
    somebody = a_citizen(library, commune=kept.commune, records=Kept(kept))

    await somebody.talk([("dữ liệu của tôi", said)])

    assert ("Xã, phường đã chọn: xã Đa Phúc" in somebody.heard) == bool(kept.commune)
    assert f"{kept.questions} câu hỏi và {kept.votes} lượt chấm" in somebody.heard
    assert ("phản ánh, lời nhắn gửi cán bộ" in somebody.heard) == bool(kept.tickets)
    assert somebody.labels == ["Xóa dữ liệu"]


async def test_what_is_kept_names_the_hamlet(library: Library) -> None:
    """Where one was chosen."""
    somebody = a_citizen(library, person=Person(1, an_address(), commune=DA_PHUC, hamlet="thôn mẫu 1"))

    await somebody.talk([("dữ liệu của tôi", "Thôn, tổ dân phố đã chọn: thôn mẫu 1.")])


@pytest.mark.parametrize("yes", ["1", "có", "Đúng, xóa hết", "dạ đồng ý ạ"])
async def test_deleting_asks_once(villager: Citizen, yes: str) -> None:
    """It cannot be undone; after the yes the next message is a stranger's."""
    await villager.talk([("xóa dữ liệu", "Bạn chắc chứ?")])
    assert Forget() not in villager.effects

    await villager.talk([(yes, "Đã xóa hết dữ liệu về bạn"), ("xin chào", "Bạn ở xã, phường nào?")])
    assert Forget() in villager.effects


@pytest.mark.parametrize("no", ["2", "không", "Thôi, giữ lại", "thôi"])
async def test_not_deleting_after_all(villager: Citizen, no: str) -> None:
    """A no keeps everything."""
    await villager.talk([("xóa dữ liệu", "Bạn chắc chứ?"), (no, "tôi giữ nguyên")])

    assert Forget() not in villager.effects
    assert villager.person.commune == DA_PHUC
