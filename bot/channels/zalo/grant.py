"""Decide what to do when an access token is needed: use the one there is, renew it, wait, or stop and call a human.

A refresh token works once, so the rules never lead into a loop: a refused one is not tried again until another is
stored, a network failure is followed by growing waits, and a token that Zalo rejects fresh from the press is not
renewed over and over. No I/O here: `bot.channels.zalo.tokens` acts on the decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.ports.world import TokenPair


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How patient to be.

    A pair is renewed ``margin`` before it expires. One rejected within ``settle`` of its renewal is not renewed again.
    Callers wait up to ``patience_seconds`` for a renewal, looking every ``poll_seconds`` while another process does it.
    """

    margin: timedelta = timedelta(minutes=10)
    settle: timedelta = timedelta(minutes=1)
    patience_seconds: float = 20
    poll_seconds: float = 0.2
    first_wait_seconds: float = 1
    longest_wait_seconds: float = 300


@dataclass(frozen=True, slots=True)
class History:
    """What this process has been through with the grant; ``refused`` is the refresh token that Zalo said no to."""

    refused: str = field(default="", repr=False)
    failures: int = 0
    not_before: datetime | None = None
    renewed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is known at the moment a token is needed; ``rejected`` is an access token that Zalo just did not take."""

    stored: TokenPair | None
    history: History
    now: datetime
    first_refresh_token: str = field(default="", repr=False)
    rejected: str = field(default="", repr=False)

    @property
    def usable(self) -> TokenPair | None:
        """The stored pair, if its access token can be used now."""
        pair = self.stored
        return pair if pair and pair.access_token != self.rejected and self.now < pair.expires_at else None

    @property
    def spendable(self) -> str:
        """The refresh token that buys the next pair; empty if there is none."""
        return self.stored.refresh_token if self.stored else self.first_refresh_token


@dataclass(frozen=True, slots=True)
class Use:
    """Call with ``token``."""

    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Renew:
    """Spend ``refresh_token`` for the next pair."""

    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing can be done for ``seconds``."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Stop:
    """Only a human can help: raise ``alert``, whose ``detail`` says how."""

    alert: str
    detail: str


Step = Use | Renew | Wait | Stop

MISSING = Stop("zalo_token_missing", "No Zalo token is stored: run `loaxa zalo connect` or set ZALO_REFRESH_TOKEN.")
REFUSED = Stop(
    "zalo_token_refused",
    "Zalo refused the refresh token: run `loaxa zalo connect` and let an OA admin consent; until then nothing is sent.",
)
REJECTED = Stop(
    "zalo_token_rejected",
    "Zalo does not take a token that was just renewed: check that ZALO_APP_ID and ZALO_OA_ID belong together.",
)

UNSAVED = Stop("zalo_token_unsaved", "A new Zalo token cannot be stored: mend the database, do not restart.")
UNREACHABLE = Stop("zalo_token_unreachable", "Zalo's token endpoint cannot be reached: check the network.")


def is_ageing(pair: TokenPair, now: datetime, timing: Timing) -> bool:
    """Tell whether *pair* is so near its end, or past it, that the next one should be bought."""
    return now >= pair.expires_at - timing.margin


def next_step(view: View, timing: Timing) -> Step:
    """Return what to do; a pair that is ageing but usable is used whenever it cannot be renewed."""
    usable = view.usable
    if usable and not is_ageing(usable, view.now, timing):
        return Use(usable.access_token)
    obstacle = _obstacle(view, timing)
    if obstacle is None:
        return Renew(view.spendable)
    return Use(usable.access_token) if usable else obstacle


def _obstacle(view: View, timing: Timing) -> Wait | Stop | None:
    """Return what stands in the way of a renewal."""
    history = view.history
    if not view.spendable:
        return MISSING
    if view.spendable == history.refused:
        return REFUSED
    if history.not_before and view.now < history.not_before:
        return Wait((history.not_before - view.now).total_seconds())
    return REJECTED if _is_settling(view, timing) else None


def _is_settling(view: View, timing: Timing) -> bool:
    """Tell whether the stored pair is too new to be replaced; one that has expired already never is."""
    renewed_at, pair = view.history.renewed_at, view.stored
    if renewed_at is None or pair is None:
        return False
    return view.now < pair.expires_at and view.now - renewed_at < timing.settle


def waits(timing: Timing) -> Iterator[float]:
    """Yield waits in seconds that double up to the longest, for ever; the caller adds jitter."""
    seconds = timing.first_wait_seconds
    while True:
        yield seconds
        seconds = min(seconds * 2, timing.longest_wait_seconds)
