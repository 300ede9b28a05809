"""Group questions by likeness, so that a hundred ways to ask the same are one thing to look after.

Each text is compared only with the groups that share one of its rarest words, and with a bounded number of those: so
the time it takes grows with the number of questions and not with its square. Pure; the same questions in any order make
the same groups.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from bot.desk.ports.figures import MissedQuestion
from bot.text import fold, without_masks

ALIKE = 76.0
"""From this likeness on (RapidFuzz, 0..100) two texts ask the same: a word more or less in a sentence of eight."""

ALIKE_ON_TOPIC = 62.0
"""The same where the matcher took both for the same topic: a second witness."""

_RAREST = 4
"""Words of a text that lead to its group."""

MOST_COMPARED = 60
"""Groups behind one word that a text is compared with, largest first."""

_COURTESIES = re.compile(
    r"^(?:(?:da|thua|chao|alo|ad|admin|em|anh|chi|bac|chu|xin|oi|a)\b ?)*"
    r"(?:cho (?:toi|tui|em|minh|chau|con|bac|chi|anh) )?(?:xin )?(?:hoi\b ?)?(?:la |ve |rang )?"
    r"|(?: (?:voi|nhe|nha|nhi|vay|the|a|ah|ad|em|oi|cam on|xin cam on))+$"
)
"""What people say around a question, folded: between short questions it would be most of the likeness."""

_LONGEST = 300
"""Characters that are compared; what follows in a story does not say more."""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same, newest first; ``texts`` are their different wordings, most frequent first."""

    questions: tuple[MissedQuestion, ...]
    texts: tuple[str, ...]

    @property
    def id(self) -> int:
        """Return the id of its newest question, by which it is found again."""
        return self.questions[0].id

    @property
    def guess(self) -> str:
        """Return the topic that was nearest most often; empty for none."""
        guesses = Counter(question.guess for question in self.questions)
        return min(guesses, key=lambda topic: (-guesses[topic], topic))

    @property
    def disliked(self) -> int:
        """Return how many of them had an answer that was found useless."""
        return sum(question.is_disliked for question in self.questions)

    @property
    def is_set_aside(self) -> bool:
        """Tell whether at least half of them are set aside: as many new ones bring the group back."""
        return 2 * sum(question.is_set_aside for question in self.questions) >= len(self.questions)


@dataclass(slots=True)
class _Wording:
    """One way to write, however it is spelled, and who wrote so; ``ordered`` has its words by the alphabet."""

    folded: str
    ordered: str
    questions: list[MissedQuestion] = field(default_factory=list)


@dataclass(slots=True)
class _Cluster:
    """A group that grows: its first wording leads, the others were like it."""

    guess: str
    wordings: list[_Wording]


def grouped(asked: Sequence[MissedQuestion]) -> list[Group]:
    """Return *asked* in groups, the largest first; texts without a word belong to none."""
    wordings = _wordings(asked)
    telling = _rarest_words(wordings)
    behind = defaultdict[str, list[_Cluster]](list)
    clusters: list[_Cluster] = []
    for wording in wordings:
        words = telling[wording.folded]
        cluster = _most_alike(wording, [cluster for word in words for cluster in behind[word][:MOST_COMPARED]])
        if cluster:
            cluster.wordings.append(wording)
            continue
        clusters.append(_Cluster(_guess(wording), [wording]))
        for word in words:
            behind[word].append(clusters[-1])
    return sorted(map(_group, clusters), key=lambda group: (-len(group.questions), -group.id))


def _wordings(asked: Sequence[MissedQuestion]) -> list[_Wording]:
    """Return the different texts, most frequent first: they lead the groups."""
    by_text: dict[str, _Wording] = {}
    for question in sorted(asked, key=lambda one: -one.id):
        if folded := _gist(question.text):
            if folded not in by_text:
                by_text[folded] = _Wording(folded, " ".join(sorted(folded.split())))
            by_text[folded].questions.append(question)
    return sorted(by_text.values(), key=lambda one: (-len(one.questions), len(one.folded), one.folded))


def _gist(text: str) -> str:
    """Return what *text* asks, folded and without courtesies; where it is nothing else, the courtesies."""
    folded = fold(without_masks(text[:_LONGEST]))
    return _COURTESIES.sub("", folded).strip() or folded


def _rarest_words(wordings: Sequence[_Wording]) -> Mapping[str, Sequence[str]]:
    """Return, by text, its words that the fewest other texts have; a word that no other has leads nowhere."""
    count = Counter(word for one in wordings for word in set(one.folded.split()))
    return {one.folded: tuple(_rarest(one.folded, count)) for one in wordings}


def _rarest(text: str, count: Mapping[str, int]) -> Iterator[str]:
    shared = (word for word in set(text.split()) if count[word] > 1)
    yield from sorted(shared, key=lambda word: (count[word], word))[:_RAREST]


def _most_alike(wording: _Wording, clusters: Sequence[_Cluster]) -> _Cluster | None:
    """Return the cluster whose leader is most like *wording*, if any is like it."""
    leaders = [cluster.wordings[0].ordered for cluster in clusters]
    found = process.extract(wording.ordered, leaders, scorer=ratio, score_cutoff=ALIKE_ON_TOPIC, limit=None)
    guess = _guess(wording)
    for _, likeness, index in found:
        if likeness >= ALIKE or (guess and guess == clusters[index].guess):
            return clusters[index]
    return None


def _guess(wording: _Wording) -> str:
    return wording.questions[0].guess


def _group(cluster: _Cluster) -> Group:
    questions = sorted((one for wording in cluster.wordings for one in wording.questions), key=lambda one: -one.id)
    return Group(tuple(questions), tuple(wording.questions[0].text for wording in cluster.wordings))
