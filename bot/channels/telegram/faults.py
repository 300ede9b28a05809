"""python-telegram-bot's errors in our words: who has to act, and may the message have arrived?

The order of the cases matters: in the library `BadRequest` and `TimedOut` are kinds of `NetworkError`.
"""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.request import FloodError, NotSentError, ServerError
from bot.errors import AccountFault, PlatformError, Refused, Retryable, Uncertain, Unreachable

# 400s that speak of the person, not of the message. The first is seen often in issue trackers; the others are from
# lists of Bot API errors, unconfirmed.
_PERSON_IS_GONE = ("chat not found", "user not found", "peer_id_invalid", "user is deactivated")

# 400s for a file_id that is of no use any more, from issue trackers; uploading the file again mends it.
_FILE_IS_UNKNOWN = ("wrong file identifier", "wrong remote file identifier", "wrong file_id", "file reference")


TOKEN_REFUSED = ("telegram_token_refused", "Put the bot's current token in TELEGRAM_BOT_TOKEN and restart.")
"""The alert for a token that Telegram no longer accepts, and what to do."""


def translate(error: TelegramError) -> PlatformError:
    """Return *error* as one of ours, with Telegram's status as ``code`` or our word for a transport failure."""
    fault: PlatformError
    match error:
        case FloodError() | RetryAfter():
            fault = Retryable("429", "too many requests", after_seconds=flood_seconds(error))
        case NotSentError():
            fault = Retryable("connect", error.message)
        case InvalidToken():
            fault = AccountFault("401", error.message)
        case Forbidden():
            fault = Unreachable("403", error.message)
        case ChatMigrated():
            fault = Refused("migrated", "the chat has a new id")
        case BadRequest():
            fault = _bad_request(error)
        case TimedOut():
            fault = Uncertain("timeout")
        case ServerError():
            fault = Uncertain(error.code)
        case NetworkError():
            fault = Uncertain("network", error.message)
        case _:
            fault = Uncertain("unknown", error.message)
    return fault


def flood_seconds(error: Exception) -> float:
    """Return how long Telegram asked us to wait, in seconds; 0 where it did not ask.

    PTB's own error gives an int today and has announced a `timedelta`.
    """
    match error:
        case FloodError():
            return error.seconds
        case RetryAfter():
            wait: float | timedelta = error.retry_after
            return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        case _:
            return 0.0


def is_markup_refused(error: BadRequest) -> bool:
    """Tell whether Telegram could not read our HTML; the same words go through without tags."""
    return "can't parse entities" in error.message.lower()


def is_file_unknown(error: BadRequest) -> bool:
    """Tell whether Telegram has no file under the id it was given; nothing was sent then."""
    return any(sign in error.message.lower() for sign in _FILE_IS_UNKNOWN)


def _bad_request(error: BadRequest) -> PlatformError:
    is_gone = any(sign in error.message.lower() for sign in _PERSON_IS_GONE)
    return Unreachable("400", error.message) if is_gone else Refused("400", error.message)
