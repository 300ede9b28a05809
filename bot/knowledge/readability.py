"""Can a grandmother follow it? What makes a text hard: long sentences, bare abbreviations, officialese, half names.

No I/O and no lists of words here: those stand in ``content/national.yaml``, so that editors decide on them, and every
rule is a table test.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from bot.markup import BlockKind, parse

LONGEST_SENTENCE = 30
"""Words; more than one breath and one thought hold when it is read aloud."""

_UPPER = "".join(filter(str.isupper, map(chr, range(0x1F00))))
_END = re.compile(rf"(?<=[.!?…])[»”\")]*\s+(?=\W*[{_UPPER}0-9])|\n")
_WORD = re.compile(r"\w\S*")
_QUOTED = re.compile(r"«[^»]*»")
_CAPITALS = re.compile(rf"(?<![\w./-])[{_UPPER}]{{2,}}(?!\w|[./-]\w)")
_ROMAN = re.compile(r"[IVX]+")
_EXPLAINED = re.compile(r"\w \((?=[^\W\d]+(?: \w+)?\))")
"""What stands before an abbreviation that follows its full name: "bảo hiểm y tế (BHYT)", "cải cách (PAR Index)"."""

_LAW = "(?:Bộ luật|Luật|Pháp lệnh)"
_KIND = rf"(?:{_LAW}|Nghị (?:quyết|định)|Thông tư(?: liên tịch)?|Quyết định|Chỉ thị|Công (?:điện|văn))"
_NAME = rf"(?:(?!{_KIND})[^\d.;:!?()«»])"
_CODE = r"\d+(?:\.\d+)?(?:/\d{4})?(?:/[A-ZĐ][\w-]*\w|-[A-ZĐ]{2}/TW)"
_DOCUMENT = re.compile(rf"\b(?=[BLPNTQC]){_KIND} {_NAME}{{0,90}}?(?P<code>{_CODE})")
_HALF_NAMED = re.compile(
    r"\b(?=[BLPNTQC0-9])(?:"
    rf"{_KIND} (?:số )?\d[\w./-]*"  # "Nghị định 118"
    rf"|{_LAW} (?=[{_UPPER}]){_NAME}{{1,60}}? (?:năm )?\d{{4}}(?![\w/.]\w)"  # "Luật Hộ tịch 2014"
    r"|(?:NĐ|TT|QĐ|NQ)[ -]?\d[\w./-]*"  # "NĐ 118", "QĐ468"
    r"|(?<!/)\d+/(?:\d{4}/)?(?:NĐ|TT|QĐ|NQ|QH)[\w-]*"  # "118/2025/NĐ-CP" lacks its kind
    r")"
)


def sentences(markdown: str) -> Iterator[str]:
    """Yield the sentences of *markdown* without its formatting; a list item is a sentence, a heading is none."""
    for block in parse(markdown):
        if block.kind is not BlockKind.HEADING:
            said = "".join(span.text for span in block.spans)
            yield from filter(None, map(str.strip, _END.split(said)))


def word_count(sentence: str) -> int:
    """Return how many words *sentence* has; the full name of a legal document is one, and so is a field to fill."""
    return len(_WORD.findall(_DOCUMENT.sub("văn_bản", sentence)))


def is_long(sentence: str) -> bool:
    """Tell whether *sentence* has more words than are read out in one breath."""
    return sentence.count(" ") >= LONGEST_SENTENCE and word_count(sentence) > LONGEST_SENTENCE


def unexplained(text: str, allowed: Collection[str]) -> list[str]:
    """Return the abbreviations of *text*, each once, that neither are *allowed* nor follow their full name.

    An abbreviation is two capitals or more; codes of documents, names of forms ("CT07"), Roman numerals and what
    «quotes» say to type are none.
    """
    said = _own_words(text)
    explained = {match.end() for match in _EXPLAINED.finditer(said)}
    first: dict[str, int] = {}
    for match in _CAPITALS.finditer(said):
        first.setdefault(match[0], match.start())
    return [word for word, at in first.items() if not (word in allowed or at in explained or _ROMAN.fullmatch(word))]


def abbreviations(text: str) -> frozenset[str]:
    """Return the abbreviations of *text*, explained or not."""
    return frozenset(_CAPITALS.findall(_own_words(text)))


def officialese(text: str, phrases: Collection[str]) -> list[str]:
    """Return which of *phrases* stand in *text*, in lower case; what «quotes» name, such as a button, is left alone."""
    said = _own_words(text).lower()
    present = [phrase for phrase in sorted(phrases, key=len, reverse=True) if phrase in said]  # rarely any, and quick
    return re.findall(rf"\b(?:{'|'.join(map(re.escape, present))})\b", said) if present else []


def documents(text: str) -> Iterator[tuple[str, str]]:
    """Yield each legal document that *text* names in full, with the number in it that tells it from all others."""
    for match in _DOCUMENT.finditer(text):
        yield match[0], match["code"]


def half_named(text: str) -> list[str]:
    """Return the legal documents that *text* names by halves: "Nghị định 118", "NĐ 118", "Luật Hộ tịch 2014"."""
    return [match[0].rstrip(".,") for match in _HALF_NAMED.finditer(_own_words(text))]


@lru_cache(maxsize=8)  # several questions are asked of one text, one after the other
def _own_words(text: str) -> str:
    """Return *text* without the names of legal documents and without what it quotes."""
    return _QUOTED.sub("", _DOCUMENT.sub("", text))
