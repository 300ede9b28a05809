"""Which hamlet of a commune is meant: "thon mau 1", "mẫu 1" and "em ở thôn Mẫu 1 ạ" are one.

Only the few dozen names of one commune are looked through, so a name need not be complete; what fits several is for the
person to choose from. No I/O, so every rule is a table test.
"""

import re
from collections.abc import Sequence

from bot.text import fold

_PLAIN_KINDS = ("to dan pho", "khu dan cu", "khu pho", "thon", "xom", "ap", "khom", "buon", "tdp")
"""What hamlets are called, folded: words that hardly begin anything else."""

_OTHER_KINDS = ("ban", "lang", "khu", "soc", "phum", "bon", "kp", "to", "doi")
"""And these, which begin many a question too: "bản sao", "tờ khai"."""

_BEHIND_KIND = re.compile(rf"(?:{'|'.join((*_PLAIN_KINDS, *_OTHER_KINDS))}) (?P<name>.+)")
_BEGINS_LIKE_ONE = re.compile(rf"(?:{'|'.join(_PLAIN_KINDS)})\b")
_POLITE_BEFORE = re.compile(
    r"(?:(?:da|vang|thua|toi|em|minh|chau|con|bac|co|chu|anh|chi|nha|gia dinh|la|o|thuoc|ben) )+"
)
_POLITE_AFTER = re.compile(r"(?: (?:a|nhe|nha|day|do|ad|em|ban))+$")


def find_hamlets(names: Sequence[str], text: str) -> tuple[str, ...]:
    """Return those of *names* that *text* may mean: the one it names, else all whose names contain what it says."""
    for asked in dict.fromkeys((fold(text), _without_manners(text))):
        for fits in (_is_the_name, _is_the_bare_name, _is_part_of_the_name):
            found = tuple(name for name in names if fits(fold(name), asked))
            if asked and found:
                return found
    return ()


def begins_like_one(text: str) -> bool:
    """Tell whether *text* begins with "thôn", "tổ dân phố" or the like."""
    return bool(_BEGINS_LIKE_ONE.match(_without_manners(text)))


def _without_manners(text: str) -> str:
    """Return *text* folded, without the polite words that stand around a name. "Bắc Sơn" loses one: try it whole."""
    folded = _POLITE_AFTER.sub("", fold(text))
    before = _POLITE_BEFORE.match(folded)
    return folded[before.end() :] if before else folded


def _is_the_name(name: str, asked: str) -> bool:
    return name == asked


def _is_the_bare_name(name: str, asked: str) -> bool:
    return _bare(name) in {asked, _bare(asked)}


def _is_part_of_the_name(name: str, asked: str) -> bool:
    return f" {_bare(asked)} " in f" {name} "


def _bare(name: str) -> str:
    """Return *name* without its kind."""
    match = _BEHIND_KIND.fullmatch(name)
    return match["name"] if match else name
