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
        -4.7497,
        Signs(
            evidence=0.4513,
            lead=1.7347,
            lead_of_third=1.1293,
            votes=0.9470,
            likeness=-2.5926,
            likeness_elsewhere=0.0670,
            body=-1.1904,
            same_words=1.6523,
            shared_words=3.7900,
            explained=5.4888,
            unexplained=-0.0280,
            known=-6.2553,
            length=0.6721,
            accented=-1.2798,
            strange_votes=-1.1769,
            strange_lead=-0.5337,
            strange_likeness=-1.1410,
        ),
    ),
    among=Weights(
        -4.6586,
        Signs(
            evidence=1.0710,
            lead=0.5643,
            lead_of_third=0.3969,
            votes=0.7250,
            likeness=1.1778,
            likeness_elsewhere=2.3937,
            body=4.8581,
            same_words=-3.2762,
            shared_words=3.6776,
            explained=7.5653,
            unexplained=0.0667,
            known=-7.2357,
            length=0.9137,
            accented=-1.7820,
            strange_votes=-1.4223,
            strange_lead=-0.8310,
            strange_likeness=-4.1565,
        ),
    ),
    answer_above=0.78,
    ask_above=0.1,
)
"""Fitted by `python -m benchmarks.calibrate`."""
