"""Files of answers are replaced whole or not at all, by one at a time, and no text they ever had is lost."""

import asyncio
import os
import stat
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot.desk.ports.answers import FileText, FileTrouble
from bot.desk.ports.house import Change, Noted, Search
from bot.storage.answer_files import SqlAnswerFiles, digest_of
from bot.storage.audit import SqlAudit
from bot.storage.database import Database
from tests.world import StoppedClock

NAME = Path("faq/residence/cc-mat.md")
OLD, NEW, OTHER = "cũ\r\n", "mới\n", "khác\n"


def a_change(by: str = "Hoa") -> Change:
    return Change(by=by, what="answer.edit", subject="cc-mat", before={"title": "cũ"}, after={"title": "mới"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return the file, holding `OLD`."""
    file = tmp_path / NAME
    file.parent.mkdir(parents=True)
    file.write_bytes(OLD.encode())
    file.chmod(0o640)
    return file


@pytest.fixture
def files(tmp_path: Path, path: Path, database: Database) -> SqlAnswerFiles:
    """Return the files as one process sees them."""
    assert path.exists()
    return SqlAnswerFiles(tmp_path, database, StoppedClock())


def held(path: Path) -> str:
    return path.read_bytes().decode()


def put(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    path.write_bytes(text.encode(encoding))


def remove(path: Path) -> None:
    path.unlink()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def beside(path: Path) -> list[Path]:
    return list(path.parent.iterdir())


def everything(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def become_link(path: Path, real: Path) -> None:
    path.rename(real)
    path.symlink_to(real)


def leads_to(path: Path) -> Path:
    return path.readlink()


async def texts(files: SqlAnswerFiles) -> list[tuple[str, str]]:
    """Return who put which text into the file, newest first."""
    kept = []
    for version in await files.versions(NAME, 10):
        found = await files.version(NAME, version.id)
        assert found
        kept.append((version.by, found.text))
    return kept


async def log(database: Database) -> Sequence[Noted]:
    return await SqlAudit(database, StoppedClock()).noted(None, Search())


async def test_a_file_is_read_to_the_letter_and_kept(files: SqlAnswerFiles) -> None:
    """Whoever saves later may compare with what was there, wherever it came from."""
    held = await files.read(NAME)

    assert held == FileText(OLD, digest_of(OLD))
    assert await texts(files) == [("", OLD)]


async def test_looking_twice_keeps_once(files: SqlAnswerFiles) -> None:
    await asyncio.gather(*(files.read(NAME) for _ in range(5)))

    assert await texts(files) == [("", OLD)]


async def test_a_file_is_replaced_and_both_texts_are_kept(
    files: SqlAnswerFiles, path: Path, database: Database
) -> None:
    assert await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change()) is None

    assert held(path) == NEW
    assert mode(path) == 0o640
    assert await texts(files) == [("Hoa", NEW), ("", OLD)]
    [noted] = await log(database)
    assert (noted.change.by, noted.change.what, noted.change.after) == ("Hoa", "answer.edit", {"title": "mới"})


async def test_a_file_that_is_not_what_was_seen_stays(files: SqlAnswerFiles, path: Path, database: Database) -> None:
    await files.read(NAME)
    put(path, OTHER)

    assert await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change()) is FileTrouble.CHANGED

    assert held(path) == OTHER
    assert await texts(files) == [("", OTHER), ("", OLD)]
    assert await log(database) == []


async def test_of_many_who_save_at_once_one_does(tmp_path: Path, path: Path, database: Database) -> None:
    """In as many processes; the others hear that it has changed."""
    several = [SqlAnswerFiles(tmp_path, database, StoppedClock()) for _ in range(6)]

    troubles = await asyncio.gather(
        *(
            one.replace(NAME, seen=digest_of(OLD), text=f"{number}\n", change=a_change(f"{number}"))
            for number, one in enumerate(several)
        )
    )

    [winner] = [number for number, trouble in enumerate(troubles) if trouble is None]
    assert set(troubles) == {None, FileTrouble.CHANGED}
    assert held(path) == f"{winner}\n"
    assert await texts(several[0]) == [(f"{winner}", f"{winner}\n"), ("", OLD)]


async def test_nothing_is_left_beside_the_file(files: SqlAnswerFiles, path: Path) -> None:
    await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change())
    await files.replace(NAME, seen=digest_of(OLD), text=OTHER, change=a_change())

    assert beside(path) == [path]


async def test_a_change_that_cannot_be_logged_is_not_made(files: SqlAnswerFiles, path: Path) -> None:
    unloggable = Change(by="Hoa", what="answer.edit", subject="cc-mat", after={"title": object()})  # type: ignore[dict-item]

    with pytest.raises(TypeError):
        await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=unloggable)

    assert held(path) == OLD
    assert beside(path) == [path]


async def test_a_change_that_cannot_be_committed_is_undone(
    files: SqlAnswerFiles, path: Path, database: Database
) -> None:
    """The file was replaced already when the database failed."""
    await files.read(NAME)

    def fail(_connection: Connection) -> None:
        event.remove(database.engine.sync_engine, "commit", fail)
        assert held(path) == NEW
        raise OSError("the disk is full")

    event.listen(database.engine.sync_engine, "commit", fail)
    with pytest.raises(OSError, match="full"):
        await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change())

    assert held(path) == OLD
    assert await texts(files) == [("", OLD)]


async def test_a_link_to_a_file_stays_a_link(files: SqlAnswerFiles, path: Path, tmp_path: Path) -> None:
    real = tmp_path / "cc-mat.md"
    become_link(path, real)

    assert await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change()) is None

    assert leads_to(path) == real
    assert held(real) == NEW


async def test_a_file_that_is_gone_says_so(files: SqlAnswerFiles, path: Path) -> None:
    remove(path)

    assert await files.read(NAME) is FileTrouble.MISSING
    assert await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change()) is FileTrouble.MISSING


async def test_a_file_that_is_no_text_says_so(files: SqlAnswerFiles, path: Path) -> None:
    put(path, "chữ", encoding="utf-16")

    assert await files.read(NAME) is FileTrouble.NOT_TEXT


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
async def test_a_folder_that_cannot_be_written_to_says_so(files: SqlAnswerFiles, path: Path) -> None:
    path.parent.chmod(0o555)
    try:
        assert await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change()) is FileTrouble.READ_ONLY
    finally:
        path.parent.chmod(0o755)


async def test_a_text_is_found_by_its_digest(files: SqlAnswerFiles, path: Path) -> None:
    """Also one that came from outside: a form may have been made from it."""
    await files.read(NAME)
    put(path, OTHER)
    await files.read(NAME)

    assert await files.text_of(NAME, digest_of(OLD)) == OLD
    assert await files.text_of(NAME, digest_of(NEW)) is None
    assert await files.text_of(Path("faq/residence/ct-tam-tru.md"), digest_of(OLD)) is None


# Files that come and go

BORN = Path("faq/transport/gt-xe-buyt.md")


async def made(files: SqlAnswerFiles, name: Path = BORN, text: str = NEW, by: str = "Hoa") -> FileTrouble | None:
    """Make a file of what was looked at just now."""
    change = Change(by=by, what="answer.create", subject=name.stem, after={"title": "mới"})
    return await files.create(name, beside=await files.look(), text=text, change=change)


async def removed(files: SqlAnswerFiles, seen: str = digest_of(NEW)) -> FileTrouble | None:
    change = Change(by="Lan", what="answer.remove", subject=BORN.stem)
    return await files.remove(BORN, beside=await files.look(), seen=seen, change=change)


async def test_a_file_is_made_and_logged(files: SqlAnswerFiles, tmp_path: Path, database: Database) -> None:
    """Also where it is the first of its folder."""
    assert await made(files) is None

    assert held(tmp_path / BORN) == NEW
    assert beside(tmp_path / BORN) == [tmp_path / BORN]
    [version] = await files.versions(BORN, 10)
    assert (version.by, version.digest) == ("Hoa", digest_of(NEW))
    assert [noted.change.what for noted in await log(database)] == ["answer.create"]


@pytest.mark.parametrize("name", [NAME, Path("faq/transport") / NAME.name], ids=["same folder", "another folder"])
async def test_a_name_that_is_taken_stays_as_it_is(files: SqlAnswerFiles, path: Path, name: Path) -> None:
    """Also in another folder: the name is the id of the answer."""
    assert await made(files, name) is FileTrouble.TAKEN

    assert held(path) == OLD
    assert beside(path) == [path]


async def test_a_link_that_leads_nowhere_takes_a_name_too(files: SqlAnswerFiles, path: Path, tmp_path: Path) -> None:
    """Otherwise the new text would be written wherever it leads."""
    outside = tmp_path / "outside.md"
    link = path.with_name(BORN.name)
    link.symlink_to(outside)

    assert await made(files) is FileTrouble.TAKEN
    assert not await asyncio.to_thread(outside.exists)


@pytest.mark.parametrize(
    "name",
    [
        "../x.md",
        "faq/../x.md",
        "faq/transport/../../x.md",
        "/etc/x.md",
        "faq/transport/x/y.md",
        "communes/00430.md",
        "faq/transport/X.md",
        "faq/transport/.x.md",
        "faq/transport/x.yaml",
        "faq/transport/x.md\n",
        "faq/transport/x\x00.md",
    ],
)
async def test_nothing_is_made_or_removed_where_no_answers_are(
    files: SqlAnswerFiles, tmp_path: Path, name: str
) -> None:
    before = everything(tmp_path)
    change = Change(by="Hoa", what="answer.create", subject="x")

    with pytest.raises(ValueError, match="no answer is at"):
        await files.create(Path(name), beside=await files.look(), text=NEW, change=change)
    with pytest.raises(ValueError, match="no answer is at"):
        await files.remove(Path(name), beside=await files.look(), seen="", change=change)

    assert everything(tmp_path) == before


async def test_of_many_who_make_one_file_at_once_one_does(tmp_path: Path, path: Path, database: Database) -> None:
    """In as many processes, and in different folders: one id, one answer."""
    assert held(path) == OLD
    several = [SqlAnswerFiles(tmp_path, database, StoppedClock()) for _ in range(6)]
    folders = ["transport", "land", "tax"] * 2
    look = await several[0].look()

    troubles = await asyncio.gather(
        *(
            one.create(Path("faq") / folder / BORN.name, beside=look, text=f"{number}\n", change=a_change(f"{number}"))
            for number, (one, folder) in enumerate(zip(several, folders, strict=True))
        )
    )

    [winner] = [number for number, trouble in enumerate(troubles) if trouble is None]
    assert set(troubles) == {None, FileTrouble.TAKEN}
    assert [held(file) for file in everything(tmp_path) if file.name == BORN.name] == [f"{winner}\n"]
    assert [noted.change.by for noted in await log(database)] == [f"{winner}"]


async def test_whatever_changed_since_the_look_is_looked_at_again(files: SqlAnswerFiles, path: Path) -> None:
    """What was checked may not fit together any more: an edit, a new file, one that went."""
    look = await files.look()
    assert await files.replace(NAME, seen=digest_of(OLD), text=NEW, change=a_change()) is None
    after_edit = await files.look()
    put(path.with_name("other.md"), OTHER)
    after_birth = await files.look()
    remove(path.with_name("other.md"))

    assert len({look, after_edit, after_birth}) == 3
    assert await files.look() == after_edit
    assert await files.create(BORN, beside=look, text=NEW, change=a_change()) is FileTrouble.CHANGED
    assert await made(files) is None


async def test_a_new_file_that_cannot_be_committed_is_taken_away(
    files: SqlAnswerFiles, tmp_path: Path, database: Database
) -> None:
    await files.read(NAME)

    def fail(_connection: Connection) -> None:
        event.remove(database.engine.sync_engine, "commit", fail)
        assert held(tmp_path / BORN) == NEW
        raise OSError("the disk is full")

    look = await files.look()
    event.listen(database.engine.sync_engine, "commit", fail)
    with pytest.raises(OSError, match="full"):
        await files.create(BORN, beside=look, text=NEW, change=a_change())

    assert beside(tmp_path / BORN) == []
    assert await files.versions(BORN, 10) == []
    assert await made(files) is None


async def test_a_file_is_removed_and_its_text_is_kept(
    files: SqlAnswerFiles, tmp_path: Path, database: Database
) -> None:
    await made(files)

    assert await removed(files) is None

    assert beside(tmp_path / BORN) == []
    gone, born = await files.versions(BORN, 10)
    assert (gone.by, gone.digest, born.by) == ("Lan", "", "Hoa")
    assert await files.version(BORN, born.id) == FileText(NEW, digest_of(NEW))
    assert [noted.change.what for noted in await log(database)] == ["answer.remove", "answer.create"]
    assert await made(files, text=OTHER) is None


async def test_a_file_that_is_not_what_was_seen_is_not_removed(files: SqlAnswerFiles, tmp_path: Path) -> None:
    await made(files)
    put(tmp_path / BORN, OTHER)

    assert await removed(files) is FileTrouble.CHANGED
    assert held(tmp_path / BORN) == OTHER


async def test_a_removal_that_cannot_be_committed_is_undone(
    files: SqlAnswerFiles, tmp_path: Path, database: Database
) -> None:
    await made(files)

    def fail(_connection: Connection) -> None:
        event.remove(database.engine.sync_engine, "commit", fail)
        assert beside(tmp_path / BORN) == []
        raise OSError("the disk is full")

    look = await files.look()
    event.listen(database.engine.sync_engine, "commit", fail)
    with pytest.raises(OSError, match="full"):
        await files.remove(BORN, beside=look, seen=digest_of(NEW), change=a_change("Lan"))

    assert held(tmp_path / BORN) == NEW
    assert len(await files.versions(BORN, 10)) == 1
