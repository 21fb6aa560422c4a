"""What is pressed: buttons, chips, switches, choices and cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.presenters.choice import Option
from kiosk.presenters.staff_room import StaffCard
from kiosk.presenters.visitor_type import TypeCard
from kiosk.views.big_choice import BigChoice, choice_height
from kiosk.views.buttons import Button, Chip, Face, IconButton, Kind, Toggle, button_height, pill_width, toggle_height
from kiosk.views.options import OptionCard
from kiosk.views.screens.staff_room import StaffCardView
from kiosk.views.screens.visitor_type import TypeCardView
from kiosk.views.theme import PILL
from kiosk.words.catalogue import languages
from workbench.components.bench import Group, Specimen, nothing, pressed, width_of

if TYPE_CHECKING:
    from kiosk.views.parts import Look, Target
    from kiosk.views.shapes import Box
    from workbench.gallery_tour import Tour


def control_groups(look: Look, tour: Tour) -> list[Group]:
    """All of them, in the tour's language."""
    return [
        Group("Buttons", _buttons(look, tour)),
        Group("Chips and switches", [*_chips(look), *_switches(look, tour)]),
        Group("Choices and cards", [*_choices(look, tour), *_kinds(look, tour), *_answers(look, tour)]),
        Group("Staff cards", _staff_cards(look, tour)),
    ]


def _button(look: Look, caption: str, face: Face, *, state: str = "", ground: str = "") -> Specimen:
    across = 2 if ground else 3
    wide = width_of(look, across)

    def make(box: Box) -> Target:
        own = min(wide, pill_width(look, face)) if face.style is PILL else wide
        button = Button(look, (box[0], box[1], own, box[3]), f"button.{caption}", face, nothing)
        if state == "waiting":
            button.wait()
        elif state == "off":
            button.turn_off()
        return pressed(button) if state == "pressed" else button

    tall = button_height(look, face, wide)
    if face.style is PILL:
        tall = (8.0 if face.kind is Kind.QUIET else 9.6) * look.u
    return Specimen(", ".join(part for part in (caption, state) if part), tall, make, across, ground)


def _buttons(look: Look, tour: Tour) -> list[Specimen]:
    say, p = tour.lobby.turn.say, look.palette
    primary, secondary = Face(say("key.next")), Face(say("photo.stop"), kind=Kind.SECONDARY)
    danger = Face(say("device.restart"), "restart", Kind.DANGER)
    quiet = Face(say("sign.clear"), "refresh", Kind.QUIET, PILL)
    back = Face(say("nav.back"), "arrow-left", Kind.PILL, PILL)
    wall = Face(say("welcome.staff"), "shield-key-outline", Kind.ON_WALL, PILL)
    alarm = Face(say("evacuation.done"), kind=Kind.ON_ALARM, style=PILL)
    return [
        _button(look, "primary", primary),
        _button(look, "primary", primary, state="pressed"),
        _button(look, "primary", Face(say("busy.saving")), state="waiting"),
        _button(look, "primary with icon", Face(say("photo.take"), "camera-outline")),
        _button(look, "secondary", secondary),
        _button(look, "secondary", secondary, state="pressed"),
        _button(look, "secondary", secondary, state="off"),
        _button(look, "danger, asks again", danger),
        _button(look, "danger", danger, state="pressed"),
        _button(look, "quiet", quiet),
        _button(look, "quiet", quiet, state="pressed"),
        _button(look, "pill", Face(say("nav.help"), "hand-back-left-outline", Kind.PILL, PILL)),
        _button(look, "pill, arrow follows reading", back),
        _button(look, "pill", back, state="pressed"),
        _button(look, "on the wall", wall, ground=p.wall),
        _button(look, "on the wall", wall, state="pressed", ground=p.wall),
        _button(look, "on alarm", alarm, ground=p.alarm),
        _button(look, "on alarm", alarm, state="pressed", ground=p.alarm),
    ]


def _chip(look: Look, caption: str, label: str, *, chosen: bool, dark: bool = False, down: bool = False) -> Specimen:
    def make(box: Box) -> Target:
        chip = Chip(look, box, f"chip.{caption}", label, nothing, chosen=chosen, dark=dark)
        return pressed(chip) if down else chip

    return Specimen(caption, 8.8 * look.u, make, 5)


