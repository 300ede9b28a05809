"""The file a backup is: whole or not there, checked before it is believed, the same whatever engine wrote it.

Gzip'd lines of JSON, so that a million rows stream through little memory and `zcat FILE | head -1` says what it is:

    {"loaxa": "backup", "version": 1, "schema": "0003", "created_at": "…", "rows": {"people": 1200, …}}
    {"table": "people", "columns": ["id", "channel", …]}
    [1, "zalo", …]                                                    one line a row, moments in UTC, bytes in base64
    {"end": true, "sha256": "…"}                                      of everything above, uncompressed
"""

import base64
import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Column, Date, LargeBinary

from bot.errors import OperatorError
from bot.storage.database import UtcTime

VERSION = 1
"""Of the layout above; of what the tables hold, ``schema`` is the version."""

_ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 4 * 1024 * 1024
_COMPRESSION = 6  # what `gzip` does by itself; 9, the default here, takes much longer and gains little
_FAULTS = (gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, TypeError)


_as_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class DamagedBackup(OperatorError):
    """The file is not what was written: cut short, changed, or never a backup."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup says of itself: the revision of the tables, when it was made, how many rows of each table."""

    schema: str
    created_at: datetime
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, in the order they were written."""

    table: str
    columns: tuple[str, ...]
    values: Sequence[Sequence[Any]]


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that replaces *path* when the context ends well; otherwise *path* stays as it was.

    Only its owner may read it. When the context has ended, its content is on the disk, not only on its way there.
    """
    descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(partial).replace(path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let the new name of a file survive a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Writer:
    """Writes a backup onto a stream, line by line."""

    def __init__(self, stream: BinaryIO, header: Header) -> None:
        """Begin with *header*."""
        # No name and no time in gzip's own header: the same rows make the same bytes.
        self._stream = gzip.GzipFile(fileobj=stream, mode="wb", filename="", mtime=0, compresslevel=_COMPRESSION)
        self._digest = hashlib.sha256()
        self._put(
            {
                "loaxa": "backup",
                "version": VERSION,
                "schema": header.schema,
                "created_at": header.created_at.isoformat(),
                "rows": dict(header.rows),
            }
        )

    def begin(self, table: str, columns: Sequence["Column[Any]"]) -> None:
        """Begin with the rows of *table*, of which *columns* are kept."""
        self._codecs = [_encoder(column) for column in columns]
        self._put({"table": table, "columns": [column.name for column in columns]})

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write *rows*."""
        self._put(*([encode(value) for encode, value in zip(self._codecs, row, strict=True)] for row in rows))

    def end(self) -> None:
        """Seal what was written."""
        self._put({"end": True, "sha256": self._digest.hexdigest()})
        self._stream.close()

    def _put(self, *lines: object) -> None:
        text = "".join(map(_as_line, lines)).encode()
        self._digest.update(text)
        self._stream.write(text)


def _as_line(content: object) -> str:
    return _as_json(content) + "\n"


def check(path: Path) -> Header:
    """Read the backup *path* from end to end and return what it says of itself.

    Raises:
        DamagedBackup: it is not a whole backup.
        OperatorError: it cannot be read, or its layout is newer than this version.
    """
    with _opened(path) as lines:
        header = lines.header
        for _rows in lines.rows():
            pass
    return header


def read_rows(path: Path) -> Iterator[Rows]:
    """Yield the rows of the backup *path*, some at a time; what is wrong with it is raised as by `check`.

    Whether it is whole shows at the end only: nothing may be committed before.
    """
    with _opened(path) as lines:
        yield from lines.rows()


def decoders(columns: Sequence["Column[Any]"]) -> list[Callable[[Any], Any]]:
    """Return what makes the stored values of *columns* into Python's."""
    return [_decoder(column) for column in columns]


@contextmanager
def _opened(path: Path) -> Iterator["_Lines"]:
    try:
        with gzip.open(path, "rb") as stream:
            yield _Lines(stream)
    except _FAULTS as error:
        raise DamagedBackup(f"{path}: damaged, or no backup of Loa Xã ({error}); nothing was changed") from error
    except OSError as error:
        raise OperatorError(f"{path}: cannot be read ({error.strerror})") from error


class _Lines:
    """The lines of a backup, summed up as they are read."""

    def __init__(self, stream: "gzip.GzipFile") -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._bytes_read = 0
        first = self._next()
        if not isinstance(first, dict) or first.get("loaxa") != "backup":
            raise ValueError("its first line is another")
        if first["version"] != VERSION:
            raise OperatorError(f"this backup has layout {first['version']}, this version of Loa Xã reads {VERSION}")
        self.header = Header(first["schema"], datetime.fromisoformat(first["created_at"]), first["rows"])

    def rows(self) -> Iterator[Rows]:
        """Yield the rows, at most so many and so large at a time."""
        table, columns, values, since = "", tuple[str, ...](), list[list[Any]](), 0
        for line in self._body():
            is_row = isinstance(line, list)
            if values and (not is_row or len(values) == _ROWS_AT_ONCE or self._bytes_read - since > _BYTES_AT_ONCE):
                yield Rows(table, columns, values)
                values, since = [], self._bytes_read
            if is_row:
                values.append(line)
            elif "table" in line:
                table, columns = line["table"], tuple(line["columns"])

    def _body(self) -> Iterator[Any]:
        """Yield every line, the last too; behind it, compare what was read with what the file says of itself."""
        seen: Counter[str] = Counter()
        table = ""
        while True:
            read = self._digest.copy()
            line = self._next()
            yield line
            if isinstance(line, list):
                seen[table] += 1
            elif "end" in line:
                break
            else:
                table = line["table"]
        if line["sha256"] != read.hexdigest() or seen != Counter(self.header.rows):
            raise ValueError("its sums do not agree")
        if self._stream.readline():
            raise ValueError("something follows its end")

    def _next(self) -> Any:  # noqa: ANN401  # JSON
        line = self._stream.readline()
        if not line.endswith(b"\n"):
            raise EOFError("it ends too soon")
        self._bytes_read += len(line)
        self._digest.update(line)
        return json.loads(line)


def _encoder(column: "Column[Any]") -> Callable[[Any], Any]:
    match column.type:
        case UtcTime() | Date():
            return lambda value: None if value is None else value.isoformat()
        case LargeBinary():
            return lambda value: None if value is None else base64.b64encode(value).decode("ascii")
        case _:
            return lambda value: value


def _decoder(column: "Column[Any]") -> Callable[[Any], Any]:
    match column.type:
        case UtcTime():
            return lambda value: None if value is None else datetime.fromisoformat(value)
        case Date():
            return lambda value: None if value is None else date.fromisoformat(value)
        case LargeBinary():
            return lambda value: None if value is None else base64.b64decode(value)
        case _:
            return lambda value: value
