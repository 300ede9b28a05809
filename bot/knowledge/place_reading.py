"""Read a text as the name of one commune: which of its words that explains, and what speaks against it.

Masks have one bit for each word of the text, the first word the lowest.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from bot.knowledge.place_names import EARLIER, Name
from bot.knowledge.place_words import (
    COMMUNE_KINDS,
    FILLERS,
    KINDS,
    REGION_KINDS,
    SMALLER_THAN_COMMUNE,
    Word,
    spelled,
    squeezed,
)

# A one-syllable name (Hồ, Lâm, Vương) among other words is more often just a word.
_SHORT_LETTERS = 5
# Names given up before 2025 count only where no name of 2025 fits, whatever its mismatches.
_EARLIER_WEIGHS = 4


class Text:
    """The words of one text and what they can be: masks of its kinds and of its fillers."""

    __slots__ = ("fillers", "has_accents", "kinds", "words")

    def __init__(self, words: tuple[Word, ...]) -> None:
        """Take the *words* as ``place_words.words`` gives them."""
        self.words = words
        # Only who writes accents tells Mỹ Tho and Mỹ Thọ apart.
        self.has_accents = any(word.spelled != word.folded for word in words)
        self.kinds = mask_of(place for place, word in enumerate(words) if word.folded in KINDS)
        self.fillers = mask_of(place for place, word in enumerate(words) if word.folded in FILLERS) & ~self.kinds

    def before(self, place: int) -> str:
        """Return the folded word before *place*, or an empty string."""
        return self.words[place - 1].folded if place else ""

    def run(self, start: int, end: int) -> str:
        """Return the words from *start* up to *end* as a key."""
        return squeezed("".join(word.folded for word in self.words[start:end]))

    def spelled(self, start: int, end: int) -> str:
        """Return the words from *start* up to *end* with the accents that the person wrote."""
        return " ".join(word.spelled for word in self.words[start:end])

    def is_divided(self, start: int, end: int) -> bool:
        """Whether a comma or the like stands between the words from *start* up to *end*."""
        return any(word.is_first for word in self.words[start + 1 : end])

    def unexplained(self, covered: int) -> int:
        """Return the words that mean nothing if *covered* mean something; a kind needs its name behind it."""
        return mask_of(range(len(self.words))) & ~(covered | self.fillers | self.kinds & covered >> 1)

    def is_only(self, mention: "Mention") -> bool:
        """Whether *mention* is a region and, but for fillers, all that the text says."""
        is_commune = self.before(mention.start) in COMMUNE_KINDS
        return mention.is_region and not is_commune and not self.unexplained(mention.mask)

    def with_correction(self, start: int, end: int, correction: str) -> "Text":
        """Return the text with *correction*, a key, for the words from *start* up to *end*."""
        mended = Word(correction, correction, is_first=self.words[start].is_first)
        return Text((*self.words[:start], mended, *self.words[end:]))


@dataclass(frozen=True, slots=True)
class Mention:
    """A run of words, from *start* up to *end*, that names a commune or a region; *mask* has its bits."""

    start: int
    end: int
    key: str
    mask: int
    is_region: bool


class Fit(NamedTuple):
    """How well a name fits; what is smaller fits better, in this order."""

    unexplained: int
    fillers: int
    mismatches: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A name found in the text, with how well it fits."""

    fit: Fit
    name: Name
    start: int
    """Place of the name's first word."""
    has_kind: bool
    """Whether a commune's kind stands before it."""
    is_vouched_for: bool
    """Whether it is surely meant, also in a longer sentence: by its kind, or by one of its own regions behind it."""
    is_part: bool
    """Whether its words are part of a longer name: "Đức" in "Đức Hòa"."""


