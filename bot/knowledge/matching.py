"""Which answer a question wants, and whether to give it, to ask back, or to say that we have none.

Four witnesses look at a question as `bot.knowledge.wording` reads it. A linear classifier over letter and word n-grams
of all phrasings, the likeness to the nearest phrasings with and without accents, and the likeness to the answers' own
texts say *which* topic; RapidFuzz, which forgives slips, and how much of the question the topic explains help
`bot.knowledge.confidence` to say *whether*. Training happens at load and depends on nothing but the content: not on
the order of files, not on chance.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, log1p

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.classifier import train
from bot.knowledge.confidence import CALIBRATED, Policy, Signs
from bot.knowledge.features import FeatureSpace, Floats, Indices, Postings, Vector
from bot.knowledge.schema import Answer, Synonyms
from bot.knowledge.wording import LONGEST, Reader, Vocabulary, Wording
from bot.markup import parse, plain
from bot.messages import Decision
from bot.text import clean, fold

RANKED = 5
"""How many topics a match names, whatever its decision."""

SUGGESTED = 3
"""Most topics a person is asked to choose from."""

_NO_TOPIC, _STRANGERS = "", 0
"""Questions that no answer answers are a topic to the classifier, the first one, and never a candidate."""

_SHORTLIST = 8
_COMPARED = 4

# How much the other witnesses count beside the classifier; chosen on held-out labelled questions.
_NEAR = 1.0
_NEAR_ACCENTED = 0.7
_BODY = 2.5

_ROUNDING = 1e-3
"""More than sums of single-precision numbers may differ by."""

_ACCENTED_SHARE = 0.12
"""From this share of accented letters on a text counts as typed with accents; well-typed Vietnamese has 0.3."""

_UNSEEN = 9.0
"""How telling a word is that no phrasing has: a little more than the rarest."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A topic that may be meant: the weight of the evidence, and the phrasing that is most like the question."""

    topic: str
    evidence: float
    phrasing: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Match:
    """What became of a question: the decision, how sure (0..1), and up to `RANKED` candidates, best first."""

    decision: Decision
    score: float
    candidates: tuple[Candidate, ...]
    wording: Wording
    signs: Signs | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """Return the ids of the candidates, best first."""
        return tuple(candidate.topic for candidate in self.candidates)

    @property
    def suggested(self) -> tuple[str, ...]:
        """Return the topics worth asking about, best first."""
        return self.topics[:SUGGESTED]


