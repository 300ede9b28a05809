"""Texts as weighted n-grams of letters and words, and how alike two texts are by them.

TF-IDF with logarithmic counts (Manning, Raghavan and Schütze, *Introduction to Information Retrieval*, ch. 6), written
on numpy because a question at a time through a general library costs more in its checks than in its sums: 0.1 ms here.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.int32]

_LETTERS = range(3, 5)
_CACHED_WORDS = 50_000
_ZERO = np.zeros(1, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text's features: their numbers, ascending, and weights of length 1 together."""

    features: Indices
    weights: Floats

    @property
    def is_empty(self) -> bool:
        """Tell whether the text has no feature that any known text has."""
        return self.features.size == 0


class FeatureSpace:
    """The n-grams of a fixed set of texts, which become the known texts."""

    def __init__(self, texts: Sequence[str], *, has_letters: bool = True) -> None:
        """Number and weigh the n-grams of *texts*, whose words stand a space apart; those of letters too, or not."""
        spelt = texts if has_letters else ()
        self._letters = _Block(chain.from_iterable(map(_letter_grams, text.split())) for text in spelt)
        self._words = _Block(_word_grams(text.split()) for text in texts)
        self._word_letters = lru_cache(maxsize=_CACHED_WORDS)(self._letters_of)
        self.size = len(self._letters.numbers) + len(self._words.numbers)

    def vector(self, text: str) -> Vector:
        """Return the features of *text* that known texts have."""
        words = text.split()
        letters = self._letters.weighted(chain.from_iterable(map(self._word_letters, words)))
        numbers = self._words.numbers
        grams = self._words.weighted(numbers[gram] for gram in _word_grams(words) if gram in numbers)
        offset = len(self._letters.numbers)
        return Vector(
            np.concatenate([letters[0], grams[0] + np.int32(offset)]),
            np.concatenate([letters[1], grams[1]]) * np.float32(0.5**0.5),
        )

    def rows(self, texts: Iterable[str]) -> "Rows":
        """Return the features of *texts*, a row each."""
        vectors = [self.vector(text) for text in texts]
        return Rows(
            starts=np.cumsum([0, *(vector.features.size for vector in vectors)]),
            features=np.concatenate([vector.features for vector in vectors]),
            weights=np.concatenate([vector.weights for vector in vectors]),
            width=self.size,
        )

    def _letters_of(self, word: str) -> tuple[int, ...]:
        numbers = self._letters.numbers
        return tuple(numbers[gram] for gram in _letter_grams(word) if gram in numbers)


@dataclass(frozen=True, slots=True)
class Rows:
    """The features of many texts: those of text ``i`` stand from ``starts[i]`` to ``starts[i + 1]``."""

    starts: NDArray[np.int64]
    features: Indices
    weights: Floats
    width: int

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> Vector:
        """Return the features of one text."""
        span = slice(self.starts[index], self.starts[index + 1])
        return Vector(self.features[span], self.weights[span])

    def head(self, count: int) -> "Rows":
        """Return the first *count* texts."""
        end = self.starts[count]
        return Rows(self.starts[: count + 1], self.features[:end], self.weights[:end], self.width)

    def spread(self, vector: Vector) -> Floats:
        """Return *vector* as ``width`` numbers, most of them 0."""
        dense = np.zeros(self.width, dtype=np.float32)
        dense[vector.features] = vector.weights
        return dense

    def cosines(self, vector: Vector, spans: Sequence[tuple[int, int]]) -> Floats:
        """Return how alike *vector* and each text of *spans* (first, past the last) are, span after span."""
        dense = self.spread(vector)
        parts = [slice(self.starts[first], self.starts[last]) for first, last in spans]
        shares = np.concatenate([self.weights[part] for part in parts])
        shares *= dense[np.concatenate([self.features[part] for part in parts])]
        lengths = np.concatenate([np.diff(self.starts[first : last + 1]) for first, last in spans])
        # A running sum, because reduceat gives a wrong sum for a text without features.
        sums = np.concatenate([_ZERO, np.cumsum(shares)])
        ends = np.cumsum(lengths)
        cosines: Floats = sums[ends] - sums[ends - lengths]
        return cosines


class _Block:
    """One kind of n-grams: their numbers and how telling each is."""

    def __init__(self, texts: Iterable[Iterable[str]]) -> None:
        documents = Counter[str]()
        count = 0
        for grams in texts:
            documents.update(set(grams))
            count += 1
        self.numbers = {gram: number for number, gram in enumerate(sorted(documents))}
        found = np.array([documents[gram] for gram in self.numbers], dtype=np.float32)
        self._telling: Floats = (np.log((1 + count) / (1 + found)) + 1).astype(np.float32)

    def weighted(self, numbers: Iterable[int | None]) -> tuple[Indices, Floats]:
        counts = Counter(numbers)
        features = np.fromiter(counts.keys(), dtype=np.int32, count=len(counts))
        weights = np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts))) + 1
        weights *= self._telling[features]
        length = np.sqrt(weights @ weights)
        return features, weights / length if length else weights


class Postings:
    """Known texts by feature: finds how alike each of them is to a new one."""

    def __init__(self, known: Rows) -> None:
        """Index the rows of *known*."""
        order = np.argsort(known.features, kind="stable")
        self._starts = np.searchsorted(known.features[order], np.arange(known.width + 1))
        self._rows = np.repeat(np.arange(len(known)), np.diff(known.starts))[order]
        self._weights = known.weights[order]
        self._count = len(known)

    def likeness(self, vector: Vector) -> Floats:
        """Return the cosine of *vector* with every known text."""
        starts, ends = self._starts[vector.features], self._starts[vector.features + 1]
        lengths = ends - starts
        places = np.repeat(starts - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(lengths.sum())
        shares = self._weights[places] * np.repeat(vector.weights, lengths)
        return np.bincount(self._rows[places], weights=shares, minlength=self._count).astype(np.float32)


@lru_cache(maxsize=_CACHED_WORDS)
def _letter_grams(word: str) -> tuple[str, ...]:
    padded = f" {word} "
    return tuple(padded[i : i + size] for size in _LETTERS for i in range(len(padded) - size + 1))


def _word_grams(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]
