"""What is looked at: camera pictures, marks, the badge in its slot, the foot of a document; and the sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.frame import Frame
from kiosk.presenters.document import DocumentState
from kiosk.presenters.sheets import SheetState, display_sheet, timeout_sheet
from kiosk.views.logo import Logo
from kiosk.views.mark import Mark
from kiosk.views.picture import Brackets, LivePicture
from kiosk.views.screens.document import DocumentFoot
from kiosk.views.screens.done import DoneHead
from kiosk.views.sheet import SheetView
from kiosk.views.sliding import Clip
from kiosk.views.theme import Measure
from workbench.components.bench import COLUMN_U, Group, Several, Specimen
from workbench.gallery_tour import CODE
from workbench.sample_logo import draw_logo
from workbench.sample_pictures import face_picture, held_badge, png

if TYPE_CHECKING:
    from kiosk.views.parts import Look, Part
    from kiosk.views.shapes import Box
    from workbench.gallery_tour import Tour

ARCH = 76 / 92


def picture_groups(look: Look, tour: Tour) -> list[Group]:
    """All of them, in the tour's language."""
    return [
        Group("Camera", _camera(look, tour)),
        Group("Marks, slot and document", [*_marks(look), *_slot(look, tour), *_feet(look, tour)]),
        Group("Sheets", _sheets(look, tour)),
    ]


def _camera(look: Look, tour: Tour) -> list[Specimen]:
    say, u, face = tour.lobby.turn.say, look.u, face_picture()
    badge = held_badge("Odalys Fernhollow", CODE)
    tall = 46 * u

    def frame(seen: Frame | None, advice: str, *, framed: bool = False, count: int = 0) -> Callable[[Box], Part]:
        def make(box: Box) -> Part:
            wide = (tall - 3 * u) * ARCH
            place = (box[0] + (box[2] - wide) / 2, box[1] + 1.5 * u, wide, wide / ARCH)
            made = LivePicture(look, place, lambda: seen, arch=True, mirrored=True)
            made.advice, made.framed, made.count = advice, framed, count
            return made

        return make

    def code(box: Box) -> Part:
        side = 0.5 * box[3]
        corner = (box[0] + (box[2] - side) / 2, box[1] + (box[3] - side) / 2, side, side)
        picture = LivePicture(look, box, lambda: badge, arch=False, mirrored=False)
        return Several(look, box, [picture, Brackets(look, corner)])

    def no_camera(box: Box) -> Part:
        picture = LivePicture(look, box, lambda: None, arch=False, mirrored=False)
        picture.advice = say("leaving.no_camera")
        return picture

    return [
        Specimen("camera frame, waiting", tall, frame(None, say("photo.starting")), 2),
        Specimen("with advice", tall, frame(face, say("photo.too-far")), 2),
        Specimen("the face is well placed", tall, frame(face, "", framed=True), 2),
        Specimen("counting", tall, frame(face, "", framed=True, count=2), 2),
        Specimen("codes: lamp brackets on the dark picture", tall, code, 2),
        Specimen("codes: without a camera", tall, no_camera, 2),
    ]


def _marks(look: Look) -> list[Specimen]:
    u, p = look.u, look.palette
    tall, logo = 8 * u, png(draw_logo())

    def mark(box: Box) -> Part:
        return Mark(look, (box[0] + u, box[1] + u, 6 * u, 6 * u), p.on_wall)

    def sign(box: Box) -> Part:
        return Logo(look, (box[0] + u, box[1] + tall / 2), (30 * u, 6 * u), logo, p.on_wall)

    return [
        Specimen("mark of Lodge, on the wall", tall, mark, 2, p.wall),
        Specimen("logo of an organisation, in one colour", tall, sign, 2, p.wall),
    ]


def _slot(look: Look, tour: Tour) -> list[Specimen]:
    tour.to_photo()
    tour.lobby.photo.decline()
    state = tour.lobby.done.view()
    if state is None:  # nobody arrived
        return []
    smaller = replace(look, measure=Measure(COLUMN_U * look.u, look.measure.height))
    tall = 64 * smaller.u
    return [Specimen("head of the last screen, its badge in the slot", tall, lambda box: DoneHead(smaller, box, state))]


def _feet(look: Look, tour: Tour) -> list[Specimen]:
    tour.to_document()
    more = tour.lobby.document.view()
    end = replace(more, foot=tour.lobby.turn.say("document.end"), at_end=True)

    def foot(state: DocumentState) -> Callable[[Box], Part]:
        return lambda box: DocumentFoot(look, box, state)

    return [
        Specimen("foot of a document: more to read", 8.4 * look.u, foot(more)),
        Specimen("foot of a document: the end", 8.4 * look.u, foot(end)),
    ]


def _sheets(look: Look, tour: Tour) -> list[Specimen]:
    turn = tour.lobby.turn

    def sheet(state: SheetState) -> Callable[[Box], Part]:
        def made(box: Box) -> Part:
            clip = Clip(look, box)  # what a sheet dims is higher than it
            clip.put(SheetView(look, box, state, lambda _choice: None))
            return clip

        return made

    return [
        Specimen("sheet that counts", 98 * look.u, sheet(timeout_sheet(turn, 14))),
        Specimen(
            "sheet with switches", 142 * look.u, sheet(display_sheet(turn, tour.lobby.display, tour.lobby.calling))
        ),
    ]