class Matcher:
    """Finds the topic of a question among answers."""

    def __init__(
        self,
        answers: Iterable[Answer],
        abbreviations: Abbreviations,
        synonyms: Synonyms,
        strangers: Iterable[str] = (),
        policy: Policy = CALIBRATED,
    ) -> None:
        """Train on the phrasings and texts of *answers*, and on *strangers*: questions that none of them answers."""
        by_id = {answer.id: answer for answer in answers}
        pairs = [
            *((_NO_TOPIC, text) for text in sorted(_strangers(by_id.values(), strangers))),
            *sorted(phrasings(by_id.values())),
        ]
        self._policy = policy
        self._topics = [_NO_TOPIC, *sorted(by_id)]
        self._phrasings = [text for _, text in pairs]
        position = {topic: index for index, topic in enumerate(self._topics)}
        self._owner = owner = np.array([position[topic] for topic, _ in pairs], dtype=np.intp)
        vocabulary = Vocabulary(fold(text) for text in self._phrasings)
        self._reader = Reader(vocabulary, abbreviations, synonyms.synonyms)
        self._read = [self._reader.read(text).text for text in self._phrasings]
        self._folded = _View(self._read, owner, len(self._topics))
        accented = [_accented(text) for text in self._phrasings]
        self._accented = _View(accented, owner, len(self._topics), has_letters=False)
        self._strangers = Postings(self._folded.known.head(int(np.count_nonzero(owner == _STRANGERS))))
        self._classifier = train(self._folded.known, owner, len(self._topics))
        bodies = [_body(by_id[topic]) if topic else "" for topic in self._topics]
        self._body_space = FeatureSpace(bodies)
        self._bodies = Postings(self._body_space.rows(bodies))
        self._words = _Words(self._read, owner, bodies)

    def match(self, question: str) -> Match:
        """Return what *question* wants. Any text is fine; the time it takes has a bound."""
        wording = self._reader.read(question)
        vector = self._folded.space.vector(wording.text)
        if vector.is_empty:
            return Match(Decision.NONE, 0.0, (), wording)
        testimony = self._testimony(question, wording.text, vector)
        weighed = self._weigh(testimony)
        signs = self._signs(wording.text, testimony, weighed)
        candidates = tuple(self._candidate(weighed, index) for index in range(min(RANKED, len(weighed.topics))))
        return Match(
            self._policy.decide(signs), round(self._policy.right.probability(signs), 4), candidates, wording, signs
        )

    def firsts(self, known: Sequence[tuple[str, str]]) -> list[str]:
        """Return, for each (topic, phrasing), the topic that `match` puts first; empty for none.

        For phrasings that this was trained on it takes a third of the time of `match`.
        """
        rows = {
            (self._topics[topic], text): row
            for row, (topic, text) in enumerate(zip(self._owner, self._phrasings, strict=True))
        }
        return [topic if self._leads(rows.get((topic, text))) else self._first(text) for topic, text in known]

    def _leads(self, row: int | None) -> bool:
        """Tell whether the topic of the phrasing in *row* is ahead before any phrasing is compared with it.

        Then it stays so: no phrasing is nearer to this one than it is itself.
        """
        if row is None or (vector := self._folded.known[row]).is_empty:
            return False
        ahead = self._classifier.votes(vector)
        ahead += _BODY * self._bodies.likeness(self._body_space.vector(self._read[row]))
        ahead[_STRANGERS] = -np.inf
        mine, ahead[self._owner[row]] = float(ahead[self._owner[row]]), -np.inf
        return mine > float(ahead.max(initial=-np.inf)) + _ROUNDING

    def _first(self, text: str) -> str:
        return next(iter(self.match(text).topics), "")

    def _testimony(self, question: str, text: str, vector: Vector) -> "_Testimony":
        is_accented = _accent_share(question) > _ACCENTED_SHARE
        return _Testimony(
            vector=vector,
            votes=self._classifier.votes(vector),
            body=self._bodies.likeness(self._body_space.vector(text)),
            accented=self._accented.space.vector(_accented(question)) if is_accented else None,
        )

    def _weigh(self, testimony: "_Testimony") -> "_Weighed":
        """Add the nearest phrasings to the evidence for those topics that the classifier and the texts speak for."""
        first = testimony.votes + _BODY * testimony.body
        first[_STRANGERS] = -np.inf
        shortlist = np.sort(np.argsort(-first, kind="stable")[: min(_SHORTLIST, len(first) - 1)])
        rows, likeness = self._folded.nearest(testimony.vector, shortlist)
        evidence = first[shortlist] + _NEAR * likeness
        if testimony.accented is not None:
            _, alike = self._accented.nearest(testimony.accented, shortlist)
            evidence = evidence + _NEAR_ACCENTED * alike
        order = np.argsort(-evidence, kind="stable")
        return _Weighed(shortlist[order], evidence[order], likeness[order], [rows[index] for index in order])

    def _signs(self, text: str, testimony: "_Testimony", weighed: "_Weighed") -> Signs:
        evidence, best, votes = weighed.evidence, int(weighed.topics[0]), testimony.votes
        compared = [self._read[row] for row in weighed.rows[0][:_COMPARED]]
        explained, unexplained, known = self._words.explained(text, best)
        return Signs(
            evidence=float(evidence[0]),
            lead=float(evidence[0] - evidence[1]) if len(evidence) > 1 else float(evidence[0]),
            lead_of_third=float(evidence[0] - evidence[2]) if len(evidence) > SUGGESTED - 1 else float(evidence[0]),
            votes=float(votes[best]),
            likeness=float(weighed.likeness[0]),
            likeness_elsewhere=float(weighed.likeness.max()),
            body=float(testimony.body[best]),
            same_words=max(token_sort_ratio(text, other) for other in compared) / 100,
            shared_words=max(token_set_ratio(text, other) for other in compared) / 100,
            explained=explained,
            unexplained=unexplained,
            known=known,
            length=log1p(text.count(" ") + 1),
            accented=float(testimony.accented is not None),
            strange_votes=float(votes[_STRANGERS]),
            strange_lead=float(votes[_STRANGERS] - votes[1:].max()),
            strange_likeness=float(self._strangers.likeness(testimony.vector).max(initial=0.0)),
        )

    def _candidate(self, weighed: "_Weighed", index: int) -> Candidate:
        return Candidate(
            topic=self._topics[int(weighed.topics[index])],
            evidence=round(float(weighed.evidence[index]), 4),
            phrasing=self._phrasings[weighed.rows[index][0]],
            likeness=round(float(weighed.likeness[index]), 4),
        )


