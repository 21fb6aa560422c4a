"""Scenes of staff mode for the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kiosk.ports import BadgeTest, BadgeTestState, BadgeTrouble, CameraState, PrinterNow, Room
from workbench.gallery_tour import Tour
from workbench.sample_texts import PEOPLE
from workbench.still_time import MORNING

EVERYTHING = frozenset({"evacuation", "departure", "reprint", "printer", "status"})


PRESUMED = ("s2", "s5", "s7")
"""Who of the sample people is here for longer than their type allows."""


def _presumed_scenes(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    kiosk.desk.people = tuple(replace(entry, presumed_left=entry.stay_id in PRESUMED) for entry in PEOPLE)
    lobby.staff_room.open("on-site")
    yield "15-on-site-presumed"
    lobby.on_site.open("s5")
    yield "15-on-site-presumed-person"
    lobby.choose("here")
    yield "15-on-site-presumed-stays"
    lobby.choose("close")
    lobby.back()
    kiosk.desk.people = tuple(replace(entry, presumed_left=entry.stay_id in PRESUMED) for entry in PEOPLE)
    lobby.staff_room.open("evacuation")
    lobby.evacuation.zone("Workshop")
    yield "13-evacuation-presumed"
    lobby.evacuation.done()
    kiosk.desk.people = PEOPLE


def _again_scenes(tour: Tour) -> Iterator[str]:
    """Somebody whose invitation two kiosks took that did not hear one another."""
    lobby, kiosk = tour.lobby, tour.kiosk
    twice = replace(PEOPLE[2], again=("s3-before",), other_zones=("Offices",))
    kiosk.desk.people = tuple(twice if entry.stay_id == twice.stay_id else entry for entry in PEOPLE)
    lobby.staff_room.open("evacuation")
    lobby.evacuation.zone("Workshop")
    yield "13-evacuation-again"
    lobby.evacuation.done()
    lobby.staff_room.open("on-site")
    lobby.on_site.open("s3")
    yield "15-on-site-again-person"
    lobby.choose("depart")
    yield "15-on-site-again-depart"
    lobby.choose("depart.latest")
    yield "15-on-site-again-closed"
    lobby.choose("close")
    lobby.back()
    kiosk.desk.people = PEOPLE


def staff_scenes(tour: Tour) -> Iterator[str]:
    """What a PIN for everything opens; a person signed out; people who have probably left; a kiosk in trouble."""
    lobby, kiosk = tour.lobby, tour.kiosk
    tour.again()
    kiosk.desk.scopes, kiosk.desk.people = EVERYTHING, PEOPLE
    lobby.welcome.staff()
    for digit in kiosk.desk.pin:
        lobby.pin.digit(digit)
    yield "15-staff"
    yield from _presumed_scenes(tour)
    yield from _again_scenes(tour)
    lobby.staff_room.open("on-site")
    yield "15-on-site"
    lobby.on_site.type("wre")
    lobby.on_site.open(lobby.on_site.view().rows[0].stay_id)
    yield "15-on-site-person"
    lobby.choose("depart")
    yield "15-on-site-depart"
    lobby.choose("depart.sure")
    yield "15-on-site-departed"
    lobby.choose("close")
    lobby.on_site.type("zzz")
    yield "15-on-site-nobody"
    lobby.back()
    lobby.staff_room.open("device")
    yield "15-device"
    kiosk.conditions.now = replace(
        kiosk.conditions.now,
        printers=(
            PrinterNow("Lobby", "62x100", BadgeTrouble.NO_MEDIA),
            PrinterNow("Dock", "29x90", None, BadgeTest("Dock", BadgeTestState.PRINTED)),
        ),
        offline_since=MORNING.replace(hour=8, minute=40),
        waiting=12,
        photos_waiting=3,
        unsure_clock=True,
        room=Room.LOW,
        kiosks_silent=("Dock kiosk",),
    )
    kiosk.camera.is_now = CameraState.COVERED
    kiosk.scheduler.pass_time(2)
    yield "15-device-trouble"
    lobby.device.restart()
    yield "15-device-restart"
    kiosk.camera.is_now = CameraState.LIVE
