"""How sure a match is: what was seen of it, weighed into two probabilities.

Two logistic regressions over the same signs: is the best topic right, and is the right one among those we would
suggest? Their weights were fitted on labelled questions that stood in no phrasing (`python -m benchmarks.calibrate`
fits and prints them); they are about how evidence adds up, not about any topic, so they hold while editors add
answers.
"""

from dataclasses import dataclass
from math import exp
from typing import NamedTuple

from bot.messages import Decision


class Signs(NamedTuple):
    """What speaks for the best topic of a question, and against.

    ``evidence`` is its whole weight, ``lead`` and ``lead_of_third`` how far the second and third are behind, ``votes``
    the classifier's part, ``likeness`` and ``likeness_elsewhere`` the cosine to its nearest phrasing and to any
    topic's, ``body`` to its text; ``same_words`` and ``shared_words`` are what RapidFuzz says of the nearest phrasings
    (0..1). ``explained`` is the share of the question's telling words that the topic knows, ``unexplained`` the most
    telling word it does not know, ``known`` the share of words that any phrasing has, ``length`` the logarithm of the
    number of words, ``accented`` 1 if it was typed with accents.
    """

    evidence: float
    lead: float
    lead_of_third: float
    votes: float
    likeness: float
    likeness_elsewhere: float
    body: float
    same_words: float
    shared_words: float
    explained: float
    unexplained: float
    known: float
    length: float
    accented: float


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over `Signs`."""

    bias: float
    of: Signs

    def probability(self, signs: Signs) -> float:
        """Return the probability, 0..1."""
        total = self.bias + sum(weight * sign for weight, sign in zip(self.of, signs, strict=True))
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Policy:
    """When to answer and when to ask.

    ``answer_above`` is the least probability of being right to answer directly, ``ask_above`` the least probability
    that a suggestion helps. Chosen where wrong direct answers stay rare: see ``docs/performance.md``.
    """

    right: Weights
    among: Weights
    answer_above: float
    ask_above: float
    least_lead: float = 1e-4

    def decide(self, signs: Signs) -> Decision:
        """Return what to do; topics of equal weight are never picked from."""
        if self.right.probability(signs) >= self.answer_above and signs.lead > self.least_lead:
            return Decision.ANSWER
        return Decision.SUGGEST if self.among.probability(signs) >= self.ask_above else Decision.NONE


CALIBRATED = Policy(
    right=Weights(
        -4.7819,
        Signs(
            evidence=0.7459,
            lead=1.635,
            lead_of_third=0.6792,
            votes=1.5064,
            likeness=-3.5926,
            likeness_elsewhere=-0.0225,
            body=-4.7582,
            same_words=-1.3556,
            shared_words=6.6839,
            explained=6.3826,
            unexplained=-0.081,
            known=-8.2682,
            length=2.5883,
            accented=-0.9468,
        ),
    ),
    among=Weights(
        -6.4183,
        Signs(
            evidence=1.0172,
            lead=0.553,
            lead_of_third=0.8004,
            votes=0.9045,
            likeness=-1.6966,
            likeness_elsewhere=0.6762,
            body=-0.063,
            same_words=-4.0762,
            shared_words=9.1749,
            explained=6.8797,
            unexplained=-0.0699,
            known=-9.1999,
            length=3.1234,
            accented=-1.8748,
        ),
    ),
    answer_above=0.75,
    ask_above=0.15,
)
"""Fitted by `python -m benchmarks.calibrate`."""
