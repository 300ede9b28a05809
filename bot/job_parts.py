"""What time brings: the jobs of a service, each built with the database behind its ports."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import cached_property

from bot.alarm import Alarm
from bot.bulletins.timing import Quiet
from bot.channel_parts import Channels
from bot.console.addresses import PREFIX
from bot.desk.composing import Composer
from bot.messages import Reply
from bot.ports.bulletins import Bulletin, Mention
from bot.settings import Settings
from bot.storage.broadcasts import SqlBroadcasts
from bot.storage.day_counts import SqlDayCounter
from bot.storage.launches import SqlLaunches
from bot.storage.ledger import SqlLedger
from bot.storage.reminders import SqlReminders
from bot.storage.retention import SqlRetention
from bot.storage.slots import SqlSlots
from bot.storage.staff import SqlStaff
from bot.storage.ticket_reminders import SqlTicketReminders
from bot.world import World
from scheduler.accounts import AccountWatch
from scheduler.broadcasts import Broadcasts, article_of
from scheduler.launcher import Launcher
from scheduler.reports import ReportClerk
from scheduler.sender import Outbox, Sender, SendStage
from scheduler.slots import SlotKeeper
from scheduler.tickets import TicketClerk
from scheduler.upkeep import Keep, Upkeep

Job = Callable[[], Coroutine[None, None, None]]


class Jobs:
    """The jobs of one service on its channels; *observe* is told of each stage of a delivery."""

    def __init__(self, world: World, channels: Channels, observe: Callable[[SendStage], None]) -> None:
        """Build them when they are asked for."""
        self._world = world
        self._channels = channels
        self._observe = observe

    def watching(self) -> Job:
        """Return what every process does: see which accounts are held."""
        return AccountWatch(self._outboxes).run

    def sending(self) -> list[Job]:
        """Return what begins and sends bulletins."""
        messages = [self._sender(outbox).run for outbox in self._outboxes]
        articles = [self._broadcasts(account).run for account in self._channels.broadcasters]
        return [self._launcher().run, *messages, *articles]

    @cached_property
    def _outboxes(self) -> list[Outbox]:
        """Return the accounts that bulletins go out from."""
        world = self._world
        return [
            Outbox(channel, account, carrier, SqlLedger(world.database, world.clock, channel, account))
            for (channel, account), carrier in self._channels.carriers.items()
        ]

    def _launcher(self) -> Launcher:
        world = self._world
        return Launcher(
            SqlLaunches(world.database),
            lambda now: {
                channel: carrier.writable_since(now) for (channel, _), carrier in self._channels.carriers.items()
            },
            clock=world.clock,
            alerts=world.metrics,
            quiet=_quiet(world.settings),
        )

    def rounds(self) -> Callable[[], Awaitable[None]]:
        """Return what is done a few times a minute; a failure of one round keeps none of the others."""
        # Without the console nobody could read a ticket that they were told of.
        clerks = (self._ticket_clerk(),) if self._world.settings.has_console else ()
        rounds = (self._slot_keeper(), self._report_clerk(), *clerks)

        async def go() -> None:
            await asyncio.gather(*(one() for one in rounds))

        return go

    def _report_clerk(self) -> ReportClerk:
        world = self._world
        zone = world.settings.zone
        return ReportClerk(
            SqlDayCounter(world.database, zone),
            SqlReminders(world.database, world.clock),
            SqlStaff(world.database, world.clock),
            world.shelf,
            clock=world.clock,
            zone=zone,
            address=f"{world.settings.address}{PREFIX}/bao-cao",
        )

    def _ticket_clerk(self) -> TicketClerk:
        world = self._world
        return TicketClerk(
            SqlTicketReminders(world.database, world.clock),
            SqlStaff(world.database, world.clock),
            world.shelf,
            clock=world.clock,
            zone=world.settings.zone,
            address=f"{world.settings.address}{PREFIX}/phan-anh",
            quiet=_quiet(world.settings),
        )

    def _slot_keeper(self) -> SlotKeeper:
        world = self._world
        return SlotKeeper(
            SqlSlots(world.database, world.clock),
            SqlStaff(world.database, world.clock),
            world.shelf,
            clock=world.clock,
            alerts=world.metrics,
            zone=world.settings.zone,
        )

    def _sender(self, outbox: Outbox) -> Sender:
        world = self._world
        return Sender(
            outbox,
            self._composed,
            leases=world.leases,
            clock=world.clock,
            meter=world.metrics,
            alarm=Alarm(world.metrics),
            quiet=_quiet(world.settings),
            observe=self._observe,
        )

    def _broadcasts(self, account: str) -> Broadcasts:
        world = self._world
        return Broadcasts(
            account,
            self._channels.broadcasters[account],
            SqlBroadcasts(world.database, world.clock, account),
            lambda bulletin: article_of(bulletin, self._composer()),
            leases=world.leases,
            clock=world.clock,
            meter=world.metrics,
            alerts=world.metrics,
            a_month=world.settings.zalo_broadcasts_a_month,
            quiet=_quiet(world.settings),
        )

    def _composed(self, bulletin: Bulletin, commune: str, older: Sequence[Mention]) -> Reply:
        return self._composer().compose(bulletin, commune, self._world.clock.now(), older)

    def _composer(self) -> Composer:
        world = self._world
        return Composer(world.shelf(), world.settings.zone, world.settings.public_url)

    def upkeep(self) -> Upkeep:
        """Return what is done every night."""
        world = self._world
        launches = SqlLaunches(world.database)
        return Upkeep(
            SqlRetention(world.database),
            world.shelf,
            world.leases,
            world.clock,
            keep=Keep(world.settings.keep_questions_days, world.settings.keep_leavers_days),
            expire=lambda: launches.expire(world.clock.now()),
        )


def _quiet(settings: Settings) -> Quiet | None:
    hours = settings.quiet
    return Quiet(*hours, settings.zone) if hours else None
