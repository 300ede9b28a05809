"""The real service, or one of its commands, in a process of its own that dies or freezes at one place of its way.

A place is a stage of a message or a delivery (`bot.pipeline.Stage`, `scheduler.sender.SendStage`), or the beginning of
a SQL statement: then the process ends inside a transaction, behind that statement and before the commit. It ends by a
signal to itself, so no handler runs and nothing is flushed.
"""

import asyncio
import os
import random
import re
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import Engine, event

from bot.app import Role, running
from bot.channels.telegram.channel import TelegramChannel
from bot.cli import main
from bot.logs import start_logging
from bot.settings import read_settings
from scheduler.sender import SendStage

PRELOADED = TelegramChannel
"""The service imports it only where Telegram is on; here it is imported once for all processes."""


@dataclass(frozen=True, slots=True)
class Trap:
    """Where the process stops, when it comes there for the *nth* time, and *by* which signal.

    ``place`` is the value of a stage, or a pattern for the beginning of a SQL statement (``UPDATE deliveries``).
    """

    place: str = ""
    nth: int = 1
    by: signal.Signals = signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Orders:
    """What one process shall be: its environment, the file it writes to, its trap, and its role or its arguments."""

    environment: Mapping[str, str] = field(repr=False)
    log: Path
    trap: Trap = Trap()
    role: Role = Role.ALL
    arguments: tuple[str, ...] = ()


class _Watch:
    """Counts how often the trap's place was reached, and tells the test of that, and of when the process took over."""

    def __init__(self, trap: Trap, line: Connection) -> None:
        self._trap = trap
        self._line = line
        self._left = trap.nth

    def see_stage(self, stage: str) -> None:
        if stage == SendStage.TAKEN_OVER:
            self._line.send(time.monotonic())
        if stage == self._trap.place:
            self._spring()

    def see_statement(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if re.match(self._trap.place, statement):
            self._spring()

    def _spring(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._line.send("trapped")
            os.kill(os.getpid(), self._trap.by)


def serve(orders: Orders, line: Connection) -> None:
    """Serve as *orders* say until killed, or until the other end of *line* is closed."""
    watch = begin(orders, line)
    start_logging("text", level="INFO")
    asyncio.run(_serve(orders, line, watch))


def carry_out(orders: Orders, line: Connection) -> None:
    """Carry out a command: ``loaxa`` with the arguments of *orders*."""
    begin(orders, line)
    main(orders.arguments)


def begin(orders: Orders, line: Connection) -> _Watch:
    """Make this process what *orders* say, and let its trap lie in wait."""
    descriptor = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)
    os.environ.update(orders.environment)
    random.seed()  # or every process forked from one parent would draw the same numbers
    watch = _Watch(orders.trap, line)
    if orders.trap.place:
        event.listen(Engine, "after_cursor_execute", watch.see_statement)
    return watch


async def _serve(orders: Orders, line: Connection, watch: _Watch) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_reader(line.fileno(), os._exit, 1)  # nothing is ever sent this way: the test is gone
    async with running(read_settings(), role=orders.role, observe=watch.see_stage) as service:
        line.send(service.port)
        await stop.wait()