def _chips(look: Look) -> list[Specimen]:
    names = [words.name for words in languages().values()]
    return [
        _chip(look, "chip, chosen", names[0], chosen=True),
        _chip(look, "chip", names[2], chosen=False),
        _chip(look, "chip, pressed", names[4], chosen=False, down=True),
        _chip(look, "zone, chosen", "4 · Dock", chosen=True, dark=True),
        Specimen("icon in a row, pressed", 9.0 * look.u, _icon_button(look), 5),
    ]


def _icon_button(look: Look) -> Callable[[Box], Target]:
    return lambda box: pressed(IconButton(look, box, "icon", "printer-outline", nothing, says=()))


def _switches(look: Look, tour: Tour) -> list[Specimen]:
    say, wide = tour.lobby.turn.say, width_of(look, 2)
    face, hint = Face(say("details.assistance"), "hand-back-left"), say("details.assistance_hint")

    def switch(caption: str, *, on: bool, down: bool = False) -> Specimen:
        def make(box: Box) -> Target:
            made = Toggle(look, box, f"switch.{caption}", face, nothing, on=on, hint=hint)
            return pressed(made) if down else made

        return Specimen(caption, toggle_height(look, face, hint, wide), make, 2)

    return [
        switch("switch, off", on=False),
        switch("switch, on", on=True),
        switch("off, pressed", on=False, down=True),
        switch("on, pressed", on=True, down=True),
    ]


def _choices(look: Look, tour: Tour) -> list[Specimen]:
    say, wide = tour.lobby.turn.say, width_of(look, 1)

    def choice(caption: str, touch_id: str, words: tuple[str, str], *, down: bool = False) -> Specimen:
        def make(box: Box) -> Target:
            made = BigChoice(look, box, touch_id, words, nothing)
            return pressed(made) if down else made

        tall = max(16.8 * look.u, choice_height(look, words, wide, first=touch_id == "welcome.visit"))
        return Specimen(caption, tall, make)

    visit, leave = (say("welcome.visit"), say("welcome.visit_hint")), (say("welcome.leave"), "")
    return [
        choice("big choice, first", "welcome.visit", visit),
        choice("first, pressed", "welcome.visit", visit, down=True),
        choice("big choice, second", "welcome.leave", leave),
        choice("second, pressed", "welcome.leave", leave, down=True),
    ]


def _kinds(look: Look, tour: Tour) -> list[Specimen]:
    tour.again()
    tour.lobby.welcome.visit()
    first, second, *_ = tour.lobby.type.view().cards

    def kind(caption: str, card: TypeCard, *, down: bool = False) -> Specimen:
        def make(box: Box) -> Target:
            made = TypeCardView(look, box, card, nothing)
            return pressed(made) if down else made

        return Specimen(caption, 34 * look.u, make, 3)

    return [kind("type card", first), kind("type card", second), kind("type card, pressed", second, down=True)]


def _answers(look: Look, tour: Tour) -> list[Specimen]:
    yes, no = tour.lobby.turn.say("choice.yes"), tour.lobby.turn.say("choice.no")

    def answer(caption: str, label: str, *, chosen: bool, down: bool = False) -> Specimen:
        def make(box: Box) -> Target:
            made = OptionCard(look, box, f"option.{caption}", Option(caption, label, chosen), lambda _id: None)
            return pressed(made) if down else made

        return Specimen(caption, 12.0 * look.u, make, 3)

    return [
        answer("answer", yes, chosen=False),
        answer("answer, pressed", yes, chosen=False, down=True),
        answer("answer, given", no, chosen=True),
    ]


def _staff_cards(look: Look, tour: Tour) -> list[Specimen]:
    say, tall = tour.lobby.turn.say, 18 * look.u
    alarm = StaffCard("evacuation", say("staff.evacuation"), say("staff.evacuation_hint"), "exit-run", alarm=True)
    device = StaffCard("device", say("staff.device"), say("staff.device_hint"), "printer-outline")
    return [
        Specimen("the alarm's", tall, lambda box: StaffCardView(look, box, alarm, nothing)),
        Specimen("another, pressed", tall, lambda box: pressed(StaffCardView(look, box, device, nothing))),
    ]
