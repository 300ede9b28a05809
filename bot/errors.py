"""What can go wrong, told apart by who has to act.

    UserError          the person can write again          -> a kind reply, an info log line
    OperatorError      we must fix content or settings     -> stop at start-up, or alert
    PlatformError      Zalo or Telegram said no, or nothing
      Retryable        certainly not accepted; the same call may work later
      Uncertain        may have been accepted: a repeat could arrive twice
      Refused          the same call will never work
        Unreachable    the person blocked us, left or was deactivated
        OutsideWindow  not now: the platform's hours or reply window forbid it
        FileTooLarge   a file that is larger than we take
      AccountFault     the account itself is misconfigured: pause it, alert, burn nothing

Adapters translate what a library raises with ``raise ... from`` and keep the platform's own code.
"""


class LoaXaError(Exception):
    """Root of every error that this project raises on purpose."""


class UserError(LoaXaError):
    """The person can put it right; ``args[0]`` is the sentence to show.

    ``about`` names what of a form it speaks of (``"title"``, ``"image"``…); empty where it is not one thing.
    """

    def __init__(self, sentence: str, *, about: str = "") -> None:
        super().__init__(sentence)
        self.about = about


class OperatorError(LoaXaError):
    """Content or settings are wrong; ``args[0]`` names the file, line, setting or code to mend."""


class PlatformError(LoaXaError):
    """A messaging platform did not take a message.

    ``code`` is the platform's own code as text (Zalo ``"-32"``, Telegram ``"429"``), or our word for a
    transport failure (``"timeout"``, ``"connect"``).
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code}: {reason}" if reason else code)
        self.code = code
        self.reason = reason


class Retryable(PlatformError):
    """Certainly not accepted; try again, not before ``after_seconds`` when the platform said so.

    It speaks of everything that leaves the account, unless it is ``only_this``: then other messages may go on.
    """

    def __init__(
        self, code: str, reason: str = "", *, after_seconds: float | None = None, only_this: bool = False
    ) -> None:
        super().__init__(code, reason)
        self.after_seconds = after_seconds
        self.only_this = only_this


class Uncertain(PlatformError):
    """The call may have been accepted (timeout after sending, 5xx): a repeat may reach the person twice."""


class Refused(PlatformError):
    """The same call will never be accepted: record why and move on."""


class Unreachable(Refused):
    """The person blocked the account, left it or was deactivated."""


class OutsideWindow(Refused):
    """The platform's rules forbid writing to this person at this moment."""


class FileTooLarge(Refused):
    """The platform has the file, and it is larger than we take."""


class AccountFault(PlatformError):
    """The account's set-up is at fault, not this message: stop sending from it and tell an operator."""
