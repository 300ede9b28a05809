"""How people write places: the kinds of units, their abbreviations, and the words around a name.

People write "xã Đức Hòa", "x. duc hoa", "DUCHOA", "P.05" and "f5". A name is compared by its *key*, which has no
accents, no case, no spaces and one letter for i and y; accents count only where two names are told apart by them.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.text import fold

# Folded word to kind. Thị trấn ended in 2025 and lives on in what people write.
COMMUNE_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "xa": "xã", "x": "xã", "phuong": "phường", "p": "phường", "f": "phường", "ward": "phường",
        "thitran": "thị trấn", "tt": "thị trấn", "dackhu": "đặc khu", "dk": "đặc khu",
    }
)  # fmt: skip
REGION_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "huyen": "huyện", "h": "huyện", "quan": "quận", "q": "quận", "district": "quận",
        "thixa": "thị xã", "tx": "thị xã", "thanhpho": "thành phố", "tp": "thành phố", "tinh": "tỉnh",
    }
)  # fmt: skip
KINDS = frozenset({*COMMUNE_KINDS, *REGION_KINDS})

# A name behind one of these is a street or a hamlet, which is often named like a commune elsewhere.
SMALLER_THAN_COMMUNE = frozenset({"duong", "pho", "ngo", "hem", "thon", "ap", "xom", "khom", "buon"})

# What people put around a place when they answer "where do you live?". Each is also a syllable of some name ("Nhà Bè",
# "Chợ Mới"), so a name may contain them; they only never stand in a name's way.
FILLERS = frozenset(
    {
        "toi", "em", "minh", "chung", "anh", "chi", "con", "chau", "bac", "chu", "co", "ong", "ba", "nha", "gia",
        "dinh", "nguoi", "dan", "o", "tai", "thuoc", "dang", "hien", "song", "sinh", "cu", "tru", "thuong", "tam",
        "que", "quan", "dia", "ban", "khu", "vuc", "la", "cua", "cho", "xin", "a", "nhe", "voi", "thi", "nay", "truoc",
        "day", "den", "tu", "ve", "sang", "qua", "chuyen", "chon", "doi", "ubnd", "uy", "nhan", "viet", "nam",
        "vn", "da", "vang",
    }
)  # fmt: skip

_KIND_PAIRS = {
    ("thi", "xa"): "thixa",
    ("thi", "tran"): "thitran",
    ("thanh", "pho"): "thanhpho",
    ("dac", "khu"): "dackhu",
}
_NAMED_KIND = re.compile(r"(xã|phường|thị trấn|đặc khu|huyện|quận|thị xã|thành phố|tỉnh) (.+)")

_PART = re.compile(r"[^,;()\n]+")

# "p12", "F5", "quan10"; and "05" for 5.
_NUMBERED = re.compile(r"(p|f|phuong|q|quan)?0{0,2}([1-9]\d?)", re.ASCII)

# I and y are one vowel after a consonant (Mỹ Tho, Mĩ Tho; Quy Nhơn, Qui Nhơn) and two after a vowel (tai, tay).
_Y_FOR_I = re.compile(r"(?<![aeou])y|(?<=qu)y")

# Grave, acute, tilde, hook above, dot below: the five marks that change the tone and not the letter.
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_ACCENTED_WORD = re.compile(rf"(?:[^\W_]|[\u0302\u0306\u031b{_TONES}])+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text."""

    folded: str
    """A kind is one word ("thi xa" is ``"thixa"``) and stands apart from its number ("p05" is ``"p"`` and ``"5"``)."""
    spelled: str
    """With accents, as ``spelled`` gives them; equal to *folded* where the person wrote none."""
    is_first: bool
    """Whether it begins a part of the text: names do not run on over a comma."""


def split_kind(name: str) -> tuple[str, str]:
    """Split an official name into kind and bare name: ``("xã", "Đức Hòa")``.

    Raises:
        ValueError: *name* begins with no kind.
    """
    match = _NAMED_KIND.fullmatch(name)
    if match is None:
        msg = f"{name!r} begins with no kind of unit"
        raise ValueError(msg)
    return match[1], match[2]


def key(text: str) -> str:
    """Return what names are compared by: "Mỹ Tho", "mĩ tho" and "MYTHO" all give ``"mitho"``."""
    return squeezed(fold(text).replace(" ", ""))


def squeezed(folded: str) -> str:
    """Return the key of words that are folded and joined already."""
    return _Y_FOR_I.sub("i", folded)


def words(text: str) -> tuple[Word, ...]:
    """Split *text* into words."""
    return tuple(word for part in _PART.findall(text) for word in _words_of(part))


def _words_of(part: str) -> list[Word]:
    found: list[Word] = []
    for accented in spelled(part).split():
        for folded in fold(accented).split():
            pair = _KIND_PAIRS.get((found[-1].folded, folded)) if found else None
            numbered = _NUMBERED.fullmatch(folded)
            if pair:
                found[-1] = Word(pair, pair, found[-1].is_first)
            elif numbered:
                found += [Word(piece, piece, not found) for piece in numbered.groups() if piece]
            else:
                found.append(Word(folded, accented, not found))
    return found


def spelled(text: str) -> str:
    """Return the words of *text* with accents so that only real differences count, with single spaces.

    The tone goes to the end of its word, since both "Hòa" and "Hoà" are in use. Case and punctuation go.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return " ".join(_tone_last(word) for word in _ACCENTED_WORD.findall(decomposed))


def _tone_last(word: str) -> str:
    return "".join(c for c in word if c not in _TONES) + "".join(c for c in word if c in _TONES)
