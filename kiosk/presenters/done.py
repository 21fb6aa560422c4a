"""What has happened, what is happening, and what comes next; every sentence true at that moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.ports import Arrived, BadgeProgress, BadgePromise, BadgeState, BadgeTrouble, HostTold, Step
from kiosk.presenters.turn import Turn

LOOK_SECONDS = 0.5


class Mood(StrEnum):
    """How a line is meant; the view gives it a colour, the icon and the words carry it alone."""

    UNDER_WAY = "under-way"
    DONE = "done"
    WAITING = "waiting"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One fact: what, and what it means for the visitor."""

    icon: str
    title: str
    second: str
    mood: Mood


@dataclass(frozen=True, slots=True)
class DoneState:
    """The whole screen. ``badge`` is a PNG of the badge as printed, or None; ``group`` offers the next of a group."""

    greeting: str
    name: str
    when: str
    heading: str
    lead: str
    lines: tuple[DoneLine, ...]
    badge: bytes | None
    finish: str
    group: str = ""


class DonePresenter:
    """Follows the badge until it is out, or until the visitor goes."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self._progress: BadgeProgress | None = None
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Begin to follow the badge."""
        self._look()
        self._stop = self._turn.every(LOOK_SECONDS, self._look)

    def hidden(self) -> None:
        """Stop following it."""
        self._stop()

    def _look(self) -> bool:
        arrived = self._turn.given.arrived
        if arrived is None:
            return False
        progress = self._turn.ports.badges.progress(arrived.stay_id)
        if progress != self._progress:
            self._progress = progress
            self._turn.changed()
        # A badge that reception was to hand over may come out after all, while its visitor still stands there.
        return progress is None or progress.state is not BadgeState.PRINTED

    def view(self) -> DoneState | None:
        """Return what to show, None before the arrival is kept."""
        arrived, say = self._turn.given.arrived, self._turn.say
        if arrived is None:
            return None
        host, invited = first_name(arrived.host_name), self._turn.given.invited
        told = self._told(arrived)
        heading, lead = {
            HostTold.BEING_TOLD: (say("done.seat"), say("done.will_come", host=host)),
            HostTold.WHEN_ONLINE: (say("done.one_more"), say("done.ask_reception", host=host)),
            HostTold.NO_HOST: (say("done.one_more"), say("done.tell_reception")),
            None: (say("done.checked_in"), say("done.reception_there")),
        }[told]
        return DoneState(
            greeting=say("done.welcome"),
            name=arrived.display_name,
            when=say("done.when", time=self._turn.clock(arrived.arrived_at)),
            heading=heading,
            lead=lead,
            lines=tuple(line for line in (self._badge(arrived), self._host(arrived, told), self._safety()) if line),
            badge=self._progress.picture if self._progress else None,
            finish=say("done.finish"),
            group=say("done.group") if invited is not None and invited.in_group else "",
        )

    def _told(self, arrived: Arrived) -> HostTold | None:
        """What holds now: the network may have gone or come back since the arrival was kept. None: the organisation
        does not ask this type of visitor whom they have come to see. An invitation may name somebody who is not known
        here.
        """
        if arrived.host_told is HostTold.NO_HOST:
            given = self._turn.given
            asked = Step.HOST in given.visitor_type.steps or given.invited is not None
            return HostTold.NO_HOST if asked or arrived.host_name else None
        status = self._turn.ports.status.now()
        if status.offline_since is None:
            return HostTold.BEING_TOLD
        sent = arrived.host_told is HostTold.BEING_TOLD and status.waiting_to_send == 0
        return HostTold.BEING_TOLD if sent else HostTold.WHEN_ONLINE

    def _badge(self, arrived: Arrived) -> DoneLine | None:
        say, progress = self._turn.say, self._progress
        if progress is None:
            if arrived.badge is BadgePromise.NONE:
                return None
            if arrived.badge is BadgePromise.AT_RECEPTION:
                return DoneLine("printer-alert", say("badge.at_reception"), say("badge.checked_in"), Mood.WAITING)
        state = progress.state if progress else BadgeState.QUEUED
        if state is BadgeState.FAILED:
            trouble = progress.trouble if progress else None
            why = say(f"badge.trouble.{trouble.value}") if trouble else say("badge.trouble.other")
            return DoneLine("printer-alert", say("badge.at_reception"), why, Mood.WAITING)
        elsewhere = say("badge.at_printer", printer=progress.printer) if progress and progress.printer else ""
        if state is BadgeState.PRINTED:
            return DoneLine("check", say("badge.printed"), elsewhere or say("badge.take"), Mood.DONE)
        if state is BadgeState.PRINTING:
            return DoneLine("printer-outline", say("badge.printing"), elsewhere or say("badge.slot"), Mood.UNDER_WAY)
        busy = progress is not None and progress.trouble is BadgeTrouble.BUSY
        second = say("badge.busy") if busy else say("badge.moment")
        return DoneLine("printer-outline", say("badge.queued"), second, Mood.UNDER_WAY)

    def _host(self, arrived: Arrived, told: HostTold | None) -> DoneLine | None:
        say = self._turn.say
        if told is None:
            return None
        if told is HostTold.BEING_TOLD:
            now = say("host.being_told", host=arrived.host_name)
            return DoneLine("message-outline", now, say("host.by_message"), Mood.UNDER_WAY)
        if told is HostTold.WHEN_ONLINE:
            soon = say("host.when_online", host=first_name(arrived.host_name))
            return DoneLine("clock-outline", say("host.not_yet", host=arrived.host_name), soon, Mood.WAITING)
        asked = arrived.host_name
        second = say("host.ask_for", host=asked) if asked else say("host.ask_desk")
        return DoneLine("bell-outline", say("host.reception_helps"), second, Mood.HELP)

    def _safety(self) -> DoneLine:
        say, needs = self._turn.say, self._turn.given.needs_assistance
        if needs:
            return DoneLine("hand-back-left", say("done.safety"), say("done.safety_first"), Mood.DONE)
        return DoneLine("account-check-outline", say("done.safety"), say("done.safety_second"), Mood.DONE)


def first_name(name: str) -> str:
    """Return the word by which a host is spoken of; the whole name where it has no spaces."""
    return name.strip().partition(" ")[0]
