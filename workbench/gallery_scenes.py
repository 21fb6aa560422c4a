"""The scenes of the gallery: a sample kiosk led to each screen, with long names, no network, no paper, no camera."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from kivy.base import EventLoop, runTouchApp
from kivy.core.window import Window

from kiosk.display_values import Display
from kiosk.ports import (
    BadgeProgress,
    BadgeState,
    BadgeTrouble,
    CameraState,
    DepartureProblem,
    Freshness,
    ListPrint,
    ListPrintState,
    PrinterState,
    RefusalReason,
    StatusNow,
)
from kiosk.presenters.evacuation_rows import PersonRow
from kiosk.presenters.sheets import Sheet
from kiosk.views.environment import WindowOptions
from kiosk.views.stage import Stage
from kiosk.views.window import KioskWindow
from workbench.crooked import crooked
from workbench.gallery_journeys import journey_scenes
from workbench.gallery_rules import rule_scenes
from workbench.gallery_staff import staff_scenes
from workbench.gallery_tour import CODE, Tour
from workbench.golden_set import GoldenRun
from workbench.picture_names import picture_name
from workbench.sample_logo import draw_logo
from workbench.sample_pictures import held_badge, png
from workbench.still_time import MORNING
from workbench.touch import save_window

LONG = "Maximiliana Featherstonehaugh-Okonjo"


def _arrival(tour: Tour) -> Iterator[str]:
    lobby = tour.lobby
    tour.again()
    yield "01-welcome"
    tour.kiosk.directory.logo = png(draw_logo())
    tour.again()
    yield "01-welcome-logo"
    tour.kiosk.directory.logo = None
    lobby.ask(Sheet.DISPLAY)
    yield "01-welcome-display"
    tour.again()
    lobby.welcome.visit()
    yield "02-type"
    tour.to_details(LONG, "max@exmaple.org")
    lobby.details.focus("name")
    yield "03-details"
    lobby.details.focus("email")
    lobby.details.type("@")
    lobby.details.toggle_assistance()
    lobby.details.next()
    yield "03-details-error"
    tour.to_details("ليان وادي النسيم")
    lobby.details.focus("name")
    yield "03-details-arabic-name"
    tour.to_details()
    lobby.details.next()
    lobby.host.type("wre")
    yield "04-host"
    lobby.host.type("zzz")
    yield "04-host-nobody"
    tour.to_document()
    yield "05-document"
    lobby.ask(Sheet.DECLINE)
    yield "05-document-decline"


def _photo_and_done(tour: Tour) -> Iterator[str]:
    lobby, desk = tour.lobby, tour.kiosk.desk
    tour.to_photo()
    yield "06-photo"
    lobby.photo.primary()
    yield "06-photo-counting"
    tour.kiosk.scheduler.pass_time(3)
    yield "06-photo-taken"
    tour.kiosk.camera.is_now = CameraState.MISSING
    tour.to_photo()
    yield "06-photo-no-camera"
    tour.kiosk.camera.is_now = CameraState.LIVE
    tour.to_photo()
    lobby.photo.decline()
    yield "07-done"
    tour.offline(on=True)
    tour.to_photo()
    yield "06-photo-offline"
    lobby.photo.decline()
    yield "08-done-offline"
    tour.offline(on=False)
    printing, desk.badge = desk.badge, BadgeProgress(BadgeState.FAILED, BadgeTrouble.NO_MEDIA)
    tour.to_document("Perpetua Nettlefold")
    lobby.document.reached_end()
    lobby.document.agree()
    lobby.details.toggle_assistance()
    lobby.photo.decline()
    yield "08-done-no-paper"
    desk.badge = printing
    desk.refuse = RefusalReason.DISK_FULL
    tour.to_photo()
    lobby.photo.decline()
    yield "08-refused"
    desk.refuse = None


def _leaving(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    tour.again()
    kiosk.camera.picture = held_badge("Odalys Fernhollow", CODE)
    lobby.welcome.leave()
    yield "09-leaving"
    kiosk.scheduler.pass_time(1)
    yield "09-leaving-unknown"
    lobby.leaving.type_code()
    lobby.code.type("K7QF2M")
    lobby.code.submit()
    yield "09-code"
    tour.again()
    kiosk.desk.problem = DepartureProblem.DAMAGED
    lobby.welcome.leave()
    kiosk.scheduler.pass_time(1)
    yield "09-leaving-damaged"
    lobby.leaving.type_code()
    lobby.code.type("K7QF2M9D")
    lobby.code.submit()
    yield "09-code-damaged"
    kiosk.desk.problem = DepartureProblem.UNKNOWN_CODE
    tour.again()
    kiosk.desk.codes = {CODE: "Odalys Fernhollow"}
    lobby.welcome.leave()
    kiosk.scheduler.pass_time(1)
    yield "10-goodbye"


def _leaving_and_staff(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    yield from _leaving(tour)
    tour.to_details()
    kiosk.scheduler.pass_time(66)
    yield "11-timeout"
    lobby.choose("more")
    yield "11-more-time"
    tour.to_details()
    lobby.ask(Sheet.HELP)
    yield "11-help"
    tour.again()
    lobby.welcome.staff()
    for digit in "111111246":
        lobby.pin.digit(digit)
    yield "12-pin"
    for digit in "813":
        lobby.pin.digit(digit)
    yield "13-evacuation"
    person = next(row for row in lobby.evacuation.view().rows if isinstance(row, PersonRow))
    lobby.evacuation.badge.open(person.stay_id, person.name)
    yield "13-evacuation-reprint"
    lobby.choose("close")
    kiosk.desk.freshness = Freshness.STALE
    kiosk.scheduler.pass_time(6)
    lobby.evacuation.save_pdf()
    yield "13-evacuation-stale"
    kiosk.list_paper.now = ListPrint(ListPrintState.HELD, 3, 12, BadgeTrouble.NO_MEDIA)
    kiosk.scheduler.pass_time(1)
    yield "13-evacuation-printing"
    lobby.evacuation.fold()
    yield "13-evacuation-unfolded"
    kiosk.status.status = StatusNow(offline_since=MORNING, printer=PrinterState.TROUBLE)
    tour.again()
    yield "14-welcome-offline"


def scenes(tour: Tour) -> Iterator[str]:
    """Lead the kiosk to every scene; yields the name of each once it is there."""
    parts: tuple[Callable[[Tour], Iterator[str]], ...] = (
        _arrival,
        _photo_and_done,
        _leaving_and_staff,
        journey_scenes,
        rule_scenes,
        staff_scenes,
    )
    for part in parts:
        yield from part(tour)


def laid_out(
    size: tuple[int, int], language: str, display: Display, only: tuple[str, ...] = ("",), *, offline: bool = False
) -> Iterator[tuple[str, Stage]]:
    """Lay out the scenes whose names begin with one of ``only``, without drawing them; ``offline``: without a network,
    all of them.
    """
    tour = Tour(language, display)
    stage = Stage(tour.lobby, size)
    tour.lobby.on_change = lambda: None  # each scene is laid out once, not each touch on the way there
    for name in scenes(tour):
        if name.startswith(only):
            if offline:
                tour.kiosk.status.status = StatusNow(offline_since=MORNING)
            stage.draw()
            yield name, stage


def crooked_scenes(
    size: tuple[int, int], language: str, display: Display, only: tuple[str, ...] = ("",), *, offline: bool = False
) -> dict[str, list[str]]:
    """Lay out scenes as above; returns what is wrong, by scene."""
    complaints = {name: crooked(stage) for name, stage in laid_out(size, language, display, only, offline=offline)}
    return {name: found for name, found in complaints.items() if found}


def draw_goldens(out: Path, run: GoldenRun) -> Iterator[tuple[str, Path]]:
    """Draw the scenes of a run into ``out``, in a window that takes the run's size; yields names and pictures."""
    Window.size = run.size
    tour = Tour(run.language, run.display)
    stage = Stage(tour.lobby, run.size)
    tour.lobby.on_change = lambda: None  # what leads to a scene is not drawn
    Window.add_widget(stage)
    left = set(run.scenes)
    try:
        for name in scenes(tour):
            if name not in left:
                continue
            stage.show_size(*run.size)
            stage.tick(0)
            for _ in range(3):
                EventLoop.idle()
            path = out / f"{name}.png"
            save_window(path)
            yield name, path
            left.remove(name)
            if not left:
                return
    finally:
        Window.remove_widget(stage)


def draw_scenes(out: Path, options: WindowOptions, language: str, display: Display) -> list[Path]:
    """Draw every scene in the window's size and return the pictures, in order; what stands crooked is said."""
    tour = Tour(language, display)
    window = KioskWindow(tour.lobby, options, moves=False)
    window.open()
    runTouchApp(embedded=True)
    end = f"{picture_name(options.width, options.height, language, display)}.png"
    pictures = []
    for name in scenes(tour):
        for _ in range(6):
            EventLoop.idle()
        pictures.append(out / f"{name}-{end}")
        save_window(pictures[-1])
        for complaint in crooked(window.stage):
            print(f"{pictures[-1].name}: {complaint}")
    window.close()
    return pictures
