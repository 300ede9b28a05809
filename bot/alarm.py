"""Tell a human about a trouble once, not at every try: a fault met by 5,000 messages is one thing to mend."""

from bot.ports.world import Alerts


class Alarm:
    """Passes each alert on once until it is cleared."""

    def __init__(self, alerts: Alerts) -> None:
        """Pass alerts on to *alerts*."""
        self._alerts = alerts
        self._ringing: set[str] = set()

    def ring(self, name: str, detail: str) -> None:
        """Raise the alert *name* unless it is standing already; *detail* says what to do."""
        if name not in self._ringing:
            self._ringing.add(name)
            self._alerts.alert(name, detail)

    def clear(self, *names: str) -> None:
        """Take note that the troubles *names* have passed, all of them if none is named: the next one is news again."""
        self._ringing.difference_update(names or set(self._ringing))
