"""The desk of what people ask: groups of questions that nothing helped, and what is done about them.

A group is no row: it is found anew among the questions each time, by the id of one of them.
"""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.desk.answer_outcomes import Checked, Opened, Outcome
from bot.desk.answers import AnswersDesk
from bot.desk.grouping import Group, grouped
from bot.desk.ports.figures import AskedBook
from bot.desk.ports.house import Audit, Change
from bot.knowledge.question_words import QuestionFaults
from bot.text import fold, mask, was_masked

MOST_QUESTIONS = 1500
"""The newest questions that are grouped: as many as take about a tenth of a second."""

LONGEST_PHRASING = 200
"""Characters: a phrasing that is a story teaches the matcher nothing."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose questions are looked at, since when: of *communes* (None: of all)."""

    communes: Collection[str] | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """Groups of questions, largest first; ``is_cut`` where there were more questions than are grouped."""

    groups: tuple[Group, ...]
    is_cut: bool


class QuestionsDesk:
    """What staff do with questions. *by* is the name of whoever does it."""

    def __init__(self, book: AskedBook, answers: AnswersDesk, audit: Audit) -> None:
        """Change answers through their own desk."""
        self.book = book
        self.answers = answers
        self._audit = audit

    async def groups(self, asker: Asker, *, is_set_aside: bool = False) -> Found:
        """Return the groups that wait, or those that were set aside."""
        asked = await self.book.missed(asker.communes, asker.since, MOST_QUESTIONS)
        found = await asyncio.to_thread(grouped, asked)  # a tenth of a second of a processor
        kept = tuple(group for group in found if group.is_set_aside == is_set_aside)
        return Found(kept, is_cut=len(asked) == MOST_QUESTIONS)

    async def group(self, asker: Asker, question_id: int) -> Group | None:
        """Return the group with this question; None if it is not there (any more)."""
        asked = await self.book.missed(asker.communes, asker.since, MOST_QUESTIONS)
        found = await asyncio.to_thread(grouped, asked)
        return next((group for group in found if any(one.id == question_id for one in group.questions)), None)

    async def set_aside(self, group: Group, by: str) -> None:
        """Let the group be shown no more, until as many ask again."""
        await self.book.set_aside([one.id for one in group.questions], by)
        await self._note("question.aside", group, by)

    async def bring_back(self, group: Group, by: str) -> None:
        """Show the group again."""
        await self.book.bring_back([one.id for one in group.questions])
        await self._note("question.back", group, by)

    async def with_phrasing(self, opened: Opened, phrasing: str) -> Checked:
        """Return what an answer would be with *phrasing* added; nothing is saved."""
        return await self.answers.check(opened, replace(opened.typed, questions=_added(opened, phrasing)))

    async def add_phrasing(self, topic: str, phrasing: str, *, by: str, seen: str) -> Outcome:
        """Add *phrasing* to the answer of *topic*, if its file is as it was *seen*, by digest."""
        opened = await self.answers.open(topic)
        form = replace(opened.typed, questions=_added(opened, phrasing))
        return await self.answers.save(topic, form, by=by, seen=seen)

    async def _note(self, what: str, group: Group, by: str) -> None:
        """Log what was done, without what people wrote: the log is never forgotten, and questions are."""
        communes = frozenset(one.commune for one in group.questions if one.commune)
        await self._audit.note(Change(by=by, what=what, subject=str(len(group.questions)), communes=communes))


def fault_of(phrasing: str, words: QuestionFaults) -> str:
    """Return why *phrasing* cannot be added, in a sentence; empty if it can."""
    if not fold(phrasing):
        return words.no_phrasing
    if len(phrasing) > LONGEST_PHRASING:
        return words.long_phrasing.format(most=LONGEST_PHRASING)
    if was_masked(mask(phrasing)):
        return words.masked
    return ""


def week_starts(now: datetime, weeks: int) -> Sequence[datetime]:
    """Return when each of the last *weeks* of seven days began, newest first; *now* is local."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return [midnight - timedelta(days=7 * week + 6) for week in range(weeks)]


def _added(opened: Opened, phrasing: str) -> str:
    lines = opened.typed.questions.splitlines()
    has_it = fold(phrasing) in {fold(line) for line in lines}
    return opened.typed.questions if has_it else "\n".join([*lines, " ".join(phrasing.split())])
