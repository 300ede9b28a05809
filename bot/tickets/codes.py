"""The codes by which people ask for their feedback: short, hard to misread, and in no order.

A code is no secret: it opens nothing but the ticket of whoever sent it.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PREFIX = "PA-"
"""For "phản ánh"."""

# No 0 and O, 1, I and L, which look alike, and no other vowel, so that no code is a word.
LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
_LENGTH = 4

_WRITTEN = re.compile(rf"\s*PA[\s-]?([{LETTERS}]{{{_LENGTH}}})(?:[\s.,:;–-]+(.*))?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """A code as somebody wrote it, and what they wrote after it."""

    code: str
    more: str = ""


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """Return a code such as ``PA-7K3M``, one of 614,656; whoever stores it sees that it is free."""
    return PREFIX + "".join(choose(LETTERS) for _ in range(_LENGTH))


def read_code(text: str) -> Written | None:
    """Return the code that *text* begins with, however it is written ("pa 7k3m xin hỏi"); None if with none."""
    match = _WRITTEN.fullmatch(text)
    return Written(PREFIX + match[1].upper(), (match[2] or "").strip()) if match else None
