"""What a broadcast may do next, when, and what a failure makes of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bulletins.broadcasts import (
    Change,
    Obstacle,
    Plan,
    State,
    after_failure,
    earliest,
    is_too_late,
    month_begins,
    obstacle,
)
from bot.bulletins.states import Status
from bot.desk.composing import Composer
from bot.errors import AccountFault, OutsideWindow, PlatformError, Refused, Retryable, Uncertain, Unreachable
from bot.knowledge.library import Library
from bot.ports.bulletins import Audience, Bulletin, Draft
from bot.ports.platforms import Article
from scheduler.broadcasts import article_of


def at(local: str) -> datetime:
    """Return a moment in Vietnam, in UTC."""
    return datetime.fromisoformat(f"{local}+07:00").astimezone(UTC)


NOW = at("2026-11-20T10:00")
TOMORROW, NEXT_MONTH = at("2026-11-21T00:00"), at("2026-12-01T00:00")


@pytest.mark.parametrize(
    ("now", "earlier", "a_month", "expected"),
    [
        pytest.param(NOW, [], 4, NOW, id="nothing went out yet"),
        pytest.param(NOW, ["2026-11-19T21:59"], 4, NOW, id="one yesterday"),
        pytest.param(NOW, ["2026-11-20T06:00"], 4, TOMORROW, id="one today"),
        pytest.param(NOW, ["2026-11-20T00:00"], 4, TOMORROW, id="one in the first minute of today, there"),
        pytest.param(NOW, ["2026-11-01T00:00", "2026-11-08T10:00"], 2, NEXT_MONTH, id="as many as a month has"),
        pytest.param(NOW, ["2026-10-31T23:59", "2026-11-08T10:00"], 2, NOW, id="last month's count for nothing"),
        pytest.param(NOW, ["2026-11-20T06:00"], 1, NEXT_MONTH, id="the only one of the month today"),
        pytest.param(at("2026-11-30T10:00"), ["2026-11-30T06:00"], 4, NEXT_MONTH, id="the last day of the month"),
        pytest.param(at("2026-12-31T23:30"), ["2026-12-31T08:00"], 4, at("2027-01-01T00:00"), id="new year's eve"),
        pytest.param(NOW, [], 0, None, id="none are allowed"),
    ],
)
def test_caps_say_from_when_on(now: datetime, earlier: list[str], a_month: int, expected: datetime | None) -> None:
    """One a day and a few a month, by Vietnam's days."""
    assert earliest(now, [at(moment) for moment in earlier], a_month) == expected


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone given apart


@given(MOMENTS, st.lists(st.integers(0, 40 * 24), max_size=6), st.integers(1, 6))
def test_what_the_caps_allow_they_still_allow_then(now: datetime, hours_ago: list[int], a_month: int) -> None:
    """Waiting until the moment they name is enough, and it is never in the past."""
    earlier = [now - timedelta(hours=hours) for hours in hours_ago]

    then = earliest(now, earlier, a_month)

    assert then is not None
    assert then >= now
    assert earliest(then, earlier, a_month) == then


def test_a_month_begins_at_midnight_in_vietnam() -> None:
    """In UTC that is still the month before."""
    assert month_begins(NOW) == datetime(2026, 10, 31, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "late"), [(36, False), (36.01, True)])
def test_news_gets_old(hours: float, late: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_too_late(NOW, NOW + timedelta(hours=hours)) is late


GOOD = Plan(
    has_zalo=True,
    audiences=[("00430", "")],
    subscribers=frozenset({"00430"}),
    has_picture=True,
    public_url="https://loa.example",
    now=NOW,
    a_month=4,
)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        pytest.param(GOOD, None, id="nothing"),
        pytest.param(replace(GOOD, subscribers=frozenset()), None, id="nobody subscribed yet"),
        pytest.param(replace(GOOD, has_zalo=False), Obstacle.NO_ZALO, id="no OA"),
        pytest.param(
            replace(GOOD, audiences=[("00430", ""), ("09604", "")]), Obstacle.SEVERAL_COMMUNES, id="two communes"
        ),
        pytest.param(replace(GOOD, audiences=[("00430", "Thôn Mẫu 1")]), Obstacle.ONE_HAMLET, id="a hamlet"),
        pytest.param(
            replace(GOOD, subscribers=frozenset({"00430", "09604"})),
            Obstacle.OTHER_SUBSCRIBERS,
            id="the OA serves others too",
        ),
        pytest.param(
            replace(GOOD, subscribers=frozenset({"09604"})), Obstacle.OTHER_SUBSCRIBERS, id="the OA serves another"
        ),
        pytest.param(replace(GOOD, has_picture=False), Obstacle.NO_PICTURE, id="no cover"),
        pytest.param(replace(GOOD, public_url=""), Obstacle.NO_ADDRESS, id="no way to fetch the cover"),
        pytest.param(replace(GOOD, earlier=[NOW]), None, id="one today: tomorrow will do"),
        pytest.param(replace(GOOD, earlier=[NOW], a_month=1), Obstacle.QUOTA, id="none left this month"),
        pytest.param(
            replace(GOOD, now=at("2026-11-30T10:00"), earlier=[at("2026-11-02T10:00")], a_month=1),
            None,
            id="none left this month, and it ends tonight",
        ),
    ],
)
def test_what_stands_in_the_way_of_a_broadcast(plan: Plan, expected: Obstacle | None) -> None:
    """The official hears it before anything is sent."""
    assert obstacle(plan) == expected


