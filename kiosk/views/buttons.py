"""Buttons, pills and cards: everything with words that is pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.views import shapes
from kiosk.views.parts import Target
from kiosk.views.theme import BUTTON, CAPTION, LABEL, PILL, Radius, Style, mix

if TYPE_CHECKING:
    from kiosk.views.parts import Look
    from kiosk.views.shapes import Box
    from kiosk.views.text import TextBlock


LEAST_U = 12.0
COMFORTABLE_LINES, MOST_LINES = 2, 3
SMALLEST = 0.8
"""To this share of their size words shrink of which one is wider than its button, so that neighbours look alike."""


class Kind(StrEnum):
    """How much a button asks to be pressed."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    QUIET = "quiet"
    DANGER = "danger"
    PILL = "pill"
    ON_WALL = "on-wall"
    ON_ALARM = "on-alarm"


@dataclass(frozen=True, slots=True)
class Face:
    """What stands on a button. ``icon_after`` puts the icon at the end; ``spoken`` is read in place of the label."""

    label: str
    icon: str = ""
    kind: Kind = Kind.PRIMARY
    style: Style = BUTTON
    align: str = "centre"
    spoken: str = ""


class Button(Target):
    """One act, named by its words."""

    def __init__(self, look: Look, box: Box, touch_id: str, face: Face, act: Callable[[], object]) -> None:
        self.face = face
        self._waits = False
        super().__init__(look, box, touch_id, act)

    @property
    def said(self) -> list[str]:
        """Return what is read aloud of it."""
        return [self.face.spoken] if self.face.spoken else self.words

    def wait(self) -> None:
        """Take no touches, in the colours of before: the words say what is being done."""
        self._waits = True
        self.turn_off()

    def _colours(self) -> tuple[str, str, str]:
        """Return ground, outline and text colour; an empty one is not drawn."""
        p, pressed = self.look.palette, self.pressed
        kinds = {
            Kind.PRIMARY: (p.pine_deep if pressed else p.pine, "", p.on_pine),
            Kind.SECONDARY: (p.pine_tint if pressed else p.paper, p.pine, p.pine),
            Kind.QUIET: (p.pine_tint if pressed else "", "", p.pine),
            Kind.DANGER: (p.brick_tint if pressed else p.paper, p.brick, p.brick),
            Kind.PILL: (p.pine_tint if pressed else p.oat, p.edge if p.outlined else "", p.pine),
            Kind.ON_WALL: (mix(p.wall, "#000000", 0.25) if pressed else p.wall, p.on_wall, p.on_wall),
            Kind.ON_ALARM: (mix(p.alarm, "#000000", 0.25) if pressed else p.alarm, p.on_alarm, p.on_alarm),
        }
        ground, edge, text = kinds[self.face.kind]
        if not self.enabled and not self._waits:
            return p.oat, "", p.soft
        if pressed and p.outlined:
            return p.paper, p.edge, p.ink
        return ground, edge, text

    def paint(self) -> None:
        """Draw the shape, then icon and words in the middle."""
        u, (ground, edge, colour) = self.look.u, self._colours()
        round_pill = self.face.kind in {Kind.PILL, Kind.ON_WALL}
        radius = self.height / 2 if round_pill else Radius.BUTTON * u
        box = shapes.shrink(self.box, 0.1 * u) if self.pressed else self.box
        if edge:
            thin = 0.16 if round_pill and not self.look.palette.outlined else 0.3
            shapes.outlined(self.ink, box, ground or self.look.palette.chalk, edge, radius, thin * u)
        elif ground:
            shapes.rounded(self.ink, box, ground, radius)
        self._label(colour)

    def _label(self, colour: str) -> None:
        u, face = self.look.u, self.face
        icon, gap = _icon(self.look, face)
        block = _words(self.look, face, self.width, colour)
        wide = icon + gap + block.width
        x = self.x + (self.width - wide) / 2 if face.align == "centre" else self.x + 0.2 * u
        if face.icon:
            self.icon(face.icon, icon, (x + icon / 2, self.center_y), colour)
        self.write(block, x + icon + gap, self.center_y + block.height / 2, block.width + 1, "centre")


def _icon(look: Look, face: Face) -> tuple[float, float]:
    """How large the icon is, and how far from the words, in pixels."""
    size = (4.4 if face.style is BUTTON else 3.8) * look.u if face.icon else 0.0
    return size, (1.2 if size and face.label else 0.0) * look.u


def _room(look: Look, face: Face, wide: float) -> float:
    return wide - sum(_icon(look, face)) - (1.2 if face.kind is Kind.QUIET else 2.4) * look.u


def _words(look: Look, face: Face, wide: float, colour: str) -> TextBlock:
    """The words, a little smaller where a word does not fit into a line."""
    return look.fitted(face.label, face.style, colour, _room(look, face, wide), MOST_LINES, least=SMALLEST)


def is_cramped(look: Look, face: Face, wide: float) -> bool:
    """Return whether a button of this width breaks a word, or needs more than two lines."""
    block = look.whole(face.label, face.style, "#000000", _room(look, face, wide))
    return block.broken or len(block.lines) > COMFORTABLE_LINES


