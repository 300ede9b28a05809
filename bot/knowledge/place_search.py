"""Find the communes that a citizen means, by today's or old names, whatever their spelling habits.

A text is *read* in every way it can be: each run of words that is a commune's name is tried as the name, and the words
around it must be explained by that commune's own districts and provinces, old and new. The readings that explain the
most win, and all that explain equally much are returned, because only the person can choose between them.

In order: readings that explain every word, a district instead of a commune, the same two after mending one typing
mistake, and last a commune inside a longer sentence, if a kind ("xã") or a region vouches for it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.knowledge.place_names import TODAY, Name, Naming
from bot.knowledge.place_reading import Mention, Reading, Text, covered_by, mask_of, read, with_kind
from bot.knowledge.place_table import Place, Province
from bot.knowledge.place_words import COMMUNE_KINDS, FILLERS, KINDS, REGION_KINDS, spelled, words

# Nobody needs more words to say where they live; what follows is about something else.
_MOST_WORDS = 32
_MOST_CHARACTERS = 400
# The longest names are five words, and six where an apostrophe divides one ("Ea H'MLay").
_LONGEST_NAME_WORDS = 6
# More names than this around one mistake say that the word is too common to mend.
_MOST_CORRECTIONS = 20


class PlaceSearch:
    """An index of every name a commune has or had."""

    __slots__ = ("_around", "_codes", "_districts", "_names", "_places", "_provinces", "_vocabulary")

    def __init__(self, places: tuple[Place, ...], provinces: tuple[Province, ...]) -> None:
        """Index *places*, whose provinces are among *provinces*."""
        self._places = places
        self._codes: Mapping[str, Place] = {place.code: place for place in places}
        naming = Naming(provinces)
        names: dict[str, list[Name]] = defaultdict(list)
        districts: dict[str, set[int]] = defaultdict(set)
        around: list[frozenset[str]] = []
        for position, place in enumerate(places):
            for name_key, name in naming.names(position, place):
                names[name_key].append(name)
            around.append(name.regions)
            for district in naming.districts(place):
                districts[district].add(position)
        self._names: Mapping[str, list[Name]] = dict(names)
        self._around = tuple(around)
        self._districts: Mapping[str, set[int]] = dict(districts)
        self._provinces: Mapping[str, str] = naming.provinces
        self._vocabulary: dict[int, list[str]] = defaultdict(list)
        for word in sorted({*self._names, *self._districts, *self._provinces}):
            self._vocabulary[len(word)].append(word)

    def find(self, text: str, *, exactly: bool = False) -> tuple[Place, ...]:
        """Return the communes that fit *text* best and equally well; none if it names no place.

        With *exactly*, every word must be explained without mending any.
        """
        asked = Text(words(text[:_MOST_CHARACTERS])[:_MOST_WORDS])
        coded = [word.folded for word in asked.words if word.folded not in FILLERS and word.folded not in KINDS]
        if len(coded) == 1 and coded[0] in self._codes:
            return (self._codes[coded[0]],)
        mentions = self._mentions(asked)
        readings = self._readings(asked, mentions)
        found = self._explained(asked, mentions, readings)
        if found or exactly:
            return found
        return self._mended(asked, mentions) or self._in_sentence(
            [reading for reading in readings if reading.is_vouched_for and not reading.is_part]
        )

    def is_surely_place(self, text: str) -> bool:
        """Tell whether *text* is a place, and says so: "xã Hợp Đồng", "Hợp Đồng Chương Mỹ"; not "hợp đồng"."""
        asked = Text(words(text[:_MOST_CHARACTERS])[:_MOST_WORDS])
        readings = self._readings(asked, self._mentions(asked))
        return any(reading.is_vouched_for and not reading.fit.unexplained for reading in readings)

    def is_only_region(self, text: str) -> bool:
        """Tell whether *text* names a district or province, old or new, and nothing else."""
        asked = Text(words(text[:_MOST_CHARACTERS])[:_MOST_WORDS])
        return any(map(asked.is_only, self._mentions(asked)))

    def _mentions(self, text: Text) -> list[Mention]:
        """Return every run of words that names something, the longest first, counting a kind before it."""
        found: list[Mention] = []
        for length in range(min(_LONGEST_NAME_WORDS, len(text.words)), 0, -1):
            for start in range(len(text.words) - length + 1):
                end = start + length
                if text.is_divided(start, end):
                    continue
                run = text.run(start, end)
                # A bare number is a name only behind its kind: "phường 12", "quận 10".
                before = text.before(start)
                is_name = run in self._names and (not run.isdigit() or before in COMMUNE_KINDS)
                is_region = run in self._districts or run in self._provinces
                is_region = is_region and (not run.isdigit() or before in REGION_KINDS)
                if is_name or is_region:
                    found.append(Mention(start, end, run, mask_of(range(start, end)), is_region))
        # So "quận Ba Đình" comes before Quản Bạ, and "tỉnh Gia Lai" before Tĩnh Gia.
        return sorted(found, key=lambda one: one.start - one.end - (text.before(one.start) in KINDS))

    def _readings(self, text: Text, mentions: list[Mention]) -> list[Reading]:
        return [
            reading
            for mention in mentions
            for name in self._names.get(mention.key, ())
            if (reading := read(text, mention, name, mentions))
        ]

    def _explained(self, text: Text, mentions: list[Mention], readings: list[Reading]) -> tuple[Place, ...]:
        """Return what explains every word: communes, else the communes of a district."""
        complete = [reading for reading in readings if not reading.fit.unexplained]
        fewest = min((reading.fit.fillers for reading in complete), default=len(text.words))
        for region in filter(text.is_only, mentions):
            # "quận Ba Đình" is not Quản Bạ with a word behind it; but Nam Đồ Sơn is not Đồ Sơn with one before it, and
            # Quân Chu is no quận.
            namesakes = [reading for reading in complete if reading.name in self._names.get(region.key, ())]
            fillers = (text.fillers & ~region.mask).bit_count()
            if fillers < fewest or (fillers == fewest and namesakes):
                return self._of_name_or_region(text, namesakes, region) or self._of_district(text, mentions)
        return self._chosen(complete) or self._of_district(text, mentions)

    def _of_name_or_region(self, text: Text, namesakes: list[Reading], region: Mention) -> tuple[Place, ...]:
        """Return the communes that bear the name of a *region* which is all that the text says.

        Who writes "Thái Nguyên" means the province and not an old xã in Hưng Yên. "Bắc Giang" may be the phường, but as
        likely the province or its city: with what became of the city they are several, and the person is asked.
        """
        spelling = self._provinces.get(region.key)
        # Thạnh Hóa is a commune and Thanh Hóa a province.
        is_other_name = bool(text.has_accents and spelling) and text.spelled(region.start, region.end) != spelling
        if spelling is None or is_other_name:
            return self._chosen(namesakes)
        inside = {f"tỉnh {region.key}", f"thành phố {region.key}"}
        if not any(reading.name.seniority == TODAY and inside & reading.name.regions for reading in namesakes):
            return ()
        city = [
            place for place in self._districts.get(region.key, ()) if f"thành phố {region.key}" in self._around[place]
        ]
        return tuple(dict.fromkeys((*self._chosen(namesakes), *(self._places[place] for place in sorted(city)))))

    def _in_sentence(self, readings: list[Reading]) -> tuple[Place, ...]:
        """Return what every name behind a kind means ("from xã A to phường B"), or else the best of *readings*."""
        starts = sorted({reading.start for reading in readings if reading.has_kind})
        if not starts:
            return self._chosen(readings)
        named = (self._chosen(reading for reading in readings if reading.start == start) for start in starts)
        return tuple(dict.fromkeys(place for places in named for place in places))

    def _chosen(self, readings: Iterable[Reading]) -> tuple[Place, ...]:
        """Return the places of the readings that fit best, each once, in the order that ``Places.search`` promises."""
        readings = list(readings)
        best = min((reading.fit for reading in readings), default=None)
        equal = [reading.name for reading in readings if reading.fit == best]
        ordered = sorted(equal, key=lambda name: (name.seniority, name.place))
        return tuple(self._places[position] for position in dict.fromkeys(name.place for name in ordered))

    def _of_district(self, text: Text, mentions: list[Mention]) -> tuple[Place, ...]:
        """Return the communes of the one district that the text names, the one with the district's name first."""
        covered, regions = covered_by(0, [mention for mention in mentions if mention.is_region])
        if text.unexplained(covered):
            return ()
        district = next((region for region in regions if self._is_district(text, region)), None)
        if district is None:
            return ()
        mentioned = {region.key for region in regions}
        inside = [place for place in self._districts[district.key] if mentioned <= self._around[place]]
        of_kind = [place for place in inside if with_kind(text, district) in self._around[place]]
        namesakes = {name.place for name in self._names.get(district.key, ()) if name.seniority == TODAY}
        ordered = sorted(of_kind or inside, key=lambda place: (place not in namesakes, place))
        return tuple(self._places[place] for place in ordered)

    def _is_district(self, text: Text, region: Mention) -> bool:
        """Whether *region* is a district: "Cao Bằng" alone is the province, and a whole province is no answer."""
        kind = REGION_KINDS.get(text.before(region.start), "tỉnh")
        return region.key in self._districts and (region.key not in self._provinces or kind != "tỉnh")

    def _mended(self, text: Text, mentions: list[Mention]) -> tuple[Place, ...]:
        """Return what the text means if its one unknown run of words is a known name with a typing mistake."""
        regions = [mention for mention in mentions if mention.is_region]
        for known in (mentions, regions):
            # One-syllable names hide in longer ones that are misspelt: Vinh in "vinh thanhh".
            covered, _ = covered_by(0, [mention for mention in known if mention.end - mention.start > 1])
            for start, end in _unknown_runs(text, covered):
                is_vouched_for = text.before(start) in KINDS or bool(covered)
                spelling = text.spelled(start, end) if text.has_accents else ""
                for corrections in self._corrections(text.run(start, end), spelling, is_vouched_for=is_vouched_for):
                    found = (self._corrected(text.with_correction(start, end, right)) for right in corrections)
                    places = tuple(dict.fromkeys(place for several in found for place in several))
                    if places:
                        return places
        return ()

    def _corrections(self, run: str, spelling: str, *, is_vouched_for: bool) -> Iterator[list[str]]:
        """Yield the known keys one letter away from *run*, then those two letters away where it is long enough.

        Without a kind or region beside it a word must be longer, and its *spelling*, empty if it has no accents, must
        be as near: "hộ khẩu" is one letter from Hồ Thầu.
        """
        shortest, long = (5, 9) if is_vouched_for else (7, 11)
        if len(run) < shortest or any(map(str.isdigit, run)):
            return
        most = 2 if len(run) >= long else 1
        lengths = range(len(run) - most, len(run) + most + 1)
        alike = [known for length in lengths for known in self._vocabulary.get(length, ())]
        near = process.extract(run, alike, scorer=OSA.distance, score_cutoff=most, limit=_MOST_CORRECTIONS)
        for distance, same in groupby(near, key=lambda match: match[1]):
            yield sorted(match[0] for match in same if self._is_spelled_like(match[0], spelling, int(distance)))

    def _is_spelled_like(self, correction: str, spelling: str, distance: int) -> bool:
        spellings = [spelled(name.bare) for name in self._names.get(correction, ()) if name.bare]
        # We do not keep how regions are spelled.
        return not (spelling and spellings) or any(OSA.distance(spelling, other) <= distance for other in spellings)

    def _corrected(self, text: Text) -> tuple[Place, ...]:
        mentions = self._mentions(text)
        return self._explained(text, mentions, self._readings(text, mentions))


def _unknown_runs(text: Text, covered: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the words that nothing explains, if they stand together; then with fillers beside them.

    In "xã Châu Hoqg" nobody speaks of a nephew, nor in "rahc gia" of a family.
    """
    unknown = mask_of(range(len(text.words))) & ~(covered | text.kinds | text.fillers)
    start = (unknown & -unknown).bit_length() - 1
    end = unknown.bit_length()
    if not unknown or unknown != mask_of(range(start, end)) or text.is_divided(start, end):
        return
    yield start, end
    while start and text.fillers & ~covered & 1 << (start - 1) and not text.is_divided(start - 1, end):
        start -= 1
    while text.fillers & ~covered & 1 << end and not text.is_divided(start, end + 1):
        end += 1
    yield start, end
