"""An official stops or corrects a bulletin while it goes out: from that moment nobody new gets the wrong text."""

import signal
from pathlib import Path

import pytest

from bot.bulletins.deliveries import State
from bot.bulletins.states import Status
from bot.ports.bulletins import Audience, Draft
from tests.crash.service import Trap
from tests.fire.field import COMMUNE, a_telegram_field
from tests.fire.places import COUNTS, HISTORY

pytestmark = pytest.mark.slow

GIVE_UP = Trap("UPDATE deliveries")
STOPPING = (GIVE_UP, Trap(COUNTS), Trap("UPDATE bulletins"), Trap(HISTORY))
"""Every place between two statements of a stop."""

SLOW_MS = 500
"""So slow is the platform here that the bulletin still goes out when the last of the stops has died."""


async def test_a_stop_in_mid_send_is_all_or_nothing(engine: str, tmp_path: Path) -> None:
    """The command dies within it at every place, then it goes through, while sixteen are in the air."""
    async with a_telegram_field(engine, tmp_path) as (field, telegram):
        telegram.behave(latency_ms=SLOW_MS)
        await field.subscribe(600)
        bulletin = await field.approve()
        stop = ("bulletin", "stop", str(bulletin), "--by", "Hoa")
        async with field.service():
            await field.called(16)
            for trap in STOPPING:
                assert await field.command(*stop, trap=trap) == -signal.SIGKILL
            assert await field.command(*stop) == 0
            await field.settled(bulletin)

        states = await field.audit(bulletin, recipients=600)
        assert states[State.SENT] >= 16
        assert states == {State.SENT: states[State.SENT], State.SKIPPED: 600 - states[State.SENT]}


async def test_a_correction_in_mid_send_reaches_exactly_those_who_may_have_the_wrong_text(
    engine: str, tmp_path: Path
) -> None:
    """Whoever had not got it yet gets neither; the sender is killed in between, which leaves some in doubt."""
    async with a_telegram_field(engine, tmp_path) as (field, _), field.office() as office:
        await field.subscribe(300)
        wrong = await field.approve()
        right = Draft(title="Tin tuần, nói lại", body="Bài đúng.", audiences=(Audience(COMMUNE),))
        async with field.service() as service:
            await field.called(60)
            correction = (await office.desk.correct(wrong, right, "Lan")).bulletin.id
            await office.desk.submit(correction, "Lan")
            await office.desk.approve(correction, "Hoa")
            await service.kill()
        async with field.service():
            await field.settled(wrong)
            await field.settled(correction)

        states = await field.audit(wrong, recipients=300, ends=1)
        assert states[State.SKIPPED]
        await field.audit(correction, recipients=states[State.SENT] + states[State.UNKNOWN], ends=1)
        assert (await office.desk.find(wrong)).status is Status.STOPPED
