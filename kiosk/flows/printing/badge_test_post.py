"""Between a terminal and the lobby that runs beside it: the wish for test badges, and what became of them.

Both stand in the kiosk's settings, each the newest alone. A lobby that starts leaves an older wish alone.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from kiosk.badge_values import BadgeTest
from sync.device.errors import StorageError

if TYPE_CHECKING:
    from sync.device.settings import Settings

_WISH, _TOLD = "badge-test-wish", "badge-test-told"


class _Told(msgspec.Struct, frozen=True):
    wish: str
    tests: tuple[BadgeTest, ...]


class BadgeTestPost:
    """Either end of it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: bytes | None = None
        with suppress(StorageError):  # a disk that refuses must not keep the lobby closed
            self._seen = settings.get(_WISH)

    def wish(self) -> str:
        """Ask the lobby for test badges; returns the wish, to ask after it.

        Raises:
            StorageError: the disk refused.
        """
        wish = secrets.token_hex(8)
        self._settings.put(_WISH, wish.encode())
        return wish

    def new_wish(self) -> str | None:
        """What a terminal has asked for since this was asked last.

        Raises:
            StorageError: the disk refused.
        """
        wish = self._settings.get(_WISH)
        if wish is None or wish == self._seen:
            return None
        self._seen = wish
        return wish.decode()

    def tell(self, wish: str, tests: tuple[BadgeTest, ...]) -> None:
        """Note how its test badges are getting on.

        Raises:
            StorageError: the disk refused.
        """
        self._settings.put(_TOLD, msgspec.json.encode(_Told(wish, tests)))

    def told(self, wish: str) -> tuple[BadgeTest, ...] | None:
        """The same, at the other end; None before the lobby has taken the wish.

        Raises:
            StorageError: the disk refused.
        """
        raw = self._settings.get(_TOLD)
        told = None if raw is None else msgspec.json.decode(raw, type=_Told)
        return told.tests if told is not None and told.wish == wish else None
