"""Why a question got the answer it got, for editors who wonder: what was read, which phrasings are near, how sure."""

from dataclasses import fields

from bot.knowledge.matching import Match


def explain(match: Match) -> str:
    """Return *match* as lines of text."""
    lines = [f"read as: {match.wording.text}"]
    lines += [f"  {typed} -> {meant}" for typed, meant in match.wording.repairs]
    lines.append(f"decision: {match.decision} (sure {match.score:.2f})")
    for place, candidate in enumerate(match.candidates, start=1):
        lines.append(
            f"{place}. {candidate.topic}: evidence {candidate.evidence:.2f}, likeness {candidate.likeness:.2f}"
        )
        lines.append(f"   nearest phrasing: {candidate.phrasing}")
    if match.signs:
        signs = (f"{field.name} {getattr(match.signs, field.name):.2f}" for field in fields(match.signs))
        lines.append("signs: " + ", ".join(signs))
    return "\n".join(lines)
