"""A content folder with only a few answers, so that a service started for a test is up in a second."""

import shutil
from pathlib import Path

import yaml

CONTENT = Path(__file__).parent.parent / "content"
KEPT = ("ht-khai-sinh", "cc-mat", "bot-gap-can-bo")


def small_content(folder: Path) -> Path:
    """Return a valid content folder under *folder*: everything but the answers, and of those the `KEPT` ones."""
    target = folder / "content"
    shutil.copytree(CONTENT, target, ignore=shutil.ignore_patterns("faq"))
    for topic in KEPT:
        [source] = CONTENT.glob(f"faq/*/{topic}.md")
        _, header, body = source.read_text().split("---\n", 2)
        answer = yaml.safe_load(header)
        answer["related"] = []
        answer.pop("not_for", None)
        copied = target / source.relative_to(CONTENT)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_text(f"---\n{yaml.safe_dump(answer, allow_unicode=True)}---\n{body}")
    menu = {"menu": [{"id": "all", "title": "Tất cả", "topics": list(KEPT)}]}
    (target / "menu.yaml").write_text(yaml.safe_dump(menu, allow_unicode=True))
    calendar = yaml.safe_load((CONTENT / "calendar.yaml").read_text())
    for week in calendar["weeks"]:
        week["topics"] = list(KEPT)
    (target / "calendar.yaml").write_text(yaml.safe_dump(calendar, allow_unicode=True))
    return target
