"""What is typed into and drawn on: fields, keyboard, PIN pad, signing pad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.presenters.document import PadState
from kiosk.presenters.entry import TextEntry
from kiosk.presenters.key_layouts import FieldKind
from kiosk.presenters.typing import KeyboardState, Typing
from kiosk.views.field import BOX_U, Field, below_height, box_height, label_height
from kiosk.views.keyboard import Keyboard, KeyTarget, key_height, keyboard_height
from kiosk.views.mirror import turned, upright_look
from kiosk.views.pad import SigningPadView
from kiosk.views.parts import Part, parts_of
from kiosk.views.screens.pin import PinDots, PinKey
from workbench.components.bench import Group, Several, Specimen, nothing, pressed, width_of

if TYPE_CHECKING:
    from kiosk.presenters.pin import PinState
    from kiosk.views.parts import Look, Target
    from kiosk.views.shapes import Box
    from sync.protocol.ink import Stroke
    from workbench.gallery_tour import Tour

LONG = "Annelise-Marguerite Wrexleigh-Castellanos von Hohenbrunn"
SIGNATURE: tuple[Stroke, ...] = (
    ((180, 150), (210, 60), (250, 40), (262, 90), (214, 170), (186, 190), (230, 150), (300, 108), (330, 150)),
    ((330, 150), (352, 112), (372, 150), (392, 112), (416, 150), (442, 108), (470, 152), (520, 120), (640, 96)),
    ((300, 196), (420, 182), (560, 190)),
)
"""Of nobody."""


def entry_groups(look: Look, tour: Tour) -> list[Group]:
    """All of them, in the tour's language."""
    return [
        Group("Fields", _fields(look, tour)),
        Group("Keyboard", _keyboards(look, tour)),
        Group("PIN and signature", [*_pin(look, tour), *_pads(look, tour)]),
    ]


def _fields(look: Look, tour: Tour) -> list[Specimen]:
    say, wide = tour.lobby.turn.say, width_of(look, 2)
    above, box_tall = label_height(look), box_height(look, BOX_U)

    def field(caption: str, name: str, text: str, *, optional: bool = False, **shown: str | bool) -> Specimen:
        helper, error = str(shown.get("helper", "")), str(shown.get("error", ""))
        below = below_height(look, error or helper, wide)

        def make(box: Box) -> Target:
            place = (box[0], box[1] + below, box[2], box_tall)
            hint = say("field.optional") if optional else ""
            made = Field(look, place, f"field.{caption}", say(name), hint, lambda _cursor: None)
            made.show(
                TextEntry().with_text(text),
                focused=bool(shown.get("focused")),
                helper=helper,
                error=error,
                attention=bool(shown.get("attention")),
            )
            return made

        return Specimen(caption, above + box_tall + below, make, 2)

    missing, unfinished = say("details.name_missing"), say("details.email_unfinished")
    return [
        field("field, empty, optional", "details.company", "", optional=True),
        field("field, filled", "details.company", "Brindlewick Lifts", optional=True),
        field("in use, with a helper", "details.name", "Odalys", focused=True, helper=say("details.name_helper")),
        field("in use, more than fits", "details.name", LONG, focused=True, helper=say("field.full")),
        field("wrong, with its words", "details.name", "", error=missing),
        field("wrong and in use", "details.email", "odalys@example", error=unfinished, focused=True),
        field("a correction is offered", "details.email", "odalys@exmaple.org", attention=True, optional=True),
        field("other direction of writing", "details.name", "ليان وادي" if not look.mirrored else "Odalys"),
    ]


def _keyboards(look: Look, tour: Tour) -> list[Specimen]:
    words = tour.lobby.turn.words
    typing = Typing(words, words.code, digits=True)
    typing.use(FieldKind.PLAIN, TextEntry("x", 1), "key.next")
    state = typing.state()
    board, u = upright_look(look), look.u
    rich = next(key for row in state.rows for key in row if key.accents)
    letters = next(row for row in state.rows if rich in row)
    held = KeyboardState((letters,))

    def whole(box: Box) -> Part:
        made = _board(board, box, state)
        keys = [part for part in parts_of(made) if isinstance(part, KeyTarget)]
        for key in (next(key for key in keys if key.key in letters), keys[-1]):
            pressed(key)
        return turned(look, made)

    def with_accents(box: Box) -> Part:
        made = _board(board, (box[0], box[1], box[2], keyboard_height(board, held)), held)
        key = next(part for part in parts_of(made) if isinstance(part, KeyTarget) and part.key == rich)
        made.open_accents(pressed(key))
        return turned(look, made)

    row = keyboard_height(board, held) + key_height(board) + 2.2 * u
    return [
        Specimen(
            "keyboard: letters, functions, the way on; the first letter of a row and the last key pressed",
            keyboard_height(board, state),
            whole,
        ),
        Specimen("a key that is held shows its accents", row, with_accents),
    ]


def _board(look: Look, box: Box, state: KeyboardState) -> Keyboard:
    made = Keyboard(look, box, lambda _key: None, lambda _text: None)
    made.show(state)
    return made


def _pin(look: Look, tour: Tour) -> list[Specimen]:
    u = look.u
    tour.again()
    tour.lobby.welcome.staff()
    for digit in "246":
        tour.lobby.pin.digit(digit)
    some = tour.lobby.pin.view()
    wrong = replace(some, entered=0, problem=tour.lobby.turn.words.count("pin.wrong", 4))

    def dots(state: PinState) -> Callable[[Box], Part]:
        return lambda box: PinDots(look, box, state, box[1] + 24.0 * u)

    def keys(box: Box) -> Part:
        wide = (box[2] - 2 * 2.4 * u) / 3
        made = [
            PinKey(look, (box[0] + number * (wide + 2.4 * u), box[1], wide, 17.6 * u), digit, nothing)
            for number, digit in enumerate(("4", "5", "delete"))
        ]
        pressed(made[1])
        return Several(look, box, made)

    return [
        Specimen("PIN: three digits given, the lamp on the next", 42 * u, dots(some), 2),
        Specimen("PIN: the last try was wrong", 42 * u, dots(wrong), 2),
        Specimen("PIN keys, the second pressed", 17.6 * u, keys),
    ]


def _pads(look: Look, tour: Tour) -> list[Specimen]:
    say, pad = tour.lobby.turn.say, upright_look(look)
    empty = PadState(say("sign.label"), "Odalys Fernhollow", say("sign.clear"), 0, here=True)
    signed = replace(empty, strokes=len(SIGNATURE), here=False)

    def make(state: PadState, strokes: tuple[Stroke, ...]) -> Callable[[Box], Part]:
        return lambda box: turned(look, SigningPadView(pad, box, state, strokes, lambda _points, _shape: None))

    return [
        Specimen("signing pad, empty, to be signed now", 22 * look.u, make(empty, ()), 2),
        Specimen("signing pad, signed", 22 * look.u, make(signed, SIGNATURE), 2),
    ]
