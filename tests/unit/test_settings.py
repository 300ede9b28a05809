"""The environment: read once, every fault in one message, no secret in it."""

import re
from datetime import time
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.errors import OperatorError
from bot.knowledge.library import Library
from bot.settings import Settings, read_settings

EXAMPLE = Path(".env.example")

SECRETS = sorted(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without settings: the machine that runs the tests may have its own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_without_any_setting_every_channel_is_off() -> None:
    """And the rest has its default."""
    settings = read_settings(_env_file=None)

    assert not settings.has_telegram
    assert not settings.has_zalo
    assert settings.http_port == 8080
    assert settings.metrics_port is None


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a service is started."""
    monkeypatch.setenv("HTTP_PORT", "9000")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:abc")
    monkeypatch.setenv("METRICS_PORT", "")

    settings = read_settings(_env_file=None)

    assert (settings.http_port, settings.has_telegram, settings.metrics_port) == (9000, True, None)


ZALO = {"zalo_app_id": "1", "zalo_app_secret": "s", "zalo_oa_id": "2", "zalo_oa_secret": "t"}
WEBHOOK = {
    "telegram_bot_token": "1:a",
    "telegram_mode": "webhook",
    "telegram_webhook_secret": "s",
    "public_url": "https://loa.example",
}


@pytest.mark.parametrize(
    "whole",
    [
        pytest.param({"telegram_bot_token": "1:a"}, id="telegram-polling"),
        pytest.param(WEBHOOK, id="telegram-webhook"),
        pytest.param(ZALO, id="zalo"),
        pytest.param({**ZALO, "zalo_refresh_token": "r"}, id="zalo-with-its-first-token"),
        pytest.param({"telegram_mode": "webhook"}, id="a-mode-alone-is-no-channel"),
        pytest.param({"public_url": "http://127.0.0.1:8080"}, id="an-address-alone-is-no-channel"),
    ],
)
def test_a_whole_channel_is_accepted(whole: dict[str, str]) -> None:
    """Nothing else is asked for."""
    read_settings(_env_file=None, **whole)


@pytest.mark.parametrize(
    ("half", "missing"),
    [
        pytest.param({"zalo_app_id": "1"}, "ZALO_APP_SECRET, ZALO_OA_ID, ZALO_OA_SECRET", id="zalo-app-only"),
        pytest.param({**ZALO, "zalo_oa_secret": ""}, "ZALO_OA_SECRET", id="zalo-all-but-one"),
        pytest.param(
            {"zalo_refresh_token": "r"},
            "ZALO_APP_ID, ZALO_APP_SECRET, ZALO_OA_ID, ZALO_OA_SECRET",
            id="zalo-token-without-its-app",
        ),
        pytest.param({"telegram_webhook_secret": "s"}, "TELEGRAM_BOT_TOKEN", id="telegram-secret-without-its-token"),
        pytest.param(
            {"telegram_bot_token": "1:a", "telegram_mode": "webhook"},
            "TELEGRAM_WEBHOOK_SECRET, PUBLIC_URL",
            id="telegram-webhook-without-an-address",
        ),
        pytest.param(
            {"zalo_oa_id": "2", "telegram_webhook_secret": "s"},
            "ZALO_APP_ID, ZALO_APP_SECRET, ZALO_OA_SECRET, TELEGRAM_BOT_TOKEN",
            id="two-channels-half-configured",
        ),
    ],
)
def test_a_half_configured_channel_names_all_that_is_missing(half: dict[str, str], missing: str) -> None:
    """In one message, at the start, instead of message by message."""
    with pytest.raises(OperatorError) as raised:
        read_settings(_env_file=None, **half)

    assert str(raised.value) == f"a channel is half configured; set also: {missing}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("http_port", "nhiều", id="port-in-words"),
        pytest.param("http_port", "70000", id="port-too-high"),
        pytest.param("timezone", "Asia/Hanoi", id="unknown-zone"),
        pytest.param("timezone", "../etc/passwd", id="a-path-for-a-zone"),
        pytest.param("quiet_hours", "21h-7h", id="quiet-hours-in-words"),
        pytest.param("quiet_hours", "21:00-24:00", id="quiet-hours-no-clock-has"),
        pytest.param("lease_seconds", "0", id="no-lease"),
        pytest.param("telegram_rate", "0", id="no-rate"),
        pytest.param("telegram_mode", "push", id="unknown-mode"),
        pytest.param("zalo_broadcasts_a_month", "32", id="more-broadcasts-than-days"),
        pytest.param("log_format", "xml", id="unknown-format"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    """By the name that stands in the environment."""
    with pytest.raises(OperatorError, match=f"^{name.upper()}: "):
        read_settings(_env_file=None, **{name: value})


def test_all_wrong_values_are_named_at_once() -> None:
    """One try, one list."""
    with pytest.raises(OperatorError) as raised:
        read_settings(_env_file=None, http_port="x", timezone="x", log_format="x")

    assert [line.split(":")[0] for line in str(raised.value).splitlines()] == ["HTTP_PORT", "TIMEZONE", "LOG_FORMAT"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_shows_nowhere(name: str) -> None:
    """Neither where settings are printed nor where they are refused."""
    whole = {**ZALO, **WEBHOOK, name: "a-secret-value"}
    settings = read_settings(_env_file=None, **whole)
    with pytest.raises(OperatorError) as raised:
        read_settings(_env_file=None, **{**whole, "zalo_oa_id": "", "http_port": "a-secret-value"})

    assert "a-secret-value" not in f"{settings!r} {settings} {raised.value}"
    assert raised.value.__cause__ is None


def test_what_looks_secret_is_one() -> None:
    """A new token or password cannot be forgotten here."""
    named = {name for name in Settings.model_fields if re.search(r"secret|token|password|key$", name)}

    assert named == set(SECRETS)


# Derived


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        pytest.param("21:00-07:00", (time(21), time(7)), id="over-midnight"),
        pytest.param("12:00-13:30", (time(12), time(13, 30)), id="at-noon"),
        pytest.param("", None, id="none"),
    ],
)
def test_quiet_hours_are_two_times(text: str, quiet: tuple[time, time] | None) -> None:
    """Or none at all."""
    assert read_settings(_env_file=None, quiet_hours=text).quiet == quiet


def test_the_content_folder_is_found(tmp_path: Path) -> None:
    """The one that was named; where there is none, that of the checkout."""
    assert read_settings(_env_file=None, content_dir=tmp_path).content_path == tmp_path
    assert (read_settings(_env_file=None, content_dir=tmp_path / "none").content_path / "messages.yaml").is_file()


# .env.example


def test_every_setting_stands_in_the_example_and_nothing_else() -> None:
    """The example is the list of what can be set."""
    names = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(names) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_gives_the_defaults() -> None:
    """Copied and left alone, it changes nothing."""
    assert read_settings(_env_file=EXAMPLE) == read_settings(_env_file=None)


@pytest.mark.parametrize(
    ("setting", "days"),
    [("keep_questions_days", 91), ("keep_leavers_days", 31), ("keep_questions_days", 1), ("keep_leavers_days", 0)],
)
def test_nothing_is_kept_for_longer_than_people_are_told(setting: str, days: int) -> None:
    """Nor for so short a time that a platform could bring it again."""
    with pytest.raises(OperatorError, match=setting.upper()):
        read_settings(_env_file=None, **{setting: days})


def test_people_are_told_the_longest_that_can_be_set(library: Library) -> None:
    """In the chat's own words, on the web page, and in the answer about their data."""
    read_settings(_env_file=None, keep_questions_days=90, keep_leavers_days=30)

    answer = next(answer for answer in library.answers.values() if answer.id == "dl-bot")
    for text in (library.sayings.data_counts, library.sayings.web.privacy, answer.body):
        assert "nhiều nhất 90 ngày" in text
    assert "nhiều nhất 30 ngày" in answer.body


def test_proxies_are_networks() -> None:
    """A slip would let everybody choose their own address, or put all citizens under one limit."""
    assert read_settings(_env_file=None, trusted_proxies="10.0.0.0/8, ::1").proxies == ("10.0.0.0/8", "::1")
    assert read_settings(_env_file=None, trusted_proxies="").proxies == ()
    with pytest.raises(OperatorError, match="TRUSTED_PROXIES"):
        read_settings(_env_file=None, trusted_proxies="10.0.0.1/8")
