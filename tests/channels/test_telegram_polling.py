"""Polling acknowledges only what is stored, in one process at a time."""

from collections.abc import AsyncIterator

import pytest

from tests.channels.telegram_world import MemoryLeases, World, a_config, a_world, payload, running, until
from tests.fakes.telegram import FakeTelegram, Fate

LEASE = "telegram-poll:4711"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def world(telegram: FakeTelegram) -> AsyncIterator[World]:
    """Return a channel that polls it."""
    async with running(a_world(a_config(telegram.url))) as started:
        yield started


async def test_messages_arrive_in_order(telegram: FakeTelegram, world: World) -> None:
    """One after the other, each once."""
    citizen = telegram.citizen()
    for text in ("một", "hai", "ba"):
        await citizen.says(text)

    await until(lambda: world.reception.texts == ["một", "hai", "ba"])


async def test_it_serves_no_routes(world: World) -> None:
    """Telegram allows polling or a webhook, never both."""
    assert world.channel.routes() == []


async def test_what_was_written_while_we_were_away_is_fetched(telegram: FakeTelegram) -> None:
    """It waits at Telegram for a day."""
    await telegram.citizen().says("hỏi lúc nửa đêm")

    async with running(a_world(a_config(telegram.url))) as world:
        await until(lambda: world.reception.texts == ["hỏi lúc nửa đêm"])


async def test_a_batch_that_was_not_stored_is_fetched_again(telegram: FakeTelegram, world: World) -> None:
    """The offset moves after the commit, never before."""
    world.reception.failures_left = 3
    await telegram.citizen().says("đừng để mất")

    await until(lambda: world.reception.texts == ["đừng để mất"])
    assert world.reception.tries == 4


async def test_an_update_that_makes_no_sense_does_not_hold_up_the_others(telegram: FakeTelegram, world: World) -> None:
    """The library's own loop would fetch the batch for ever."""
    await telegram.bring({**payload("unparsable"), "update_id": 1})
    await telegram.citizen().says("sau nó")

    await until(lambda: world.reception.texts == ["sau nó"])
    assert world.meter.counts["webhook_rejected", "channel=telegram", "reason=unparsable"] == 1


async def test_a_webhook_of_before_is_taken_down_without_losing_what_waits(telegram: FakeTelegram) -> None:
    """Telegram refuses getUpdates while it stands."""
    telegram.webhook = {"url": "https://before.example/webhooks/telegram"}

    async with running(a_world(a_config(telegram.url))) as world:
        await until(lambda: telegram.webhook is None)
        await telegram.citizen().says("xin chào")
        await until(lambda: world.reception.texts == ["xin chào"])

    assert telegram.books.called("deleteWebhook")[0]["drop_pending_updates"] is False


async def test_a_press_is_answered(telegram: FakeTelegram, world: World) -> None:
    """As with the webhook."""
    await telegram.citizen().presses("stop")

    await until(lambda: len(telegram.books.called("answerCallbackQuery")) == 1)
    assert len(world.reception.stored) == 1


async def test_trouble_passes(telegram: FakeTelegram, world: World) -> None:
    """Whatever Telegram answers, polling goes on afterwards, and nobody is woken for a short one."""
    for error in ("server", "bad_gateway", "garbage", "block_page", "drop"):
        telegram.script(Fate(method="getUpdates", error=error, times=1))
        await telegram.citizen().says(error)
        await until(lambda error=error: error in world.reception.texts)  # type: ignore[misc]

    assert world.alerts.names == []


async def test_a_long_trouble_is_told_once(telegram: FakeTelegram, world: World) -> None:
    """Citizens wait meanwhile."""
    telegram.script(Fate(method="getUpdates", error="server", times=12))
    await telegram.citizen().says("vẫn đợi")

    await until(lambda: world.reception.texts == ["vẫn đợi"])
    assert world.alerts.names == ["telegram_unreachable"]


async def test_a_second_program_on_the_same_token_is_told_once(telegram: FakeTelegram, world: World) -> None:
    """Only a human can stop it."""
    telegram.script(Fate(method="getUpdates", error="conflict", times=4))
    await telegram.citizen().says("xin chào")

    await until(lambda: world.reception.texts == ["xin chào"])
    assert world.alerts.names == ["telegram_conflict"]


async def test_one_process_polls_and_the_next_takes_over(telegram: FakeTelegram) -> None:
    """Both run; a conflict at Telegram would show if both polled."""
    leases = MemoryLeases()
    first, second = (a_world(a_config(telegram.url), leases=leases) for _ in range(2))
    async with running(second):
        async with running(first):
            await until(lambda: LEASE in leases.holders)
            await telegram.citizen().says("một")
            await until(lambda: first.reception.texts + second.reception.texts == ["một"])
        await telegram.citizen().says("hai")
        await until(lambda: "hai" in second.reception.texts)

    assert LEASE not in leases.holders
    assert telegram.books.refused["conflict"] == 0


async def test_a_lost_lease_ends_the_polling_until_it_is_ours_again(telegram: FakeTelegram, world: World) -> None:
    """A frozen process that wakes must ask first."""
    await until(lambda: LEASE in world.leases.holders)
    epoch = world.leases.holders[LEASE].epoch

    world.leases.expire(LEASE)
    await telegram.citizen().says("một")
    await until(lambda: LEASE in world.leases.holders)

    assert world.leases.holders[LEASE].epoch > epoch
