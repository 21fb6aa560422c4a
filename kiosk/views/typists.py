"""Whose field a real keyboard types into."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

from kiosk.navigation import Screen

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.presenters.details import FieldState
    from kiosk.presenters.lobby import Lobby


class Typist(Protocol):
    """The presenter of a screen with fields."""

    def type(self, text: str) -> None:
        """Put characters at the cursor."""

    def press(self, key: str) -> None:
        """Do what a key of the screen's keyboard does."""

    def move(self, signs: int) -> bool:
        """Move the cursor, as it is seen; ``False`` where there is nothing to move it in."""


class Form(Protocol):
    """The presenter of a screen with several fields."""

    def focus(self, name: str) -> None:
        """Turn to a field."""

    def view(self) -> Fields:
        """Return what to show."""


class Fields(Protocol):
    """The fields of a screen, in their order."""

    @property
    def fields(self) -> tuple[FieldState, ...]:
        """Return them."""


def typist_of(lobby: Lobby) -> Typist | None:
    """The presenter of the lobby's present screen, where one types there."""
    known: dict[Screen, Typist] = {
        Screen.DETAILS: lobby.details,
        Screen.FIELDS: lobby.fields,
        Screen.HOST: lobby.host,
        Screen.CODE: lobby.code,
        Screen.INVITED_CODE: lobby.invited_code,
        Screen.CLAIM: lobby.claim,
        Screen.ON_SITE: lobby.on_site,
        Screen.PIN: lobby.pin,
        Screen.OVERRIDE: lobby.override,
    }
    return known.get(lobby.screen)


def way_to_next_field(lobby: Lobby) -> Callable[[], None] | None:
    """What leads to the field after the one in use on the same screen, if there is one, and does nothing else."""
    forms: dict[Screen, Form] = {
        Screen.DETAILS: lobby.details,
        Screen.FIELDS: lobby.fields,
        Screen.CLAIM: lobby.claim,
    }
    form = forms.get(lobby.screen)
    if form is None:
        return None
    after = [field.id for before, field in pairwise(form.view().fields) if before.focused]
    return partial(form.focus, after[0]) if after else None
