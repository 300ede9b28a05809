"""What each commune is called and was called, and what may stand around each of its names.

The search is built from this once, when the tables are loaded.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.knowledge.place_table import FormerUnit, Place, Province
from bot.knowledge.place_words import spelled, split_kind, squeezed
from bot.text import fold

# Seniority of a name: today's; of a unit of before July 2025 that is wholly in the commune, or partly; older ones.
TODAY, WHOLE, PART, EARLIER = range(4)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one commune of today."""

    place: int
    """Position in the table, which is in order of code."""
    kind: str
    """Empty where we do not know it, which fits every kind."""
    bare: str
    """With accents and without kind; empty where we know only the key."""
    regions: frozenset[str]
    """What may stand around it (districts, provinces, the commune's own name of today), as keys of ``Naming``."""
    seniority: int
    """TODAY, WHOLE, PART or EARLIER."""


class Naming:
    """Works out what each commune is called and what may stand around its names, when the index is built.

    A region has two keys: its bare one and, since a city and the district around it often share a name (Cai Lậy, Cao
    Lãnh), one with its kind in front: ``"cailai"`` and ``"thị xã cailai"``.
    """

    __slots__ = ("_districts", "_folded", "_known", "_of_old", "_of_today", "provinces")

    def __init__(self, provinces: tuple[Province, ...]) -> None:
        """Work out what *provinces* and the old ones in them are called."""
        self._known: dict[str, tuple[str, str, str]] = {}
        self._folded: dict[str, str] = {}
        self._districts: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
        self._of_today: dict[str, frozenset[str]] = {}
        self._of_old: dict[str, frozenset[str]] = {}
        for province in provinces:
            today = self._region(province.name)
            for old in province.former:
                self._of_old[old.name] = self._region(old.name, old.nicknames)
                # Today's Hồ Chí Minh city is called what the old one was, also by those who joined it.
                if self._named(old.name)[2] in today:
                    today |= self._of_old[old.name]
            self._of_today[province.code] = today
        every = _without_kinds(frozenset().union(*self._of_today.values(), *self._of_old.values()))
        official = {old.name for province in provinces for old in province.former} | {each.name for each in provinces}
        spellings = {bare_key: spelled(bare) for _, bare, bare_key in map(self._named, official)}
        # The key of each province and how it is spelled, which is empty for a nickname.
        self.provinces = {each: spellings.get(each, "") for each in every}

    def names(self, position: int, place: Place) -> Iterator[tuple[str, Name]]:
        """Yield each name of *place* with its key, today's last; that one may have every region around it."""
        kind_today, bare_today, key_today = self._named(place.name)
        everywhere = self._of_today[place.province_code]
        around: dict[tuple[str, str], frozenset[str]] = {}
        for unit in place.former:
            home = (unit.district, unit.province)
            if home not in around:
                regions = self._of_today[place.province_code] | self._of_old[unit.province] | self._district(unit)
                everywhere |= regions
                # "Đức Hòa, xã Đa Phúc": only a unit of before has today's commune around it.
                around[home] = regions | {key_today}
            kind, bare, bare_key = self._named(unit.name)
            yield bare_key, Name(position, kind, bare, around[home], WHOLE if unit.is_whole else PART)
            for earlier in unit.earlier_names:
                yield squeezed(earlier), Name(position, "", "", around[home], EARLIER)
        yield key_today, Name(position, kind_today, bare_today, everywhere, TODAY)

    def districts(self, place: Place) -> frozenset[str]:
        """Return the keys, without kinds, of the districts that *place* was in."""
        return _without_kinds(frozenset().union(*map(self._district, place.former)))

    def _district(self, unit: FormerUnit) -> frozenset[str]:
        # An island district without communes is itself the unit. What a district took over was of any kind.
        home = (unit.district or unit.name, unit.earlier_districts)
        if home not in self._districts:
            self._districts[home] = self._region(home[0]).union(map(squeezed, home[1]))
        return self._districts[home]

    def _region(self, name: str, nicknames: Iterable[str] = ()) -> frozenset[str]:
        kind, _, bare_key = self._named(name)
        keys = {bare_key, *map(squeezed, nicknames)}
        return frozenset(keys | {f"{kind} {key}" for key in keys})

    def _named(self, name: str) -> tuple[str, str, str]:
        """Return the kind of *name*, its bare name and that one's key."""
        if name not in self._known:
            kind, bare = split_kind(name)
            self._known[name] = kind, bare, squeezed("".join(map(self._fold, bare.split())))
        return self._known[name]

    def _fold(self, syllable: str) -> str:
        # Folding is what takes the time, and 7,700 names are made of 2,000 syllables.
        if syllable not in self._folded:
            self._folded[syllable] = fold(syllable).replace(" ", "")
        return self._folded[syllable]


def _without_kinds(keys: frozenset[str]) -> frozenset[str]:
    return frozenset(key for key in keys if " " not in key)
