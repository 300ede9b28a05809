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
        -3.5180,
        Signs(
            evidence=0.3484,
            lead=2.2373,
            lead_of_third=0.6481,
            votes=0.9901,
            likeness=-3.5400,
            likeness_elsewhere=0.1522,
            body=-1.4435,
            same_words=0.9624,
            shared_words=4.5238,
            explained=5.1240,
            unexplained=-0.0340,
            known=-6.7390,
            length=0.9277,
            accented=-1.0168,
            strange_votes=-0.6877,
            strange_lead=-0.8885,
            strange_likeness=-1.2855,
        ),
    ),
    among=Weights(
        -4.4572,
        Signs(
            evidence=1.0693,
            lead=0.6485,
            lead_of_third=0.5897,
            votes=0.8274,
            likeness=1.3552,
            likeness_elsewhere=2.0004,
            body=0.4810,
            same_words=-2.9647,
            shared_words=3.8771,
            explained=8.9673,
            unexplained=0.1441,
            known=-7.9086,
            length=0.8961,
            accented=-1.6127,
            strange_votes=-1.1674,
            strange_lead=-0.8517,
            strange_likeness=-4.9955,
        ),
    ),
    answer_above=0.78,
    ask_above=0.12,
)
"""Fitted by `python -m benchmarks.calibrate`."""
