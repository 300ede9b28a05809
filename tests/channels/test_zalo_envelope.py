"""Each answer of Zalo's becomes the error that says who must act."""

import contextlib
import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo.codes import AttachmentExpired, EndpointClosed, TokenRejected, error_for, label, needs_a_human
from bot.channels.zalo.envelope import Answer, data_of
from bot.channels.zalo.oauth import GrantRefused, read_pair
from bot.errors import AccountFault, OutsideWindow, PlatformError, Refused, Retryable, Uncertain, Unreachable
from tests.channels.zalo_world import NOW

CLASSES = {
    Unreachable: (-213, -217, -227, -244),
    OutsideWindow: (-211, -218, -230, -232),
    Retryable: (-32, -214, -234),
    Uncertain: (-200, -999999, 7),
    TokenRejected: (-216, -220),
    EndpointClosed: (-235, -240),
    AttachmentExpired: (-100,),
    Refused: (-201, -210, -233, -248),
    AccountFault: (-204, -205, -209, -212, -219, -221, -223, -224, -237, -238, -241, -242, -249, -320, -321, -403),
}


@pytest.mark.parametrize(("kind", "code"), [(kind, code) for kind, codes in CLASSES.items() for code in codes])
def test_a_code_belongs_to_its_class(kind: type[PlatformError], code: int) -> None:
    """Exactly its class: a subclass would mean another treatment."""
    error = error_for(code)
    assert type(error) is kind
    assert error.code == str(code)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        pytest.param(200, '{"error":-230,"message":"x"}', OutsideWindow, "-230", id="an error with HTTP 200"),
        pytest.param(200, '{"error":"-230"}', OutsideWindow, "-230", id="a code written as text"),
        pytest.param(401, '{"error":-216}', TokenRejected, "-216", id="JSON with HTTP 401 counts as JSON"),
        pytest.param(500, '{"error":-32}', Retryable, "-32", id="JSON with HTTP 500 counts as JSON"),
        pytest.param(502, "<html>", Uncertain, "502", id="a gateway's page"),
        pytest.param(200, "<html>", Uncertain, "200", id="HTML with HTTP 200"),
        pytest.param(200, "", Uncertain, "200", id="nothing"),
        pytest.param(200, "[0]", Uncertain, "200", id="a list"),
        pytest.param(200, '{"data":{}}', Uncertain, "200", id="no code"),
        pytest.param(200, '{"error":null}', Uncertain, "envelope", id="a code that is nothing"),
        pytest.param(200, '{"error":"bad"}', Uncertain, "envelope", id="a code that is a word"),
        pytest.param(200, "[" * 100_000, Uncertain, "200", id="nested without end"),
        pytest.param(429, "slow down", Retryable, "429", id="too many requests"),
        pytest.param(404, "empty or invalid API", AccountFault, "404", id="an unknown path"),
        pytest.param(302, "", Uncertain, "302", id="a redirect"),
    ],
)
def test_an_answer_that_is_no_success(status: int, body: str, kind: type[PlatformError], code: str) -> None:
    """Read whatever the HTTP status, doubted where it is not Zalo's."""
    with pytest.raises(PlatformError) as caught:
        data_of(Answer(status, body.encode()))
    assert (type(caught.value), caught.value.code) == (kind, code)


@pytest.mark.parametrize("body", ['{"error":0,"data":{"message_id":"m"}}', '{"error":"0","data":{"message_id":"m"}}'])
def test_an_accepted_call_gives_its_data(body: str) -> None:
    """Whether the zero is a number or text."""
    assert data_of(Answer(200, body.encode())) == {"message_id": "m"}


@pytest.mark.parametrize("body", ['{"error":0}', '{"error":0,"data":null}', '{"error":0,"data":"ok"}'])
def test_an_accepted_call_without_data_is_still_accepted(body: str) -> None:
    """The zero is what counts."""
    assert data_of(Answer(200, body.encode())) == {}


@pytest.mark.parametrize(("status", "body"), [(429, "x"), (200, '{"error":-32}')])
def test_zalos_own_wait_is_passed_on(status: int, body: str) -> None:
    """From the Retry-After header."""
    with pytest.raises(Retryable) as caught:
        data_of(Answer(status, body.encode(), retry_after=7))
    assert caught.value.after_seconds == 7


@given(st.binary(max_size=300), st.integers(100, 599))
def test_no_answer_raises_anything_else(body: bytes, status: int) -> None:
    """Whatever a proxy may put in between."""
    with contextlib.suppress(PlatformError):
        assert data_of(Answer(status, body)) is not None


def test_labels_stay_few() -> None:
    """A metric keeps one line per label for ever."""
    assert [label(code) for code in ("0", "-32", "timeout", "-12345", "503")] == [
        "0",
        "-32",
        "timeout",
        "other",
        "other",
    ]


@pytest.mark.parametrize(("code", "is_news"), [(-224, True), (-211, True), (-248, True), (-230, False), (-32, False)])
def test_an_operator_hears_of_what_they_can_mend(code: int, is_news: bool) -> None:  # noqa: FBT001 - a table's column
    """Money, packages, rules; not people who left."""
    assert needs_a_human(error_for(code)) is is_news


def a_grant(**fields: object) -> Answer:
    """Return a token endpoint's answer."""
    return Answer(200, json.dumps(fields).encode())


@pytest.mark.parametrize(
    ("expires_in", "lives"),
    [
        pytest.param("90000", timedelta(hours=25), id="text, as documented"),
        pytest.param(3600, timedelta(hours=1), id="a number"),
        pytest.param(None, timedelta(hours=1), id="missing"),
        pytest.param("soon", timedelta(hours=1), id="a word"),
    ],
)
def test_a_pair_is_read_leniently(expires_in: object, lives: timedelta) -> None:
    """A pair thrown away would need a human to replace."""
    pair = read_pair(a_grant(access_token="a", refresh_token="r", expires_in=expires_in), spent="s", asked_at=NOW)
    assert (pair.access_token, pair.refresh_token, pair.expires_at) == ("a", "r", NOW + lives)


def test_without_a_new_refresh_token_the_old_one_is_kept() -> None:
    """The next refresh will tell whether it is still good."""
    assert read_pair(a_grant(access_token="a"), spent="s", asked_at=NOW).refresh_token == "s"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        pytest.param(a_grant(error=-14014, error_name="Invalid refresh token."), GrantRefused, id="a refusal"),
        pytest.param(a_grant(error=0, access_token=""), GrantRefused, id="no access token"),
        pytest.param(Answer(500, b'{"error":-1}'), Uncertain, id="a fault of theirs"),
        pytest.param(Answer(200, b"<html>"), Uncertain, id="a page"),
        pytest.param(Answer(429, b"{}"), Retryable, id="too many requests"),
    ],
)
def test_only_a_definite_no_is_a_refusal(answer: Answer, kind: type[PlatformError]) -> None:
    """Everything else may be tried again."""
    with pytest.raises(kind):
        read_pair(answer, spent="s", asked_at=NOW)
