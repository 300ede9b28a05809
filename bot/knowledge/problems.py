"""What is wrong with content, said to the person who edits it: file, line, what is wrong, what is allowed.

These sentences are in Vietnamese and stand here, not in ``content/``, because they must be readable when the content
is not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""What an id looks like; it is also the name of a file, so nothing in it can lead out of a folder."""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. ``file`` is relative to the content folder; ``line`` counts from 1."""

    file: Path
    line: int
    text: str

    def __str__(self) -> str:
        """Return ``file:line: text``, which editors and terminals turn into a link."""
        return f"{self.file}:{self.line}: {self.text}"


def _missing(name: str, _context: Mapping[str, Any]) -> str:
    return f"thiếu mục «{name}»"


def _extra(name: str, _context: Mapping[str, Any]) -> str:
    return f"mục «{name}» không có trong mẫu; xem lại tên mục hoặc bỏ đi"


def _too_long(name: str, context: Mapping[str, Any]) -> str:
    return f"«{name}» dài quá, nhiều nhất {context['max_length']} ký tự"


def _too_short(name: str, context: Mapping[str, Any]) -> str:
    return f"«{name}» còn trống hoặc ngắn quá, ít nhất {context['min_length']}"


def _pattern(name: str, context: Mapping[str, Any]) -> str:
    if context["pattern"] == SLUG:
        return f"«{name}» viết chưa đúng mẫu: chỉ dùng chữ thường không dấu, chữ số và gạch nối, như ht-khai-sinh"
    return f"«{name}» viết chưa đúng mẫu ({context['pattern']}); mã số phải đặt trong dấu nháy"


def _choice(name: str, context: Mapping[str, Any]) -> str:
    return f"«{name}» chỉ được là: {context['expected'].replace(' or ', ', ')}"


def _own(name: str, context: Mapping[str, Any]) -> str:
    code, _, detail = str(context["error"]).partition(":")
    return f"«{name}» " + _OWN[code].format(detail)


_OWN = {
    "https_only": "phải là địa chỉ bắt đầu bằng https://",
    "hours": 'phải viết như "07:30-11:30, 13:30-17:00", giờ sớm trước',
    "placeholder": "có chỗ điền không dùng được ở đây: {}",
    "braces": "có dấu ngoặc nhọn chưa đủ cặp",
}

_SENTENCES: dict[str, Callable[[str, Mapping[str, Any]], str]] = {
    "missing": _missing,
    "extra_forbidden": _extra,
    "string_too_long": _too_long,
    "string_too_short": _too_short,
    "too_short": _too_short,
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "enum": _choice,
    "value_error": _own,
}

_TYPES = {
    "string_type": "phải là chữ (số thì đặt trong dấu nháy)",
    "tuple_type": "phải là danh sách, mỗi dòng bắt đầu bằng dấu gạch ngang",
    "dict_type": "phải gồm các mục con",
    "model_type": "phải gồm các mục con",
    "date_type": "phải là ngày viết như 2026-11-20",
    "date_parsing": "phải là ngày viết như 2026-11-20",
    "date_from_datetime_parsing": "phải là ngày viết như 2026-11-20",
    "date_from_datetime_inexact": "phải là ngày viết như 2026-11-20",
    "time_type": 'phải là giờ viết như "19:00"',
    "time_parsing": 'phải là giờ viết như "19:00"',
    "invalid_key": "phải là chữ (số thì đặt trong dấu nháy)",
    "float_type": "phải là số",
    "float_parsing": "phải là số",
    "greater_than_equal": "nhỏ quá",
    "less_than_equal": "lớn quá",
    "bool_type": "phải là true hoặc false",
}


def sentence(error: Mapping[str, Any]) -> str:
    """Return what a pydantic *error* (an item of ``ValidationError.errors()``) means for an editor."""
    path = error["loc"]
    name = ".".join(str(part + 1) if isinstance(part, int) else part for part in path) or "tệp"
    kind = error["type"]
    if kind in _SENTENCES:
        return _SENTENCES[kind](name, error.get("ctx", {}))
    return f"«{name}» {_TYPES.get(kind, 'viết chưa đúng: ' + error['msg'])}"
