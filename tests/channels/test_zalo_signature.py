"""Only what Zalo signed with our secrets gets in."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.signature import FirstTerm, Keys, mac, signed_with

KEYS = Keys(app_id="111", oa_id="222", oa_secret="secret")
BODY = '{"app_id":"111","message":{"text":"Chào \\"timestamp\\":\\"9\\""},"timestamp":"1763622000000"}'.encode()
RIGHT = hashlib.sha256(b"111" + BODY + b"1763622000000" + b"secret").hexdigest()


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(f"mac={RIGHT}", id="as current traffic has it"),
        pytest.param(f"mac = {RIGHT}", id="as some of Zalo's pages have it"),
        pytest.param(RIGHT, id="bare"),
        pytest.param(f"mac={RIGHT.upper()}", id="in capitals"),
    ],
)
def test_each_form_of_the_right_signature_is_taken(header: str) -> None:
    """The three forms seen, over the bytes as they came."""
    assert signed_with(header, BODY, KEYS) is FirstTerm.APP_ID


def test_a_signature_that_begins_with_the_oa_is_taken_and_told_apart() -> None:
    """Some people report it, so it is accepted and counted."""
    assert signed_with("mac=" + mac("222", BODY, "1763622000000", "secret"), BODY, KEYS) is FirstTerm.OA_ID


@pytest.mark.parametrize(
    ("header", "body"),
    [
        pytest.param("", BODY, id="missing"),
        pytest.param("mac=", BODY, id="empty"),
        pytest.param(f"mac={RIGHT[:-1]}", BODY, id="cut off"),
        pytest.param(f"sha256={RIGHT}", BODY, id="another scheme"),
        pytest.param(f"mac={RIGHT}", BODY.replace(b"Ch", b"ch"), id="a body that was changed"),
        pytest.param(f"mac={RIGHT}", BODY + b" ", id="a body that was reformatted"),
        pytest.param("mac=" + mac("111", BODY, "1763622000000", "app-secret"), BODY, id="the app's secret"),
        pytest.param("mac=" + mac("333", BODY, "1763622000000", "secret"), BODY, id="another app"),
        pytest.param("mac=" + mac("111", BODY, "9", "secret"), BODY, id="a timestamp quoted inside a text"),
        pytest.param("mac=" + mac("111", BODY, "", "secret"), BODY, id="no timestamp although there is one"),
        pytest.param("mac=é" + RIGHT[1:], BODY, id="not hex"),
    ],
)
def test_everything_else_is_refused(header: str, body: bytes) -> None:
    """Missing, mangled, or made with other secrets."""
    assert signed_with(header, body, KEYS) is None


@pytest.mark.parametrize(
    ("body", "timestamp"),
    [
        pytest.param(b'{"timestamp":1763622000000}', "1763622000000", id="a timestamp that is a number"),
        pytest.param(b'{"timestamp" : "17"', "17", id="cut off after the timestamp"),
        pytest.param(b"not json", "", id="no timestamp at all"),
        pytest.param(b'{"data":{"timestamp":"1"},"timestamp":"2"}', "2", id="two timestamps"),
        pytest.param(b'{"timestamp":"2","data":{"timestamp":"1"}}', "2", id="two timestamps the other way round"),
    ],
)
def test_the_timestamp_is_found_in_the_raw_body(body: bytes, timestamp: str) -> None:
    """Without parsing, so that a broken body can be told from a forged one."""
    assert signed_with(mac("111", body, timestamp, "secret"), body, KEYS) is FirstTerm.APP_ID


@given(st.binary(max_size=200), st.text(max_size=80))
def test_nothing_unsigned_gets_in_and_nothing_raises(body: bytes, header: str) -> None:
    """Whatever strangers post."""
    assert signed_with(header, body, KEYS) is None
