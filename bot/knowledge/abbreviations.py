"""The abbreviations people type, from ``content/abbreviations.tsv``: one a line, expansions separated by ``|``, a note.

Some mean several things ("hs" is a dossier or a pupil). Nothing is guessed here: every reading is given, most usual
first, and the matcher sees which one makes sense.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.knowledge.problems import Problem
from bot.knowledge.source import Source, Unreadable

_COLUMNS = (2, 3)


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """What each abbreviation may stand for; keys are lower-case NFC, expansions as written in the table."""

    readings: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, source: Source) -> Self:
        """Return the table in *source*.

        Raises:
            Unreadable: with every line that has no abbreviation, no expansion, or repeats one.
        """
        readings: dict[str, tuple[str, ...]] = {}
        problems = []
        for number, line in enumerate(source.header.splitlines(), start=1):
            cells = line.split("\t")
            key = unicodedata.normalize("NFC", cells[0]).strip().lower()
            expansions = tuple(part.strip() for part in cells[1].split("|")) if len(cells) > 1 else ()
            if len(cells) not in _COLUMNS or not key or not all(expansions):
                problems.append(
                    Problem(
                        source.name,
                        number,
                        "mỗi dòng gồm: chữ tắt, phím Tab, nghĩa (nhiều nghĩa cách bằng |), phím Tab, ghi chú",
                    )
                )
            elif key in readings:
                problems.append(Problem(source.name, number, f"chữ tắt «{key}» đã có ở dòng trên"))
            else:
                readings[key] = expansions
        if problems:
            raise Unreadable(problems)
        return cls(readings)

    def of(self, token: str) -> tuple[str, ...]:
        """Return what *token* may stand for, most usual first; empty if it is no abbreviation."""
        return self.readings.get(token, ())
