"""The figures of one process."""

import pytest
from structlog.testing import capture_logs

from bot.metrics import Metrics


def lines(metrics: Metrics) -> list[str]:
    """Return the page's own figures, without comments and times of creation."""
    return [
        line
        for line in metrics.page().decode().splitlines()
        if line.startswith("loaxa_") and "_created" not in line and not line.endswith(" 0.0")
    ]


def test_a_count_stands_on_the_page_with_its_labels() -> None:
    """As Prometheus reads it."""
    metrics = Metrics()
    metrics.count("messages_handled", channel="zalo", kind="text", decision="answer")
    metrics.count("messages_handled", channel="zalo", kind="text", decision="answer")
    metrics.count("messages_dead")

    assert lines(metrics) == [
        'loaxa_messages_handled_total{channel="zalo",decision="answer",kind="text"} 2.0',
        "loaxa_messages_dead_total 1.0",
    ]


def test_a_duration_falls_into_its_bucket() -> None:
    """So that a dashboard can show how slow the slowest are."""
    metrics = Metrics()
    metrics.observe("turn_seconds", 0.04, channel="web")

    assert 'loaxa_turn_seconds_bucket{channel="web",le="0.05"} 1.0' in lines(metrics)
    assert 'loaxa_turn_seconds_bucket{channel="web",le="0.02"} 1.0' not in lines(metrics)


def test_an_alert_is_logged_and_counted() -> None:
    """The log says what, the figure wakes somebody; the detail is no label."""
    metrics = Metrics()
    with capture_logs() as logged:
        metrics.alert("token_expired", "the refresh token of oa-1 was refused")

    assert logged == [
        {
            "event": "alert",
            "log_level": "error",
            "alert": "token_expired",
            "detail": "the refresh token of oa-1 was refused",
        }
    ]
    assert lines(metrics) == ['loaxa_alerts_total{name="token_expired"} 1.0']


def test_a_figure_that_was_not_declared_is_a_mistake() -> None:
    """A misspelt name must not be counted into the void."""
    with pytest.raises(KeyError):
        Metrics().count("messages_handeld")


def test_each_process_counts_for_itself() -> None:
    """No registry is shared, so two of them can live in one test run."""
    first, second = Metrics(), Metrics()
    first.count("messages_dead")

    assert lines(second) == []
