"""Bugs by which kiosks come to list others than the cloud does, planted one at a time."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from unittest.mock import patch

from sync.device.clear_lines import ClearLines
from sync.device.heard_events import Doubt, Told
from sync.device.muster_asker import MusterAsker
from sync.protocol.fold import Standing
from tests.simulation.planting import replaced


def any_heard_departure_counts() -> AbstractContextManager[object]:
    """The roster is not asked how far another kiosk's key is believed."""

    def clear(*_: object, **__: object) -> Standing:
        return Standing.CLEAR

    return patch("sync.device.heard_standing.standing_of", clear)


def codes_of_others_unread() -> AbstractContextManager[object]:
    """Whoever came by a code that two doors took is two people (ADR 107)."""
    return patch("sync.device.muster_roll._came", lambda _stay: (None, ""))


def doubts_unheard() -> AbstractContextManager[object]:
    """What the server says of quarantine and clocks is passed over."""
    return patch.object(Told, "doubt", lambda *_: Doubt.NONE)


def clear_branch_unfollowed() -> AbstractContextManager[object]:
    """Nobody walks back from the header that an administrator confirmed."""
    return patch.object(ClearLines, "of", lambda *_: None)


def branches_unheard() -> AbstractContextManager[object]:
    """Only the log of a key is kept, not what stands beside it."""

    def make(keep: Any) -> Any:
        def keeps(self: MusterAsker, sources: Any, batches: Any, **which: bool) -> bool:
            return False if which.get("beside") else bool(keep(self, sources, batches, **which))

        return keeps

    return replaced(MusterAsker, "_keep", make)


def never_compared() -> AbstractContextManager[object]:
    """The two lists are not compared."""
    return patch.object(MusterAsker, "_needless", lambda _self: ())
