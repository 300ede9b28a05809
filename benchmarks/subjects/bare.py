"""The floor: a bare aiohttp handler that verifies Zalo's signature and echoes through the same stub."""

import asyncio
import hashlib
import hmac
import os

import aiohttp
from aiohttp import web

from benchmarks.load import APP_ID, OA_SECRET


async def main() -> None:
    """Serve until killed; print the port first."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        pending: set[asyncio.Task[None]] = set()

        async def echo(user: str, text: str) -> None:
            body = {"recipient": {"user_id": user}, "message": {"text": text}}
            async with session.post(f"{os.environ['STUB']}/v3.0/oa/message/cs", json=body) as answer:
                await answer.read()

        async def hook(request: web.Request) -> web.Response:
            raw = await request.read()
            event = await request.json()
            signed = APP_ID.encode() + raw + event["timestamp"].encode() + OA_SECRET.encode()
            given = request.headers["X-ZEvent-Signature"].removeprefix("mac=")
            if not hmac.compare_digest(given, hashlib.sha256(signed).hexdigest()):
                raise web.HTTPForbidden
            task = asyncio.create_task(echo(event["sender"]["id"], event["message"]["text"]))
            pending.add(task)
            task.add_done_callback(pending.discard)
            return web.Response(text="ok")

        site = web.Application()
        site.router.add_post("/webhooks/zalo", hook)
        runner = web.AppRunner(site, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        print(runner.addresses[0][1], flush=True)
        await asyncio.Event().wait()


asyncio.run(main())