def read(text: Text, mention: Mention, name: Name, mentions: list[Mention]) -> Reading | None:
    """Read *mention* as *name*, or return None where the words beside it speak against that."""
    before = text.before(mention.start)
    covered, regions = covered_by(mention.mask, [other for other in mentions if other.key in name.regions])
    unexplained = text.unexplained(covered).bit_count()
    fillers = (text.fillers & ~covered).bit_count()
    # Folded, the end of "Bình Dương" and of "Hớn Quản" is a street and a quận: unless the word belongs to a region.
    is_other_kind = (before in REGION_KINDS or before in SMALLER_THAN_COMMUNE) and not (
        covered & mention.mask >> 1 & ~mention.mask
    )
    # "tỉnh Bà Rịa - Vũng Tàu" does not name phường Vũng Tàu.
    is_in_region = any(
        other.is_region and _is_within(mention, other) and text.before(other.start) in REGION_KINDS
        for other in mentions
    )
    is_stray = _is_short(mention) and before not in COMMUNE_KINDS and not regions and (unexplained or fillers)
    if is_other_kind or is_in_region or is_stray or _contradicts(text, mention.end, covered, mentions):
        return None
    misspelled = bool(text.has_accents and name.bare) and spelled(name.bare) != text.spelled(mention.start, mention.end)
    wrong = misspelled + _wrong_kinds(text, mention, name, regions) + (name.seniority == EARLIER) * _EARLIER_WEIGHS
    behind = _skip(mention.end, (text.kinds | text.fillers) & ~covered)
    is_placed = before in COMMUNE_KINDS or any(region.start == behind for region in regions)
    return Reading(
        Fit(unexplained, fillers, wrong),
        name,
        mention.start,
        has_kind=before in COMMUNE_KINDS,
        # In a sentence with accents, "xã đóng dấu" is no xã Đông Dấu; in one without, one syllable says too little.
        is_vouched_for=is_placed
        and bool(name.bare)
        and not misspelled
        and (text.has_accents or not _is_short(mention)),
        is_part=any(_is_within(mention, other) for other in mentions),
    )


def _is_within(mention: Mention, other: Mention) -> bool:
    return mention.mask & other.mask == mention.mask != other.mask


def _is_short(mention: Mention) -> bool:
    return mention.end - mention.start == 1 and len(mention.key) <= _SHORT_LETTERS


def _wrong_kinds(text: Text, mention: Mention, name: Name, regions: list[Mention]) -> int:
    """Count the kinds that they wrote wrong: the commune's own, and of the regions around it.

    Weighs no more than an accent: people keep the kind of before.
    """
    kind = COMMUNE_KINDS.get(text.before(mention.start), "")
    return bool(kind and name.kind and kind != name.kind) + any(
        text.before(region.start) in REGION_KINDS and with_kind(text, region) not in name.regions for region in regions
    )


def with_kind(text: Text, region: Mention) -> str:
    """Return the key of *region* with the kind that stands before it."""
    return f"{REGION_KINDS.get(text.before(region.start), '')} {region.key}"


def _contradicts(text: Text, start: int, covered: int, mentions: list[Mention]) -> bool:
    """Whether the words directly behind the name, from *start* on, name a region that is not the commune's."""
    strange = {
        mention.start
        for mention in mentions
        if mention.is_region and not mention.mask & covered and text.before(mention.start) not in COMMUNE_KINDS
    }
    passed = covered | text.kinds | text.fillers
    while start not in strange and passed >> start & 1:
        start += 1
    return start in strange


def covered_by(covered: int, mentions: Collection[Mention]) -> tuple[int, list[Mention]]:
    """Return the words covered when the longest *mentions* are taken first, and the mentions taken."""
    taken: list[Mention] = []
    for mention in mentions:
        if not mention.mask & covered:
            covered |= mention.mask
            taken.append(mention)
    return covered, taken


def _skip(start: int, mask: int) -> int:
    while mask >> start & 1:
        start += 1
    return start


def mask_of(places: Iterable[int]) -> int:
    """Return the mask with the bits at *places*."""
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask
