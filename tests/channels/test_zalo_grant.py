"""What to do when a token is needed: the rules, without any network."""

from datetime import timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.grant import (
    MISSING,
    REFUSED,
    REJECTED,
    History,
    Renew,
    Step,
    Stop,
    Timing,
    Use,
    View,
    Wait,
    next_step,
    waits,
)
from tests.channels.zalo_world import NOW, a_pair

TIMING = Timing()
FRESH = a_pair(1)
AGEING = a_pair(1, lives=timedelta(minutes=5))
EXPIRED = a_pair(1, lives=timedelta(0))
WAITING = History(not_before=NOW + timedelta(seconds=30))
RENEWED = History(renewed_at=NOW - timedelta(seconds=5))
SPENT = History(refused="refresh-1")


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        pytest.param(View(stored=FRESH, history=History(), now=NOW), Use("access-1"), id="a fresh pair is used"),
        pytest.param(
            View(stored=AGEING, history=History(), now=NOW), Renew("refresh-1"), id="an ageing one is renewed"
        ),
        pytest.param(View(stored=EXPIRED, history=History(), now=NOW), Renew("refresh-1"), id="so is an expired one"),
        pytest.param(View(stored=None, history=History(), now=NOW), MISSING, id="nothing to begin with"),
        pytest.param(
            View(stored=None, history=History(), now=NOW, first_refresh_token="first"),
            Renew("first"),
            id="the very first token",
        ),
        pytest.param(
            View(stored=FRESH, history=History(), now=NOW, first_refresh_token="first", rejected="access-1"),
            Renew("refresh-1"),
            id="a rejected pair is renewed from itself, not from the first token",
        ),
        pytest.param(
            View(stored=FRESH, history=History(), now=NOW, rejected="access-0"),
            Use("access-1"),
            id="another process renewed it already",
        ),
        pytest.param(View(stored=EXPIRED, history=SPENT, now=NOW), REFUSED, id="a refused token is never tried again"),
        pytest.param(View(stored=AGEING, history=SPENT, now=NOW), Use("access-1"), id="what is left of it is used"),
        pytest.param(View(stored=EXPIRED, history=WAITING, now=NOW), Wait(30), id="the network gets time to recover"),
        pytest.param(View(stored=AGEING, history=WAITING, now=NOW), Use("access-1"), id="meanwhile the old one serves"),
        pytest.param(
            View(stored=FRESH, history=RENEWED, now=NOW, rejected="access-1"),
            REJECTED,
            id="fresh from the press and rejected",
        ),
        pytest.param(View(stored=AGEING, history=RENEWED, now=NOW), Use("access-1"), id="a short-lived one is used"),
        pytest.param(
            View(stored=EXPIRED, history=RENEWED, now=NOW), Renew("refresh-1"), id="a very short-lived one is renewed"
        ),
    ],
)
def test_the_step_follows_from_what_is_known(view: View, expected: Step) -> None:
    """Each rule once."""
    assert next_step(view, TIMING) == expected


HISTORIES = st.builds(
    History,
    refused=st.sampled_from(["", "refresh-1", "refresh-2"]),
    not_before=st.sampled_from([None, NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)]),
    renewed_at=st.sampled_from([None, NOW, NOW - timedelta(hours=1)]),
)
VIEWS = st.builds(
    View,
    stored=st.sampled_from([None, FRESH, AGEING, EXPIRED]),
    history=HISTORIES,
    now=st.just(NOW),
    first_refresh_token=st.sampled_from(["", "refresh-1"]),
    rejected=st.sampled_from(["", "access-1", "access-2"]),
)


@given(VIEWS)
def test_no_step_wastes_a_grant(view: View) -> None:
    """Never a refused token, never a rejected or expired one, and no human called while something works."""
    match next_step(view, TIMING):
        case Use(token):
            assert view.stored
            assert token == view.stored.access_token != view.rejected
            assert view.stored.expires_at > NOW
        case Renew(token):
            assert token
            assert token != view.history.refused
        case Wait(seconds):
            assert seconds > 0
        case Stop():
            assert view.usable is None


def test_waits_grow_to_a_limit() -> None:
    """One second, then twice as long each time, five minutes at most."""
    assert list(islice(waits(TIMING), 11)) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
