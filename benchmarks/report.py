"""Put measured tables into ``docs/performance.md``, each between the markers of its section."""

import re
from pathlib import Path

PAGE = Path("docs/performance.md")


def write_section(name: str, text: str) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- /name -->``.

    Raises:
        LookupError: the page has no such section.
    """
    page = PAGE.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(page):
        msg = f"{PAGE} has no section {name}"
        raise LookupError(msg)
    PAGE.write_text(pattern.sub(lambda match: f"{match[1]}{text}\n{match[2]}", page), encoding="utf-8")
