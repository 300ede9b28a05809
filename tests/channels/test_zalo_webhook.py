"""The webhook through its HTTP route: what gets in, what is refused, and what Zalo is told."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.zalo.account import VerifierFile, ZaloOptions
from bot.channels.zalo.channel import ZaloChannel
from bot.channels.zalo.render import ZaloTexts
from bot.channels.zalo.webhook import BODY_LIMIT
from bot.errors import OperatorError
from bot.messages import Kind
from tests.channels.zalo_world import MemoryReception, World, an_account
from tests.fakes.zalo_webhooks import ZaloWebhooks

EVENTS = {path.stem: path.read_bytes() for path in (Path(__file__).parent.parent / "payloads" / "zalo").glob("*.json")}
VERIFIER = VerifierFile("zalo_verifierAbC1.html", "<!DOCTYPE html><title>there</title>")


@pytest.fixture
def world() -> World:
    """What the channel stands in."""
    return World()


@pytest.fixture
async def zalo(world: World) -> AsyncIterator[ZaloWebhooks]:
    """Zalo, posting to the channel's own route."""
    channel = ZaloChannel(
        an_account(),
        ZaloTexts(choose_by_number=""),
        reception=world.reception,
        store=world.store,
        leases=world.leases,
        clock=world.clock,
        meter=world.meter,
        alerts=world.alerts,
        options=ZaloOptions(verifier=VERIFIER, receive_seconds=0.05),
    )
    app = web.Application()
    app.add_routes(channel.routes())
    async with TestServer(app) as server, ZaloWebhooks(str(server.make_url("/webhooks/zalo"))) as zalo:
        yield zalo


def rejected(world: World, reason: str) -> int:
    """Return how often a request was rejected for *reason*."""
    return world.meter.counts["webhook_rejected", "zalo", reason]


async def test_a_signed_message_is_stored_before_the_200(world: World, zalo: ZaloWebhooks) -> None:
    """The whole way in."""
    assert await zalo.bring(zalo.text("7", "Xin chào", "m1")) == 200
    assert (world.reception.only.kind, world.reception.only.text) == (Kind.TEXT, "Xin chào")
    assert world.meter.counts["zalo_signatures", "app_id"] == 1


async def test_a_redelivery_changes_nothing(world: World, zalo: ZaloWebhooks) -> None:
    """Zalo delivers at least once."""
    for retry in range(3):
        assert await zalo.bring(zalo.text("7", "Xin chào", "m1"), retry=retry) == 200
    assert len(world.reception.messages) == 1


async def test_an_old_event_is_still_taken(world: World, zalo: ZaloWebhooks) -> None:
    """Zalo's own repeats come up to two hours late."""
    assert await zalo.bring(zalo.message("7", "user_send_text", {"msg_id": "m", "text": "a"}, timestamp="1")) == 200
    assert world.reception.only.text == "a"


async def test_what_the_store_refused_comes_again(world: World, zalo: ZaloWebhooks) -> None:
    """503 until it is committed, so that nothing is lost."""
    world.reception.fails = 2
    assert await zalo.deliver(zalo.text("7", "Xin chào", "m1")) == 3
    assert world.reception.only.text == "Xin chào"
    assert rejected(world, "store") == 2


async def test_a_slow_store_is_not_waited_for(world: World, zalo: ZaloWebhooks) -> None:
    """Zalo waits two seconds, so the store has less."""
    world.reception.stalls = 1
    assert await zalo.bring(zalo.text("7", "Xin chào", "m1")) == 503
    assert await zalo.bring(zalo.text("7", "Xin chào", "m1"), retry=1) == 200
    assert len(world.reception.messages) == 1


@pytest.mark.parametrize("name", sorted(EVENTS))
async def test_every_recorded_event_is_answered_with_200(world: World, zalo: ZaloWebhooks, name: str) -> None:
    """Also those we ignore: Zalo switches off a webhook that refuses too often."""
    assert await zalo.bring(json.loads(EVENTS[name])) == 200
    ignored = sum(n for (counter, *_), n in world.meter.counts.items() if counter == "webhook_ignored")
    assert ignored + len(world.reception.messages) == 1


