"""The files of answers: read, and made, replaced or removed whole or not at all, with every text kept in the database.

The database decides who is first: a file is replaced inside the transaction that keeps its new text and logs the
change, and only one such transaction runs at a time, in however many processes. What is about to be replaced is
committed before that, so no crash loses a text; one between the rename and the commit leaves the new text in the file,
where it is kept at the next look.
"""

import asyncio
import hashlib
import os
import re
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy import ColumnElement, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.desk.ports.answers import FileText, FileTrouble, FileVersion
from bot.desk.ports.house import Change
from bot.ports.world import Clock
from bot.storage.audit import write_change
from bot.storage.database import Database
from bot.storage.tables import content_versions

_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('loaxa_content'))")
_OUTSIDE = ""
_GONE = ""
"""The digest of a file that was removed: what no file has."""

_ANSWER = re.compile(r"faq/[a-z0-9-]+/[a-z0-9]+(-[a-z0-9]+)*\.md")
"""The path of an answer below the content folder. It names no folder above, so it cannot lead out of it."""


class SqlAnswerFiles:
    """`bot.desk.ports.answers.AnswerFiles` on a content folder and a database."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        """Read and replace files of *folder*; keep their texts in *database*, dated by *clock*."""
        self._folder = folder
        self._database = database
        self._clock = clock

    async def read(self, name: Path) -> FileText | FileTrouble:
        """Return what the file *name* holds now, and keep it if it is new."""
        found = await asyncio.to_thread(_read, self._folder / name)
        if isinstance(found, FileText):
            await self._keep(name, found)
        return found

    async def replace(self, name: Path, *, seen: str, text: str, change: Change) -> FileTrouble | None:
        """Put *text* into the file *name* if it still has the digest *seen*; log *change* with it."""
        before = await self.read(name)
        if isinstance(before, FileTrouble):
            return before
        staged = await asyncio.to_thread(_stage, self._folder / name, text)
        if isinstance(staged, FileTrouble):
            return staged
        try:
            trouble = await self._swap(name, staged, seen, FileText(text, digest_of(text)), change)
        except BaseException:
            await asyncio.to_thread(_put_back, self._folder / name, before.text, digest_of(text))
            raise
        finally:
            staged.unlink(missing_ok=True)
        return trouble

    async def look(self) -> str:
        """Return a digest of all files of answers: another one whenever any of them came, changed or went."""
        return await asyncio.to_thread(_look, self._folder)

    async def create(self, name: Path, *, beside: str, text: str, change: Change) -> FileTrouble | None:
        """Make the file *name* with *text* in it if no answer has a file of that name; log *change* with it.

        What it was checked against is still so: a *look* gives *beside*.

        Raises:
            ValueError: *name* is not where answers are.
        """
        path = self._folder / _checked(name)
        staged = await asyncio.to_thread(_stage_new, path, text)
        if isinstance(staged, FileTrouble):
            return staged
        held = FileText(text, digest_of(text))
        try:
            trouble = await self._make(name, staged, beside, held, change)
        except BaseException:
            await asyncio.to_thread(_take_away, path, held.digest)
            raise
        finally:
            staged.unlink(missing_ok=True)
        return trouble

    async def remove(self, name: Path, *, beside: str, seen: str, change: Change) -> FileTrouble | None:
        """Remove the file *name* if it still has the digest *seen*; log *change* with it.

        What this was checked against is still so: a *look* gives *beside*.

        Raises:
            ValueError: *name* is not where answers are.
        """
        path = self._folder / _checked(name)
        before = await self.read(name)
        if isinstance(before, FileTrouble):
            return before
        if not os.access(path.parent, os.W_OK):
            return FileTrouble.READ_ONLY
        try:
            return await self._drop(name, beside, seen, change)
        except BaseException:
            await asyncio.to_thread(_bring_back, path, before.text)
            raise

    async def versions(self, name: Path, limit: int) -> Sequence[FileVersion]:
        """Return the newest texts of the file *name*, newest first."""
        columns = (content_versions.c.id, content_versions.c.at, content_versions.c.by, content_versions.c.digest)
        found = select(*columns).where(_of(name)).order_by(content_versions.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            return [FileVersion(row.id, row.at, row.by, row.digest) for row in await connection.execute(found)]

    async def version(self, name: Path, version_id: int) -> FileText | None:
        """Return the text of one version of the file *name*."""
        return await self._find(name, content_versions.c.id == version_id)

    async def text_of(self, name: Path, digest: str) -> str | None:
        """Return the text with this *digest*, if the file *name* was ever seen with it."""
        found = await self._find(name, content_versions.c.digest == digest)
        return found.text if found else None

    async def _find(self, name: Path, which: ColumnElement[bool]) -> FileText | None:
        found = select(content_versions.c.text, content_versions.c.digest).where(_of(name), which).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(found)).one_or_none()
        return FileText(row.text, row.digest) if row else None

    async def _keep(self, name: Path, held: FileText) -> None:
        """Keep a text that was put into the file outside the console."""
        async with self._database.reading() as connection:
            if await _newest_digest(connection, name) == held.digest:
                return
        async with self._database.writing() as connection:
            await self._be_alone(connection)
            # Another process may have kept it, or replaced the file, since it was read.
            if digest_of_file(self._folder / name) == held.digest != await _newest_digest(connection, name):
                await self._add(connection, name, held, _OUTSIDE)

    async def _swap(self, name: Path, staged: Path, seen: str, held: FileText, change: Change) -> FileTrouble | None:
        path = self._folder / name
        async with self._database.writing() as connection:
            await self._be_alone(connection)
            if digest_of_file(path) != seen:
                return FileTrouble.CHANGED
            await self._add(connection, name, held, change.by)
            await write_change(connection, change, self._clock.now())
            _rename(staged, path)
        return None

    async def _make(self, name: Path, staged: Path, beside: str, held: FileText, change: Change) -> FileTrouble | None:
        """Put *staged* where nothing is; only one process at a time looks for files of that name."""
        async with self._database.writing() as connection:
            await self._be_alone(connection)
            if _is_taken(self._folder / name):
                return FileTrouble.TAKEN
            if _look(self._folder) != beside:
                return FileTrouble.CHANGED
            await self._add(connection, name, held, change.by)
            await write_change(connection, change, self._clock.now())
            _name(staged, self._folder / name)
        return None

    async def _drop(self, name: Path, beside: str, seen: str, change: Change) -> FileTrouble | None:
        path = self._folder / name
        async with self._database.writing() as connection:
            await self._be_alone(connection)
            if digest_of_file(path) != seen or _look(self._folder) != beside:
                return FileTrouble.CHANGED
            await self._add(connection, name, FileText("", _GONE), change.by)
            await write_change(connection, change, self._clock.now())
            path.unlink()
            _settle(path.parent)
        return None

    async def _add(self, connection: AsyncConnection, name: Path, held: FileText, by: str) -> None:
        row = {"path": name.as_posix(), "digest": held.digest, "text": held.text, "by": by, "at": self._clock.now()}
        await connection.execute(insert(content_versions).values(row))

    async def _be_alone(self, connection: AsyncConnection) -> None:
        """Wait until no other process keeps or replaces a file; on SQLite whoever writes is alone."""
        if not self._database.is_sqlite:
            await connection.execute(_ALONE)


def digest_of(text: str) -> str:
    """Return the digest of *text*, as it stands in a file."""
    return hashlib.sha256(text.encode()).hexdigest()


def digest_of_file(path: Path) -> str:
    """Return the digest of what *path* holds; empty if nothing can be read there."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _of(name: Path) -> ColumnElement[bool]:
    return content_versions.c.path == name.as_posix()


