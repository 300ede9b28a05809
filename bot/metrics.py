"""The figures of `/metrics`, in Prometheus' form. Labels have few values: never a person, a text or a token."""

from collections.abc import Mapping

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

log = structlog.get_logger()

_COUNTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "messages_handled": ("Messages handled, by what became of them", ("channel", "kind", "decision")),
    "messages_dead": ("Messages given up after three tries", ()),
    "handling_failed": ("Tries of a message that raised", ()),
    "turns_failed": ("Turns whose commit failed", ()),
    "replies_failed": ("Replies that will never be posted", ("channel",)),
    "replies_postponed": ("Replies that must be posted again later", ("channel",)),
    "deliveries": ("Tries to deliver a bulletin, by what came of them", ("channel", "outcome")),
    "webhook_rejected": ("Webhook calls refused", ("channel", "reason")),
    "webhook_ignored": ("Events that need no handling", ("event",)),
    "web_refused": ("Web chat requests refused", ("reason",)),
    "zalo_signatures": ("Webhook signatures that held, by their first term", ("first_term",)),
    "zalo_calls": ("Calls to Zalo, by its answer", ("call", "code")),
    "broadcasts": ("Broadcasts to all followers, by how they ended", ("result",)),
    "zalo_token_renewals": ("Renewals of the Zalo token", ("result",)),
    "staff_code_wrong": ("Codes typed to link a staff member's chat that nobody was given", ()),
    "alerts": ("Alerts raised", ("name",)),
    "content_reloads": ("Reloads of the content", ("result",)),
}

_HISTOGRAMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "zalo_call_seconds": ("Calls to Zalo", ("call",)),
    "turn_seconds": ("From claiming a message to its reply being noted", ("channel",)),
}

_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """`bot.ports.world.Meter` and `bot.ports.world.Alerts` for one process, with a registry of its own."""

    def __init__(self) -> None:
        """Declare every metric; one that is not declared here is a mistake in the code that counts it."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._counters = {
            name: Counter(f"loaxa_{name}", text, labels, registry=self.registry)
            for name, (text, labels) in _COUNTERS.items()
        }
        self._histograms = {
            name: Histogram(f"loaxa_{name}", text, labels, registry=self.registry, buckets=_BUCKETS)
            for name, (text, labels) in _HISTOGRAMS.items()
        }
        self.backlog = Gauge("loaxa_inbox_backlog", "Messages stored and not yet replied to", registry=self.registry)

    def count(self, name: str, /, **labels: str) -> None:
        """Add one to the counter *name*."""
        counter = self._counters[name]
        (counter.labels(**labels) if labels else counter).inc()

    def observe(self, name: str, value: float, /, **labels: str) -> None:
        """Record *value* in the histogram *name*."""
        histogram = self._histograms[name]
        (histogram.labels(**labels) if labels else histogram).observe(value)

    def alert(self, name: str, detail: str) -> None:
        """Log the alert *name* as an error and count it."""
        log.error("alert", alert=name, detail=detail)
        self.count("alerts", name=name)

    def page(self) -> bytes:
        """Return the page that Prometheus reads."""
        return generate_latest(self.registry)
