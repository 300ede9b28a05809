"""Bring what people type to the words that the phrasings use: abbreviations, typing slips, lost spaces, dialect.

"gks cho be moi de can j" becomes "giay khai sinh cho be moi de can gi". Every repair is checked against the words of
the content itself: what already makes sense is left alone, and a reading is chosen by which words stand beside it in
the content.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.abbreviations import Abbreviations
from bot.text import clean, fold

_TOKEN = re.compile(r"\w+")
_UNIT = re.compile(r"(?<=\d)(k|tr|h)(?=\d|\b)")
_UNITS = {"k": " nghìn ", "tr": " triệu ", "h": " giờ "}
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_TELEX_LETTERS = re.compile(r"aa|ee|oo|dd|aw|ow|uw|w")
_TELEX = {"aa": "a", "ee": "e", "oo": "o", "dd": "d", "aw": "a", "ow": "o", "uw": "u", "w": "u"}
_TELEX_TONE = re.compile(r"(?<=[aeiouy])[sfrxj](?=[aeiouyncmpth]*$)")
_VNI = re.compile(r"(?<=[a-z])[0-9]+")

# A Vietnamese syllable without its marks: an initial, one to three vowels, a final.
_SYLLABLE = re.compile(
    r"(?:b|ch?|d|gh?|gi|h|kh?|l|m|n|ngh?|nh|p|ph|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|n|ng|nh|p|t)?"
)

LONGEST = 1500
"""Characters of a message that are looked at; they hold a story's question and bound the time any text can take."""

_MOST_TOKENS = 220
_LONGEST_TOKEN = 24
_REPAIRABLE = range(3, 13)


@dataclass(frozen=True, slots=True)
class Wording:
    """A question in the words of the content, folded; ``repairs`` says what was read as what."""

    text: str
    repairs: tuple[tuple[str, str], ...] = ()


class Vocabulary:
    """The syllables of the content, how often each occurs and which stand side by side."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Count the words of *texts*, which are already folded."""
        self._counts: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            tokens = text.split()
            self._counts.update(tokens)
            self._pairs.update(pairwise(tokens))
        self._by_length: Mapping[int, tuple[str, ...]] = _grouped(sorted(self._counts))

    def __contains__(self, token: str) -> bool:
        """Tell whether *token* occurs in the content."""
        return token in self._counts

    def count(self, token: str) -> int:
        """Return how often *token* occurs."""
        return self._counts[token]

    def beside(self, before: str, words: str, after: str) -> int:
        """Return how often the content has *before* right before *words*, and *after* right after them."""
        first, *_, last = words.split() * 2
        return self._pairs[before, first] + self._pairs[last, after]

    def near(self, token: str) -> list[str]:
        """Return the words one slip away from *token* (a letter more, less, other, or two swapped)."""
        pool = [word for size in (len(token) - 1, len(token), len(token) + 1) for word in self._by_length.get(size, ())]
        found = process.extract(token, pool, scorer=OSA.distance, score_cutoff=1, limit=None)
        return [word for word, _, _ in found]

    def split(self, token: str) -> list[str] | None:
        """Return the known words that *token* is made of without spaces, the likeliest way; None if it is not."""
        best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(token)
        for end in range(1, len(token) + 1):
            for start in range(max(0, end - 7), end):
                head, word = best[start], token[start:end]
                if head is None or (self._counts[word] < 3 and not word.isdigit()):  # noqa: PLR2004  # rare: chance
                    continue
                cost = head[0] + 1.0 + 1.0 / self._counts[word] if self._counts[word] else head[0] + 2.0
                if best[end] is None or cost < best[end][0]:  # type: ignore[index]
                    best[end] = (cost, [*head[1], word])
        whole = best[-1]
        return whole[1] if whole and len(whole[1]) > 1 else None


def _grouped(words: Sequence[str]) -> Mapping[int, tuple[str, ...]]:
    groups: dict[int, list[str]] = {}
    for word in words:
        groups.setdefault(len(word), []).append(word)
    return {size: tuple(group) for size, group in groups.items()}


@dataclass(frozen=True, slots=True)
class _Token:
    typed: str
    folded: str


