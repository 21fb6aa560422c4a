"""Whose field a real keyboard types into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kiosk.navigation import Screen

if TYPE_CHECKING:
    from kiosk.presenters.lobby import Lobby


class Typist(Protocol):
    """The presenter of a screen with fields."""

    def type(self, text: str) -> None:
        """Put characters at the cursor."""

    def press(self, key: str) -> None:
        """Do what a key of the screen's keyboard does."""

    def move(self, signs: int) -> bool:
        """Move the cursor, as it is seen; ``False`` where there is nothing to move it in."""


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


def has_field_after(lobby: Lobby) -> bool:
    """Return whether the key that goes on leads to another field of the same screen, and so does nothing else."""
    if lobby.screen is Screen.DETAILS:
        last = lobby.details.view().fields[-1:]
    elif lobby.screen is Screen.FIELDS:
        last = lobby.fields.view().fields[-1:]
    else:
        last = lobby.claim.view().fields[-1:] if lobby.screen is Screen.CLAIM else ()
    return any(not field.focused for field in last)
