"""Our matcher beside what one would pick instead: the same phrasings, the same questions, one run.

    python -m benchmarks.matching [--write]

Every method gets the folded phrasings of the shipped content and the questions of ``benchmarks/data/dev.jsonl``, which
serve for measuring only. Each runs in a process of its own, so that its memory can be read off. ``--write`` puts the
table and the chart into ``docs/performance.md``.
"""

import argparse
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.chart import bars
from benchmarks.report import write_section
from bot.knowledge.library import Shelves
from bot.knowledge.loader import load_library
from bot.knowledge.matching import Matcher, phrasings
from bot.text import fold

CONTENT = Path("content")
QUESTIONS = Path("benchmarks/data/dev.jsonl")
CHART = Path("docs/images/matching.svg")

Ranked = list[tuple[str, float]]
Ask = Callable[[str], Ranked]
"""Returns topics with their scores, best first, at least three if there are so many."""


@dataclass(frozen=True, slots=True)
class Row:
    """One method's figures: shares in percent, milliseconds a question, seconds and megabytes to build."""

    name: str
    top_1: float
    top_3: float
    refused: float
    p50_ms: float
    p99_ms: float
    build_seconds: float
    memory_mb: float


def ours(shelves: Shelves) -> Ask:
    """Return the matcher that ships."""
    matcher = Matcher(shelves.answers.values(), shelves.abbreviations, shelves.synonyms, shelves.out_of_scope.questions)

    def ask(question: str) -> Ranked:
        match = matcher.match(question)
        return [(topic, match.score) for topic in match.topics]

    return ask


def rapidfuzz(scorer: str) -> Callable[[Shelves], Ask]:
    """Return the nearest phrasing by a RapidFuzz scorer."""

    def build(shelves: Shelves) -> Ask:
        from rapidfuzz import fuzz, process  # noqa: PLC0415  # each method imports its own library

        pairs = _pairs(shelves)
        texts, score = [text for _, text in pairs], getattr(fuzz, scorer)

        def ask(question: str) -> Ranked:
            found = process.extract(fold(question), texts, scorer=score, limit=60)
            return _best_by_topic([(pairs[index][0], value) for _, value, index in found])

        return ask

    return build


def bm25(shelves: Shelves) -> Ask:
    """Return the nearest phrasing by BM25 over words."""
    import bm25s  # noqa: PLC0415

    pairs = _pairs(shelves)
    index = bm25s.BM25()
    index.index([text.split() for _, text in pairs], show_progress=False)

    def ask(question: str) -> Ranked:
        words = fold(question).split()
        if not words:
            return []
        scores = index.get_scores(words)
        return _best_by_topic([(pairs[place][0], float(scores[place])) for place in np.argsort(-scores)[:60]])

    return ask


def tfidf_nearest(shelves: Shelves) -> Ask:
    """Return the nearest phrasing by TF-IDF over letter n-grams (scikit-learn)."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    pairs = _pairs(shelves)
    space = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    known = space.fit_transform([text for _, text in pairs])

    def ask(question: str) -> Ranked:
        scores = (known @ space.transform([fold(question)]).T).toarray().ravel()
        return _best_by_topic([(pairs[place][0], float(scores[place])) for place in np.argsort(-scores)[:60]])

    return ask


def tfidf_svm(shelves: Shelves) -> Ask:
    """Return the topics of a linear SVM over TF-IDF letter n-grams (scikit-learn)."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.svm import LinearSVC  # noqa: PLC0415

    pairs = _pairs(shelves)
    space = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    model = LinearSVC(random_state=0).fit(
        space.fit_transform([text for _, text in pairs]), [topic for topic, _ in pairs]
    )

    def ask(question: str) -> Ranked:
        scores = model.decision_function(space.transform([fold(question)]))[0]
        return [(str(model.classes_[place]), float(scores[place])) for place in np.argsort(-scores)[:5]]

    return ask


METHODS: dict[str, Callable[[Shelves], Ask]] = {
    "Loa Xã": ours,
    "TF-IDF + SVM": tfidf_svm,
    "TF-IDF nearest": tfidf_nearest,
    "BM25 (bm25s)": bm25,
    "RapidFuzz token_set_ratio": rapidfuzz("token_set_ratio"),
    "RapidFuzz WRatio": rapidfuzz("WRatio"),
}


def _pairs(shelves: Shelves) -> list[tuple[str, str]]:
    return sorted((topic, fold(text)) for topic, text in phrasings(shelves.answers.values()))


def _best_by_topic(found: Sequence[tuple[str, float]]) -> Ranked:
    best: dict[str, float] = {}
    for topic, score in found:
        best.setdefault(topic, score)
    return list(best.items())


def measure(name: str) -> Row:
    """Return the figures of the method *name*; runs in a process of its own."""
    shelves = load_library(CONTENT).shelves
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    before, began = _memory_mb(), time.perf_counter()
    ask = METHODS[name](shelves)
    build = time.perf_counter() - began
    for row in rows[:20]:
        ask(row["q"])
    answers, waits = [], []
    for row in rows:
        began = time.perf_counter()
        answers.append(ask(row["q"]))
        waits.append((time.perf_counter() - began) * 1000)
    inside = [(row["ids"], found) for row, found in zip(rows, answers, strict=True) if row["ids"]]
    right = sorted(found[0][1] for ids, found in inside if found and found[0][0] in ids)
    threshold = right[int(len(right) * 0.05)]
    outside = [found[0][1] if found else 0.0 for row, found in zip(rows, answers, strict=True) if not row["ids"]]
    waits.sort()
    return Row(
        name=name,
        top_1=100 * len(right) / len(inside),
        top_3=100 * statistics.mean(any(topic in ids for topic, _ in found[:3]) for ids, found in inside),
        refused=100 * statistics.mean(score < threshold for score in outside),
        p50_ms=waits[len(waits) // 2],
        p99_ms=waits[int(len(waits) * 0.99)],
        build_seconds=build,
        memory_mb=max(0.0, _memory_mb() - before),
    )


def _memory_mb() -> float:
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def table(rows: Sequence[Row]) -> str:
    """Return *rows* as a Markdown table."""
    lines = [
        "| method | top-1 % | top-3 % | out of scope refused % | p50 ms | p99 ms | build s | memory MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.top_1:.1f} | {row.top_3:.1f} | {row.refused:.0f} | {row.p50_ms:.2f} | {row.p99_ms:.2f} "
        f"| {row.build_seconds:.1f} | {row.memory_mb:.0f} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    """Compare and print, or write into the documentation."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", action="store_true", help="update docs/performance.md and its chart")
    options = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        rows = pool.map(measure, METHODS, chunksize=1)
    print(table(rows))
    if options.write:
        write_section("matching", table(rows))
        chart = bars("Right answer first, % of 715 questions", [(row.name, row.top_1) for row in rows], most=100)
        CHART.parent.mkdir(parents=True, exist_ok=True)
        CHART.write_text(chart, encoding="utf-8")


if __name__ == "__main__":
    main()
