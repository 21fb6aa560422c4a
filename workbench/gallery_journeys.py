"""Scenes of check-ins that follow their type: the sample organisation's contractor, driver and delivery."""

from __future__ import annotations

from collections.abc import Iterator
from math import pi, sin

from kiosk.ports import StatusNow
from workbench.gallery_tour import Tour
from workbench.sample_licence import MODERN, held_licence, licence_text
from workbench.sample_pictures import face_picture
from workbench.sample_types import thistledown


def scribble() -> list[list[tuple[float, float]]]:
    """Return strokes that look like a name written in haste, as shares of the pad."""
    name = [(0.14 + 0.4 * at / 60, 0.5 - 0.2 * sin(at / 60 * 7 * pi) * (1 - at / 100)) for at in range(61)]
    flourish = [(0.16 + 0.5 * at / 20, 0.68 - 0.05 * sin(at / 20 * pi)) for at in range(21)]
    return [name, flourish]


def _begin(tour: Tour, kind: str) -> None:
    tour.again()
    lobby = tour.lobby
    lobby.welcome.visit()
    lobby.type.choose(kind)
    lobby.details.type("Odalys Fernhollow")
    lobby.details.focus("email")
    lobby.details.type("odalys@fernhollow.example.org")
    lobby.details.next()


def _contractor(tour: Tour) -> Iterator[str]:
    lobby = tour.lobby
    _begin(tour, "contractor")
    lobby.fields.type("TW-2041")
    yield "20-fields-one"
    lobby.fields.next()
    yield "21-choice-yes-no"
    lobby.choice.choose("yes")
    lobby.fields.next()
    yield "22-fields-missing"
    lobby.fields.type("AB 123")
    lobby.fields.next()
    lobby.host.go_without()
    lobby.document.reached_end()
    lobby.document.agree()
    yield "23-document-to-sign"
    lobby.document.reached_end()
    for stroke in scribble():
        lobby.document.draw(stroke, 0.34)
    lobby.document.toggle_copy()
    yield "24-document-signed"
    lobby.document.agree()
    yield "25-quiz"
    lobby.quiz.choose("1")
    lobby.quiz.choose("1")
    yield "26-quiz-once-more"


def _licence(tour: Tour) -> Iterator[str]:
    lobby, kiosk = tour.lobby, tour.kiosk
    kiosk.camera.picture = held_licence(licence_text())
    lobby.fields.scan()
    yield "27-licence"
    kiosk.scheduler.pass_time(1)
    yield "27-licence-read"
    lobby.scanned(licence_text(MODERN | {"DBA": "02282026"}))
    yield "27-licence-expired"
    kiosk.camera.picture = held_licence(licence_text(kind="ID"))
    lobby.fields.scan()
    kiosk.scheduler.pass_time(1)
    yield "27-licence-other"
    lobby.back()
    lobby.scanned("WIFI:S:guest;;")
    yield "27-licence-wrong"
    lobby.scanned(licence_text())
    kiosk.camera.picture = face_picture()


def _driver(tour: Tour) -> Iterator[str]:
    lobby = tour.lobby
    _begin(tour, "driver")
    yield from _licence(tour)
    for _ in range(len(lobby.fields.view().fields[0].entry.text)):
        lobby.fields.press("delete")
    lobby.fields.type("FERNH 807 042")
    for _ in range(lobby.turn.fields_a_page - 1):
        lobby.fields.next()
    yield "27-fields-several"
    while lobby.turn.stop.screen.value == "fields":
        if not lobby.fields.view().fields[-1].entry.text:
            lobby.fields.type("W 4711")
        lobby.fields.next()
    yield "28-choice"
    lobby.back()
    yield "29-fields-kept"


def _delivery(tour: Tour) -> Iterator[str]:
    _begin(tour, "delivery")
    tour.lobby.host.go_without()
    tour.lobby.fields.type("3")
    yield "30-fields-number"


def journey_scenes(tour: Tour) -> Iterator[str]:
    """Lead through all of them."""
    directory, sample = tour.kiosk.directory, thistledown()
    directory.types, directory.documents = sample.types, sample.documents
    tour.kiosk.status.status = StatusNow()
    tour.again()
    tour.lobby.welcome.visit()
    yield "19-types"
    yield from _contractor(tour)
    yield from _driver(tour)
    yield from _delivery(tour)
