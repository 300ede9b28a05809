"""The library: all content of one moment, ready to be asked. It never changes; a reload makes another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.bulletin_words import BulletinWords
from bot.knowledge.console_words import ConsoleWords
from bot.knowledge.emergencies import EmergencyWatch
from bot.knowledge.fields import Locality, field_values
from bot.knowledge.matching import Matcher
from bot.knowledge.places import Places, load_places
from bot.knowledge.sayings import Sayings
from bot.knowledge.schema import (
    Answer,
    Calendar,
    Commune,
    Emergencies,
    Hotlines,
    Menu,
    MenuNode,
    National,
    OutOfScope,
    Province,
    Synonyms,
)
from bot.text import fold


@dataclass(frozen=True, slots=True)
class Shelves:
    """The content files as they were read: answers by file, communes and provinces by code."""

    answers: Mapping[Path, Answer]
    communes: Mapping[str, Commune]
    provinces: Mapping[str, Province]
    national: National
    hotlines: Hotlines
    emergencies: Emergencies
    menu: Menu
    calendar: Calendar
    bulletin: BulletinWords
    console: ConsoleWords
    sayings: Sayings
    synonyms: Synonyms
    out_of_scope: OutOfScope
    abbreviations: Abbreviations
    fingerprint: str


@lru_cache(maxsize=1)
def all_places() -> Places:
    """Return the table of places; it comes with the code, so it is read once."""
    return load_places()


class Library:
    """Answers, places and sayings, and the matcher over them."""

    def __init__(self, shelves: Shelves) -> None:
        """Index *shelves*."""
        self.shelves = shelves
        self.answers: Mapping[str, Answer] = {answer.id: answer for answer in shelves.answers.values()}
        self.sayings = shelves.sayings
        self.places = all_places()
        self.emergencies = EmergencyWatch(shelves.emergencies)
        self._nodes = {node.id: node for top in shelves.menu.menu for node in _family(top)}
        self._fields: dict[str, Mapping[str, str]] = {}

    @property
    def fingerprint(self) -> str:
        """Return the digest of the files this was made of."""
        return self.shelves.fingerprint

    @cached_property
    def matcher(self) -> Matcher:
        """Return what tells which answers a question means; trained at the first use, for seconds with all content."""
        shelves = self.shelves
        return Matcher(self.answers.values(), shelves.abbreviations, shelves.synonyms, shelves.out_of_scope.questions)

    def train(self) -> None:
        """Train the matcher now, so that the first question need not wait."""
        _ = self.matcher

    def menu_node(self, node_id: str) -> MenuNode | None:
        """Return the step of browsing with this id."""
        return self._nodes.get(node_id)

    def fields(self, commune: str) -> Mapping[str, str]:
        """Return the value of every field for the commune code *commune* (empty: nowhere in particular)."""
        if commune not in self._fields:
            self._fields[commune] = field_values(
                self.locality(commune), self.shelves.national, self.sayings.answer.sample
            )
        return self._fields[commune]

    def locality(self, commune: str) -> Locality:
        """Return what is known of the commune code *commune*."""
        place = self.places.get(commune)
        if place is None:
            return Locality()
        province = self.places.province(place.province_code)
        return Locality(
            name=place.name,
            commune=self.shelves.communes.get(commune),
            province_name=province.name if province else "",
            province=self.shelves.provinces.get(place.province_code),
        )

    @cached_property
    def small_words(self) -> Mapping[str, frozenset[str]]:
        """Return the folded small words by their kind (``"greeting"``, ``"thanks"``, …)."""
        words = self.sayings.words
        return {kind: frozenset(fold(word) for word in getattr(words, kind)) for kind in type(words).model_fields}


def _family(node: MenuNode) -> list[MenuNode]:
    return [node, *(member for child in node.children for member in _family(child))]
