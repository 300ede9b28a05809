"""Libraries trained on an edit that nobody has saved: one at a time, and nobody waits for long."""

import asyncio
from pathlib import Path

import pytest

from bot.desk.trials import Trials
from bot.knowledge.library import Library
from bot.knowledge.loader import load_checked
from bot.messages import Decision
from tests.unit.builders import KHAI_SINH, ContentFolder


@pytest.fixture
def edited(folder: ContentFolder) -> Library:
    """Return content that knows one more question than its files."""
    text = folder.read(KHAI_SINH).replace("questions:\n", "questions:\n  - xin tờ giấy đầu đời\n")
    return load_checked(folder.path, {Path(KHAI_SINH): text})


async def until_trained(trials: Trials, library: Library) -> Library:
    """Ask as often as it takes."""
    while (trained := await trials.trained(library)) is None:
        await asyncio.sleep(0.01)
    return trained


async def test_an_edit_answers_what_the_files_do_not_know(edited: Library) -> None:
    trained = await until_trained(Trials(), edited)

    match = trained.matcher.match("xin to giay dau doi")
    assert (match.decision, match.topics[0]) == (Decision.ANSWER, "ht-khai-sinh")


async def test_whoever_will_not_wait_is_told_to_ask_again(edited: Library) -> None:
    trials = Trials(patience_seconds=0)

    assert await trials.trained(edited) is None
    assert await until_trained(trials, edited) is edited


async def test_the_same_edit_is_trained_once(edited: Library, folder: ContentFolder) -> None:
    """Each look at a form makes the content anew; its fingerprint tells that it is the same."""
    trials, same = Trials(), load_checked(folder.path)
    first = await until_trained(trials, same)

    assert await trials.trained(load_checked(folder.path)) is first
    assert await until_trained(trials, edited) is edited


async def test_a_second_edit_waits_for_the_first(edited: Library, folder: ContentFolder) -> None:
    trials = Trials(patience_seconds=0)
    other = load_checked(folder.path)

    assert await trials.trained(edited) is None
    assert await trials.trained(other) is None
    assert await until_trained(trials, other) is other
