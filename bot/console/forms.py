"""What somebody typed into a form, read field by field; nothing of it is trusted to be there or to be text."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import web

from bot.text import clean

TOKEN = "_token"  # noqa: S105  # the name of the field, not its value
"""The field in which every form carries the proof that it is ours."""


_NUMBER = re.compile(r"[0-9]{1,15}")

Value = str | bytes | bytearray | web.FileField
"""What aiohttp makes of a field."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the field named ``field`` (empty: with the whole), and how to mend it."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    name: str
    content: bytes = field(repr=False)


class Form:
    """The fields of one form, as they were sent."""

    def __init__(self, fields: Iterable[tuple[str, Value]] = ()) -> None:
        """Read from *fields*, names and values; a name may stand there several times."""
        self._values = defaultdict[str, list[object]](list)
        for name, value in fields:
            self._values[name].append(_read(value) if isinstance(value, web.FileField) else value)

    def __contains__(self, name: str) -> bool:
        """Tell whether the field *name* was sent at all."""
        return name in self._values

    def text(self, name: str) -> str:
        """Return the field *name* without what nobody sees, trimmed; empty if it was not sent."""
        texts = self.texts(name)
        return texts[0] if texts else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return every value of the field *name*: of ticked boxes, those that were ticked. Lines end in one way."""
        values = (value for value in self._values.get(name, []) if isinstance(value, str))
        return tuple(clean(value.replace("\r\n", "\n").replace("\r", "\n")) for value in values)

    def number(self, name: str) -> int:
        """Return the field *name* as the number of a row; 0, which no row has, if it is none."""
        text = self.text(name)
        return int(text) if _NUMBER.fullmatch(text) else 0

    def upload(self, name: str) -> Upload | None:
        """Return the file in the field *name*, if one was chosen."""
        files = (value for value in self._values.get(name, []) if isinstance(value, Upload) and value.name)
        return next(files, None)


def _read(field: web.FileField) -> Upload:
    """Return what was sent; the file that it was gathered in is closed, and gone with that."""
    with field.file as file:
        return Upload(clean(field.filename), file.read())
