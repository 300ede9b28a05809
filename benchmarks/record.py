"""Write down the figures that the tests hold the shipped content to: `python -m benchmarks.record`."""

import json
from pathlib import Path

from bot.knowledge.evaluation import Observed, read_labelled, report
from bot.knowledge.loader import load_library

DEV = Path("benchmarks/data/dev.jsonl")
RECORDED = Path("benchmarks/data/recorded.json")


def main() -> None:
    """Measure and write."""
    matcher = load_library(Path("content")).matcher
    observed = []
    for one in read_labelled(DEV):
        match = matcher.match(one.text)
        observed.append(Observed(one, match.decision, match.topics, match.score, 0.0))
    figures = report(observed)
    recorded = {
        "top_1": figures.in_scope.top_1,
        "top_3": figures.in_scope.top_3,
        "answered_right": figures.in_scope.answered_right,
        "helped": figures.in_scope.helped,
        "not_answered_wrong": round(100 - figures.in_scope.answered_wrong, 1),
        "strangers_not_answered": round(100 - figures.out_of_scope.answered_wrong, 1),
        "strangers_met_with_none": figures.out_of_scope.nothing,
    }
    RECORDED.write_text(json.dumps(recorded, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(recorded))


if __name__ == "__main__":
    main()
