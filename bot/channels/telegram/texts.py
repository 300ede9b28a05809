"""The sentences that only Telegram needs; the composition root fills them from `content/`.

The names of the commands are fixed here, because the menu, the handlers and the printed leaflets all rely on them.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class CommandTexts:
    """What the menu beside the input field says of each command, one short line each.

    The field names are the command names, in the order of the menu. Telegram takes 1 to 256 characters a line
    (`telegram.constants.BotCommandLimit`).
    """

    start: str
    menu: str
    xa: str
    bantin: str
    duongday: str
    canbo: str
    phananh: str
    dulieu: str
    help: str

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Return (command, description) in the order of the menu."""
        return tuple((command.name, getattr(self, command.name)) for command in fields(self))


@dataclass(frozen=True, slots=True)
class TelegramTexts:
    """What the channel says by itself.

    ``share_location`` is the label of the button that shares where one is, ``share_location_prompt`` the sentence above
    it when the reply's own message already carries other buttons, ``location_received`` the short thanks that takes
    the button away again.
    """

    share_location: str
    share_location_prompt: str
    location_received: str
    commands: CommandTexts