async def test_the_consoles_test_is_answered_and_forgotten(world: World, zalo: ZaloWebhooks) -> None:
    """Its sender is nobody, so a reply would fail."""
    assert await zalo.bring(zalo.text("1", "This is testing message", "This is message id")) == 200
    assert not world.reception.messages
    assert world.meter.counts["webhook_ignored", "console_test"] == 1


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        pytest.param(b'{"app_id":"1', 400, "malformed", id="cut off"),
        pytest.param(b"", 400, "malformed", id="empty"),
        pytest.param(b"[1]", 400, "malformed", id="not an object"),
        pytest.param(b"[" * 100_000, 400, "malformed", id="nested without end"),
        pytest.param(b"\xff\xfe", 400, "malformed", id="not text"),
        pytest.param(b'{"app_id":"9","event_name":"follow"}', 403, "app_id", id="another app"),
        pytest.param(b"{}", 403, "app_id", id="no app"),
        pytest.param(
            b'{"app_id":"1000000000000000001","event_name":"user_send_text"}', 200, "unparsable", id="nobody sent it"
        ),
    ],
)
async def test_signed_nonsense_is_counted(
    world: World, zalo: ZaloWebhooks, body: bytes, status: int, reason: str
) -> None:
    """Rightly signed, wrongly made."""
    assert await zalo.post(body, f"mac={zalo.mac(body, '')}") == status
    assert rejected(world, reason) == 1
    assert not world.reception.messages


@pytest.mark.parametrize("signature", ["", "mac=", "mac=" + "0" * 64, "nonsense"])
async def test_an_unsigned_message_is_refused(world: World, zalo: ZaloWebhooks, signature: str) -> None:
    """Anyone can find the address."""
    assert await zalo.post(json.dumps(zalo.text("7", "Xin chào", "m1")).encode(), signature) == 403
    assert rejected(world, "signature") == 1
    assert not world.reception.messages


async def test_a_signature_with_the_oa_id_is_taken_and_counted(world: World, zalo: ZaloWebhooks) -> None:
    """So that a real OA tells us which variant it uses."""
    body = json.dumps(zalo.text("7", "Xin chào", "m1")).encode()
    assert await zalo.post(body, zalo.mac(body, "1763622000000", first=zalo.oa_id)) == 200
    assert world.meter.counts["zalo_signatures", "oa_id"] == 1


async def test_a_body_at_the_limit_is_read_and_a_larger_one_is_not(world: World, zalo: ZaloWebhooks) -> None:
    """One megabyte."""
    assert await zalo.post(b"x" * BODY_LIMIT, "") == 403
    assert await zalo.post(b"x" * (BODY_LIMIT + 1), "") == 413
    assert rejected(world, "too_large") == 1


async def test_a_body_of_unknown_length_is_cut_at_the_limit(world: World, zalo: ZaloWebhooks) -> None:
    """A chunked request announces no length."""

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 65536 + 1):
            yield b"x" * 65536

    async with aiohttp.ClientSession() as session, session.post(zalo.url, data=chunks()) as response:
        assert response.status == 413
    assert rejected(world, "too_large") == 1


async def test_the_domain_can_be_verified(zalo: ZaloWebhooks) -> None:
    """Zalo fetches the file from the root of the domain."""
    url = zalo.url.replace("/webhooks/zalo", f"/{VERIFIER.name}")
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert await response.text() == VERIFIER.content


@pytest.mark.parametrize(
    "name", ["", "index.html", "../zalo_verifierA.html", "zalo_verifier.html", "zalo_verifier{x}.html"]
)
def test_only_a_verification_file_can_be_served(name: str) -> None:
    """The name becomes a route."""
    with pytest.raises(OperatorError):
        VerifierFile(name, "")


def test_without_a_verification_file_there_is_one_route(world: World) -> None:
    """The domain may be verified in another way."""
    channel = ZaloChannel(
        an_account(),
        ZaloTexts(choose_by_number=""),
        reception=MemoryReception(),
        store=world.store,
        leases=world.leases,
        clock=world.clock,
        meter=world.meter,
        alerts=world.alerts,
    )
    assert [(route.method, route.path) for route in channel.routes()] == [("POST", "/webhooks/zalo")]
