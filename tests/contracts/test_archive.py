"""What the archive gives out, on both engines: what went out to a commune, newest first, with what it corrects."""

import pytest

from bot.bulletins.states import Status
from bot.ports.bulletins import Mention, PublishedBulletin
from bot.ports.platforms import Picture
from bot.storage.archive import SqlArchive
from bot.storage.database import Database
from tests.archive.world import DA_PHUC, HOUR, SON_TAY, Row, keep_picture, publish
from tests.world import NOW

KEY = "c" * 64


async def ids(archive: SqlArchive, commune: str = DA_PHUC, *, limit: int = 100, skip: int = 0) -> list[int]:
    """Return the ids of what *commune* reads."""
    return [bulletin.id for bulletin in await archive.page(commune, limit, skip)]


async def test_a_bulletin_comes_back_as_it_went_out(database: Database) -> None:
    await keep_picture(database, KEY, b"png")
    number = await publish(database, Row(title="Họp", body="Tối nay.", at=NOW), is_urgent=True, picture=KEY)

    found = await SqlArchive(database).bulletin(DA_PHUC, number)

    assert found == PublishedBulletin(number, "Họp", "Tối nay.", NOW, picture=KEY, is_urgent=True)


async def test_the_newest_comes_first_and_pages_leave_nothing_out(database: Database) -> None:
    """Two of one moment have an order too."""
    archive = SqlArchive(database)
    stored = [await publish(database, Row(at=NOW + (number // 2) * HOUR)) for number in range(7)]

    assert await ids(archive) == stored[::-1]
    assert [await ids(archive, limit=3, skip=skip) for skip in (0, 3, 6, 9)] == [
        stored[:3:-1],
        stored[3:0:-1],
        stored[:1],
        [],
    ]
    assert [bulletin.id for bulletin in await archive.latest(DA_PHUC, 2)] == stored[:4:-1]
    assert (await archive.count(DA_PHUC), await archive.count(SON_TAY)) == (7, 0)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(at=None, status=Status.APPROVED), id="what has not begun"),
        pytest.param(Row(more={"kind": "letter"}), id="a letter"),
        pytest.param(Row(to=((SON_TAY, ""),)), id="what is for another commune"),
    ],
)
async def test_what_did_not_go_out_here_is_not_in_it(database: Database, row: Row) -> None:
    archive = SqlArchive(database)
    number = await publish(database, row)

    assert await archive.bulletin(DA_PHUC, number) is None
    assert await ids(archive) == []
    assert await archive.count(DA_PHUC) == 0


async def test_each_commune_reads_its_own_hamlets(database: Database) -> None:
    """Where a hamlet and its whole commune were chosen, the commune says it all."""
    archive = SqlArchive(database)
    number = await publish(
        database, Row(to=((DA_PHUC, "thôn 2"), (DA_PHUC, "thôn 1"), (SON_TAY, ""), (SON_TAY, "tổ 1")))
    )

    found = [await archive.bulletin(commune, number) for commune in (DA_PHUC, SON_TAY)]

    assert [bulletin and bulletin.hamlets for bulletin in found] == [("thôn 1", "thôn 2"), ()]


async def test_corrections_are_named_both_ways(database: Database) -> None:
    """Also a correction of a correction; each names only its neighbours."""
    archive = SqlArchive(database)
    first = await publish(database, Row(title="A", at=NOW))
    second = await publish(database, Row(title="B", at=NOW + HOUR), corrects=first)
    third = await publish(database, Row(title="C", at=NOW + 2 * HOUR), corrects=second)
    again = await publish(database, Row(title="D", at=NOW + 3 * HOUR), corrects=first)

    found = {bulletin.title: bulletin for bulletin in await archive.latest(DA_PHUC, 10)}

    named = {first: Mention(first, "A", NOW), second: Mention(second, "B", NOW + HOUR)}
    assert found["A"].corrections == (Mention(again, "D", NOW + 3 * HOUR), named[second])
    assert found["B"].corrects == found["B"].corrects == named[first]
    assert found["B"].corrections == (Mention(third, "C", NOW + 2 * HOUR),)
    assert (found["C"].corrects, found["D"].corrects) == (named[second], named[first])
    assert [bulletin.is_correction for bulletin in found.values()] == [True, True, True, False]
    assert found["A"].changed_at == NOW + 3 * HOUR


async def test_a_correction_of_what_never_went_out_names_nothing(database: Database) -> None:
    """It is marked as one all the same: its readers may have heard of the wrong one."""
    wrong = await publish(database, Row(at=None, status=Status.STOPPED))
    number = await publish(database, corrects=wrong)

    found = await SqlArchive(database).bulletin(DA_PHUC, number)

    assert found is not None
    assert found.is_correction
    assert found.corrects is None


async def test_only_a_stopped_one_is_stopped(database: Database) -> None:
    """The moment may stay behind where a stop came to nothing."""
    archive = SqlArchive(database)
    stopped = await publish(database, Row(status=Status.STOPPED), stopped_at=NOW + HOUR)
    sent = await publish(database, Row(status=Status.SENT), stopped_at=NOW + HOUR)

    found = [await archive.bulletin(DA_PHUC, number) for number in (stopped, sent)]

    assert [bulletin and bulletin.stopped_at for bulletin in found] == [NOW + HOUR, None]


async def test_a_picture_is_public_once_a_bulletin_with_it_went_out(database: Database) -> None:
    archive = SqlArchive(database)
    await keep_picture(database, KEY, b"jpeg", kind="image/jpeg")
    await publish(database, Row(at=None, status=Status.DRAFT), picture=KEY)
    assert await archive.picture(KEY) is None

    await publish(database, picture=KEY)

    assert await archive.picture(KEY) == Picture(KEY, "image/jpeg", b"jpeg")
    assert await archive.picture("d" * 64) is None
