"""An edit as the log of changes tells it: by box, the lines that went and the lines that came. Pure."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from textwrap import shorten

from bot.desk.answer_forms import BOXES, changed, show_day, typed
from bot.knowledge.schema import Answer

LONGEST = 600
"""Characters of one box; the whole texts are kept with the file's versions."""


def noted(before: Answer, after: Answer) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return what *before* said and what *after* says, by box, where they differ; their reviews are two boxes more."""
    old, new = typed(before), typed(after)
    told = {box: _differing(getattr(old, box), getattr(new, box)) for box in changed(old, new)}
    if before.review != after.review:
        told["review"] = f"review.{before.review.status}", f"review.{after.review.status}"
        told["next"] = show_day(before.review.next), show_day(after.review.next)
    return {box: went for box, (went, _) in told.items()}, {box: came for box, (_, came) in told.items()}


def noted_new(answer: Answer) -> Mapping[str, str]:
    """Return what *answer* says, by box, as something that came or went as a whole; empty boxes tell nothing."""
    boxes = typed(answer)
    told = {box: _told(getattr(boxes, box).splitlines()) for box in BOXES}
    return {box: text for box, text in told.items() if text}


def _differing(before: str, after: str) -> tuple[str, str]:
    old, new = before.splitlines(), after.splitlines()
    changes = [code for code in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"]
    return (
        _told(line for _, first, last, _, _ in changes for line in old[first:last]),
        _told(line for _, _, _, first, last in changes for line in new[first:last]),
    )


def _told(lines: Iterable[str]) -> str:
    return shorten(" / ".join(line.strip() for line in lines if line.strip()), LONGEST, placeholder="…")