@dataclass(frozen=True, slots=True)
class _Testimony:
    """What the witnesses say: votes and likeness of texts by topic; ``accented`` if the question has accents."""

    vector: Vector
    votes: Floats
    body: Floats
    accented: Vector | None


@dataclass(frozen=True, slots=True)
class _Weighed:
    """The shortlist, best first: topics, their evidence, their likeness and their rows nearest first."""

    topics: NDArray[np.intp]
    evidence: Floats
    likeness: Floats
    rows: list[Indices]


class _View:
    """All phrasings in one spelling, the rows of a topic side by side."""

    def __init__(self, texts: Sequence[str], owner: NDArray[np.intp], topics: int, *, has_letters: bool = True) -> None:
        self.space = FeatureSpace(texts, has_letters=has_letters)
        self.known = self.space.rows(texts)
        self._starts = np.searchsorted(owner, np.arange(topics + 1))

    def nearest(self, vector: Vector, topics: NDArray[np.intp]) -> tuple[list[Indices], Floats]:
        """Return, for each of *topics*, its rows nearest first (a few) and the cosine of the nearest one."""
        spans = [(int(self._starts[topic]), int(self._starts[topic + 1])) for topic in topics]
        cosines = self.known.cosines(vector, spans)
        rows, likeness, offset = [], np.zeros(len(topics), dtype=np.float32), 0
        for index, (first, last) in enumerate(spans):
            own = cosines[offset : offset + last - first]
            offset += last - first
            order = np.argsort(-own, kind="stable")[:_COMPARED]
            rows.append((order + first).astype(np.int32))
            likeness[index] = own[order[0]]
        return rows, likeness


class _Words:
    """Which words each topic knows, and how telling each word is."""

    def __init__(self, texts: Sequence[str], owner: NDArray[np.intp], bodies: Sequence[str]) -> None:
        counts = Counter(word for text in texts for word in set(text.split()))
        self._telling = {word: log(len(texts) / count) for word, count in counts.items()}
        self._known = [frozenset(body.split()) for body in bodies]
        for text, topic in zip(texts, owner, strict=True):
            self._known[topic] = self._known[topic].union(text.split())

    def explained(self, text: str, topic: int) -> tuple[float, float, float]:
        """Return the share of telling words *topic* knows, the most telling it does not, the share known at all."""
        words = text.split()
        telling = [self._telling.get(word, _UNSEEN) for word in words]
        known = self._known[topic]
        mine = sum(weight for word, weight in zip(words, telling, strict=True) if word in known)
        missing = max((weight for word, weight in zip(words, telling, strict=True) if word not in known), default=0.0)
        return mine / max(sum(telling), 1e-9), missing, sum(word in self._telling for word in words) / len(words)


def phrasings(answers: Iterable[Answer]) -> set[tuple[str, str]]:
    """Return (topic, phrasing): titles, questions, and the neighbours that other answers name as belonging there."""
    by_id = {answer.id: answer for answer in answers}
    return {
        *((answer.id, text) for answer in by_id.values() for text in (answer.title, *answer.questions)),
        *((near.see, near.ask) for answer in by_id.values() for near in answer.not_for if near.see in by_id),
    }


def _strangers(answers: Iterable[Answer], more: Iterable[str]) -> set[str]:
    """Return the questions that belong nowhere: those the answers name as such, and *more*."""
    return {*more, *(near.ask for answer in answers for near in answer.not_for if near.see is None)}


def _body(answer: Answer) -> str:
    return fold(f"{answer.title} {answer.summary} {answer.audience} {plain(parse(answer.body))}")


def _accented(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in clean(text[:LONGEST]).lower()).split())


def _accent_share(text: str) -> float:
    letters = [c for c in unicodedata.normalize("NFC", text[:LONGEST].lower()) if c.isalpha()]
    return sum(not c.isascii() for c in letters) / max(1, len(letters))
