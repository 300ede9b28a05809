"""What citizens asked their commune and what it answered, as everyone may read it."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.storage.database import Database
from bot.storage.tables import tickets
from tests.archive.world import DA_PHUC, ELSEWHERE, SON_TAY, Visitor
from tests.world import NOW


async def publish(database: Database, question: str = "Đèn hỏng.", *, commune: str = DA_PHUC, hours: int = 0) -> None:
    """Publish an answer to *question*."""
    row = {
        "kind": "feedback",
        "commune": commune,
        "text": "nguyên văn, không ai được đọc",
        "opened_at": NOW,
        "published_at": NOW + timedelta(hours=hours),
        "published_question": question,
        "published_answer": "Đã sửa xong.\n\nCảm ơn bà con.",
    }
    async with database.writing() as connection:
        await connection.execute(insert(tickets).values(row))


async def test_the_newest_answers_stand_first(database: Database, visitor: Visitor) -> None:
    """Of this commune; nothing but what was published of them is there."""
    await publish(database, "Việc cũ.")
    await publish(database, "Việc mới.", hours=1)
    await publish(database, "Việc nơi khác.", commune=SON_TAY)

    page = await visitor.read(f"/ban-tin/{DA_PHUC}/hoi-dap")

    assert page.index("Việc mới.") < page.index("Việc cũ.")
    assert "<p>Đã sửa xong.</p><p>Cảm ơn bà con.</p>" in page
    assert "Trả lời của xã Đa Phúc" in page
    assert "nguyên văn" not in page
    assert "Việc nơi khác." not in page


async def test_the_list_of_bulletins_leads_there_once_there_is_something(database: Database, visitor: Visitor) -> None:
    link = f'href="/ban-tin/{DA_PHUC}/hoi-dap"'
    assert link not in await visitor.read(f"/ban-tin/{DA_PHUC}")

    await publish(database)

    assert link in await visitor.read(f"/ban-tin/{DA_PHUC}")


async def test_many_answers_stand_on_several_pages(database: Database, visitor: Visitor) -> None:
    for number in range(21):
        await publish(database, f"Việc số {number}.", hours=-number)

    first = await visitor.read(f"/ban-tin/{DA_PHUC}/hoi-dap")
    assert "Việc số 20." not in first
    assert f'href="/ban-tin/{DA_PHUC}/hoi-dap?trang=2"' in first
    assert "Việc số 20." in await visitor.read(f"/ban-tin/{DA_PHUC}/hoi-dap?trang=2")


async def test_nothing_published_yet(visitor: Visitor) -> None:
    assert "Chưa có phản ánh nào được đăng" in await visitor.read(f"/ban-tin/{DA_PHUC}/hoi-dap")


@pytest.mark.parametrize(
    "path", [f"{DA_PHUC}/hoi-dap?trang=2", f"{DA_PHUC}/hoi-dap?trang=0", f"{ELSEWHERE}/hoi-dap", "00000/hoi-dap"]
)
async def test_what_is_not_there_is_said_not_to_be(visitor: Visitor, path: str) -> None:
    assert (await visitor.get(f"/ban-tin/{path}")).status == 404


async def test_what_was_written_is_never_markup(database: Database, visitor: Visitor) -> None:
    """Also what an official pasted."""
    await publish(database, "<script>alert(1)</script> [bấm](javascript:alert(1)) **đậm** {{ 7*7 }}")

    page = await visitor.read(f"/ban-tin/{DA_PHUC}/hoi-dap")

    assert "&lt;script&gt;alert(1)&lt;/script&gt; [bấm](javascript:alert(1)) **đậm** {{ 7*7 }}" in page


async def test_who_has_the_page_already_gets_none(database: Database, visitor: Visitor) -> None:
    await publish(database)
    first = await visitor.get(f"/ban-tin/{DA_PHUC}/hoi-dap")

    again = await visitor.get(f"/ban-tin/{DA_PHUC}/hoi-dap", If_None_Match=first.headers["ETag"])

    assert again.status == 304
