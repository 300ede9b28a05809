"""Tell a human about a trouble once, not at every try, until it has passed."""

from bot.ports import Alerts


class Alarm:
    """Passes each alert on once until it is cleared."""

    def __init__(self, alerts: Alerts) -> None:
        """Pass alerts on to *alerts*."""
        self._alerts = alerts
        self._ringing: set[str] = set()

    def ring(self, name: str, detail: str) -> None:
        """Raise the alert *name* unless it is already standing."""
        if name not in self._ringing:
            self._ringing.add(name)
            self._alerts.alert(name, detail)

    def clear(self, *names: str) -> None:
        """Take note that the troubles *names* have passed."""
        self._ringing.difference_update(names)

    def refused_token(self) -> None:
        """Raise the alert for a token that Telegram no longer accepts."""
        self.ring("telegram_token_refused", "Put the bot's current token in TELEGRAM_BOT_TOKEN and restart.")
