"""Fit how sure a match is (`bot.knowledge.confidence`) on labelled questions that stand in no phrasing.

    python -m benchmarks.calibrate benchmarks/data/calibration.jsonl

Prints the weights to copy, and what they would decide on the same questions in cross-validation. Phrasings equal to a
labelled question are left out of the training first: otherwise every question would look as sure as a known one.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from bot.knowledge.confidence import Signs
from bot.knowledge.library import Shelves
from bot.knowledge.loader import load_library
from bot.knowledge.matching import SUGGESTED, Match, Matcher
from bot.knowledge.wording import Wording
from bot.messages import Decision
from bot.text import fold

_FOLDS = 5


def main() -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--content", type=Path, default=Path("content"))
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    signs, right, among = _observe(options.content, rows)
    in_scope = np.array([bool(row["ids"]) for row in rows])
    for name, target in (("right", right), ("among", among)):
        _print_weights(name, signs, target)
    _print_decisions(_cross_validated(signs, right), _cross_validated(signs, among), right, among, in_scope)


def _matcher_without(shelves: Shelves, seen: set[str], strangers: set[str]) -> Matcher:
    """Return a matcher that knows no phrasing of *seen* and no stranger of *strangers* (both folded)."""
    kept = [
        answer.model_copy(
            update={
                "questions": tuple(text for text in answer.questions if fold(text) not in seen),
                "not_for": tuple(near for near in answer.not_for if fold(near.ask) not in seen),
            }
        )
        for answer in shelves.answers.values()
    ]
    others = [text for text in shelves.out_of_scope.questions if fold(text) not in strangers]
    return Matcher(kept, shelves.abbreviations, shelves.synonyms, others)


def _observe(
    content: Path, rows: list[dict[str, list[str]]]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the signs of every question, seen by a matcher that knows neither its phrasing nor it as a stranger."""
    shelves, seen = load_library(content).shelves, {fold(str(row["q"])) for row in rows}
    matches: list[Match] = [Match(Decision.NONE, 0.0, (), Wording(""))] * len(rows)
    for part in range(_FOLDS):
        mine = range(part, len(rows), _FOLDS)
        matcher = _matcher_without(shelves, seen, {fold(str(rows[index]["q"])) for index in mine})
        for index in mine:
            matches[index] = matcher.match(str(rows[index]["q"]))
    blank = (0.0,) * len(Signs._fields)
    signs = np.array([match.signs or blank for match in matches])
    right = [bool(match.topics[:1]) and match.topics[0] in row["ids"] for match, row in zip(matches, rows, strict=True)]
    among = [
        any(topic in row["ids"] for topic in match.topics[:SUGGESTED]) for match, row in zip(matches, rows, strict=True)
    ]
    return signs, np.array(right), np.array(among)


def _model() -> object:
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=2000))


def _cross_validated(signs: NDArray[np.float64], target: NDArray[np.bool_]) -> NDArray[np.float64]:
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return np.asarray(cross_val_predict(_model(), signs, target, cv=folds, method="predict_proba")[:, 1])


def _print_weights(name: str, signs: NDArray[np.float64], target: NDArray[np.bool_]) -> None:
    model = _model()
    scaler, regression = model.fit(signs, target)  # type: ignore[attr-defined]  # sklearn has no types
    weights = regression.coef_[0] / scaler.scale_
    bias = regression.intercept_[0] - float(weights @ scaler.mean_)
    print(f"    {name}=Weights(\n        {bias:.4f},\n        Signs(")
    for field, weight in zip(Signs._fields, weights, strict=True):
        print(f"            {field}={weight:.4f},")
    print("        ),\n    ),")


def _print_decisions(
    p_right: NDArray[np.float64],
    p_among: NDArray[np.float64],
    right: NDArray[np.bool_],
    among: NDArray[np.bool_],
    in_scope: NDArray[np.bool_],
) -> None:
    print("\n answer  ask | right  wrong  helped | oos answered  none   (percent)")
    for answer_above in (0.6, 0.65, 0.7, 0.75, 0.8):
        for ask_above in (0.1, 0.15, 0.2, 0.25, 0.3):
            answered = p_right >= answer_above
            nothing = ~answered & (p_among < ask_above)
            helped = (answered & right) | (~answered & ~nothing & among)
            cells = (
                (answered & right)[in_scope], (answered & ~right)[in_scope], helped[in_scope],
                answered[~in_scope], nothing[~in_scope],
            )  # fmt: skip
            print(
                f"  {answer_above:.2f}  {ask_above:.2f} | " + "  ".join(f"{100 * cell.mean():5.1f}" for cell in cells)
            )


if __name__ == "__main__":
    main()
