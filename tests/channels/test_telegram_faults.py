"""Each of the library's errors says who has to act, and whether the message may have arrived."""

from datetime import timedelta

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.faults import flood_seconds, translate
from bot.channels.telegram.request import FloodError, NotSentError, ServerError
from bot.errors import AccountFault, PlatformError, Refused, Retryable, Uncertain, Unreachable


@pytest.mark.parametrize(
    ("error", "expected", "code"),
    [
        pytest.param(FloodError(3), Retryable, "429", id="too fast"),
        pytest.param(NotSentError("no connection"), Retryable, "connect", id="never left us"),
        pytest.param(Forbidden("Forbidden: bot was blocked by the user"), Unreachable, "403", id="blocked"),
        pytest.param(Forbidden("Forbidden: user is deactivated"), Unreachable, "403", id="deactivated"),
        pytest.param(BadRequest("Bad Request: chat not found"), Unreachable, "400", id="never started"),
        pytest.param(BadRequest("BUTTON_DATA_INVALID"), Refused, "400", id="our message is wrong"),
        pytest.param(ChatMigrated(-100), Refused, "migrated", id="moved, and moved again"),
        pytest.param(InvalidToken(), AccountFault, "401", id="the token was revoked"),
        pytest.param(TimedOut(), Uncertain, "timeout", id="no answer"),
        pytest.param(ServerError("502"), Uncertain, "502", id="a broken server"),
        pytest.param(ServerError("unreadable"), Uncertain, "unreadable", id="a broken answer"),
        pytest.param(NetworkError("reset"), Uncertain, "network", id="a broken connection"),
        pytest.param(Conflict("?"), Uncertain, "unknown", id="what sending never brings"),
    ],
)
def test_an_error_becomes_one_of_ours(error: TelegramError, expected: type[PlatformError], code: str) -> None:
    """The kind decides what the ledger does next."""
    fault = translate(error)

    assert type(fault) is expected
    assert fault.code == code


@pytest.mark.parametrize("wait", [2, timedelta(seconds=2)], ids=["int", "timedelta"])
@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
def test_the_librarys_own_flood_error_is_understood(wait: int | timedelta) -> None:
    """Its unit is changing from int to timedelta."""
    fault = translate(RetryAfter(wait))

    assert isinstance(fault, Retryable)
    assert fault.after_seconds == 2.0


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
def test_the_announced_timedelta_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's switch for its own future."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")

    assert flood_seconds(RetryAfter(4)) == 4.0


def test_other_errors_ask_for_no_wait() -> None:
    """Only a flood names a time."""
    assert flood_seconds(TimedOut()) == 0.0
