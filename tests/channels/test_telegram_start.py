"""The start: wrong settings stop it, an unreachable Telegram does not."""

import logging
from collections.abc import AsyncIterator

import pytest

from bot.channels.telegram.config import Mode, TelegramConfig
from bot.channels.telegram.rhythm import Rhythm
from bot.errors import OperatorError
from tests.channels.telegram_world import SECRET, a_config, a_world, running, until
from tests.fakes.telegram import TOKEN, FakeTelegram, Fate


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    """Return a Telegram of our own."""
    async with FakeTelegram() as fake:
        yield fake


async def test_the_menu_is_filled_for_vietnamese_apps_and_all_others(telegram: FakeTelegram) -> None:
    """An app in English has no Vietnamese list to fall back on."""
    async with running(a_world(a_config(telegram.url))):
        pass

    everyone, vietnamese = telegram.books.called("setMyCommands")
    names = [command["command"] for command in vietnamese["commands"]]
    assert names == ["start", "menu", "xa", "bantin", "duongday", "canbo", "phananh", "dulieu", "help"]
    assert vietnamese["language_code"] == "vi"
    assert "language_code" not in everyone


async def test_a_link_opens_the_chat_for_a_commune(telegram: FakeTelegram) -> None:
    """It stands on posters and in QR codes."""
    world = a_world(a_config(telegram.url))
    assert world.channel.deep_link("00430") is None

    async with running(world):
        assert world.channel.deep_link("00430") == "https://t.me/loa_xa_test_bot?start=xa-00430"


async def test_a_wrong_token_stops_the_start_and_names_the_setting(telegram: FakeTelegram) -> None:
    """The token itself is not repeated."""
    wrong = "4711:AAE-another-token"

    with pytest.raises(OperatorError, match="TELEGRAM_BOT_TOKEN") as raised:
        await a_world(a_config(telegram.url, token=wrong)).channel.start()

    assert wrong not in str(raised.value)


async def test_an_unreachable_telegram_does_not_stop_the_start(telegram: FakeTelegram) -> None:
    """The other channels work without it; it is greeted as soon as the way is free."""
    telegram.script(Fate(error="server", times=3))

    async with running(a_world(a_config(telegram.url))) as world:
        assert world.alerts.names == ["telegram_unreachable"]
        await until(lambda: world.channel.deep_link("00430") is not None)
        await telegram.citizen().says("xin chào")
        await until(lambda: world.reception.texts == ["xin chào"])


async def test_a_refused_webhook_address_is_told_with_telegrams_reason(telegram: FakeTelegram) -> None:
    """Telegram wants https and a port it knows."""
    telegram.script(Fate(method="setWebhook", error="webhook"))
    config = a_config(telegram.url, mode=Mode.WEBHOOK, public_url="http://xa.example", webhook_secret=SECRET)

    async with running(a_world(config)) as world:
        (alert,) = world.alerts.raised

    assert alert[0] == "telegram_webhook_refused"
    assert "must be provided for webhook" in alert[1]


async def test_refused_command_texts_do_not_stop_the_bot(telegram: FakeTelegram) -> None:
    """A menu is a comfort."""
    telegram.script(Fate(method="setMyCommands", error="refused"))

    async with running(a_world(a_config(telegram.url))) as world:
        assert world.alerts.names == ["telegram_commands_refused"]
        assert world.channel.deep_link("00430")


async def test_a_token_revoked_meanwhile_is_told(telegram: FakeTelegram) -> None:
    """Found out in the background it cannot stop the start any more."""
    telegram.script(Fate(error="server", times=1), Fate(error="unauthorized"))

    async with running(a_world(a_config(telegram.url))) as world:
        await until(lambda: "telegram_token_refused" in world.alerts.names)


async def test_the_libraries_do_not_log_urls(telegram: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    """They hold the token."""
    caplog.set_level(logging.DEBUG)

    async with running(a_world(a_config(telegram.url))):
        pass

    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("asyncio")]
    assert not [line for line in ours if TOKEN in line]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        pytest.param({"token": "no token"}, "TELEGRAM_BOT_TOKEN", id="not a token"),
        pytest.param({"mode": Mode.WEBHOOK, "webhook_secret": SECRET}, "PUBLIC_URL", id="no address for the webhook"),
        pytest.param({"mode": Mode.WEBHOOK, "public_url": "https://a.vn"}, "TELEGRAM_WEBHOOK_SECRET", id="no secret"),
        pytest.param({"proxy": "socks5://127.0.0.1:9050"}, "TELEGRAM_PROXY", id="a proxy we cannot use"),
        pytest.param({"api_base": "api.telegram.org"}, "TELEGRAM_API_BASE", id="an address without its scheme"),
        pytest.param({"rate": 0.0}, "TELEGRAM_RATE", id="no rate at all"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, object], named: str) -> None:
    """Before anything starts."""
    with pytest.raises(OperatorError, match=named):
        a_config("https://api.telegram.org", **settings)


def test_a_config_shows_no_secret() -> None:
    """It may end up in a log line."""
    shown = repr(TelegramConfig(TOKEN, webhook_secret=SECRET, proxy="http://user:pass@127.0.0.1:3128"))

    assert TOKEN not in shown
    assert SECRET not in shown
    assert "pass" not in shown


def test_waits_grow_within_bounds() -> None:
    """Processes that failed together do not come back together."""
    rhythm = Rhythm(first_retry=1, longest_retry=60)

    waits = [rhythm.retry_seconds(failures) for failures in range(1, 100)]

    assert all(0.5 <= wait <= 60 for wait in waits)
    assert rhythm.retry_seconds(1, at_least=7) == 7
