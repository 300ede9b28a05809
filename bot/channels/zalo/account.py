"""What one Zalo Official Account (OA) needs to be talked through: its ids and secrets, and the choices around them.

Zalo knows two secrets that are easily swapped: the app's secret buys tokens, the OA's secret signs webhooks. With the
wrong one in the second place everything can be sent and every webhook is refused.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import OperatorError

_VERIFIER_NAME = re.compile(r"zalo_verifier[\w-]+\.html")


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloAccount:
    """One OA and the app that acts for it.

    ``app_secret`` is the app's (OAuth), ``oa_secret`` the OA's own from the app's webhook page. ``refresh_token`` is
    only the very first one; later pairs live in the token store.
    """

    app_id: str
    app_secret: str = field(repr=False)
    oa_id: str
    oa_secret: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    api_base: str = "https://openapi.zalo.me"
    oauth_base: str = "https://oauth.zaloapp.com"


class Endpoint(StrEnum):
    """The two addresses for a message to one person; which one an OA may use depends on its type.

    Enterprise OAs use the first (Zalo's documentation). State-agency OAs were refused there with -235 and served at the
    second (seen on live OAs of two unrelated projects; unconfirmed for communes).
    """

    V3 = "/v3.0/oa/message/cs"
    V2 = "/v2.0/oa/message"


@dataclass(frozen=True, slots=True)
class VerifierFile:
    """The page that Zalo fetches from the root of our domain before it accepts the webhook's address."""

    name: str
    content: str

    def __post_init__(self) -> None:
        """Refuse a name that is not the one Zalo's console hands out.

        Raises:
            OperatorError: the name is not of the form ``zalo_verifierXXXX.html``.
        """
        if not _VERIFIER_NAME.fullmatch(self.name):
            msg = f"Zalo's verification file is called zalo_verifier….html, not {self.name!r}"
            raise OperatorError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloOptions:
    """Choices with a sensible default.

    ``calls_per_minute`` bounds this process: Zalo's documentation allows an app 4,000 a minute and speaks of a lower,
    unpublished limit per OA, which shows as -32 and is waited out. ``endpoint`` is the address tried first.
    ``allows_paid`` lets bulletins go to people who were silent for 2 to 7 days, which Zalo bills. ``shows_presses`` is
    explained in `bot.channels.zalo.render`. ``receive_seconds`` is how long a webhook may take to be stored: Zalo waits
    2 s. ``upload_seconds`` is how long a picture of 1 MB may take over a slow line.
    """

    calls_per_minute: float = 3600
    endpoint: Endpoint = Endpoint.V3
    allows_paid: bool = False
    shows_presses: bool = True
    verifier: VerifierFile | None = None
    call_seconds: float = 15
    connect_seconds: float = 5
    upload_seconds: float = 60
    receive_seconds: float = 1.8
