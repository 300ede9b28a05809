r"""An answer as what stands in the boxes of a form, and what was typed there as entries of its file.

A list is one box, one item a line; what has several parts has bars between them (``nhãn | địa chỉ``), so that a form
needs no script. Days are typed as people write them here. A bar inside a part is typed ``\|``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from bot.knowledge.editing import BODY
from bot.knowledge.rewriting import Value
from bot.knowledge.schema import Answer
from bot.text import clean

_BAR = re.compile(r"(?<!\\)\|")
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the boxes, each named like the entry it becomes."""

    title: str = ""
    audience: str = ""
    summary: str = ""
    questions: str = ""
    not_for: str = ""
    body: str = ""
    timed: str = ""
    related: str = ""
    links: str = ""
    legal_basis: str = ""
    sources: str = ""
    valid_from: str = ""
    valid_until: str = ""
    when_expired: str = ""


BOXES = tuple(box.name for box in fields(Typed))
"""The boxes, in the order of the form."""

READ_BY_CITIZENS = frozenset(BOXES) - {"questions", "not_for", "related"}
"""What a review vouches for; the others only help to find the answer."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What cannot be taken for anything: ``kind`` names the sentence of `bot.knowledge.answer_words.SlipWords`."""

    box: str
    kind: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What was typed, as entries (None: to be left out), the body, and what could not be read."""

    entries: Mapping[str, Value | None]
    body: str
    slips: tuple[Slip, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a line; ``name`` is the entry's in the file."""

    name: str
    is_day: bool = False


_PLAIN_LISTS = frozenset({"questions", "related"})
_DAYS = frozenset({"valid_from", "valid_until"})
_TABLES: Mapping[str, tuple[_Part, ...]] = {
    "not_for": (_Part("ask"), _Part("see")),
    "links": (_Part("label"), _Part("url")),
    "legal_basis": (_Part("number"), _Part("date", is_day=True), _Part("what")),
    "sources": (_Part("label"), _Part("checked", is_day=True), _Part("url")),
    "timed": (
        _Part("section"),
        _Part("from", is_day=True),
        _Part("until", is_day=True),
        _Part("text"),
        _Part("after"),
    ),
}
LISTS = _PLAIN_LISTS | _TABLES.keys()
"""The boxes with one item a line."""

_LEFT_OUT_WHEN_EMPTY = frozenset({"not_for", "links", "legal_basis", "timed", "when_expired"}) | _DAYS


def typed(answer: Answer) -> Typed:
    """Return what stands in the boxes when *answer* is opened."""
    data = answer.model_dump(by_alias=True)
    return Typed(**{box: _shown(box, data[box]) for box in BOXES})


def changed(before: Typed, after: Typed) -> tuple[str, ...]:
    """Return the boxes in which *after* says something else; what nobody sees is no difference."""
    return tuple(box for box in BOXES if _seen(before, box) != _seen(after, box))


def entries(typed: Typed, boxes: Sequence[str]) -> Entries:
    """Return what stands in *boxes* of *typed* as entries of the file."""
    slips: list[Slip] = []
    read = {box: _read(box, _seen(typed, box), slips) for box in boxes if box != BODY}
    return Entries(read, _seen(typed, BODY), tuple(slips))


def read_day(text: str) -> date | None:
    """Return the day that *text* is (20/11/2026, 20-11-2026, 2026-11-20); None if it is none."""
    found = _DAY.fullmatch(text.strip())
    if not found:
        return None
    day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def show_day(day: date | None) -> str:
    """Return *day* as it is typed; empty for none."""
    return f"{day:%d/%m/%Y}" if day else ""


def _seen(typed: Typed, box: str) -> str:
    text: str = getattr(typed, box)
    return clean(text.replace("\r\n", "\n"))


def _shown(box: str, value: object) -> str:
    if box in _TABLES and isinstance(value, tuple):
        return "\n".join(_line([item[part.name] for part in _TABLES[box]]) for item in value)
    if isinstance(value, tuple):
        return "\n".join(" ".join(str(item).split()) for item in value)
    return _cell(value)


def _line(values: Sequence[object]) -> str:
    cells = [_cell(value).replace("|", r"\|") if isinstance(value, str) else _cell(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    return " | ".join(cells)


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case date():
            return show_day(value)
        case _:
            return str(value)


def _read(box: str, text: str, slips: list[Slip]) -> Value | None:
    value = _value(box, text, slips)
    return None if not value and box in _LEFT_OUT_WHEN_EMPTY else value


def _value(box: str, text: str, slips: list[Slip]) -> Value:
    if box in _TABLES:
        return [_item(box, number, line, slips) for number, line in _lines(text)]
    if box in _PLAIN_LISTS:
        return [line for _, line in _lines(text)]
    if box in _DAYS and text:
        return _day(box, 1, text, slips)
    return " ".join(text.split())


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that say something, with their numbers from 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, " ".join(line.split())


def _item(box: str, number: int, line: str, slips: list[Slip]) -> Value:
    parts = _TABLES[box]
    cells = [cell.strip().replace(r"\|", "|") for cell in _BAR.split(line)]
    if len(cells) > len(parts):
        slips.append(Slip(box, "too_many_parts", number, line))
    item: dict[str, Value] = {}
    for part, cell in zip(parts, cells, strict=False):
        if cell:
            item[part.name] = _day(box, number, cell, slips) if part.is_day else cell
    return item


def _day(box: str, number: int, text: str, slips: list[Slip]) -> Value:
    day = read_day(text)
    if day is None:
        slips.append(Slip(box, "no_day", number, text))
        return text
    return day
