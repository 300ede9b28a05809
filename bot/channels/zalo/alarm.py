"""Raise each alert once until things are well again: a fault met by 5,000 messages is one thing to mend."""

from bot.ports import Alerts


class Alarm:
    """Alerts of one subject, each sounded once between two calls of `clear`."""

    def __init__(self, alerts: Alerts) -> None:
        """Sound through *alerts*."""
        self._alerts = alerts
        self._sounding = set[str]()

    def sound(self, name: str, detail: str) -> None:
        """Raise *name* unless it was raised since the last `clear`; *detail* says what to do."""
        if name not in self._sounding:
            self._sounding.add(name)
            self._alerts.alert(name, detail)

    def clear(self) -> None:
        """Take note that all is well: the next fault is news again."""
        self._sounding.clear()
