"""What is right today and needs an eye soon: answers past their end or due for review. Nothing is broken yet."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.knowledge.library import Library
from bot.knowledge.problems import Problem


def find_notices(library: Library, today: date) -> Iterator[Problem]:
    """Yield a notice for every answer that has ended or whose review is due on *today*, by file."""
    for name, answer in sorted(library.shelves.answers.items()):
        if answer.valid_until and today > answer.valid_until:
            yield _notice(
                name, f"đã hết hiệu lực từ sau ngày {answer.valid_until:%d/%m/%Y}; không còn được đọc cho người dân"
            )
        elif today >= answer.review.next:
            yield _notice(name, f"đến hạn rà soát từ ngày {answer.review.next:%d/%m/%Y}")


def _notice(name: Path, text: str) -> Problem:
    return Problem(name, 1, text)
