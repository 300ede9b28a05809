"""Legal numbers as they are said: "45/2020/NĐ-CP" is "bốn mươi lăm năm hai nghìn không trăm hai mươi của Chính phủ".

The ear needs what, which, when and whose; the letters of the code are for the eye.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.bulletins.numerals import Dialect, read_digits, read_number
from bot.bulletins.spelling import spell

CITATION = (
    r"(?<![\w/])\d+(?:\.\d+)?(?:/(?:19|20)\d\d)?"
    r"(?:/[A-ZĐ]{2,}[A-ZĐa-z\d]*(?:-[A-ZĐ][A-ZĐa-z\d]*)*|-[A-ZĐ]{2,}/[A-ZĐ]{2,}\w*)(?![\w/])"
)
"""What a legal number looks like; a pattern without groups."""

_PARTS = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?:/(?P<year>(?:19|20)\d\d)(?=/))?[/-](?P<code>.+)")
_OF_PARLIAMENT = re.compile(r"(?:QH|UBTVQH)\d+")
_LAW = re.compile(r"(?:Bộ luật|Luật|Pháp lệnh)(?= +\w)")


@dataclass(frozen=True, slots=True)
class Offices:
    """What the letters of legal numbers stand for: kinds of document ("NĐ") and who issues them ("BTC")."""

    documents: Mapping[str, str]
    issuers: Mapping[str, str]


def read_citation(number: str, before: str, offices: Offices, dialect: Dialect) -> str:
    """Return the legal *number* in words; *before* is what the sentence has said so far.

    A law named before is known by its year: "Luật Hộ tịch năm hai nghìn không trăm mười bốn".
    """
    match = _PARTS.fullmatch(number)
    if not match:
        return spell(number)
    clause = re.split(r"[.;:()«»]", before)[-1]
    kind, issuer = _kind_and_issuer(match["code"], offices)
    year = f" năm {read_number(int(match['year']), dialect)}" if match["year"] else ""
    if year and _OF_PARLIAMENT.fullmatch(match["code"]) and _names_a_law(clause, offices):
        return year.strip()
    said = f"{_read_serial(match['number'], dialect)}{year}{issuer}"
    return said if kind in ("", _last_kind(clause, offices)) else f"{kind} {said}"


def _last_kind(clause: str, offices: Offices) -> str:
    """Return the kind of document that *clause* names last, in words or in a number."""
    known = {said.lower(): name for code, name in offices.documents.items() for said in (code, name)}
    longest_first = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    found = re.findall(rf"(?<!\w)(?:{longest_first})(?!\w)", clause.lower()) if known else []
    return known[found[-1]] if found else ""


def _names_a_law(clause: str, offices: Offices) -> bool:
    """Tell whether *clause* ends with the name of a law; "Luật số" has no name yet, so its number is needed."""
    laws = list(_LAW.finditer(clause))
    if not laws or re.search(r"\bsố *$", clause):
        return False
    name = clause[laws[-1].end() :].lower()
    return not any(kind.lower() in name for kind in offices.documents.values())


def _kind_and_issuer(code: str, offices: Offices) -> tuple[str, str]:
    first, *rest = re.split(r"[-/]", code)
    kind = offices.documents.get(first, "")
    parts = rest if kind else [first, *rest]
    names = [name for part in parts if (name := offices.issuers.get(part.rstrip("0123456789"), ""))]
    letters = [spell(part) for part in parts if part.rstrip("0123456789") not in offices.issuers]
    said = f" của {' và '.join(names)}" if names else ""
    return kind, "".join([said, *(f", {letter}" for letter in letters)])


def _read_serial(number: str, dialect: Dialect) -> str:
    return " chấm ".join(
        read_number(int(part), dialect) if re.fullmatch(r"[1-9]\d{0,3}", part) else read_digits(part)
        for part in number.split(".")
    )
