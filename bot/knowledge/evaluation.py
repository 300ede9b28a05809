"""Matching in figures: what became of labelled questions, by kind, and how many strangers were let in.

A labelled question is one JSON object a line: ``q``, ``ids`` (topics whose answer would satisfy it, best first; empty:
none does) and ``kind``. Everything here is counting; whoever asks the questions hands in what came back.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.errors import OperatorError
from bot.knowledge.emergencies import TOPIC as EMERGENCY_TOPIC
from bot.knowledge.matching import SUGGESTED
from bot.messages import Decision

_CONFUSIONS = 12


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question and the topics that would satisfy whoever asked it."""

    text: str
    topics: tuple[str, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Observed:
    """What came back for a question: the decision, the ranked topics, how sure (0..1), and how long it took."""

    labelled: Labelled
    decision: Decision
    ranked: tuple[str, ...]
    score: float
    seconds: float
    is_emergency: bool = False

    @property
    def is_in_scope(self) -> bool:
        """Tell whether some topic answers the question."""
        return bool(self.labelled.topics)

    @property
    def is_first(self) -> bool:
        """Tell whether the best topic is right."""
        return bool(self.ranked) and self.ranked[0] in self.labelled.topics

    @property
    def is_among_three(self) -> bool:
        """Tell whether a right topic is among the three best."""
        return any(topic in self.labelled.topics for topic in self.ranked[:SUGGESTED])

    @property
    def is_helped(self) -> bool:
        """Tell whether the person got the right answer directly or among the suggestions."""
        if self.decision is Decision.ANSWER:
            return self.is_first
        return self.decision is Decision.SUGGEST and self.is_among_three


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares in percent of the questions of one kind."""

    kind: str
    questions: int
    top_1: float
    top_3: float
    answered_right: float
    answered_wrong: float
    helped: float
    nothing: float


@dataclass(frozen=True, slots=True)
class Report:
    """All figures of one evaluation."""

    in_scope: Figures
    kinds: tuple[Figures, ...]
    out_of_scope: Figures
    false_emergencies: float
    curve: tuple[tuple[float, float, float], ...]
    confusions: tuple[tuple[str, str, int], ...]
    p50_ms: float
    p99_ms: float

    def as_json(self) -> str:
        """Return the report as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_text(self) -> str:
        """Return the report for a terminal."""
        rows = [self.in_scope, *self.kinds, self.out_of_scope]
        lines = [
            f"{'kind':<14}{'n':>5}{'top-1':>8}{'top-3':>8}{'right':>8}{'wrong':>8}{'helped':>8}{'none':>8}   percent",
            *(
                f"{row.kind:<14}{row.questions:>5}{row.top_1:>8.1f}{row.top_3:>8.1f}{row.answered_right:>8.1f}"
                f"{row.answered_wrong:>8.1f}{row.helped:>8.1f}{row.nothing:>8.1f}"
                for row in rows
            ),
            "",
            "right, wrong: answered directly; helped: right directly or among the suggestions",
            f"emergency replies to anything that is none: {self.false_emergencies:.2f} %",
            "",
            "refusing below a score: right answers kept / out of scope refused",
            *(f"  {score:.2f}   {kept:5.1f} % / {refused:5.1f} %" for score, kept, refused in self.curve),
            "",
            "most confused (asked for -> given first)",
            *(f"  {count}x {wanted} -> {given}" for wanted, given, count in self.confusions),
            "",
            f"p50 {self.p50_ms:.2f} ms, p99 {self.p99_ms:.2f} ms a question",
        ]
        return "\n".join(lines)


def read_labelled(file: Path) -> list[Labelled]:
    """Return the labelled questions of *file*.

    Raises:
        OperatorError: a line is not such an object; the message names file and line.
    """
    labelled = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            labelled.append(Labelled(str(row["q"]), tuple(row["ids"]), str(row["kind"])))
        except (ValueError, KeyError, TypeError) as error:
            raise OperatorError(f"{file}:{number}: needs a JSON object with q, ids and kind ({error!r})") from error
    return labelled


def report(observed: Sequence[Observed]) -> Report:
    """Return the figures of *observed*, which holds at least one question."""
    inside = [one for one in observed if one.is_in_scope]
    outside = [one for one in observed if not one.is_in_scope]
    kinds = sorted({one.labelled.kind for one in inside})
    waits = sorted(one.seconds * 1000 for one in observed)
    alarms = [one for one in observed if one.is_emergency and EMERGENCY_TOPIC not in one.labelled.topics]
    return Report(
        in_scope=_figures("in scope", inside),
        kinds=tuple(_figures(kind, [one for one in inside if one.labelled.kind == kind]) for kind in kinds),
        out_of_scope=_figures("out of scope", outside),
        false_emergencies=round(100 * len(alarms) / len(observed), 2),
        curve=tuple(_at(score / 20, inside, outside) for score in range(2, 20, 2)),
        confusions=_confusions(inside),
        p50_ms=round(waits[len(waits) // 2], 3),
        p99_ms=round(waits[int(len(waits) * 0.99)], 3),
    )


def _figures(kind: str, observed: Sequence[Observed]) -> Figures:
    def share(holds: Callable[[Observed], bool]) -> float:
        return round(100 * sum(map(holds, observed)) / max(1, len(observed)), 1)

    return Figures(
        kind=kind,
        questions=len(observed),
        top_1=share(lambda one: one.is_first),
        top_3=share(lambda one: one.is_among_three),
        answered_right=share(lambda one: one.decision is Decision.ANSWER and one.is_first),
        answered_wrong=share(lambda one: one.decision is Decision.ANSWER and not one.is_first),
        helped=share(lambda one: one.is_helped),
        nothing=share(lambda one: one.decision is Decision.NONE),
    )


def _at(score: float, inside: Sequence[Observed], outside: Sequence[Observed]) -> tuple[float, float, float]:
    right = [one for one in inside if one.is_first]
    kept = sum(one.score >= score for one in right) / max(1, len(right))
    refused = sum(one.score < score for one in outside) / max(1, len(outside))
    return score, round(100 * kept, 1), round(100 * refused, 1)


def _confusions(inside: Sequence[Observed]) -> tuple[tuple[str, str, int], ...]:
    pairs = Counter((one.labelled.topics[0], one.ranked[0]) for one in inside if one.ranked and not one.is_first)
    return tuple(
        (wanted, given, count) for (wanted, given), count in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))
    )[:_CONFUSIONS]
