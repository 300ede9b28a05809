"""Counting that stays small, and knowing whom to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.web.limits import Limits, Turnstile
from bot.web.addresses import LOOPBACK, client_network, networks
from bot.web.allowance import Allowance
from bot.web.origin import is_ours, origin_of
from tests.channels.web_world import Stopwatch


def _taken(allowance: Allowance, key: str, times: int) -> int:
    taken = 0
    for _ in range(times):
        if not allowance.wait_seconds(key):
            allowance.take(key)
            taken += 1
    return taken


def test_an_allowance_refills_evenly() -> None:
    """A minute's worth at once, then one at a time."""
    stopwatch = Stopwatch()
    allowance = Allowance(20, 100, stopwatch)

    assert _taken(allowance, "a", 30) == 20
    assert allowance.wait_seconds("a") == pytest.approx(3)
    stopwatch.seconds += 6
    assert _taken(allowance, "a", 30) == 2
    stopwatch.seconds += 600
    assert _taken(allowance, "a", 30) == 20


def test_one_key_does_not_use_up_another() -> None:
    """Each has its own."""
    allowance = Allowance(1, 100, Stopwatch())

    assert [_taken(allowance, key, 2) for key in "ab"] == [1, 1]


def test_a_flood_of_keys_takes_no_more_memory() -> None:
    """The one unused for longest is forgotten."""
    allowance = Allowance(1, 3, Stopwatch())
    for number in range(1000):
        allowance.take(str(number))

    assert len(allowance) == 3
    assert "999" in allowance
    assert "0" not in allowance


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=200))
def test_nobody_gets_more_than_the_rate_allows(events: list[tuple[str, float]]) -> None:
    """Whatever the rhythm: at most a full bucket and what was refilled since."""
    stopwatch = Stopwatch()
    turnstile = Turnstile(Limits(), stopwatch)
    passed = dict.fromkeys("abc", 0)
    for visitor, pause in events:
        stopwatch.seconds += pause
        passed[visitor] += not turnstile.message(visitor, "network")

    minutes = (stopwatch.seconds - 1000) / 60
    assert all(count <= 20 * (1 + minutes) + 1e-6 for count in passed.values())
    assert sum(passed.values()) <= 60 * (1 + minutes) + 1e-6


def test_what_is_refused_uses_up_nothing() -> None:
    """A visitor who goes on trying waits no longer than one who does not."""
    stopwatch = Stopwatch()
    turnstile = Turnstile(Limits(visitor_messages=1), stopwatch)
    assert turnstile.message("a", "n") == 0
    waits = [turnstile.message("a", "n") for _ in range(100)]

    assert waits == pytest.approx([60.0] * 100)
    stopwatch.seconds += 60
    assert turnstile.message("a", "n") == 0


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        pytest.param("203.0.113.7", "", "203.0.113.7", id="direct"),
        pytest.param("203.0.113.7", "198.51.100.1", "203.0.113.7", id="a stranger's header"),
        pytest.param("127.0.0.1", "203.0.113.7", "203.0.113.7", id="our proxy"),
        pytest.param("127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7", id="our proxy, and a lie"),
        pytest.param("127.0.0.1", "203.0.113.7, 10.1.2.3", "203.0.113.7", id="two proxies of ours"),
        pytest.param("127.0.0.1", "", "127.0.0.1", id="on this machine"),
        pytest.param("127.0.0.1", "garbage", "127.0.0.1", id="not an address"),
        pytest.param("127.0.0.1", "198.51.100.1, garbage", "127.0.0.1", id="behind not an address"),
        pytest.param("", "203.0.113.7", "203.0.113.7", id="proxy on a Unix socket"),
        pytest.param("", "", "unknown", id="nobody knows"),
        pytest.param("::ffff:203.0.113.7", "", "203.0.113.7", id="IPv4 in IPv6"),
        pytest.param("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64", id="IPv6 counts by site"),
        pytest.param("::1", "2001:db8:1:2::9", "2001:db8:1:2::/64", id="IPv6 through our proxy"),
    ],
)
def test_a_request_is_counted_where_it_came_from(peer: str, forwarded: str, expected: str) -> None:
    """What anybody can write into a header is believed only from a proxy of ours."""
    assert client_network(peer, forwarded, networks((*LOOPBACK, "10.0.0.0/8"))) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.vn", "https://a.vn"),
        ("https://a.vn:443/", "https://a.vn"),
        ("HTTP://A.vn:80", "http://a.vn"),
        ("http://a.vn:8080/x?y", "http://a.vn:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("null", ""),
        ("", ""),
        ("ws://a.vn", ""),
        ("https://a.vn:x", ""),
        ("https://[", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    """As browsers write it."""
    assert origin_of(url) == expected


@pytest.mark.parametrize(
    ("origin", "host", "expected"),
    [
        pytest.param("http://127.0.0.1:8080", "127.0.0.1:8080", True, id="the demo"),
        pytest.param("https://a.vn", "a.vn", True, id="behind a proxy that ends TLS"),
        pytest.param("https://a.vn", "a.vn:443", True, id="default port spelled out"),
        pytest.param("https://a.vn", "b.vn", False, id="another site"),
        pytest.param("http://a.vn:8080", "a.vn", False, id="another port"),
        pytest.param("https://public.vn", "inner:8080", True, id="the public address"),
        pytest.param("", "a.vn", False, id="none"),
        pytest.param("null", "null", False, id="hidden"),
        pytest.param("https://a.vn", "", False, id="no host"),
    ],
)
def test_our_origin_is_the_host_or_the_public_address(origin: str, host: str, expected: bool) -> None:  # noqa: FBT001
    """The scheme is the proxy's business."""
    assert is_ours({"Origin": origin, "Host": host}, "https://public.vn") is expected
