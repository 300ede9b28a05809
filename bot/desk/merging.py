"""Two people changed one answer at once: what each changed, and a form that loses nothing of either.

By box: what only one of them changed is theirs. Where both changed a list, every line that either added is there and
every line that either took out is gone; where both changed a text, the form keeps what was typed. Either way both are
shown side by side. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from bot.desk.answer_forms import BOXES, LISTS, Typed, changed

CONTEXT = 2
"""Lines that are the same around a difference, shown so that one finds the place."""


class Side(StrEnum):
    """Who changed a box since both began from the same text."""

    BOTH = "both"
    THEIRS = "theirs_only"
    MINE = "mine_only"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of one text beside the line of the other that stands at its place; one of them may be missing.

    Where ``is_gap``, lines that are the same are left out.
    """

    left: str
    right: str
    is_same: bool
    is_gap: bool = False


_GAP = Row("", "", is_same=True, is_gap=True)


@dataclass(frozen=True, slots=True)
class Difference:
    """A box in which two texts differ, and who made it so."""

    box: str
    side: Side
    theirs: str
    mine: str

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return both line by line."""
        return tuple(side_by_side(self.theirs, self.mine))


@dataclass(frozen=True, slots=True)
class Merged:
    """What to go on with, and what the two did."""

    typed: Typed
    differences: tuple[Difference, ...]


def merge(base: Typed | None, theirs: Typed, mine: Typed) -> Merged:
    """Return *mine* with what only *theirs* changed since *base*; without a base every difference is of both."""
    differing = changed(theirs, mine)
    by_them = BOXES if base is None else changed(base, theirs)
    by_me = BOXES if base is None else changed(base, mine)
    differences = [
        Difference(box, _side(box in by_them, box in by_me), getattr(theirs, box), getattr(mine, box))
        for box in differing
    ]
    taken = {one.box: _taken(base, one) for one in differences}
    return Merged(replace(mine, **taken), tuple(differences))


def side_by_side(left: str, right: str) -> Iterator[Row]:
    """Yield the lines of *left* and *right* in pairs, the same beside each other; far from any change none."""
    before, after = left.splitlines(), right.splitlines()
    groups = SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(CONTEXT)
    end = len(before)
    for number, changes in enumerate(groups):
        if number or changes[0][1]:
            yield _GAP
        for kind, first, last, other_first, other_last in changes:
            pairs = zip_longest(before[first:last], after[other_first:other_last], fillvalue="")
            yield from (Row(old, new, is_same=kind == "equal") for old, new in pairs)
        end = changes[-1][2]
    if end < len(before):
        yield _GAP


def _taken(base: Typed | None, difference: Difference) -> str:
    """Return what goes into the form where two texts differ."""
    if difference.side is not Side.BOTH:
        return difference.theirs if difference.side is Side.THEIRS else difference.mine
    if base is None or difference.box not in LISTS:
        return difference.mine
    return _united(getattr(base, difference.box), difference.theirs, difference.mine)


def _united(base: str, theirs: str, mine: str) -> str:
    """Return the list *mine* with what *theirs* added to *base*, and without what it took out."""
    before, others, own = base.splitlines(), theirs.splitlines(), mine.splitlines()
    gone = set(before) - set(others)
    new = [line for line in others if line not in {*before, *own}]
    return "\n".join([*(line for line in own if line not in gone), *new])


def _side(by_them: bool, by_me: bool) -> Side:  # noqa: FBT001  # two answers to one question
    if by_them and by_me:
        return Side.BOTH
    return Side.THEIRS if by_them else Side.MINE
