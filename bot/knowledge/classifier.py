"""A linear support vector machine, one topic against the rest, trained in a second on numpy alone.

Dual coordinate descent for the L2-loss SVM (Hsieh et al., "A Dual Coordinate Descent Method for Large-scale Linear
SVM", ICML 2008), all topics of a row at once. A general library fits the same machine as fast and as well (``make
bench`` compares), but only importing one takes longer than this training and 90 MB of every serving process.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.knowledge.features import Floats, Rows, Vector

PENALTY = 1.0
"""``C`` of the SVM: how much a phrasing on the wrong side costs beside the size of the weights."""

_PASSES = 4
_LEAST_CHANGE = 1e-3
_FEW = 40


@dataclass(frozen=True, slots=True)
class LinearClassifier:
    """Weights by feature and topic; the last row is the bias."""

    weights: Floats

    def votes(self, vector: Vector) -> Floats:
        """Return what speaks for each topic: above 0 for, below -1 clearly against."""
        votes: Floats = vector.weights @ self.weights[vector.features] + self.weights[-1]
        return votes


def train(rows: Rows, owner: NDArray[np.intp], topics: int) -> LinearClassifier:
    """Return the classifier of *rows*, whose topics are *owner*; the same input gives the same weights."""
    weights = np.zeros((rows.width + 1, topics), dtype=np.float32)
    duals = np.zeros((len(rows), topics), dtype=np.float32)
    sides = np.full((len(rows), topics), -1, dtype=np.float32)
    sides[np.arange(len(rows)), owner] = 1
    examples = [_with_bias(rows, index) for index in range(len(rows))]
    order = np.random.default_rng(0)
    for _ in range(_PASSES):
        for index in order.permutation(len(rows)):
            _correct(weights, duals[index], sides[index], *examples[index])
    return LinearClassifier(weights)


def _with_bias(rows: Rows, index: int) -> tuple[NDArray[np.int32], Floats, np.float32]:
    """Return the row's features and weights with the bias as one more, and its curvature in the dual problem."""
    vector = rows[index]
    features = np.append(vector.features, np.int32(rows.width))
    values = np.append(vector.weights, np.float32(1))
    return features, values, np.float32(values @ values + 0.5 / PENALTY)


def _correct(
    weights: Floats, duals: Floats, sides: Floats, features: NDArray[np.int32], values: Floats, curvature: np.float32
) -> None:
    """Move the weights so that one row lies where it should for every topic, as far as its dual variables allow."""
    touched = weights[features]
    gradient = sides * (values @ touched) - 1 + duals * np.float32(0.5 / PENALTY)
    change = np.maximum(duals - gradient / curvature, 0) - duals
    moved = np.flatnonzero(np.abs(change) > _LEAST_CHANGE)
    if moved.size == 0:
        return
    duals[moved] += change[moved]
    if moved.size < _FEW:
        weights[features[:, None], moved] += np.outer(values, (change * sides)[moved])
    else:
        weights[features] = touched + np.outer(values, change * sides)
