"""What every part of a service is built from."""

from dataclasses import dataclass

from bot.clock import SystemClock
from bot.knowledge.shelf import Shelf
from bot.metrics import Metrics
from bot.ports.world import Leases
from bot.settings import Settings
from bot.storage.database import Database


@dataclass(frozen=True, slots=True)
class World:
    """One process's settings, database, content and clock; ``process`` is the name it claims and leases under."""

    process: str
    settings: Settings
    database: Database
    leases: Leases
    metrics: Metrics
    clock: SystemClock
    shelf: Shelf
