"""What the screens are told of each badge; only the newest keeps its picture."""

import threading
from collections import OrderedDict
from dataclasses import replace
from uuid import UUID

from kiosk.ports import BadgeProgress

_REMEMBERED = 50


class BadgeNews:
    """The last known state of the last badges, by stay."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._progress: OrderedDict[str, BadgeProgress] = OrderedDict()
        self._pictured = ""

    def of(self, stay: str) -> BadgeProgress | None:
        """A badge's state."""
        with self._lock:
            return self._progress.get(stay)

    def note(self, stay: UUID, progress: BadgeProgress, *, same_picture: bool = False) -> None:
        """Remember a state."""
        name = str(stay)
        with self._lock:
            before, pictured = self._progress.get(name), self._progress.get(self._pictured)
            if same_picture and before is not None:
                progress = replace(progress, picture=before.picture, printer=before.printer)
            if self._pictured != name and pictured is not None:
                self._progress[self._pictured] = replace(pictured, picture=None)
            if progress.picture is not None:
                self._pictured = name
            self._progress[name] = progress
            self._progress.move_to_end(name)
            while len(self._progress) > _REMEMBERED:
                self._progress.popitem(last=False)
