"""The tray of a virtual printer: every badge becomes a picture."""

from __future__ import annotations

import re
from pathlib import Path

from printers.bitmap import BadgeBitmap
from printers.errors import ControlError

_NAME = re.compile(r"badge-(\d{3,})\.png")


class Tray:
    """Keeps printed badges as ``badge-001.png`` ... in a folder, or counts them where there is none."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._printed = 0
        if folder is not None:
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise ControlError(f"Badges cannot be put into {folder}: {error.strerror}.") from error

    @property
    def printed(self) -> int:
        """Badges since this tray was put in."""
        return self._printed

    def take(self, badge: BadgeBitmap) -> Path | None:
        """Keep a badge; a reader never sees half a picture. Numbers go on where an earlier run stopped."""
        self._printed += 1
        if self._folder is None:
            return None
        target = self._folder / f"badge-{self._next_number():03d}.png"
        unfinished = target.with_suffix(".part")
        badge.preview().save(unfinished, format="PNG")
        unfinished.replace(target)
        return target

    def _next_number(self) -> int:
        folder = self._folder or Path()
        numbers = [int(match[1]) for entry in folder.iterdir() if (match := _NAME.fullmatch(entry.name))]
        return max(numbers, default=0) + 1
