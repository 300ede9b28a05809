"""Citizens and platform for the webhook benchmark: signed events go in, replies are timed as the stub takes them.

One process plays both, so a reply's arrival and its question's departure are read off one clock.
"""

import asyncio
import hashlib
import json
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import yaml
from aiohttp import web

APP_ID = "1000000000000000001"
OA_ID = "2000000000000000002"
OA_SECRET = "oa-secret"  # noqa: S105  # opens nothing

_PATIENCE_SECONDS = 60


def questions(count: int) -> list[str]:
    """Return *count* questions, drawn from the phrasings of the shipped content, always the same ones."""
    found = []
    for path in sorted(Path("content/faq").glob("*/*.md")):
        header = path.read_text(encoding="utf-8").split("---\n", 2)[1]
        found += yaml.load(header, Loader=yaml.CSafeLoader)["questions"]  # the C twin of SafeLoader
    return random.Random(7).choices(found, k=count)  # noqa: S311  # a benchmark's dice


@dataclass(slots=True)
class Stub:
    """Zalo and Telegram in one: takes every message at once and notes when the first reply reached whom."""

    url: str = ""
    arrived: dict[str, float] = field(default_factory=dict)
    _awaited: dict[str, asyncio.Event] = field(default_factory=dict)

    def expect(self, user: str) -> asyncio.Event:
        """Return what will be set when the first reply reaches *user*."""
        return self._awaited.setdefault(user, asyncio.Event())

    def note(self, user: str) -> None:
        """Note a reply to *user*."""
        self.arrived.setdefault(user, time.perf_counter())
        if user in self._awaited:
            self._awaited.pop(user).set()

    async def zalo(self, request: web.Request) -> web.Response:
        """Take a Zalo message."""
        body = json.loads(await request.read())
        self.note(body["recipient"]["user_id"])
        return web.json_response({"error": 0, "message": "Success", "data": {"message_id": "m"}})

    async def profile(self, _request: web.Request) -> web.Response:
        """Say which OA it is."""
        return web.json_response(
            {"error": 0, "message": "Success", "data": {"oa_id": OA_ID, "name": "x", "oa_type": 2}}
        )

    async def token(self, _request: web.Request) -> web.Response:
        """Sell a token pair."""
        return web.json_response({"access_token": "a", "refresh_token": "r2", "expires_in": "90000"})

    async def telegram(self, request: web.Request) -> web.Response:
        """Take a call of the Bot API."""
        if request.match_info["method"] == "getMe":
            me = {"id": 1, "is_bot": True, "first_name": "x", "username": "x_bot"}
            return web.json_response({"ok": True, "result": me})
        form = await request.post()
        chat = str(form.get("chat_id") or "")
        self.note(chat)
        result = {"message_id": 1, "date": 1, "chat": {"id": int(chat or 0), "type": "private"}, "text": "x"}
        return web.json_response({"ok": True, "result": result})


@asynccontextmanager
async def a_stub() -> AsyncIterator[Stub]:
    """Yield a stub that listens."""
    stub = Stub()
    site = web.Application()
    site.router.add_post("/v3.0/oa/message/cs", stub.zalo)
    site.router.add_get("/v2.0/oa/getoa", stub.profile)
    site.router.add_post("/v4/oa/access_token", stub.token)
    site.router.add_post("/bot1:x/{method}", stub.telegram)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stub.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield stub
    finally:
        await runner.cleanup()


def zalo_event(user: str, text: str, number: int) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of a signed text event."""
    stamp = str(1763622000000 + number)
    body = json.dumps({
        "app_id": APP_ID, "user_id_by_app": user, "event_name": "user_send_text", "sender": {"id": user},
        "recipient": {"id": OA_ID}, "message": {"msg_id": f"m{number}-{user}", "text": text}, "timestamp": stamp,
    }).encode()  # fmt: skip
    mac = hashlib.sha256(APP_ID.encode() + body + stamp.encode() + OA_SECRET.encode()).hexdigest()
    return body, {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}


def telegram_update(user: str, text: str, number: int) -> tuple[bytes, dict[str, str]]:
    """Return the body and headers of a text update."""
    person = {"id": int(user), "is_bot": False, "first_name": "x"}
    chat = {"id": int(user), "type": "private", "first_name": "x"}
    message = {"message_id": number, "date": 1763622000, "from": person, "chat": chat, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode(), {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run measured: messages a second from first question to last reply, and question-to-reply times in ms."""

    per_second: float
    p50: float
    p99: float


async def drive(
    stub: Stub, url: str, *, count: int, at_once: int = 32, per_second: float = 0, kind: str = "zalo"
) -> Figures:
    """Send *count* questions of as many people to *url*: *at_once* waiting for their reply, or evenly *per_second*."""
    make = zalo_event if kind == "zalo" else telegram_update
    base = random.SystemRandom().randrange(10**9, 10**10)
    users = [str(base + n) for n in range(count)]
    bodies = [make(user, text, number) for number, (user, text) in enumerate(zip(users, questions(count), strict=True))]
    left: dict[str, float] = {}
    gate = asyncio.Semaphore(at_once if not per_second else count)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def bring(user: str, event: tuple[bytes, dict[str, str]]) -> None:
            async with gate:
                replied = stub.expect(user)
                left[user] = time.perf_counter()
                async with session.post(url, data=event[0], headers=event[1]) as answer:
                    if answer.status != 200:  # noqa: PLR2004
                        raise RuntimeError(f"status {answer.status}")
                await asyncio.wait_for(replied.wait(), _PATIENCE_SECONDS)

        began = time.perf_counter()
        tasks = []
        for number, (user, event) in enumerate(zip(users, bodies, strict=True)):
            if per_second and (ahead := began + number / per_second - time.perf_counter()) > 0:
                await asyncio.sleep(ahead)
            tasks.append(asyncio.create_task(bring(user, event)))
        await asyncio.gather(*tasks)
    took = max(stub.arrived[user] for user in users) - began
    waits = sorted((stub.arrived[user] - left[user]) * 1000 for user in users)
    return Figures(count / took, waits[len(waits) // 2], waits[int(len(waits) * 0.99)])
