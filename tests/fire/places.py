"""Where a bulletin's way can be cut through: the statements of its transactions, and the stages between them."""

from scheduler.sender import SendStage
from tests.crash.service import Trap

CLAIM = r"UPDATE deliveries SET .*epoch="
RECORD = r"UPDATE deliveries SET .*not_before="
TAKE_OVER = r"UPDATE deliveries SET .* RETURNING .*epoch"
TRIES = "INSERT INTO delivery_tries"
COUNTS = "UPDATE tallies"
HISTORY = "INSERT INTO bulletin_history"

LAUNCH = (Trap("UPDATE bulletins"), Trap("INSERT INTO deliveries"), Trap("INSERT INTO tallies"), Trap(HISTORY))
"""Launching: all of it, or nothing."""

FIRST_CLAIM = (Trap(CLAIM), Trap(COUNTS), Trap(SendStage.CLAIMED))
"""Claiming, where nothing was left by anyone; the last of these leaves something in flight."""

SUCCESSION = (Trap(TAKE_OVER), Trap(TRIES), Trap(COUNTS), Trap(SendStage.TAKEN_OVER))
"""Taking over what the last one left in flight."""

FULL_FLIGHT = (
    Trap(RECORD),
    Trap(SendStage.POSTED, nth=20),
    Trap(TRIES, nth=2),
    Trap(COUNTS, nth=3),
    Trap(SendStage.RECORDED, nth=5),
)
"""Calling and recording; each leaves something in flight, so the next of them takes over first."""

FINISH = Trap(HISTORY)
"""Ending it: the one line that is written by a process that found it begun."""

WHOLE_WAY = (*LAUNCH, *FIRST_CLAIM, *SUCCESSION, *FULL_FLIGHT)
"""All of them, in an order in which each is reached by the process that comes after the one before."""
