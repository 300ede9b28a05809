"""Vietnamese text as people type it: clean it, fold it, and hide the numbers nobody should send.

No I/O here, so every rule is a table test.
"""

import re
import unicodedata

# Unicode has no decomposition for đ: without this, "đường" never meets "duong".
_UNDECOMPOSED = str.maketrans("đĐðÐ", "dDdD")

# Marks that change how text is shown or laid out but say nothing: control characters other than line breaks,
# zero-width joiners, byte-order marks and the bidirectional overrides that can make a message lie about itself.
_INVISIBLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")

_NOT_WORD = re.compile(r"[\W_]+")

# Codes of Vietnamese dossiers: "H26.15-251120-0042" or, in full, "000.00.19.H26-251120-0042" (province code H and two
# digits, date of receipt YYMMDD, running number). Never personal, although full of digits.
DOSSIER_CODE = re.compile(r"(?<![\w.])(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Za-z]\d{2}(?:\.\d{1,3}){0,3}-\d{6}-\d{3,6}(?![\w-])")

# What else is full of digits and nobody's: amounts with points ("84.000.000.000") and dates ("01-02-1990 09:30").
_AMOUNT = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{3}){2,}(?![.\d])")
_DATE = re.compile(r"(?<!\d)(?:[0-3]?\d[./-][01]?\d[./-](?:19|20)\d\d|(?:19|20)\d\d-[01]\d-[0-3]\d)(?!\d)")

# People write "0912 345 678", "091.234.5678", "(024) 3812 3456", "+84 (0)912…": groups with little between.
_GROUP = re.compile(r"\(\+?\d{1,4}\)|\+?\d+")
# Phones copy them with spaces and hyphens of their own: narrow ones, and some that do not break.
_GAP = re.compile(r"[ \u00a0\u2000-\u200a\u202f.\-\u2010-\u2014]{0,3}")


def clean(text: str) -> str:
    """Return *text* in NFC without characters that nobody sees, trimmed; line breaks stay."""
    return _INVISIBLE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Return *text* as someone in a hurry would type it: no accents, no case, no punctuation, single spaces.

    Folding twice changes nothing.
    """
    bare = text.translate(_UNDECOMPOSED)
    # Case folding can bring new marks ("İ") and decomposing can bring new capitals ("㎅"): the second round settles
    # both.
    for _ in range(2):
        bare = bare.casefold()
        if bare.isascii():
            break
        decomposed = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_UNDECOMPOSED)
    return " ".join(_NOT_WORD.sub(" ", bare).split())


_PHONE, _IDENTITY, _CARD = _HIDDEN = ("[số điện thoại]", "[số định danh]", "[số thẻ]")


def mask(text: str) -> str:
    """Return *text* without phone, 12-digit identity and bank card numbers; dossier codes and hotlines stay."""
    groups = _groups(text)
    parts, done, first = [], 0, 0
    while first < len(groups):
        last, label = _personal_from(text, groups, first)
        if label:
            parts += [text[done : groups[first][0]], label]
            done = groups[last][1]
        first = last + 1
    return "".join((*parts, text[done:]))


def _groups(text: str) -> list[tuple[int, int]]:
    """Return where groups of digits stand in *text* that may belong to a personal number."""
    kept = {
        i for shape in (DOSSIER_CODE, _AMOUNT, _DATE) for match in shape.finditer(text) for i in range(*match.span())
    }
    return [match.span() for match in _GROUP.finditer(text) if match.end() - 1 not in kept]


def _personal_from(text: str, groups: list[tuple[int, int]], first: int) -> tuple[int, str]:
    """Return the last group and the name of a personal number that begins with group *first*; no name if none does.

    A group that is a number by itself is taken alone ("0912345678 2 lần"), else as many as make one: what is hidden
    with it by mistake does less harm than what is left.
    """
    digits, found = "", (first, "")
    for last in range(first, len(groups)):
        start, end = groups[last]
        if last > first and not _GAP.fullmatch(text, groups[last - 1][1], start):
            break
        digits += "".join(str(int(c)) for c in text[start:end] if c.isdecimal())
        if len(digits) > _MOST_DIGITS:
            break
        if label := _personal(digits):
            found = (last, label)
            if last == first:
                break
    return found


def was_masked(text: str) -> bool:
    """Tell whether `mask` has hidden something in *text*."""
    return any(label in text for label in _HIDDEN)


def without_masks(text: str) -> str:
    """Return *text* without what `mask` put there: the person never wrote "số điện thoại", so nobody may read it so."""
    for label in _HIDDEN:
        text = text.replace(label, " ")
    return text.strip()


_IDENTITY_DIGITS = 12
_FEWEST_CARD_DIGITS = 13
_MOST_DIGITS = 19
_DOMESTIC_CARDS = "9704"


def _personal(digits: str) -> str:
    """Name what up to 19 digits are, or return an empty string when they are nobody's.

    Phones: 0 and nine or ten more digits, or 84 and nine or ten. Identity numbers: 12 digits that begin with 0 (the
    province part runs from 001 to 096). Cards: 13 to 19 digits with a Luhn check digit (ISO/IEC 7812).
    """
    if len(digits) == _IDENTITY_DIGITS and digits[0] == "0":
        return _IDENTITY
    if (digits[0] == "0" and len(digits) in {10, 11}) or (digits[:2] == "84" and len(digits) in {11, 12}):
        return _PHONE
    if len(digits) >= _FEWEST_CARD_DIGITS and (digits.startswith(_DOMESTIC_CARDS) or _luhn_holds(digits)):
        return _CARD
    return ""


def _luhn_holds(digits: str) -> bool:
    doubled = [int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits))]
    return sum(sum(divmod(d, 10)) for d in doubled) % 10 == 0
