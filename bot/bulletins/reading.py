"""Read running text aloud: what in a sentence is no plain word, and which words an announcer says for it.

One pattern finds every such thing, the more telling shape first ("118/2025/NĐ-CP" before "118"), and each kind has one
function. What has been read contains nothing more to read, so reading it again changes nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.bulletins.citations import CITATION, Offices, read_citation
from bot.bulletins.numerals import (
    NORTH,
    Dialect,
    read_date,
    read_decimal,
    read_digits,
    read_month,
    read_number,
    read_phone,
    read_time,
)
from bot.bulletins.spelling import read_address, read_code, roman, spell
from bot.text import clean


@dataclass(frozen=True, slots=True)
class SpokenWords:
    """What a radio script says besides its text, and how it says what is no word.

    ``opening`` and ``closing`` may name ``{title}``, ``heading`` names ``{heading}``, ``link`` names ``{label}`` and
    ``{address}``. ``readings`` are abbreviations, names and phrases with what is said for them ("UBND"), ``addresses``
    the parts of web addresses that are said as words ("dichvucong"), ``offices`` the letters of legal numbers.
    """

    opening: str
    closing: str
    heading: str
    link: str
    readings: Mapping[str, str]
    addresses: Mapping[str, str]
    offices: Offices
    dialect: Dialect = NORTH


def read_aloud(text: str, words: SpokenWords) -> str:
    """Return one paragraph of plain *text* as it is said, with a full stop at its end."""
    readings = _with_capitals(words.readings)
    pattern = _pattern(tuple(sorted(readings, key=len, reverse=True)))
    reader = _Reader(words, readings)
    return _as_sentences(pattern.sub(reader.read, _normal(text)))


def _with_capitals(readings: Mapping[str, str]) -> Mapping[str, str]:
    """Return *readings* with each phrase also as it stands at the beginning of a sentence."""
    return {key[0].upper() + key[1:]: said for key, said in readings.items()} | dict(readings)


_DASHES = str.maketrans("\u2010\u2011\u2012\u2212\u2014\u2044\u2215", "----–//")


def _normal(text: str) -> str:
    """Return *text* with one way of writing each digit, dash and letter."""
    one_way = unicodedata.normalize("NFKC", clean(text)).translate(_DASHES)
    ascii_digits = "".join(str(int(c)) if c.isdecimal() else c for c in one_way)
    return " ".join(re.sub(r"\.{2,}", "…", ascii_digits).split())


# What is looked for. The guards keep a shape from beginning or ending inside a longer number or word.

_BEGINS, _ENDS = r"(?<![\w/])(?<!\d[.,-])", r"(?![\w/]|[.,]\d)"
_TO = r" ?[-–] ?"
_DAY, _MONTH, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = (
    rf"(?:{_YEAR}-{_MONTH}-{_DAY}|{_DAY}/{_MONTH}/{_YEAR}|{_DAY}-{_MONTH}-{_YEAR}|{_DAY}\.{_MONTH}\.{_YEAR}"
    rf"|{_DAY}/{_MONTH}|{_MONTH}/{_YEAR})(?!\d)"
)
_PART_OF_DAY = r"(?= ?(?:sáng|trưa|chiều|tối|đêm)\b)"
_HOUR = r"(?:[01]?\d|2[0-4])"
_TIME = (
    rf"{_HOUR}(?::[0-5]\d|[hH](?:[0-5]\d)?(?: phút)?|g[0-5]\d(?: phút)?|g{_PART_OF_DAY}| giờ [0-5]\d(?: phút)?)(?!\d)"
)
_PHONE = (
    r"\+84[ .-]?(?:\(0\)[ .-]?)?\d(?:[ .-]?\d){7,9}?|\(0\d{1,3}\)[ .-]?\d(?:[ .-]?\d){5,8}|0\d{2,3}[ .-]1022"
    r"|0\d(?:[ .-]?\d){8,9}?|1[89]00[ .]?(?:\d{4}|\d\d[ .]?\d\d|\d{6}|\d{3}[ .]\d{3})"
)
_NUMBER = r"\d+(?:[.,]\d+)*"
_UNITS = {
    "km2": "ki lô mét vuông", "km": "ki lô mét", "m2": "mét vuông", "m3": "mét khối", "m": "mét", "cm": "xăng ti mét",
    "mm": "mi li mét", "ha": "héc ta", "kg": "ki lô gam", "mg": "mi li gam", "g": "gam", "ml": "mi li lít", "l": "lít",
    "kWh": "ki lô oát giờ", "kW": "ki lô oát", "GB": "gi ga bai", "MB": "mê ga bai", "h": "giờ", "tr": "triệu",
    "%": "phần trăm", "‰": "phần nghìn", "°C": "độ xê", "°": "độ", "đ": "đồng", "VNĐ": "đồng", "VND": "đồng",
    "vnđ": "đồng", "k": "nghìn", "USD": "đô la Mỹ", "$": "đô la",
}  # fmt: skip
_UNIT = rf"(?:{'|'.join(map(re.escape, sorted(_UNITS, key=len, reverse=True)))})(?!\w)"
_EACH = (
    r"(?:tháng|năm|quý|tuần|ngày|giờ|phút|người|nhân khẩu|khẩu|hộ|lần|lượt|bản|trang|tờ|suất|thẻ|xe|cháu|em|hồ sơ"
    r"|trường hợp|thửa|con|cây|học sinh|môn|mét|đêm|buổi|ca|năm học)\b"
)
_UPPER = "".join(filter(str.isupper, map(chr, range(0x1F00))))
_TOP_LEVEL = r"(?:vn|com|net|org|info|edu|gov|top|xyz|io|me|app|site|online|shop|asia|tv|biz|cc)"

_SHAPES: tuple[tuple[str, str], ...] = (
    ("mail", r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    (
        "address",
        rf"https?://[^\s<>«»\"()]*[^\s<>«»\"().,;:!?…]"
        rf"|(?<![\w@.-])\.?(?:[A-Za-z0-9-]+\.)+{_TOP_LEVEL}(?![\w-]|\.\w)(?:/[\w./-]*[\w/-])?",
    ),
    ("gloss", rf"\([{_UPPER}][\w&]+\)"),
    ("citation", CITATION),
    ("dates", rf"{_BEGINS}(?P<since>{_DATE}|{_DAY}){_TO}(?P<until>{_DATE}){_ENDS}"),
    ("date", rf"{_BEGINS}{_DATE}{_ENDS}"),
    ("times", rf"{_BEGINS}(?P<opens>{_TIME}|{_HOUR} giờ|{_HOUR}){_TO}(?P<closes>{_TIME}|(?<=giờ)){_ENDS}"),
    ("time", rf"{_BEGINS}{_TIME}{_ENDS}"),
    ("phone", rf"{_BEGINS}(?:{_PHONE})(?![\w/]|[.,-]\d)"),
    ("spaced", rf"{_BEGINS}[1-9]\d{{0,2}}(?: \d{{3}})+(?= ?(?:đồng|đ|VNĐ|VND)\b)"),
    ("reading", ""),
    ("chain", r"(?<![\w.,/-])(?![1-9]\d{0,2}(?:\.\d{3})+(?![.\d]))\d+(?:([.-])\d+)(?:\2\d+)+(?![\w/])"),
    ("ratio", rf"{_BEGINS}{_NUMBER}(?: ?[/:] ?{_NUMBER})+(?![\w/])"),
    (
        "amount",
        rf"(?P<minus>(?<![^\s(])-)?(?<![\w])(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?(?:(?P<unit> ?{_UNIT})|(?!\w))",
    ),
    ("code", r"\w*\d\w*(?:[-./]\w*\d\w*)*"),
    ("each", rf"/ ?(?P<per>{_UNIT}|{_EACH})"),
    ("roman", r"(?<!\w)[IVX]+(?!\w)"),
    ("capitals", rf"(?<!\w)[{_UPPER}]{{2,}}(?!\w)"),
    ("letter", r"(?<!\w)[BCDĐGHKLMNPQRSTVXFJWZ](?![\w'’])"),
    ("weekdays", rf"{_TO}(?=(?:[Tt]hứ|[Cc]hủ) )"),
    ("sign", r"[^\w\s.,;:!?…'\"«»“”‘’]|_"),
)  # fmt: skip


@lru_cache(maxsize=8)
def _pattern(readings: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of everything that is not said as it is written; longer *readings* stand first."""
    said = rf"(?<!\w)(?:{'|'.join(map(re.escape, readings))})(?!\w)" if readings else r"(?!)"
    return re.compile("|".join(f"(?P<{kind}>{said if kind == 'reading' else shape})" for kind, shape in _SHAPES))
