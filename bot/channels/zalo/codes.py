"""Zalo's error codes and who has to act on each.

Codes and meanings are Zalo's documented table, cross-checked with two independent client libraries; which class a code
belongs to is our reading of it. Zalo answers HTTP 200 with these in the body. Doubtful cases lean to "may have been
accepted", because a live project saw errors for messages that arrived, and nobody should get a bulletin twice.
"""

from bot.errors import (
    AccountFault,
    OutsideWindow,
    PlatformError,
    Refused,
    Retryable,
    Uncertain,
    Unreachable,
)

# Our own words for what has no code of Zalo's.
CONNECT = "connect"
TIMEOUT = "timeout"
DISCONNECTED = "disconnected"
ENVELOPE = "envelope"
GRANT = "token"
NOT_FOUND = "404"
TOO_MANY = "429"
TOO_LARGE = "too_large"

# Codes of Zalo's that are treated by name elsewhere.
TOO_FAST = "-32"
PROCESSING = "-214"
NIGHT = "-234"


class TokenRejected(AccountFault):
    """The access token was not taken: renew it once and call again; if it happens again, the account is at fault."""


class EndpointClosed(AccountFault):
    """This address is not for this type of OA; the other one may be."""


class AttachmentExpired(Refused):
    """Zalo no longer has the picture under this id: upload it once more and send again."""


_MEANINGS: dict[int, tuple[type[PlatformError], str]] = {
    -32: (Retryable, "over the rate per minute of the app or the OA"),
    -100: (AttachmentExpired, "attachment id expired"),
    -200: (Uncertain, "sending failed, no reason given"),
    -201: (Refused, "a parameter is invalid"),
    -204: (AccountFault, "the OA is deleted or disabled"),
    -205: (AccountFault, "the OA does not exist"),
    -209: (AccountFault, "the app is not activated"),
    -210: (Refused, "a parameter is over its limit"),
    -211: (OutsideWindow, "the OA's quota for this feature is used up until the next period"),
    -212: (AccountFault, "the app has not registered the OA API product"),
    -213: (Unreachable, "the person does not follow the OA"),
    -214: (Retryable, "the article is still being processed"),
    -216: (TokenRejected, "the access token is invalid"),
    -217: (Unreachable, "the person blocked invitations from the OA"),
    -218: (OutsideWindow, "the person's own quota of received messages is used up"),
    -219: (AccountFault, "the app is removed or disabled"),
    -220: (TokenRejected, "the access token expired or was removed"),
    -221: (AccountFault, "the OA must be verified"),
    # One code for two things: the OA has not granted this call, or its quota of articles is reached.
    -223: (AccountFault, "the OA has not granted the app this call, or its articles are used up"),
    -224: (AccountFault, "the OA needs a larger package"),
    -227: (Unreachable, "the person is banned or was away for more than 45 days"),
    -230: (OutsideWindow, "the person has not interacted for 7 days"),
    -232: (OutsideWindow, "the person has not interacted yet, or too long ago"),
    -233: (Refused, "this type of message is not supported"),
    -234: (Retryable, "not at night (22:00-06:00)"),
    -235: (EndpointClosed, "this call is not for this type of OA"),
    -237: (AccountFault, "the group is disabled"),
    -238: (AccountFault, "the group package is used or disabled"),
    -240: (EndpointClosed, "the v2 call is shut down for this OA"),
    -241: (AccountFault, "the group package is used"),
    -242: (AccountFault, "the proof of the app secret is wrong"),
    -244: (Unreachable, "the person turned off this type of message from the OA"),
    -248: (Refused, "the content violates Zalo's rules"),
    -249: (AccountFault, "the template cannot be sent by user id"),
    -320: (AccountFault, "the app is not linked to a Zalo Cloud Account"),
    -321: (AccountFault, "the Zalo Cloud Account is out of money"),
    -403: (AccountFault, "the OA is not in the group"),
}

# These leave the account working, yet someone should know.
_NEWS = frozenset({"-211", "-248"})

_OWN = frozenset({CONNECT, TIMEOUT, DISCONNECTED, ENVELOPE, GRANT, NOT_FOUND, TOO_MANY})
_KNOWN = _OWN | {str(code) for code in (0, *_MEANINGS)}


def error_for(code: int, said: str = "") -> PlatformError:
    """Return the error that Zalo's *code* (not 0) stands for; *said* is Zalo's own message.

    A code outside the table is taken as `Uncertain`: nothing says that the message did not go out.
    """
    kind, meaning = _MEANINGS.get(code, (Uncertain, "unknown code"))
    return kind(str(code), f"{meaning} (Zalo: {said[:120]})" if said else meaning)


def needs_a_human(error: PlatformError) -> bool:
    """Tell whether an operator should hear of *error*."""
    return isinstance(error, AccountFault) or error.code in _NEWS


def label(code: str) -> str:
    """Return *code* as a metric label: itself if we know it, else ``"other"``, so that labels stay few."""
    return code if code in _KNOWN else "other"
