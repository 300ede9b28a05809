"""Today's communes and provinces: look one up, find one by what a citizen writes, or by where they stand.

The data is in the package, so it is always there and always fits the code; see ``places.NOTICE`` for its source.
"""

from importlib import resources
from math import asin, cos, radians, sin, sqrt

from bot.knowledge.place_search import PlaceSearch
from bot.knowledge.place_table import FormerProvince, FormerUnit, Place, Province, read_places, read_provinces

__all__ = ["FormerProvince", "FormerUnit", "Place", "Places", "Province", "load_places"]

_EARTH_RADIUS_KM = 6371.0
# Farther than this from every centre is abroad or at sea: the widest communes reach some 30 km.
_FARTHEST_KM = 40.0
# One degree of latitude is 111 km, one of longitude at least 101 km anywhere in Viet Nam (up to 23.4° north).
_FARTHEST_DEGREES = 0.4


class Places:
    """All communes and provinces; nothing in it changes after it was made."""

    __slots__ = ("_by_code", "_by_province", "_provinces", "_search")

    def __init__(self, places: tuple[Place, ...], provinces: tuple[Province, ...]) -> None:
        """Index *places* (in order of code) and *provinces*; every place's province is among them."""
        self._by_code = {place.code: place for place in places}
        self._provinces = {province.code: province for province in provinces}
        grouped: dict[str, list[Place]] = {code: [] for code in self._provinces}
        for place in places:
            grouped[place.province_code].append(place)
        self._by_province = {code: tuple(group) for code, group in grouped.items()}
        self._search = PlaceSearch(places, provinces)

    def __len__(self) -> int:
        """Return how many communes there are."""
        return len(self._by_code)

    def get(self, code: str) -> Place | None:
        """Return the commune with the five-digit *code*."""
        return self._by_code.get(code)

    def province(self, code: str) -> Province | None:
        """Return the province with the two-digit *code*."""
        return self._provinces.get(code)

    def provinces(self) -> tuple[Province, ...]:
        """Return all provinces in order of code."""
        return tuple(self._provinces.values())

    def in_province(self, code: str) -> tuple[Place, ...]:
        """Return the province's communes in order of code; none for an unknown *code*."""
        return self._by_province.get(code, ())

    def label(self, place: Place) -> str:
        """Return *place* as people tell it apart: ``"xã Đa Phúc, thành phố Hà Nội"``."""
        return f"{place.name}, {self._provinces[place.province_code].name}"

    def search(self, text: str, *, limit: int = 8, exactly: bool = False) -> tuple[Place, ...]:
        """Return the communes that *text* can mean, by today's or old names, at most *limit*.

        More than one means that they fit equally well and the person must be asked. Those called so today come first,
        then old units that went wholly into one commune, then parts, each in order of code. With *exactly*, no typing
        mistake is forgiven and nothing but the place may stand in the text.
        """
        return self._search.find(text, exactly=exactly)[:limit]

    def is_surely_place(self, text: str) -> bool:
        """Tell whether *text* is a place and nothing else, by its kind or a region: "xã An Toàn", but not "an toàn"."""
        return self._search.is_surely_place(text)

    def is_only_region(self, text: str) -> bool:
        """Tell whether *text* names a district or province and no commune in it."""
        return self._search.is_only_region(text)

    def nearest(self, latitude: float, longitude: float) -> tuple[Place, float] | None:
        """Return the commune whose centre is nearest to a point in degrees, and how far that is in kilometres.

        None when no centre is within 40 km. A centre nearby does not prove that the point is inside that commune.
        """
        distances = (
            (_kilometres(latitude, longitude, place.latitude, place.longitude), place.code)
            for place in self._by_code.values()
            if abs(place.latitude - latitude) < _FARTHEST_DEGREES
            if abs(place.longitude - longitude) < _FARTHEST_DEGREES
        )
        distance, code = min(distances, default=(_FARTHEST_KM + 1, ""))
        return (self._by_code[code], distance) if distance <= _FARTHEST_KM else None


def load_places() -> Places:
    """Read the tables that come with the package."""
    package = resources.files("bot.knowledge")
    provinces, old_names = read_provinces((package / "provinces.tsv").read_text("utf-8"))
    return Places(read_places((package / "places.tsv").read_text("utf-8"), old_names), provinces)


def _kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Return the distance of two points along the globe (haversine)."""
    north, other_north = radians(latitude), radians(other_latitude)
    east = radians(other_longitude - longitude)
    half = sin((other_north - north) / 2) ** 2 + cos(north) * cos(other_north) * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(half))
