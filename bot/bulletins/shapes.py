"""What in a text is no plain word, as one pattern: web addresses, legal numbers, dates, times, phones, amounts, signs.

The more telling shape stands first, so that "118/2025/NĐ-CP" is never taken for a fraction. Each alternative is a named
group, and `bot.bulletins.reading` says what was found by that name.
"""

import re
from functools import lru_cache

from bot.bulletins.citations import CITATION

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
UNITS = {
    "km2": "ki lô mét vuông", "km": "ki lô mét", "m2": "mét vuông", "m3": "mét khối", "m": "mét", "cm": "xăng ti mét",
    "mm": "mi li mét", "ha": "héc ta", "kg": "ki lô gam", "mg": "mi li gam", "g": "gam", "ml": "mi li lít", "l": "lít",
    "kWh": "ki lô oát giờ", "kW": "ki lô oát", "GB": "gi ga bai", "MB": "mê ga bai", "h": "giờ", "tr": "triệu",
    "%": "phần trăm", "‰": "phần nghìn", "°C": "độ xê", "°": "độ", "đ": "đồng", "VNĐ": "đồng", "VND": "đồng",
    "vnđ": "đồng", "k": "nghìn", "USD": "đô la Mỹ", "$": "đô la",
}  # fmt: skip
_UNIT = rf"(?:{'|'.join(map(re.escape, sorted(UNITS, key=len, reverse=True)))})(?!\w)"
_EACH = (
    r"(?:tháng|năm|quý|tuần|ngày|giờ|phút|người|nhân khẩu|khẩu|hộ|lần|lượt|bản|trang|tờ|suất|thẻ|xe|cháu|em|hồ sơ"
    r"|trường hợp|thửa|con|cây|học sinh|môn|mét|đêm|buổi|ca|năm học)\b"
)
UPPER = "".join(filter(str.isupper, map(chr, range(0x1F00))))
"""Every capital of a Vietnamese text, for a character class."""

_TOP_LEVEL = r"(?i:vn|com|net|org|info|edu|gov|top|xyz|io|me|app|site|online|shop|asia|tv|biz|cc)"

_ADDRESS = (
    r"https?://[^\s<>«»\"()]*[^\s<>«»\"().,;:!?…]"
    rf"|(?<![\w@.-])\.?(?:[A-Za-z0-9-]+\.)+{_TOP_LEVEL}(?![\w-]|\.\w)(?:/[\w./-]*[\w/-])?"
)
_AMOUNT = (
    rf"(?P<minus>(?<![^\s(])-)?(?<!\w)(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?"
    rf"(?:(?P<unit> ?{_UNIT})|(?!\w))"
)
_CHAIN = r"(?<![\w.,/-])(?![1-9]\d{0,2}(?:\.\d{3})+(?![.\d]))\d+(?P<joint>[.-])\d+(?:(?P=joint)\d+)+(?![\w/])"

_SHAPES = {
    "mail": r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    "address": _ADDRESS,
    "gloss": rf"\([{UPPER}][\w&]+\)",
    "citation": CITATION,
    "days": rf"(?<=ngày ){_DAY}(?:,{_DAY})+/{_MONTH}(?:/{_YEAR})?{_ENDS}",
    "dates": rf"{_BEGINS}(?P<since>{_DATE}|{_DAY}){_TO}(?P<until>{_DATE}){_ENDS}",
    "date": rf"{_BEGINS}{_DATE}{_ENDS}",
    "times": rf"{_BEGINS}(?P<opens>{_TIME}|{_HOUR}(?: giờ)?){_TO}(?P<closes>{_TIME}|{_HOUR} giờ){_ENDS}",
    "time": rf"{_BEGINS}{_TIME}{_ENDS}",
    "phone": rf"{_BEGINS}(?:{_PHONE})(?![\w/]|[.,-]\d)",
    "spaced": rf"{_BEGINS}[1-9]\d{{0,2}}(?: \d{{3}})+(?= ?(?:đồng|đ|VNĐ|VND)\b)",
    "reading": "",
    "chain": _CHAIN,
    "ratio": rf"{_BEGINS}{_NUMBER}(?:(?: ?[/x×] ?|:){_NUMBER})+(?![\w/])",
    "amount": _AMOUNT,
    "by": r"(?<=[\dm]) x (?=\d)",
    "roman": r"(?<!\w)[IVX]+(?:\.\d+)*(?!\w)",
    "code": rf"(?<!\w)(?:[{UPPER}]{{1,2}}\.)?(?=\w*\d)\w+(?:[-./](?=\w*\d)\w+)*|\d+",
    "each": rf"/ ?(?P<per>{_UNIT}|{_EACH})",
    "capitals": rf"(?<!\w)[{UPPER}]{{2,}}(?!\w)",
    "letter": r"(?<!\w)[BCDĐGHKLMNPQRSTVXFJWZ](?![\w'’])",
    "weekdays": rf"{_TO}(?=(?:[Tt]hứ|[Cc]hủ) )",
    "sign": r"[^\w\s.,;:!?…'\"«»“”‘’]|_",
}


@lru_cache(maxsize=8)
def pattern_of(readings: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of everything that is not said as it is written; longer *readings* stand first."""
    said = rf"(?<!\w)(?:{'|'.join(map(re.escape, readings))})(?!\w)" if readings else r"(?!)"
    return re.compile(
        "|".join(f"(?P<{kind}>{said if kind == 'reading' else shape})" for kind, shape in _SHAPES.items())
    )
