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

_DIGIT_RUN = re.compile(r"(?<!\d)\+?\d(?:[ .\-]?\d){8,18}(?!\d)")
_SEPARATORS = re.compile(r"[ .\-+]")


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
        decomposed = unicodedata.normalize("NFKD", bare.casefold())
        bare = "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_UNDECOMPOSED)
    return " ".join(_NOT_WORD.sub(" ", bare).split())


_PHONE, _IDENTITY, _CARD = "[số điện thoại]", "[số định danh]", "[số thẻ]"


def mask(text: str) -> str:
    """Return *text* without phone, 12-digit identity and bank card numbers; dossier codes and hotlines stay."""
    kept = [match.span() for match in DOSSIER_CODE.finditer(text)]

    def hide(match: re.Match[str]) -> str:
        if any(start < match.end() and match.start() < end for start, end in kept):
            return match[0]
        return _personal(_SEPARATORS.sub("", match[0])) or match[0]

    return _DIGIT_RUN.sub(hide, text)


def was_masked(text: str) -> bool:
    """Tell whether `mask` has hidden something in *text*."""
    return any(label in text for label in (_PHONE, _IDENTITY, _CARD))


_IDENTITY_DIGITS = 12
_FEWEST_CARD_DIGITS = 13
_DOMESTIC_CARDS = "9704"


def _personal(digits: str) -> str:
    """Name what a run of 9 to 19 digits is, or return an empty string when it is nobody's.

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
