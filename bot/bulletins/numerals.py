"""Vietnamese number words: amounts, decimals, dates, times of day and phone numbers as an announcer says them.

A loudspeaker script has no digits, because whoever reads it aloud must not have to think about them. The words here
are grammar, not phrasing, so they stand in code. What a number in a sentence means is for `bot.bulletins.reading`.
"""

import re
from dataclasses import dataclass

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_TEN, _HUNDRED, _THOUSAND, _BILLION = 10, 100, 1000, 10**9


@dataclass(frozen=True, slots=True)
class Dialect:
    """What North and South say differently: 1005 is "một nghìn không trăm linh năm" or "một ngàn không trăm lẻ năm"."""

    thousand: str
    odd: str


NORTH = Dialect("nghìn", "linh")
SOUTH = Dialect("ngàn", "lẻ")


def read_number(number: int, dialect: Dialect = NORTH) -> str:
    """Return a whole number in words: 1240 is "một nghìn hai trăm bốn mươi"."""
    if number < 0:
        return f"âm {read_number(-number, dialect)}"
    billions, rest = divmod(number, _BILLION)
    if not billions:
        return _below_billion(rest, dialect, is_leading=True)
    head = f"{read_number(billions, dialect)} tỷ"
    return f"{head} {_below_billion(rest, dialect, is_leading=False)}" if rest else head


def _below_billion(number: int, dialect: Dialect, *, is_leading: bool) -> str:
    groups = (
        (number // _THOUSAND**2, "triệu"),
        (number // _THOUSAND % _THOUSAND, dialect.thousand),
        (number % _THOUSAND, ""),
    )
    parts: list[str] = []
    for group, name in groups:
        if group:
            said = _below_thousand(group, dialect, is_leading=is_leading and not parts)
            parts += [said, name] if name else [said]
    return " ".join(parts) or _DIGITS[0]


def _below_thousand(number: int, dialect: Dialect, *, is_leading: bool) -> str:
    hundreds, rest = divmod(number, _HUNDRED)
    if is_leading and not hundreds:
        return _below_hundred(rest)
    head = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return head
    return f"{head} {_below_hundred(rest)}" if rest >= _TEN else f"{head} {dialect.odd} {_after_odd(rest, dialect)}"


def _after_odd(unit: int, dialect: Dialect) -> str:
    return {4: "tư"}.get(unit, _DIGITS[unit]) if dialect.odd == NORTH.odd else _DIGITS[unit]


def _below_hundred(number: int) -> str:
    tens, unit = divmod(number, _TEN)
    if not tens:
        return _DIGITS[unit]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not unit:
        return head
    special = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
    return f"{head} {special.get(unit, _DIGITS[unit])}"


def read_digits(text: str) -> str:
    """Return the digits of *text* one by one: "06" is "không sáu"; everything else in it is left out."""
    return " ".join(_DIGITS[int(c)] for c in text if c.isdecimal())


_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_LONGEST_NUMBER = 15
"""Digits; what is longer is no amount but a code."""


def read_decimal(text: str, dialect: Dialect = NORTH) -> str:
    """Return a number as it is written in Vietnam, in words: points part thousands, a comma begins the decimals.

    A point that parts no thousands is said: "2.0" is "hai chấm không".
    """
    if _THOUSANDS.fullmatch(text):
        text = text.replace(".", "")
    whole, *decimals = text.split(",")
    said = " chấm ".join(_read_part(part, dialect) for part in whole.split(".") if part) or _DIGITS[0]
    return " phẩy ".join([said, *(_read_decimals(part, dialect) for part in decimals if part)])


def _read_part(part: str, dialect: Dialect) -> str:
    is_code = len(part) > _LONGEST_NUMBER or (part[0] == "0" and len(part) > _LONGEST_GROUP)
    return read_digits(part) if is_code else read_number(int(part), dialect)


def _read_decimals(part: str, dialect: Dialect) -> str:
    """Return decimals as they are said: two of them like a number ("hai mươi tư"), the rest one by one."""
    return read_number(int(part), dialect) if re.fullmatch(r"[1-9]\d?", part) else read_digits(part)


_DATE = re.compile(r"(?:(\d{1,2})[./-])?(\d{1,2})(?:[./-](\d{4}))?")
_ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def read_date(text: str, dialect: Dialect = NORTH) -> str:
    """Return a date in words: "01/7", "28/02/2027", "2027-02-28"; "12/2025" is a month.

    Raises:
        ValueError: it is none of these.
    """
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = match.groups()
    elif match := _DATE.fullmatch(text):
        day, month, year = match.groups()
    else:
        raise ValueError(text)
    parts = [f"ngày {read_number(int(day), dialect)}"] if day else []
    parts.append(read_month(int(month)))
    if year:
        parts.append(f"năm {read_number(int(year), dialect)}")
    return " ".join(parts)


def read_month(number: int) -> str:
    """Return the name of a month: the fourth is "tháng tư"."""
    return f"tháng {read_ordinal(number) if number > 1 else read_number(number)}"


def read_ordinal(number: int, dialect: Dialect = NORTH) -> str:
    """Return what stands after "thứ": nhất, hai, ba, tư, năm."""
    return {1: "nhất", 4: "tư"}.get(number) or read_number(number, dialect)


_TIME = re.compile(r"(\d{1,2})(?::|[hg]| giờ ?)(\d{2})?(?: phút)?", re.IGNORECASE)


def read_time(text: str, dialect: Dialect = NORTH) -> str:
    """Return a time of day in words: "19:00", "7h30", "7g30", "7 giờ 30".

    Raises:
        ValueError: it is none of these.
    """
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    hour, minute = int(match[1]), int(match[2] or 0)
    said = f"{read_number(hour, dialect)} giờ"
    return f"{said} {read_number(minute, dialect)} phút" if minute else said


_GROUPS = {10: (4, 3, 3), 11: (3, 4, 4), 8: (4, 4), 12: (3, 3, 3, 3), 9: (3, 3, 3), 7: (3, 4), 6: (3, 3)}
_LONGEST_GROUP = 5


def read_phone(text: str) -> str:
    """Return a phone number digit by digit, with a pause between its groups: "1900 9068", "0912345678", "113".

    Groups are those it is written in; where it is written in one, those that people are used to.
    """
    groups = re.findall(r"\d+", text)
    if len(groups) == 1 and len(groups[0]) > _LONGEST_GROUP:
        groups = _grouped(groups[0])
    said = ", ".join(map(read_digits, groups))
    return f"cộng {said}" if text.lstrip("( ").startswith("+") else said


def _grouped(digits: str) -> list[str]:
    sizes = _GROUPS.get(len(digits)) or (3,) * -(-len(digits) // 3)
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    return [digits[start : start + size] for start, size in zip(starts, sizes, strict=True)]