async def _newest_digest(connection: AsyncConnection, name: Path) -> str | None:
    newest = select(content_versions.c.digest).where(_of(name)).order_by(content_versions.c.id.desc()).limit(1)
    return (await connection.execute(newest)).scalar_one_or_none()


def _read(path: Path) -> FileText | FileTrouble:
    try:
        content = path.read_bytes()
    except OSError:
        return FileTrouble.MISSING
    try:
        return FileText(content.decode(), hashlib.sha256(content).hexdigest())
    except UnicodeDecodeError:
        return FileTrouble.NOT_TEXT


def _stage(path: Path, text: str) -> Path | FileTrouble:
    """Write *text* beside *path*, down to the disk, with its rights; return where.

    The name keeps it from being read as content. Behind a symbolic link it is the file that is replaced.
    """
    target = path.resolve()
    staged = target.with_name(f".{target.name}.{uuid4().hex}.new")
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        with staged.open("xb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
    except FileNotFoundError:
        return FileTrouble.MISSING
    except OSError:
        staged.unlink(missing_ok=True)
        return FileTrouble.READ_ONLY
    return staged


def _stage_new(path: Path, text: str) -> Path | FileTrouble:
    """Write *text* beside where *path* is to be, whose folder is made if it is the first there; return where."""
    staged = path.with_name(f".{path.name}.{uuid4().hex}.new")
    try:
        path.parent.mkdir(exist_ok=True)
        with staged.open("xb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        with suppress(OSError):  # where not even the folder could be made
            staged.unlink(missing_ok=True)
        return FileTrouble.READ_ONLY
    return staged


def _look(folder: Path) -> str:
    found = ((path, path.stat()) for path in sorted(folder.glob("faq/*/*.md")) if path.exists())
    facts = (f"{path.relative_to(folder)}|{told.st_ino}|{told.st_size}|{told.st_mtime_ns}" for path, told in found)
    return digest_of("\n".join(facts))


def _is_taken(path: Path) -> bool:
    """Tell whether any folder of answers has something of the name of *path*, be it a link that leads nowhere."""
    return any(os.path.lexists(folder / path.name) for folder in path.parent.parent.iterdir())


def _checked(name: Path) -> Path:
    """Return *name*.

    Raises:
        ValueError: it is not where answers are.
    """
    if not _ANSWER.fullmatch(name.as_posix()):
        msg = f"no answer is at {name}"
        raise ValueError(msg)
    return name


def _name(staged: Path, path: Path) -> None:
    """Give *staged* the name *path*, where nothing is, for good even if the power fails now."""
    staged.replace(path)
    _settle(path.parent)


def _rename(staged: Path, path: Path) -> None:
    """Put *staged* in the place of *path*, for good even if the power fails now."""
    target = path.resolve()
    staged.replace(target)
    _settle(target.parent)


def _settle(path: Path) -> None:
    """See that the names in the folder *path* are on the disk."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _take_away(path: Path, unwanted: str) -> None:
    """Remove *path* if it has the *unwanted* digest: its change could not be committed."""
    if digest_of_file(path) == unwanted:
        path.unlink(missing_ok=True)


def _bring_back(path: Path, text: str) -> None:
    """Put *text* where *path* was removed: its change could not be committed."""
    if not os.path.lexists(path):
        staged = _stage_new(path, text)
        if isinstance(staged, Path):
            _name(staged, path)


def _put_back(path: Path, text: str, unwanted: str) -> None:
    """Put *text* into *path* again, where the *unwanted* digest stands: its change could not be committed."""
    if digest_of_file(path) == unwanted:
        staged = _stage(path, text)
        if isinstance(staged, Path):
            _rename(staged, path)
