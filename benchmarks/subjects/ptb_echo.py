"""What one would write with python-telegram-bot: an echo bot fed by webhook. It keeps nothing."""

import asyncio
import os

from aiohttp import web
from telegram import Update
from telegram.ext import Application, MessageHandler, filters


async def _echo(update: Update, _context: object) -> None:
    if update.effective_chat and update.message and update.message.text:
        await update.get_bot().send_message(update.effective_chat.id, update.message.text)


async def main() -> None:
    """Serve until killed; print the port first."""
    base = f"{os.environ['STUB']}/bot"
    ptb = Application.builder().token("1:x").base_url(base).updater(None).concurrent_updates(256).build()
    ptb.add_handler(MessageHandler(filters.TEXT, _echo))
    await ptb.initialize()
    await ptb.start()

    async def hook(request: web.Request) -> web.Response:
        await ptb.update_queue.put(Update.de_json(await request.json(), ptb.bot))
        return web.Response(text="ok")

    site = web.Application()
    site.router.add_post("/webhooks/telegram", hook)
    runner = web.AppRunner(site, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
