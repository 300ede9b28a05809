"""Every refusal, state and reason has its words; a new one without them would be seen by an official first."""

from enum import StrEnum

import pytest

from bot.bulletins import broadcasts
from bot.bulletins.deliveries import State, Why
from bot.bulletins.states import Move, Refusal, Role, Status
from bot.knowledge.bulletin_words import DeskWords
from bot.messages import Channel
from bot.office import SCREENS
from tests.sentences import sentences


def desk_words() -> DeskWords:
    return sentences().shelves.bulletin.desk


@pytest.mark.parametrize(
    ("words", "members"),
    [
        pytest.param("refusals", Refusal, id="refusals"),
        pytest.param("statuses", Status, id="statuses"),
        pytest.param("states", State, id="states"),
        pytest.param("reasons", Why, id="reasons"),
        pytest.param("reasons", broadcasts.Why, id="reasons-of-broadcasts"),
        pytest.param("obstacles", broadcasts.Obstacle, id="obstacles"),
        pytest.param("broadcasts", broadcasts.State, id="broadcasts"),
        pytest.param("roles", Role, id="roles"),
    ],
)
def test_everything_has_its_words(words: str, members: type[StrEnum]) -> None:
    named = getattr(desk_words(), words)
    assert [member.value for member in members if not hasattr(named, member.value)] == []


@pytest.mark.parametrize(
    "what", [*(move.value for move in Move), "start", "finish", "missed", "text_changed", "broadcast", "restored"]
)
def test_every_line_of_a_record_has_its_words(what: str) -> None:
    assert desk_words().deeds.of(what) != what


def test_what_has_no_words_is_told_as_it_is_kept() -> None:
    """A line of a later version, read by an earlier one."""
    assert desk_words().deeds.of("levitate") == "levitate"


def test_every_channel_that_carries_bulletins_has_a_name() -> None:
    assert set(SCREENS) == {Channel(name) for name in type(desk_words().channels).model_fields}


def test_every_state_says_what_it_means() -> None:
    """On the page with the result; a state without a meaning would break it."""
    meanings = sentences().shelves.console.bulletins.result.meanings

    assert set(meanings) == {state.value for state in State}


def test_every_state_of_an_article_says_what_it_means() -> None:
    meanings = sentences().shelves.console.bulletins.result.article_meanings

    assert set(meanings) == {state.value for state in broadcasts.State}


def test_codes_have_words_only_on_channels_that_carry_bulletins() -> None:
    codes = sentences().shelves.console.bulletins.result.codes

    assert set(codes) == {channel.value for channel in SCREENS}
