"""What a new phrasing would change: for the questions it is meant for, and for every phrasing there is already.

Each answer's own phrasings are the labelled questions that come with the content, so an edit that takes one away from
its answer shows here before it is saved. Both libraries are asked all of them in a thread, one comparison at a time;
what the library in use makes of them is worked out once.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.library import Library
from bot.knowledge.matching import phrasings
from bot.messages import Decision


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a question: the decision, and the topic that comes first (empty: none)."""

    decision: Decision
    topic: str


@dataclass(frozen=True, slots=True)
class Effect:
    """One question before and after."""

    text: str
    before: Verdict
    after: Verdict


@dataclass(frozen=True, slots=True)
class Moved:
    """A phrasing of the answer ``owner`` that found it before and finds ``winner`` after."""

    text: str
    owner: str
    winner: str


@dataclass(frozen=True, slots=True)
class Effects:
    """All that would change; ``checked`` phrasings were asked."""

    questions: tuple[Effect, ...]
    moved: tuple[Moved, ...]
    checked: int


class EffectTrials:
    """Compares libraries; makes whoever waits wait *patience_seconds* at most."""

    def __init__(self, *, patience_seconds: float = 6.0) -> None:
        """Begin with nothing compared."""
        self._patience_seconds = patience_seconds
        self._key: tuple[str, ...] = ()
        self._comparing: asyncio.Task[Effects] | None = None
        self._in_use: _Standing | None = None

    async def effects(self, before: Library, after: Library, texts: Sequence[str]) -> Effects | None:
        """Return what changes from *before* to *after* for *texts*; None while it takes longer: then ask again."""
        key = (before.fingerprint, after.fingerprint, *texts)
        if self._comparing and self._key != key:
            await asyncio.wait({self._comparing}, timeout=self._patience_seconds)
            if not self._comparing.done():
                return None
        if self._comparing is None or self._key != key:
            self._key = key
            self._comparing = asyncio.create_task(asyncio.to_thread(self._compared, before, after, texts))
        comparing = self._comparing
        await asyncio.wait({comparing}, timeout=self._patience_seconds)
        if not comparing.done():
            return None
        if comparing.exception():
            self._comparing = None
        return comparing.result()

    def _compared(self, before: Library, after: Library, texts: Sequence[str]) -> Effects:
        if self._in_use is None or self._in_use.fingerprint != before.fingerprint:
            self._in_use = _standing(before)
        return _compared(before, self._in_use, after, texts)


@dataclass(frozen=True, slots=True)
class _Standing:
    """The phrasings of a library with their owners, and the topic that each finds first."""

    fingerprint: str
    known: tuple[tuple[str, str], ...]
    firsts: tuple[str, ...]


def compared(before: Library, after: Library, texts: Sequence[str]) -> Effects:
    """Return what changes; trains *after*, and asks both for every phrasing of *before*: that takes seconds."""
    return _compared(before, _standing(before), after, texts)


def _standing(library: Library) -> _Standing:
    known = tuple(sorted(phrasings(library.answers.values())))
    return _Standing(library.fingerprint, known, tuple(library.matcher.firsts(known)))


def _compared(before: Library, standing: _Standing, after: Library, texts: Sequence[str]) -> Effects:
    after.train()
    questions = tuple(Effect(text, _verdict(before, text), _verdict(after, text)) for text in texts)
    won = zip(standing.known, standing.firsts, after.matcher.firsts(standing.known), strict=True)
    moved = tuple(Moved(text, owner, new) for (owner, text), old, new in won if old == owner != new)
    return Effects(questions, moved, len(standing.known))


def _verdict(library: Library, text: str) -> Verdict:
    match = library.matcher.match(text)
    return Verdict(match.decision, match.topics[0] if match.topics else "")
