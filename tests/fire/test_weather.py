"""The platform has a bad day: whatever it answers or does not, everyone gets the bulletin once or is in doubt."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.bulletins.deliveries import State
from tests.fakes.telegram import Fate
from tests.fakes.zalo import Rule
from tests.fire.field import a_telegram_field, a_zalo_field

FLOOD = Fate("sendMessage", every=80, times=1, error="flood", retry_after=1)
BROKEN = Fate("sendMessage", every=20, error="server")
DROPPED = Fate("sendMessage", every=50, times=4, error="drop")
UNREADABLE = Fate("sendMessage", every=60, times=4, error="garbage")
SOMEBODY_ELSE = Fate("sendMessage", every=90, times=2, error="block_page")
TOO_LATE = Fate("sendMessage", every=100, times=2, error="silence")
"""Accepted, and no answer: what comes later than the longest wait is a timeout."""


@dataclass(frozen=True, slots=True)
class Weather:
    """What the platform does, and for how long it refuses connections, in the middle of it."""

    fates: tuple[Fate, ...] = ()
    away_seconds: float = 0.0


def a_day(name: str, *fates: Fate, away_seconds: float = 0.0, is_long: bool = True) -> object:
    marks = [pytest.mark.slow, pytest.mark.fire] if is_long else [pytest.mark.slow]
    return pytest.param(Weather(fates, away_seconds), id=name, marks=marks)


DAYS = (
    a_day("all of it", FLOOD, BROKEN, DROPPED, UNREADABLE, SOMEBODY_ELSE, away_seconds=1.0, is_long=False),
    a_day("floods", FLOOD, Fate("sendMessage", every=70, times=5, error="flood", retry_after=2)),
    a_day("five in a hundred break", BROKEN),
    a_day("connections are refused", away_seconds=5.0),
    a_day("accepted and not answered", TOO_LATE, DROPPED, UNREADABLE),
)


@pytest.mark.parametrize("weather", DAYS)
async def test_on_a_bad_day_everyone_gets_it_once(weather: Weather, engine: str, tmp_path: Path) -> None:
    """What was certainly not accepted is tried again, what may have been is not; a kill comes on top of it."""
    async with a_telegram_field(engine, tmp_path) as (field, telegram):
        await field.subscribe(400)
        bulletin = await field.approve()
        telegram.behave(*weather.fates)
        async with field.service() as service:
            await field.called(100)
            await service.kill()
        async with field.service():
            await field.called(200)
            if weather.away_seconds:
                await telegram.go_away(weather.away_seconds)
            await field.settled(bulletin, is_mended=True)

        states = await field.audit(bulletin, recipients=400, ends=1)
        assert set(states) <= {State.SENT, State.UNKNOWN}


@pytest.mark.slow
@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(
            (
                Rule("send", every=20, status=500),
                Rule("send", every=23, slow_body_ms=300),
                Rule("send", every=37, drop=True),
            ),
            id="all of it",
        ),
        pytest.param((Rule("send", every=60, times=2, hang=True),), id="answers too late", marks=pytest.mark.fire),
        pytest.param((Rule("send", every=60, times=2, error=-32),), id="too many a minute", marks=pytest.mark.fire),
    ],
)
async def test_on_zalos_bad_day_too(rules: tuple[Rule, ...], engine: str, tmp_path: Path) -> None:
    """It answers errors with a success, breaks down, and takes its time over an answer's body."""
    async with a_zalo_field(engine, tmp_path) as (field, zalo):
        await field.subscribe(200)
        bulletin = await field.approve()
        zalo.behave(*rules)
        async with field.service():
            await field.settled(bulletin, is_mended=True)

        states = await field.audit(bulletin, recipients=200)
        assert set(states) <= {State.SENT, State.UNKNOWN}
