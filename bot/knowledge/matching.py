"""Which answer a question wants, and whether to give it, to ask back, or to say that we have none.

A linear classifier over character and word n-grams of all phrasings says *which* topic; the likeness to the nearest
phrasings (n-grams, and RapidFuzz on that shortlist, which forgives slips) says *whether* any fits. Both look at the
question as `bot.knowledge.wording` reads it. Training happens at load, takes about a second, and depends on nothing
but the phrasings: not on the order of files, not on chance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import token_sort_ratio
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.schema import Answer, Synonyms
from bot.knowledge.wording import Reader, Vocabulary, Wording
from bot.messages import Decision
from bot.text import fold

RANKED = 5
"""How many topics a match names, whatever its decision."""

SUGGESTED = 3
"""Most topics a person is asked to choose from."""

_SHORTLIST = 12
_SPACED = r"\S+"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that may be meant: how sure (0..1), and the phrasing that is most like the question."""

    topic: str
    score: float
    phrasing: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a question: the decision, and up to `RANKED` candidates, best first."""

    decision: Decision
    candidates: tuple[Candidate, ...]
    wording: Wording

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the ids of the candidates, best first."""
        return tuple(candidate.topic for candidate in self.candidates)

    @property
    def score(self) -> float:
        """Return the best candidate's score; 0 where there is none."""
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def suggested(self) -> tuple[str, ...]:
        """Return the topics worth asking about, best first."""
        return self.topics[:SUGGESTED]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When to answer, when to ask. Chosen on held-out folds of labelled questions; see ``docs/performance.md``."""

    answer: float = 0.60
    suggest: float = 0.25
    margin: float = 0.15


class Matcher:
    """Finds the topic of a question among answers."""

    def __init__(
        self,
        answers: Iterable[Answer],
        abbreviations: Abbreviations,
        synonyms: Synonyms,
        thresholds: Thresholds = Thresholds(),  # frozen
    ) -> None:
        """Train on the phrasings of *answers*."""
        self._thresholds = thresholds
        pairs = sorted(_phrasings(answers))
        self._phrasings = [text for _, text in pairs]
        self._topics = sorted({topic for topic, _ in pairs})
        position = {topic: index for index, topic in enumerate(self._topics)}
        self._owner: NDArray[np.intp] = np.array([position[topic] for topic, _ in pairs], dtype=np.intp)
        vocabulary = Vocabulary(fold(text) for text in self._phrasings)
        self._reader = Reader(vocabulary, abbreviations, synonyms.synonyms)
        self._read = [self._reader.read(text).text for text in self._phrasings]
        self._letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=_SPACED, dtype=np.float32)
        self._train()

    def _train(self) -> None:
        features = self._stack(self._letters.fit_transform(self._read), self._words.fit_transform(self._read))
        self._known: csr_matrix = features
        classifier = LinearSVC(C=0.5, random_state=0).fit(features, self._owner)
        weights = classifier.coef_ if len(self._topics) > 2 else np.vstack([-classifier.coef_, classifier.coef_])  # noqa: PLR2004
        bias = classifier.intercept_
        self._weights = np.ascontiguousarray(weights.T, dtype=np.float32)
        self._bias = np.asarray(bias if len(self._topics) > 2 else [-bias[0], bias[0]], dtype=np.float32)  # noqa: PLR2004

    @staticmethod
    def _stack(letters: csr_matrix, words: csr_matrix) -> csr_matrix:
        return csr_matrix(hstack([letters, words]) * np.float32(0.5**0.5))

    def match(self, question: str) -> Match:
        """Return what *question* wants. Any text is fine; the time it takes has a bound."""
        wording = self._reader.read(question)
        if not wording.text:
            return Match(Decision.NONE, (), wording)
        candidates = self._candidates(wording.text)
        return Match(self._decide(candidates), candidates, wording)

    def _candidates(self, text: str) -> tuple[Candidate, ...]:
        features = self._stack(self._letters.transform([text]), self._words.transform([text]))
        if features.nnz == 0:
            return ()
        votes = (features @ self._weights)[0] + self._bias
        likeness = np.asarray((self._known @ features.T).todense()).ravel()
        nearest = np.zeros(len(self._topics), dtype=np.float32)
        np.maximum.at(nearest, self._owner, likeness)
        evidence = votes + 1.5 * nearest
        order = sorted(np.argsort(-evidence, kind="stable")[:_SHORTLIST], key=lambda topic: -evidence[topic])
        return tuple(self._candidate(text, topic, evidence, likeness) for topic in order[:RANKED])

    def _candidate(
        self, text: str, topic: int, evidence: NDArray[np.float32], likeness: NDArray[np.float32]
    ) -> Candidate:
        own = np.flatnonzero(self._owner == topic)
        best = own[np.argsort(-likeness[own], kind="stable")[:4]]
        ratios = [token_sort_ratio(text, self._read[index]) / 100 for index in best]
        top = int(np.argmax(ratios))
        similar = max(ratios[top], float(likeness[best[0]]))
        score = 1.0 / (1.0 + np.exp(-(2.2 * float(evidence[topic]) + 3.0 * similar - 2.6)))
        return Candidate(self._topics[topic], round(float(score), 4), self._phrasings[best[top]], round(similar, 4))

    def _decide(self, candidates: Sequence[Candidate]) -> Decision:
        if not candidates or candidates[0].score < self._thresholds.suggest:
            return Decision.NONE
        first = candidates[0].score
        second = candidates[1].score if len(candidates) > 1 else 0.0
        if first >= self._thresholds.answer and first - second >= self._thresholds.margin:
            return Decision.ANSWER
        return Decision.SUGGEST


def _phrasings(answers: Iterable[Answer]) -> set[tuple[str, str]]:
    """Return (topic, phrasing): titles, questions, and the neighbours that other answers name as belonging there."""
    by_id = {answer.id: answer for answer in answers}
    return {
        *((answer.id, text) for answer in by_id.values() for text in (answer.title, *answer.questions)),
        *((near.see, near.ask) for answer in by_id.values() for near in answer.not_for if near.see in by_id),
    }
