"""Say letter by letter what is no word: abbreviations, codes such as "CT01", web addresses, Roman numerals.

What has a better reading than its letters stands in a table of the content folder and comes in as an argument.
"""

import re
import unicodedata
from collections.abc import Mapping

from bot.bulletins.numerals import read_digits, read_number

_LETTERS = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép",
    "g": "giê", "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "o", "ô": "ô",
    "ơ": "ơ", "p": "pê", "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép",
    "x": "ích", "y": "i dài", "z": "dét",
}  # fmt: skip
_SIGNS = {".": "chấm", "-": "gạch ngang", "_": "gạch dưới", "/": "gạch chéo", "@": "a còng", "+": "cộng"}


def spell(text: str) -> str:
    """Return *text* letter by letter and digit by digit; a letter of another alphabet stays as it is."""
    return " ".join(filter(None, map(_spell_one, text)))


def _spell_one(character: str) -> str:
    if character.isdecimal():
        return read_digits(character)
    lower = character.lower()
    return _LETTERS.get(lower) or _LETTERS.get(_bare(lower), lower if lower.isalpha() else "")


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


_RUNS = re.compile(r"\d+|[^\W\d_]+|[-./_]")
_LONGEST_NUMBER, _LONGEST_ABBREVIATION = 3, 5


def read_code(code: str, readings: Mapping[str, str]) -> str:
    """Return what mixes letters and digits: "CT01" is "xê tê không một", "B12" "bê mười hai", "3ngày" "ba ngày".

    The numbers of a code in several parts ("H26.15-251120-0042") are said digit by digit.
    """
    runs = _RUNS.findall(code)
    is_simple = not any(run in _SIGNS for run in runs)
    return " ".join(_read_run(run, readings, is_simple=is_simple) for run in runs)


def _read_run(run: str, readings: Mapping[str, str], *, is_simple: bool) -> str:
    if run[0].isdecimal():
        is_number = is_simple and len(run) <= _LONGEST_NUMBER and (run[0] != "0" or len(run) == 1)
        return read_number(int(run)) if is_number else read_digits(run)
    if run in _SIGNS:
        return _SIGNS[run]
    is_word = run.islower() or len(run) > _LONGEST_ABBREVIATION
    return readings.get(run) or (run.lower() if is_word else spell(run))


def read_address(address: str, words: Mapping[str, str]) -> str:
    """Return a web or mail address as it is dictated: "csgt.vn" is "xê ét giê tê chấm vi en".

    *words* are the parts of addresses that are said as words. A path of several steps is left out: nobody would
    remember it, and the site itself leads on.
    """
    bare = re.sub(r"^(?:https?://|mailto:)?(?:www\.)?", "", address, flags=re.IGNORECASE).lower()
    host, _, path = bare.partition("/")
    whole = host if not path.strip("/") or re.search(r"[/?#%=&]", path.strip("/")) else f"{host}/{path.strip('/')}"
    parts = re.findall(r"[.@/_+-]|[^.@/_+-]+", whole)
    return " ".join(filter(None, (_SIGNS.get(part) or _read_label(part, words) for part in parts)))


def _read_label(label: str, words: Mapping[str, str]) -> str:
    """Return one part of an address: the longest known words in it as words, what is left as letters."""
    said, letters = list[str](), ""
    while label:
        known = next((label[:size] for size in range(len(label), 0, -1) if _is_known(label[:size], label, words)), "")
        if not known:
            letters, label = letters + label[0], label[1:]
            continue
        said, letters, label = [*said, spell(letters), words[known]], "", label[len(known) :]
    return " ".join(filter(None, [*said, spell(letters)]))


_SHORTEST_INSIDE = 4
"""Letters; a shorter word is only itself: "vn" is not part of "vneid"."""


def _is_known(part: str, label: str, words: Mapping[str, str]) -> bool:
    return part in words and (part == label or len(part) >= _SHORTEST_INSIDE)


_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}


def roman(text: str) -> int:
    """Return the value of a Roman numeral up to 39, 0 if *text* is none; larger ones are rarer than abbreviations."""
    if not _ROMAN.fullmatch(text):
        return 0
    values = [_ROMAN_VALUES[c] for c in text]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))