class Reader:
    """Reads questions as the content would say them."""

    def __init__(self, vocabulary: Vocabulary, abbreviations: Abbreviations, synonyms: Mapping[str, str]) -> None:
        """Prepare for *vocabulary*; *synonyms* says what each phrase means in the content's words."""
        self._vocabulary = vocabulary
        self._abbreviations = abbreviations
        self._longest_key = max((key.count(" ") + 1 for key in abbreviations.readings), default=1)
        self._synonyms = tuple((f" {fold(key)} ", fold(value)) for key, value in synonyms.items())
        self._repaired = lru_cache(maxsize=20_000)(self._repair)

    def read(self, text: str) -> Wording:
        """Return *text* in the content's words."""
        tokens = _tokens(text)
        repairs: list[tuple[str, str]] = []
        words: list[str] = []
        position = 0
        while position < len(tokens):
            taken, readings = self._readings(tokens, position)
            following = tokens[position + taken].folded if position + taken < len(tokens) else ""
            chosen = self._choose(words[-1] if words else "", readings, following)
            typed = " ".join(token.folded for token in tokens[position : position + taken])
            if chosen != typed:
                repairs.append((" ".join(token.typed for token in tokens[position : position + taken]), chosen))
            words.extend(chosen.split())
            position += taken
        return Wording(self._with_meanings(" ".join(words)), tuple(repairs))

    def _readings(self, tokens: Sequence[_Token], position: int) -> tuple[int, tuple[str, ...]]:
        """Return how many tokens are read together, and what they may be."""
        for taken in range(min(self._longest_key, len(tokens) - position), 1, -1):
            typed = " ".join(token.typed for token in tokens[position : position + taken])
            if expansions := self._abbreviations.of(typed):
                return taken, tuple(fold(expansion) for expansion in expansions)
        token = tokens[position]
        expansions = self._abbreviations.of(token.typed) or self._abbreviations.of(token.folded)
        if expansions:
            itself = (token.folded,) if token.folded in self._vocabulary else ()
            return 1, (*(fold(expansion) for expansion in expansions), *itself)
        if not token.typed.isascii() and _SYLLABLE.fullmatch(token.folded):
            # Whoever types the marks of a well-formed word means that word, whether or not the content has it.
            return 1, (token.folded,)
        return 1, self._repaired(token.folded)

    def _choose(self, before: str, readings: tuple[str, ...], after: str) -> str:
        """Return the reading that the content has most often between these neighbours; the first if none."""
        if len(readings) == 1:
            return readings[0]
        return max(readings, key=lambda words: self._vocabulary.beside(before, words, after))

    def _repair(self, token: str) -> tuple[str, ...]:
        """Return what a typed word may be meant to be; itself where nothing better is known."""
        if token in self._vocabulary or len(token) > _LONGEST_TOKEN or token.isdigit():
            return (token,)
        for decoded in _decoded(token):
            if decoded in self._vocabulary:
                return (decoded,)
        if len(token) in _REPAIRABLE and not token[0].isdigit() and (near := self._vocabulary.near(token)):
            return tuple(sorted(near, key=lambda word: (-self._vocabulary.count(word), word)))
        if split := self._vocabulary.split(token):
            return (" ".join(split),)
        return (token,)

    def _with_meanings(self, text: str) -> str:
        padded = f" {text} "
        meanings = [meaning for phrase, meaning in self._synonyms if phrase in padded]
        return " ".join([text, *meanings])


_fold_word = lru_cache(maxsize=50_000)(fold)


def _tokens(text: str) -> list[_Token]:
    tokens = []
    spoken = _UNIT.sub(lambda match: _UNITS[match[0]], clean(text[:LONGEST]).lower())
    for match in _TOKEN.finditer(spoken):
        typed = unicodedata.normalize("NFC", _STRETCHED.sub(r"\1", match[0]))
        if folded := _fold_word(typed):
            tokens.append(_Token(typed, folded))
        if len(tokens) == _MOST_TOKENS:
            break
    return tokens


def _decoded(token: str) -> Iterator[str]:
    """Yield what *token* would be if it were Telex or VNI keystrokes that no input method caught."""
    yield _VNI.sub("", token)
    plain = _TELEX_LETTERS.sub(lambda match: _TELEX[match[0]], token)
    yield plain
    unhooked = _TELEX_LETTERS.sub(lambda match: _TELEX[match[0]], token.replace("w", ""))  # "ddangw": the hook last
    for text in (plain, token, unhooked):
        yield _TELEX_TONE.sub("", text)
        yield re.sub(r"(?<=..)[sfrxj]$", "", text)  # "duongf": the tone last
        yield re.sub(r"[sfrxj]", "", text, count=1) if len(text) > 2 else text  # noqa: PLR2004
