"""A kiosk in its lobby: threads for what goes on behind it, and the window."""

import signal
from collections.abc import Callable
from threading import Event, Thread
from typing import TYPE_CHECKING

from kiosk import __version__
from kiosk.camera import encode_photo, open_camera
from kiosk.codes import read_codes
from kiosk.composition.desks import Desks, build_assuming, build_conditions, build_desks, build_obeying
from kiosk.composition.station import Station
from kiosk.configuration import KioskConfiguration
from kiosk.errors import KioskError
from kiosk.flows.ending import AskedEnding, Ending
from kiosk.flows.printing.badge_queue import BadgeQueue
from kiosk.flows.settling import Settling
from kiosk.flows.start import record_start
from kiosk.framing import frame_face, prepare
from kiosk.heap import bound_heap
from kiosk.navigation import Screen
from kiosk.ports import LobbyPorts, Scheduler
from kiosk.presenters.cast import LobbyCraft
from kiosk.presenters.lobby import Lobby
from kiosk.speech import find_speaker
from kiosk.threads import Loop, Workers, closing_loops
from kiosk.views.environment import WindowOptions, prepare_environment
from sync.device.erasing import Erasing
from sync.device.pruning import Pruning

if TYPE_CHECKING:
    from kiosk.views.window import KioskWindow


CALM_SECONDS = 1.0
"""After the start, until what the screen does not need is loaded and done: touches come first."""

LOOK_SECONDS = 1.0
"""How often it is asked whether the program is to end."""


def run_lobby(station: Station, *, opened: Callable[["KioskWindow"], None] | None = None) -> Ending:
    """Open the window and run until the process is asked to end, or a command ends it; returns which. ``opened`` is
    given the window once it exists.

    Raises:
        KioskError: no window can be opened.
        PrinterError: a printer's address or medium is not one that is known.
    """
    bound_heap()
    configuration = station.configuration
    options = _window_options(configuration)
    prepare_environment(configuration.data_folder / "kivy", options)
    from kivy.core.window import Window  # noqa: PLC0415 -- Kivy reads its environment once

    from kiosk.views.window import KioskWindow, KivyScheduler  # noqa: PLC0415 -- as above

    if Window is None:
        raise KioskError("No window can be opened: the display does not answer. Is the screen's session running?")

    ending = AskedEnding()
    desks = build_desks(station)
    loops = _make_loops(station, desks, ending)
    record_start(station.log, __version__)
    with Workers() as workers, closing_loops(loops):
        ports = _make_ports(station, desks, ending, KivyScheduler(workers.submit))
        window = KioskWindow(Lobby(ports, LobbyCraft(read_codes, encode_photo, frame_face)), options)
        for request in (signal.SIGTERM, signal.SIGINT):
            signal.signal(request, lambda *_: window.close())
        if opened is not None:
            opened(window)
        ports.scheduler.later(CALM_SECONDS, _prepare_behind(station, desks))
        close_when_asked(window.lobby, window.close, ending, ports.scheduler)
        window.run()
    return ending.asked


def _prepare_behind(station: Station, desks: Desks) -> Callable[[], None]:
    """Loads what pictures and printing take, on a thread of its own."""

    def load() -> None:
        prepare()
        if station.configuration.all_printers:
            desks.artists.prepare()

    return lambda: Thread(target=load, name="prepare", daemon=True).start()


def _make_ports(station: Station, desks: Desks, ending: AskedEnding, scheduler: Scheduler) -> LobbyPorts:
    return LobbyPorts(
        clock=station.time,
        scheduler=scheduler,
        directory=station.directory,
        check_in=desks.check_in,
        badges=desks.badges,
        departure=desks.departure,
        evacuation=station.evacuation,
        camera=open_camera(station.configuration.camera),
        status=desks.status,
        reprints=desks.reprints,
        list_paper=desks.list_paper,
        speech=find_speaker(),
        invitations=desks.invitations,
        mailed_codes=desks.mailed_codes,
        overrides=desks.overrides,
        bell=desks.bell,
        conditions=build_conditions(station, desks, ending),
        first_contrast=station.configuration.theme,
        somebody_came=desks.network.look_again,
    )


def _make_loops(station: Station, desks: Desks, ending: AskedEnding) -> tuple[Loop, ...]:
    upload_due, feed_due, code_due = Event(), Event(), Event()
    desks.network.uploads.wake, desks.network.feed.wake = upload_due.set, feed_due.set
    desks.codes.wake = code_due.set
    pruning = Pruning(log=station.log, roll=station.roll, clock=station.clock)
    erasing = Erasing(log=station.log, feed=station.feed, pruning=pruning)
    return (
        Loop("network", desks.network.step_uploads, upload_due, first_seconds=CALM_SECONDS),
        Loop("feed", desks.network.step_feed, feed_due, first_seconds=CALM_SECONDS),
        Loop("codes", desks.codes.step, code_due, first_seconds=CALM_SECONDS),
        *_printer_loops(desks.badges),
        Loop("settle", Settling(station.log, station.roll).step, Event(), first_seconds=CALM_SECONDS),
        Loop("pruning", pruning.step, Event(), first_seconds=CALM_SECONDS),
        Loop("erasing", erasing.step, Event(), first_seconds=CALM_SECONDS),
        Loop("assuming", build_assuming(station, desks.network).step, Event(), first_seconds=CALM_SECONDS),
        Loop("commands", build_obeying(station, desks.network, ending).step, Event()),
    )


def _printer_loops(badges: BadgeQueue) -> tuple[Loop, ...]:
    """A thread for each printer: one that hangs keeps no other from printing."""
    made = []
    for number, lane in enumerate(badges.lanes, start=1):
        due = Event()
        lane.bench.wake = due.set
        made.append(Loop(f"printer {number}", lane.step, due))
    return tuple(made)


def close_when_asked(lobby: Lobby, close: Callable[[], None], ending: AskedEnding, scheduler: Scheduler) -> None:
    """Look every second, on the drawing thread: only there is it sure that no visitor begins meanwhile."""

    def look() -> None:
        if ending.is_due(nobody_there=lobby.screen is Screen.WELCOME):
            close()
        else:
            scheduler.later(LOOK_SECONDS, look)

    scheduler.later(LOOK_SECONDS, look)


def _window_options(configuration: KioskConfiguration) -> WindowOptions:
    width, height = configuration.window or (1080, 1920)
    full = configuration.fullscreen
    return WindowOptions(width=width, height=height, fullscreen=full, show_cursor=not full)
