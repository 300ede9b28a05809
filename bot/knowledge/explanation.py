"""Why a question got the answer it got, for editors who wonder: what was read, which phrasings are near, how sure."""

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
        lines.append("signs: " + ", ".join(f"{name} {value:.2f}" for name, value in match.signs._asdict().items()))
    return "\n".join(lines)
