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
    number of words, ``accented`` 1 if it was typed with accents. The ``strange`` ones are the classifier's votes for
    "no answer answers this", how far they are ahead of every topic's, and the cosine to the nearest such question.
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
    strange_votes: float
    strange_lead: float
    strange_likeness: float


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
        -4.4739,
        Signs(
            evidence=0.4843,
            lead=1.7244,
            lead_of_third=1.1941,
            votes=1.0592,
            likeness=-2.5365,
            likeness_elsewhere=-0.3665,
            body=-1.2948,
            same_words=1.8317,
            shared_words=3.9091,
            explained=5.4492,
            unexplained=-0.0405,
            known=-6.5682,
            length=0.6755,
            accented=-1.0868,
            strange_votes=-1.0684,
            strange_lead=-0.6211,
            strange_likeness=-1.1705,
        ),
    ),
    among=Weights(
        -4.7324,
        Signs(
            evidence=0.9551,
            lead=0.5720,
            lead_of_third=0.5050,
            votes=0.8696,
            likeness=1.2718,
            likeness_elsewhere=2.3240,
            body=5.6375,
            same_words=-2.8600,
            shared_words=3.1623,
            explained=7.8361,
            unexplained=0.0920,
            known=-6.9230,
            length=0.7939,
            accented=-1.7503,
            strange_votes=-1.3401,
            strange_lead=-0.8668,
            strange_likeness=-4.6005,
        ),
    ),
    answer_above=0.78,
    ask_above=0.1,
)
"""Fitted by `python -m benchmarks.calibrate`."""
