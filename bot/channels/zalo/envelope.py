"""Read what Zalo answered: ``{"data": …, "error": 0, "message": "Success"}``, whatever the HTTP status says.

Errors normally come with HTTP 200 (Zalo's documentation), but JSON bodies were also seen on live OAs with 4xx and 5xx,
and plain text with 404 for an unknown path. Pure, so each case is a row in a table test.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.zalo.codes import ENVELOPE, NOT_FOUND, TOO_MANY, error_for
from bot.errors import AccountFault, PlatformError, Retryable, Uncertain


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, read to its end; ``retry_after`` is in seconds where the platform gave one."""

    status: int
    body: bytes
    retry_after: float | None = None


def json_object(body: bytes) -> Mapping[str, object] | None:
    """Return *body* as a JSON object, or None if it is something else."""
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def data_of(answer: Answer) -> Mapping[str, object]:
    """Return the ``data`` of an accepted call; empty if Zalo sent none.

    Raises:
        PlatformError: the class says whether the call may have been accepted, and what to do.
    """
    envelope = json_object(answer.body)
    if envelope is None or "error" not in envelope:
        raise _without_envelope(answer)
    code = _code(envelope["error"])
    if code is None:
        raise Uncertain(ENVELOPE, "the error code is not a number")
    if code:
        error = error_for(code, str(envelope.get("message") or ""))
        raise _after(error, answer.retry_after)
    data = envelope.get("data")
    return data if isinstance(data, dict) else {}


def _code(value: object) -> int | None:
    """Return an error code, which some answers write as text."""
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _after(error: PlatformError, seconds: float | None) -> PlatformError:
    """Return *error* with the wait that Zalo asked for, if it is one to try again."""
    return Retryable(error.code, error.reason, after_seconds=seconds) if isinstance(error, Retryable) else error


def _without_envelope(answer: Answer) -> PlatformError:
    """Return what an answer without Zalo's envelope stands for.

    404 is Zalo's answer to a path it does not know (seen on a live OA): every message would fail, so none is spent.
    """
    status = str(answer.status)
    if status == TOO_MANY:
        return Retryable(status, "too many requests", after_seconds=answer.retry_after)
    if status == NOT_FOUND:
        return AccountFault(status, "Zalo does not know this address: check ZALO_API_BASE")
    return Uncertain(status, "not Zalo's JSON")
