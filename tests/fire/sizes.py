"""How large a trial is: a short one for every change, and a long one for `make fire`."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True, slots=True)
class Size:
    """So many recipients, and so many blows to the processes that send."""

    recipients: int
    blows: int


SHORT = pytest.param(Size(recipients=400, blows=5), marks=pytest.mark.slow, id="short")
LONG = pytest.param(Size(recipients=5000, blows=50), marks=[pytest.mark.slow, pytest.mark.fire], id="long")
SIZES = (SHORT, LONG)
