"""Where a fake listens, and how it goes away for a while: as a platform whose connections are refused."""

import asyncio

from aiohttp import web

_ANSWERED_SECONDS = 0.01


class Door:
    """One port of the loopback that serves an application."""

    def __init__(self, app: web.Application, port: int = 0) -> None:
        """Serve *app* on *port* (0: any free one), which stays the same when the door opens again."""
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        self._port = port
        self._site: web.TCPSite | None = None
        self._coming_and_going: asyncio.Task[None] | None = None

    async def open(self) -> str:
        """Begin to listen and return the address."""
        await self._runner.setup()
        await self._listen()
        return f"http://127.0.0.1:{self._port}"

    async def close(self) -> None:
        """Stop listening for good."""
        if self._coming_and_going:
            self._coming_and_going.cancel()
        await self._runner.cleanup()

    async def shut(self, seconds: float) -> None:
        """Refuse connections for *seconds*; those that are open are cut, answered or not."""
        await self._stop_listening()
        self._coming_and_going = asyncio.create_task(self._come_back(seconds))

    async def _stop_listening(self) -> None:
        if self._site is not None:
            await self._site.stop()
            self._site = None
        for connection in self._runner.server.connections if self._runner.server else ():
            connection.force_close()

    async def _come_back(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._listen()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()
        self._port = self._runner.addresses[0][1]

    async def take_order(self, request: web.Request) -> web.Response:
        """Serve ``POST /_fake/away`` with ``{"seconds": 5}``: shut as soon as this is answered."""
        seconds = float((await request.json())["seconds"])
        self._coming_and_going = asyncio.create_task(self._go_and_come_back(seconds))
        return web.json_response({"away_seconds": seconds})

    async def _go_and_come_back(self, seconds: float) -> None:
        await asyncio.sleep(_ANSWERED_SECONDS)
        await self._stop_listening()
        await self._come_back(seconds)
