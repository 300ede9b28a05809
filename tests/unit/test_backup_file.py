"""The file of a backup: read back as it was written, refused when anything about it is wrong."""

import gzip
import stat
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Date, Integer, LargeBinary, Text

from bot.errors import OperatorError
from bot.storage.backup_file import DamagedBackup, Header, Writer, check, decoders, read_rows, whole_file
from bot.storage.database import UtcTime

MADE = datetime(2026, 11, 20, 3, 40, tzinfo=UTC)
COLUMNS: Sequence["Column[Any]"] = (
    Column("id", Integer),
    Column("text", Text),
    Column("at", UtcTime),
    Column("day", Date),
    Column("content", LargeBinary),
)
MOMENT = datetime(2026, 11, 20, 1, 2, 3, 4, tzinfo=UTC)
ROWS: Sequence[Sequence[object]] = [
    [1, "Đức Hòa\n“Sóc Sơn”\u2028", MOMENT, date(2026, 11, 20), bytes(range(256))],
    [2, None, None, None, None],
]


def write(path: Path, rows: Sequence[Sequence[object]] = ROWS) -> None:
    """Write a backup of one table to *path*."""
    with whole_file(path) as stream:
        writer = Writer(stream, Header("0003", MADE, {"things": len(rows)}))
        writer.begin("things", COLUMNS)
        writer.write(rows)
        writer.end()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a good backup lies."""
    path = tmp_path / "backup.gz"
    write(path)
    return path


def test_what_was_written_is_read(path: Path) -> None:
    """Every kind of column there is."""
    [rows] = read_rows(path)

    decode = decoders(COLUMNS)
    assert (rows.table, rows.columns) == ("things", ("id", "text", "at", "day", "content"))
    assert [[one(value) for one, value in zip(decode, row, strict=True)] for row in rows.values] == ROWS
    assert check(path) == Header("0003", MADE, {"things": 2})


def test_only_its_owner_reads_a_backup(path: Path) -> None:
    """It says who asked what."""
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def one_bit_flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def a_word_changed(content: bytes) -> bytes:
    return gzip.compress(gzip.decompress(content).replace("Đức".encode(), b"Duc"))


def a_row_missing(content: bytes) -> bytes:
    return _without(content, 2)


def its_end_missing(content: bytes) -> bytes:
    return _without(content, -1)


def _without(content: bytes, line: int) -> bytes:
    lines = gzip.decompress(content).splitlines(keepends=True)
    del lines[line]
    return gzip.compress(b"".join(lines))


def more_behind_it(content: bytes) -> bytes:
    return content + gzip.compress(b"[3]\n")


def another_format(_content: bytes) -> bytes:
    return b"SQLite format 3\x00"


def other_lines(_content: bytes) -> bytes:
    return gzip.compress(b'{"name":"something else"}\n')


def a_bare_number(_content: bytes) -> bytes:
    return gzip.compress(b"12\n")


def nothing(_content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize(
    "damage",
    [
        cut_short, one_bit_flipped, a_word_changed, a_row_missing, its_end_missing, more_behind_it, another_format,
        other_lines, a_bare_number, nothing,
    ],
)  # fmt: skip
def test_a_damaged_backup_is_refused(path: Path, damage: Callable[[bytes], bytes]) -> None:
    """On the day it is needed it must be right, or say that it is not."""
    path.write_bytes(damage(path.read_bytes()))

    with pytest.raises(DamagedBackup, match="nothing was changed"):
        check(path)


def test_a_layout_of_tomorrow_is_named(path: Path) -> None:
    """Which is not the same as damage."""
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b'"version":1', b'"version":2')))

    with pytest.raises(OperatorError, match="layout 2"):
        check(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(OperatorError, match="No such file"):
        check(tmp_path / "missing.gz")


def test_many_rows_come_some_at_a_time(path: Path) -> None:
    """A million of them do not fit into the memory of a small machine."""
    write(path, [[number, "", MADE, None, b""] for number in range(2500)])

    assert [len(rows.values) for rows in read_rows(path)] == [1000, 1000, 500]


def test_large_rows_come_a_few_at_a_time(path: Path) -> None:
    """Pictures have a megabyte each."""
    write(path, [[number, "", MADE, None, bytes(1024 * 1024)] for number in range(9)])

    sizes = [len(rows.values) for rows in read_rows(path)]

    assert sum(sizes) == 9
    assert max(sizes) < 5


def test_the_same_rows_make_the_same_file(path: Path) -> None:
    """So that two backups can be compared."""
    before = path.read_bytes()

    write(path)

    assert path.read_bytes() == before


def write_half(path: Path) -> None:
    with whole_file(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt


def test_an_interrupted_backup_leaves_the_one_before(path: Path) -> None:
    """Half a file in the place of a whole one would be believed until it is needed."""
    before = path.read_bytes()

    with pytest.raises(KeyboardInterrupt):
        write_half(path)

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
