"""Read running text aloud: what in a sentence is no plain word, and which words an announcer says for it.

One pattern finds every such thing, the more telling shape first ("118/2025/NĐ-CP" before "118"), and each kind has one
function. What has been read contains nothing more to read, so reading it again changes nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.bulletins.citations import Offices, read_citation
from bot.bulletins.numerals import (
    NORTH,
    Dialect,
    read_date,
    read_decimal,
    read_digits,
    read_month,
    read_number,
    read_ordinal,
    read_phone,
    read_time,
)
from bot.bulletins.shapes import UNITS, UPPER, pattern_of
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
    pattern = pattern_of(tuple(sorted(readings, key=len, reverse=True)))
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


_SAID_BEFORE = 120
"""Letters; how far back it is looked for what a number belongs to."""

_AFTER_DAY_WORD = re.compile(r"\b(?:ngày|mùng|mồng|lễ|đường|phố|quảng trường|công viên) $", re.IGNORECASE)
_AFTER_FROM = re.compile(r"\b(?:từ|từ ngày|từ lúc) $", re.IGNORECASE)
_AFTER_MONTH_WORD = re.compile(r"\btháng $", re.IGNORECASE)
_AFTER_QUARTER_WORD = re.compile(r"\bquý $", re.IGNORECASE)
_AFTER_ORDINAL_WORD = re.compile(r"\bthứ $", re.IGNORECASE)
_AFTER_HOUSE_WORD = re.compile(r"\b(?:số nhà|nhà số|ngõ|ngách|hẻm|kiệt|trọ|căn|lô|thửa|bậc) $", re.IGNORECASE)
_AFTER_WATCH_WORD = re.compile(r"\b(?:trực|phục vụ|hỗ trợ|hoạt động|mở|mở cửa|suốt|liên tục) $", re.IGNORECASE)
_AFTER_NAME_WORD = re.compile(
    r"\b(?:đề án|mẫu|mẫu số|số|ký hiệu|mã|tờ khai|biểu|phụ lục|nghị định|nghị quyết|thông tư|quyết định|chỉ thị) $",
    re.IGNORECASE,
)
_AFTER_CALL_WORD = re.compile(
    r"\b(?:gọi|bấm|tổng đài|điện thoại|đường dây nóng|hotline|đầu số|máy lẻ|nhánh|nhắn tin|SĐT|ĐT)"
    r"(?: (?:tới|đến|về|cho))?(?: (?:số|tổng đài))?:? $",
    re.IGNORECASE,
)
_AFTER_ROMAN_WORD = re.compile(
    r"\b(?:phần|chương|mục|quý|hạng|bậc|loại|nhóm|cấp|kỳ|khóa|đợt|vòng|khu vực|vùng|thế kỷ|thứ|điều|lần) $",
    re.IGNORECASE,
)
_AFTER_PRICE = re.compile(
    r"(?:\d ?\w{0,3}|%|đồng|nghìn|ngàn|triệu|tỷ|tỉ|lít|tấn|tạ|suất|lần|bản|người|giờ|buổi|lượt|hộ|ki lô gam) ?$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r" (?:đồng|nghìn|ngàn|triệu|tỷ|tỉ|người|hộ|ngày|tháng|năm|tuần|giờ|phút|tuổi|điểm|xã|phường|thôn|bản|trường|lớp"
    r"|học sinh|thủ tục|hồ sơ|cháu|em|suất|lượt|lần|căn|con|cây|câu|dịch vụ|cơ sở|doanh nghiệp|mét|héc ta|tấn|tạ|lít"
    r"|phần|đơn vị|cán bộ|hội viên|đại biểu|công trình|dự án|thửa|trạm|trang|tờ|chiếc|công dân|đoàn viên"
    r"|đường|phố|ngõ)\b"
)
_OF_A_WHOLE = re.compile(r" (?:số|tổng|diện tích|thành viên|một|mức|thời gian|tiền|giá|đại biểu|cử tri|hộ|quãng)\b")
_SHORT_PHONE = re.compile(r"11[1-5]|1022|156|5656")
_IN_A_NAME = re.compile(r"0\d+")
_AROUND_THE_CLOCK = "24/7"
_LONGEST_PLAIN_NUMBER, _SHORTEST_PHONE, _LONGEST_FRACTION = 6, 3, 3


class _Reader:
    """Says one thing that `pattern_of` found; a method for each kind."""

    def __init__(self, words: SpokenWords, readings: Mapping[str, str]) -> None:
        self._words = words
        self._readings = readings
        self._dialect = words.dialect

    def read(self, match: re.Match[str]) -> str:
        """Return what is said for *match*."""
        say: Callable[[re.Match[str]], str] = getattr(self, f"_{match.lastgroup}")
        return say(match)

    def _mail(self, match: re.Match[str]) -> str:
        return read_address(match[0], self._words.addresses)

    _address = _mail

    def _gloss(self, match: re.Match[str]) -> str:
        """Say an abbreviation in parentheses, unless its full name stands right before it: "bảo hiểm y tế (BHYT)"."""
        said = self._abbreviation(match[0][1:-1])
        return "" if _before(match).rstrip().lower().endswith(said.lower()) else f", {said}, "

    def _abbreviation(self, text: str) -> str:
        return self._readings.get(text) or self._words.offices.issuers.get(text) or spell(text)

    def _citation(self, match: re.Match[str]) -> str:
        return read_citation(match[0], _before(match), self._words.offices, self._dialect)

    def _days(self, match: re.Match[str]) -> str:
        *days, last = match[0].split(",")
        said = [read_number(int(day), self._dialect) for day in days]
        return ", ".join([*said, read_date(last, self._dialect).removeprefix("ngày ")])

    def _dates(self, match: re.Match[str]) -> str:
        since = match["since"] if re.search(r"[/.-]", match["since"]) else f"{match['since']}/1"
        first = read_date(since, self._dialect)
        if since != match["since"]:
            first = first.removesuffix(" tháng một")
        said = f"{first} đến {read_date(match['until'], self._dialect)}"
        if _AFTER_DAY_WORD.search(_before(match)):
            return said.removeprefix("ngày ")
        return said if _AFTER_FROM.search(_before(match)) else f"từ {said}"

    def _date(self, match: re.Match[str]) -> str:
        before = _before(match)
        if self._is_fraction(match, before):
            return self._ratio(match)
        if _AFTER_QUARTER_WORD.search(before):
            return " năm ".join(read_number(int(part), self._dialect) for part in match[0].split("/"))
        said = read_date(match[0], self._dialect)
        if _AFTER_DAY_WORD.search(before):
            return said.removeprefix("ngày ")
        return said.removeprefix("tháng ") if _AFTER_MONTH_WORD.search(before) else said

    def _is_fraction(self, match: re.Match[str], before: str) -> bool:
        """Tell whether what looks like a day and month is none: "2/3 số hộ", "ngõ 12/5", "trực 24/7"."""
        if _AFTER_DAY_WORD.search(before):
            return False
        if match[0] == _AROUND_THE_CLOCK:
            return bool(_AFTER_WATCH_WORD.search(before))
        is_share = len(match[0]) == _LONGEST_FRACTION and match[0][0] < match[0][2]
        whole = _OF_A_WHOLE.match(match.string, match.end())
        return bool(_AFTER_HOUSE_WORD.search(before) or (is_share and whole))

    def _times(self, match: re.Match[str]) -> str:
        closes = read_time(match["closes"], self._dialect)
        if match["opens"].isdecimal():
            return f"{read_number(int(match['opens']), self._dialect)} đến {closes}"
        said = f"{read_time(match['opens'], self._dialect)} đến {closes}"
        return said if _AFTER_FROM.search(_before(match)) else f"từ {said}"

    def _time(self, match: re.Match[str]) -> str:
        return read_time(match[0], self._dialect)

    def _phone(self, match: re.Match[str]) -> str:
        return read_phone(match[0])

    _chain = _phone

    def _spaced(self, match: re.Match[str]) -> str:
        return read_decimal(match[0].replace(" ", ""), self._dialect)

    def _reading(self, match: re.Match[str]) -> str:
        return self._readings[match[0]]

    def _ratio(self, match: re.Match[str]) -> str:
        by = " nhân " if re.search("[x×]", match[0]) else " trên "
        return by.join(read_decimal(part.strip(), self._dialect) for part in re.split("[/:x×]", match[0]))

    def _amount(self, match: re.Match[str]) -> str:
        before = _before(match)
        unit = UNITS.get((match["unit"] or "").strip(), "").replace(NORTH.thousand, self._dialect.thousand)
        is_counted = bool(unit) or bool(_COUNTED.match(match.string, match.end()))
        low, high = (self._number(match[name], before, is_counted=is_counted) for name in ("low", "high"))
        is_minus = match["minus"] and (unit in {"phần trăm", "độ xê", "độ"} or match.string[match.end() :][:3] == " độ")
        said = f"{low} đến {high}" if high else low
        return " ".join(filter(None, ["âm" if is_minus else "", said, unit]))

    def _number(self, text: str | None, before: str, *, is_counted: bool) -> str:
        if not text:
            return ""
        if not text.isdecimal():
            return read_decimal(text, self._dialect)
        if not is_counted and self._is_phone(text, before):
            return read_phone(text)
        if _IN_A_NAME.fullmatch(text) and _AFTER_NAME_WORD.search(before):
            return read_digits(text)
        is_amount = len(text) > _LONGEST_PLAIN_NUMBER
        return read_decimal(text, self._dialect) if is_amount else self._plain_number(int(text), before)

    def _is_phone(self, text: str, before: str) -> bool:
        if len(text) > _LONGEST_PLAIN_NUMBER:
            return True
        is_called = len(text) >= _SHORTEST_PHONE and _AFTER_CALL_WORD.search(before)
        return bool(is_called) or (_SHORT_PHONE.fullmatch(text) is not None and not _AFTER_ROMAN_WORD.search(before))

    def _plain_number(self, number: int, before: str) -> str:
        if _AFTER_MONTH_WORD.search(before):
            return read_month(number).removeprefix("tháng ")
        if _AFTER_ORDINAL_WORD.search(before):
            return read_ordinal(number)
        return read_number(number, self._dialect)

    def _code(self, match: re.Match[str]) -> str:
        return read_code(match[0], self._readings)

    def _each(self, match: re.Match[str]) -> str:
        each = UNITS.get(match["per"], match["per"])
        return f" một {each}" if _AFTER_PRICE.search(_before(match)) else f", {each}"

    def _by(self, _: re.Match[str]) -> str:
        return " nhân "

    def _roman(self, match: re.Match[str]) -> str:
        numeral, *parts = match[0].split(".")
        number, before = roman(numeral), _before(match)
        is_letter = len(match[0]) == 1 and not _AFTER_ROMAN_WORD.search(before)
        if is_letter:
            return self._letter(match)
        if not number:
            return self._capitals(match)
        said = self._plain_number(number, before)
        return " chấm ".join([said, *(read_decimal(part, self._dialect) for part in parts)])

    def _capitals(self, match: re.Match[str]) -> str:
        return match[0].lower() if _is_shouted(match) else self._abbreviation(match[0])

    def _letter(self, match: re.Match[str]) -> str:
        return match[0] if match[0] == "I" else spell(match[0])

    def _weekdays(self, _: re.Match[str]) -> str:
        return " đến "

    def _sign(self, match: re.Match[str]) -> str:
        if match[0] == "(" and _LEGAL_BASIS.match(match.string, match.end()):
            return ", theo "
        if match[0] == "/" and _YEAR.match(match.string, match.end()):
            return " năm "
        return _dash(match) if match[0] in "-–" else _SIGNS.get(match[0], "")


_LEGAL_BASIS = re.compile(r"(?:Bộ luật|Luật|Pháp lệnh|Nghị định|Nghị quyết|Thông tư|Quyết định|Chỉ thị)\b")
_SIGNS = {
    **dict.fromkeys("()[]{}/|\\→", ", "),
    "&": " và ", "+": " cộng ", "=": " bằng ", "<": " nhỏ hơn ", ">": " lớn hơn ", "≥": " từ ", "≤": " đến ",
    "×": " nhân ", "÷": " chia ", "±": " cộng trừ ", "~": " khoảng ", "≈": " khoảng ", "%": " phần trăm ",
    "$": " đô la ", "€": " ơ rô ", "@": " a còng ", "°": " độ ", "_": " ",
}  # fmt: skip


_YEAR = re.compile(r"(?:19|20)\d\d\b")


def _dash(match: re.Match[str]) -> str:
    """Return a pause for a dash between words, nothing for one between capitals; "Bà Rịa-Vũng Tàu" keeps its own."""
    left, right = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    if not (left.isalnum() and right.isalnum()):
        return ", "
    return "-" if left.islower() else " "


def _before(match: re.Match[str]) -> str:
    return match.string[max(0, match.start() - _SAID_BEFORE) : match.start()]


_SYLLABLE = re.compile(r"(?:NGH|NG|NH|CH|GH|GI|KH|PH|QU|TH|TR|[BCDĐGHKLMNPQRSTVX])?[AEIOUY]{1,3}(?:CH|NG|NH|[CMNPT])?")


def _is_shouted(match: re.Match[str]) -> bool:
    """Tell whether capitals are only loud ("KHẨN CẤP") and no abbreviation: a mark in them or beside them says so."""
    if not _SYLLABLE.fullmatch(_bare(match[0])):
        return False
    before = _before(match).split()
    after = match.string[match.end() :].split(maxsplit=1)
    return any(map(_has_mark, [match[0], *before[-1:], *after[:1]]))


def _bare(word: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _has_mark(word: str) -> bool:
    return word.isupper() and _bare(word) != unicodedata.normalize("NFC", word)


_PAUSES = "?!…:.;,"
"""Signs that make a reader pause; of several in a row, the one that stands first here remains."""

_PAUSE_RUN = re.compile(rf" ?[{_PAUSES}](?: ?[{_PAUSES}])*")

_TIDY: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"([«“]) ?, ", r"\1"),
        (r"^[\s,.;:!?…-]+|[\s,;]+$", ""),
        (rf"(?<=[,;:])(?=[^\W\d])|(?<=\w\w\.)(?=[{UPPER}]\w)", " "),
    )
)
_SENTENCE_START = re.compile(r"(?:^|(?<=[.!?] ))(?P<quote>[«“\"']?)(?P<first>[^\W\d_])(?=\w)")
_HAS_END = re.compile(r"[.!?:…][»”\"’']?$")


def _as_sentences(text: str) -> str:
    text = _PAUSE_RUN.sub(lambda run: min(run[0].replace(" ", ""), key=_PAUSES.index), " ".join(text.split()))
    for pattern, by in _TIDY:
        text = pattern.sub(by, text)
    if not re.search(r"\w", text):
        return ""
    text = _SENTENCE_START.sub(lambda m: m["quote"] + _capital(m["first"]), text)
    return text if _HAS_END.search(text) else f"{text}."


def _capital(letter: str) -> str:
    upper = letter.upper()
    return upper if len(upper) == 1 else letter