WAY = {State.CREATING: State.NEW, State.CREATED: State.CREATED, State.SENDING: State.VERIFIED}


@pytest.mark.parametrize("state", WAY)
def test_what_was_certainly_in_vain_is_made_again(state: State) -> None:
    """After the time Zalo asked for."""
    assert after_failure(state, Retryable("-32", after_seconds=10), 1) == Change(
        state=WAY[state], code="-32", tries=1, wait_seconds=10
    )


@pytest.mark.parametrize("state", WAY)
def test_an_account_at_fault_is_given_time_to_be_mended(state: State) -> None:
    """Nothing is lost by it."""
    change = after_failure(state, AccountFault("-221"), 1)

    assert (change.state, change.code, change.wait_seconds) == (WAY[state], "-221", 300)


@pytest.mark.parametrize("state", WAY)
@pytest.mark.parametrize("error", [Refused("-248"), OutsideWindow("-211"), Unreachable("-213")], ids=lambda e: e.code)
def test_what_will_never_be_taken_has_failed(state: State, error: PlatformError) -> None:
    """With Zalo's reason."""
    assert after_failure(state, error, 1) == Change(state=State.FAILED, code=error.code)


def test_a_broadcast_that_may_have_been_accepted_is_never_made_again() -> None:
    """It would reach everyone a second time."""
    assert after_failure(State.SENDING, Uncertain("timeout"), 1) == Change(state=State.UNKNOWN, code="timeout")


def test_asking_again_harms_nobody() -> None:
    """However often the answer is lost."""
    assert after_failure(State.CREATED, Uncertain("timeout"), 50).state is State.CREATED


@pytest.mark.parametrize(
    ("tries", "expected"), [(1, State.NEW), (2, State.NEW), (3, State.FAILED)], ids=["once", "twice", "thrice"]
)
def test_an_article_may_be_made_twice_but_not_without_end(tries: int, expected: State) -> None:
    """Each one counts against the OA's articles."""
    assert after_failure(State.CREATING, Uncertain("timeout"), tries).state is expected


def test_waits_grow() -> None:
    """Up to five minutes."""
    waits = [after_failure(State.CREATED, Retryable("-214"), tries).wait_seconds for tries in (1, 2, 3, 4, 20, 2000)]

    assert waits == [5, 10, 20, 40, 300, 300]


def test_an_end_is_an_end() -> None:
    """Everything else goes on by itself."""
    assert {state for state in State if state.is_end} == {State.ACCEPTED, State.UNKNOWN, State.FAILED}


def test_an_article_is_published_by_the_commune(library: Library) -> None:
    """Marked as urgent or as a correction like every other copy; its cover is where the archive shows the picture."""
    draft = Draft(
        title="Bão số 9", body="Ở trong nhà.", audiences=(Audience("00430"),), picture="f1", is_urgent=True, corrects=3
    )
    bulletin = Bulletin(id=4, status=Status.SENDING, draft=draft, created_at=NOW)

    article = article_of(bulletin, Composer(library, ZoneInfo("Asia/Ho_Chi_Minh"), "https://loa.example/"))

    assert article == Article(
        title="KHẨN: Đính chính: Bão số 9",
        author="Xã Đa Phúc",
        text="Ở trong nhà.",
        cover_url="https://loa.example/ban-tin/anh/f1",
    )