def button_height(look: Look, face: Face, wide: float, least_u: float = LEAST_U) -> float:
    """Return how high a button must be for its words at a width, in pixels."""
    return max(least_u * look.u, _words(look, face, wide, "#000000").height + 4.8 * look.u)


def pill_width(look: Look, face: Face) -> float:
    """Return how wide a pill must be for its words."""
    icon = 5.0 * look.u if face.icon else 0.0
    return max(9.6 * look.u, look.text(face.label, PILL, "#000000").width + icon + 5.6 * look.u)


class Chip(Target):
    """A choice of which one is taken: a language, a zone."""

    def __init__(
        self,
        look: Look,
        box: Box,
        touch_id: str,
        label: str,
        act: Callable[[], object],
        *,
        chosen: bool,
        dark: bool = False,
    ) -> None:
        self._label, self._chosen, self._dark = label, chosen, dark
        super().__init__(look, box, touch_id, act)

    def paint(self) -> None:
        """Draw the chip; the chosen one is outlined (or dark) and bold in colour, never by colour alone."""
        p, u = self.look.palette, self.look.u
        radius, colour = Radius.FIELD * u, p.ink
        if self._chosen and (self._dark or p.outlined):
            shapes.rounded(self.ink, self.box, p.ink, radius)
            colour = p.chalk
        elif self._chosen:
            shapes.outlined(self.ink, self.box, p.paper, p.pine, radius, 0.4 * u)
            colour = p.pine
        elif p.outlined:
            shapes.outlined(self.ink, self.box, p.paper, p.edge, radius, 0.3 * u)
        else:
            shapes.rounded(self.ink, self.box, p.pine_tint if self.pressed else p.oat, radius)
        face = PILL if self._chosen else Style("Inter-500", 3.0, 1.15)
        block = self.look.fitted(self._label, face, colour, self.width - 1.6 * u)
        self.write(block, self.x, self.center_y + block.height / 2, self.width, "centre")


TOGGLE_SIDES_U = 16


def _toggle_words(look: Look, face: Face, hint: str, wide: float) -> tuple[TextBlock, TextBlock | None]:
    p, room = look.palette, wide - TOGGLE_SIDES_U * look.u
    label = look.text(face.label, LABEL, p.on_tint if p.outlined else p.ink, room, 3)
    return label, look.text(hint, CAPTION, p.soft, room, 3) if hint else None


def toggle_height(look: Look, face: Face, hint: str, wide: float, least_u: float = 13.2) -> float:
    """Return how high a switch must be for its words at a width, in pixels."""
    label, second = _toggle_words(look, face, hint, wide)
    return max(least_u * look.u, label.height + (second.height if second else 0.0) + 3.2 * look.u)


class Toggle(Target):
    """Something that is on or off: icon, words, and a box with a tick."""

    def __init__(
        self, look: Look, box: Box, touch_id: str, face: Face, act: Callable[[], object], *, on: bool, hint: str = ""
    ) -> None:
        self.face, self.on, self._hint = face, on, hint
        super().__init__(look, box, touch_id, act)

    @property
    def said(self) -> list[str]:
        """Return what is read aloud of it."""
        return [self.face.spoken] if self.face.spoken else self.words

    def paint(self) -> None:
        """Draw the row."""
        p, u = self.look.palette, self.look.u
        ground = p.pine_tint if (self.on or self.pressed) and not p.outlined else p.paper
        shapes.outlined(
            self.ink, self.box, ground, p.pine if self.on else p.edge, 1.8 * u, (0.4 if self.on else 0.25) * u
        )
        self.icon(self.face.icon, 4.4 * u, (self.x + 4.4 * u, self.center_y), p.pine if self.on else p.ink)
        room = self.width - TOGGLE_SIDES_U * u
        label, hint = _toggle_words(self.look, self.face, self._hint, self.width)
        tall = label.height + (hint.height if hint else 0)
        top = self.center_y + tall / 2
        self.write(label, self.x + 8 * u, top, room)
        if hint:
            self.write(hint, self.x + 8 * u, top - label.height, room)
        side = 4.4 * u
        tick = (self.right - 2.6 * u - side, self.center_y - side / 2, side, side)
        if self.on:
            shapes.rounded(self.ink, tick, p.pine, 1.1 * u)
            self.icon("check", 3.6 * u, (tick[0] + side / 2, self.center_y), p.on_pine)
        else:
            shapes.outlined(self.ink, tick, p.paper, p.edge, 1.1 * u, 0.25 * u)


class IconButton(Target):
    """An icon alone, for an act that each row of a list has. ``says``: what it does, and in which row, read aloud."""

    def __init__(
        self, look: Look, box: Box, touch_id: str, name: str, act: Callable[[], object], *, says: Sequence[str]
    ) -> None:
        self._name, self._says = name, list(says)
        super().__init__(look, box, touch_id, act)

    @property
    def said(self) -> list[str]:
        """Return what it does, and in which row."""
        return self._says

    def paint(self) -> None:
        """Draw the icon, and a ground while a finger is on it."""
        p, u = self.look.palette, self.look.u
        middle = (self.center_x, self.center_y)
        if self.pressed:
            shapes.disc(self.ink, middle, 9.0 * u, p.pine_tint)
        self.icon(self._name, 4.4 * u, middle, p.pine)
