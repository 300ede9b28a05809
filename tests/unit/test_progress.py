"""The pace of a bulletin, and the weeks of a chart."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.console.progress import Paces, Progress, states_of
from bot.console.weeks import WEEKS, by_week, first_monday
from bot.desk.ports.bulletins import Outing
from bot.ports.bulletins import Counts

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def counts(**some: int) -> Counts:
    """Return counts that are 0 but for *some*."""
    return {state: some.get(state.value, 0) for state in State}


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_one_look_tells_no_pace() -> None:
    assert Paces().left(1, 10, 90, NOW) is None


def test_two_looks_a_while_apart_do() -> None:
    paces = Paces()
    paces.left(1, 0, 100, NOW)

    assert paces.left(1, 20, 80, NOW + seconds(10)) == seconds(40)


def test_looks_close_together_say_nothing_yet() -> None:
    paces = Paces()
    paces.left(1, 0, 100, NOW)

    assert paces.left(1, 1, 99, NOW + seconds(2)) is None


def test_only_the_last_minute_counts() -> None:
    """A slow beginning does not make the end look far."""
    paces = Paces()
    for moment, done in ((0, 0), (50, 1), (70, 1), (100, 61)):
        left = paces.left(1, done, 1000 - done, NOW + seconds(moment))

    assert left
    assert round(left.total_seconds()) == round(50 / 60 * 939)


def test_a_page_that_is_opened_again_knows_the_pace_at_once() -> None:
    """It does not fall silent when what it knew from before gets old."""
    paces = Paces()
    for moment, done in ((0, 0), (59, 59), (62, 62)):
        left = paces.left(1, done, 100 - done, NOW + seconds(moment))

    assert left == seconds(38)


def test_what_somebody_saw_long_ago_tells_nothing() -> None:
    paces = Paces()
    paces.left(1, 0, 100, NOW)

    assert paces.left(1, 50, 50, NOW + seconds(600)) is None


def test_what_stands_still_is_not_estimated() -> None:
    paces = Paces()
    paces.left(1, 5, 95, NOW)

    assert paces.left(1, 5, 95, NOW + seconds(30)) is None


def test_sending_again_begins_anew() -> None:
    """What was done becomes less then."""
    paces = Paces()
    paces.left(1, 90, 10, NOW)

    assert paces.left(1, 50, 50, NOW + seconds(10)) is None
    assert paces.left(1, 60, 40, NOW + seconds(20)) == seconds(40)


def test_bulletins_do_not_mix_and_are_forgotten() -> None:
    paces = Paces()
    paces.left(1, 0, 100, NOW)
    for other in range(2, 80):
        paces.left(other, 0, 1, NOW)

    assert paces.left(1, 50, 50, NOW + seconds(10)) is None


def test_whoever_must_write_first_neither_counts_as_done_nor_keeps_it_from_being_done() -> None:
    progress = Progress(Status.SENDING, counts(sent=5, held=3, pending=1, sending=1))

    assert (progress.total, progress.done, progress.to_do) == (7, 5, 2)
    assert list(states_of(progress)) == [(State.SENT, 5), (State.PENDING, 2), (State.HELD, 3)]
    assert not Progress(Status.SENT, counts(held=3)).is_for_nobody


def test_there_are_twelve_weeks_whether_or_not_anything_went_out() -> None:
    outings = [
        Outing(NOW, counts(sent=5, held=2)),
        Outing(NOW - timedelta(days=1), counts(sent=1, unknown=4)),
        Outing(NOW - timedelta(weeks=3), counts(failed=7)),
    ]

    weeks = by_week(outings, NOW, ZONE)

    assert len(weeks) == WEEKS
    assert weeks[-1].monday == first_monday(NOW, ZONE).date() == date(2026, 8, 31)
    assert weeks[0].monday == date(2026, 11, 16)
    assert weeks[0].counts == (6, 2, 0, 4)
    assert weeks[3].counts == (0, 0, 7, 0)
    assert not any(any(week.counts) for week in weeks[4:])


def test_a_week_begins_at_midnight_here() -> None:
    """Sunday evening in London is Monday morning in Việt Nam."""
    monday_here = datetime(2026, 11, 15, 17, 30, tzinfo=UTC)

    [this, before, *_] = by_week([Outing(monday_here, counts(sent=1))], NOW, ZONE)

    assert (before.counts[0], this.counts[0]) == (0, 1)
