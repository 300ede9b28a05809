"""The table of abbreviations; what becomes of a broken one is in ``test_loader.py``."""

from pathlib import Path

import pytest

from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.library import Library
from bot.knowledge.source import Source, Unreadable

TABLE = "hs\thồ sơ|học sinh\tambiguous\nGKS\tgiấy khai sinh\nđk\tđăng ký\t\n"


def read(table: str) -> Abbreviations:
    """Read *table* as the loader does."""
    return Abbreviations.read(Source(Path("abbreviations.tsv"), table))


@pytest.mark.parametrize(
    ("token", "readings"),
    [
        pytest.param("hs", ("hồ sơ", "học sinh"), id="most-usual-first"),
        pytest.param("gks", ("giấy khai sinh",), id="keys-are-in-small-letters"),
        pytest.param("đk", ("đăng ký",), id="keys-have-accents"),
        pytest.param("dk", (), id="without-the-accent-it-is-another"),
        pytest.param("khai", (), id="no-abbreviation"),
    ],
)
def test_a_token_gives_every_reading(token: str, readings: tuple[str, ...]) -> None:
    """Nothing is guessed here."""
    assert read(TABLE).of(token) == readings


def test_every_broken_line_is_reported() -> None:
    """At once, as in every file."""
    with pytest.raises(Unreadable) as raised:
        read("hs\n\nko\tkhông\nko\tkhông\na\tb\tc\td\n")

    assert [problem.line for problem in raised.value.problems] == [1, 2, 4, 5]


def test_the_real_table_gives_each_reading_once(library: Library) -> None:
    """A reading twice would only cost time."""
    readings = library.shelves.abbreviations.readings

    assert [key for key, meanings in readings.items() if len(set(meanings)) < len(meanings)] == []
