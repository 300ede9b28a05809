"""Read the table of places: today's communes and provinces, and the units of before July 2025 that went into them.

``scripts/build_places.py`` writes the files; they are ours, so a malformed line is a programming error and not a
problem to report. One notation serves both: a name with its kind in small letters, ``*`` where only a part of the old
unit went here, and in brackets what else it was called, as search keys: names that it had taken over shortly before, or
nicknames. Old communes stand behind their old province's code and district::

    79 quận 8: phường Rạch Ông (1 2 3), phường 5*; 31 huyện Bạch Long Vĩ
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormerUnit:
    """A commune of before July 2025, or an island district that had none (then *district* is empty)."""

    name: str
    """With its kind: ``"xã Đức Hòa"``."""
    district: str
    """``"huyện Sóc Sơn"``."""
    province: str
    """The province of that time: ``"tỉnh Bình Phước"``."""
    is_whole: bool
    """Whether all of it went to one of today's communes."""
    earlier_names: tuple[str, ...]
    """Search keys of communes that it took over shortly before 2025."""
    earlier_districts: tuple[str, ...]
    """Search keys of districts that its district took over."""


@dataclass(frozen=True, slots=True)
class Place:
    """A commune of today: xã, phường or đặc khu."""

    code: str
    """Five digits of the official list of 2025."""
    name: str
    """With its kind: ``"xã Đa Phúc"``."""
    province_code: str
    latitude: float
    """Of the commune's centre, degrees north (WGS 84)."""
    longitude: float
    """Degrees east."""
    former: tuple[FormerUnit, ...]


@dataclass(frozen=True, slots=True)
class FormerProvince:
    """A province of before July 2025."""

    name: str
    """With its kind: ``"tỉnh Bình Phước"``."""
    nicknames: tuple[str, ...]
    """Search keys of what people also call it: ``"hcm"``."""


@dataclass(frozen=True, slots=True)
class Province:
    """One of today's 34 provinces and centrally run cities."""

    code: str
    """Two digits of the official list."""
    name: str
    """With its kind: ``"thành phố Đồng Nai"``."""
    former: tuple[FormerProvince, ...]


def read_provinces(table: str) -> tuple[tuple[Province, ...], Mapping[str, str]]:
    """Read ``provinces.tsv``: today's provinces by code, and the old provinces' names by their old codes.

    The two lists share digits but not meaning: 24 was Bắc Giang and is now Bắc Ninh.
    """
    provinces: list[Province] = []
    old_names: dict[str, str] = {}
    for code, name, former in _rows(table):
        old: list[FormerProvince] = []
        for entry in former.split("; "):
            old_code, _, noted = entry.partition(" ")
            old_names[old_code], nicknames = _unnoted(noted)
            old.append(FormerProvince(old_names[old_code], nicknames))
        provinces.append(Province(code, name, tuple(old)))
    return tuple(provinces), old_names


def read_places(table: str, old_provinces: Mapping[str, str]) -> tuple[Place, ...]:
    """Read ``places.tsv``, with the old provinces' names by their old codes; the order of codes is kept."""
    return tuple(
        Place(code, name, province, float(latitude), float(longitude), tuple(_former(former, old_provinces)))
        for code, name, province, latitude, longitude, former in _rows(table)
    )


def _rows(table: str) -> Iterator[list[str]]:
    return (line.split("\t") for line in table.splitlines()[1:])


def _former(noted: str, old_provinces: Mapping[str, str]) -> Iterator[FormerUnit]:
    for group in noted.split("; "):
        noted_district, _, communes = group.partition(": ")
        code, _, noted_name = noted_district.partition(" ")
        district, earlier_districts = _unnoted(noted_name)
        if not communes:
            yield FormerUnit(district, "", old_provinces[code], is_whole=True, earlier_names=(), earlier_districts=())
            continue
        for commune in communes.split(", "):
            name, earlier = _unnoted(commune)
            is_whole = not name.endswith("*")
            yield FormerUnit(name.rstrip("*"), district, old_provinces[code], is_whole, earlier, earlier_districts)


def _unnoted(noted: str) -> tuple[str, tuple[str, ...]]:
    """Split "phường Rạch Ông (1 2 3)" into the name and the names of before."""
    name, _, earlier = noted.partition(" (")
    return name, tuple(earlier.rstrip(")").split())
