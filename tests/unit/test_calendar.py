"""The weekly themes: 52 finished texts that lead to answers, and what `loaxa check` says of a broken one."""

import re
from collections import Counter

import pytest

from bot.knowledge.library import Library
from bot.knowledge.schema import Domain
from bot.markup import BlockKind, parse
from bot.text import fold
from tests.unit.builders import ContentFolder

CALENDAR = "calendar.yaml"
_TO_TYPE = re.compile(r"«([^»]+)»")
_DOCUMENT = re.compile(r"\S*\d+/20\d\d/\S+")


# What is checked


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        pytest.param("week: 2\n", "week: 3\n", "week: 3\n", "phải là tuần 2", id="a-week-twice"),
        pytest.param("[ht-khai-sinh]", "[ht-khai]", "week: 1\n", "không có câu trả lời «ht-khai»", id="no-such-topic"),
        pytest.param("Bản tin. " * 50, "Bản tin.", "week: 1\n", "từ 80 đến 150 từ", id="too-short"),
        pytest.param("draft: Bản tin", "draft: <b>tin", "week: 1\n", "bỏ «<b>", id="raw-html"),
    ],
)
def test_a_broken_week_is_reported(folder: ContentFolder, old: str, new: str, at: str, said: str) -> None:
    folder.replace(CALENDAR, old, new)

    [problem, *_] = folder.problems()

    start = folder.line(CALENDAR, at)
    assert start <= problem.line < start + 6
    assert said in problem.text


def test_a_year_has_52_weeks(folder: ContentFolder) -> None:
    last = folder.line(CALENDAR, "- week: 52\n")
    folder.write(CALENDAR, "\n".join(folder.read(CALENDAR).split("\n")[: last - 1]))

    [problem] = folder.problems()

    assert problem.text.startswith("«weeks»")


# What is written


def test_every_field_has_two_weeks(library: Library) -> None:
    """No field of life is forgotten for a year."""
    weeks = library.shelves.calendar.weeks
    told = Counter(domain for week in weeks for domain in {library.answers[topic].domain for topic in week.topics})

    assert {domain: told[domain] for domain in Domain if told[domain] < 2} == {}


def test_every_draft_says_what_to_ask_and_the_bot_knows_it(library: Library) -> None:
    """People type the words in guillemets: commands work, questions lead to an answer of the week."""
    commands = frozenset().union(*library.small_words.values())
    lost = {}
    for week in library.shelves.calendar.weeks:
        phrases = _TO_TYPE.findall(week.draft)
        assert phrases, week.week
        for phrase in phrases:
            found = library.matcher.match(phrase)
            if fold(phrase) not in commands and not set(week.topics) & set(found.suggested):
                lost[week.week, phrase] = found.topics[:3]

    assert lost == {}


def test_drafts_read_right_in_any_year(library: Library) -> None:
    """No year, except in the number of a document; no heading, no link, no field of a commune."""
    for week in library.shelves.calendar.weeks:
        blocks = parse(week.draft)

        assert not re.search(r"\b20\d\d\b", _DOCUMENT.sub("", week.draft)), week.week
        assert BlockKind.HEADING not in {block.kind for block in blocks}, week.week
        assert not any(span.url for block in blocks for span in block.spans), week.week
        assert "{" not in week.draft, week.week
