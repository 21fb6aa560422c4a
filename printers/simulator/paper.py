"""The tray of a virtual printer: every badge becomes a picture."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

from printers.bitmap import BadgeBitmap
from printers.errors import ControlError

_NAME = re.compile(r"badge-(\d{3,})\.png")


def _on_standard_error(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


class Tray:
    """Keeps printed badges as ``badge-001.png`` ... in a folder, or counts them where there is none.

    A folder that takes no picture (a full disk) is told, once for each reason, and the printer goes on.
    """

    def __init__(self, folder: Path | None, tell: Callable[[str], None] = _on_standard_error) -> None:
        self._folder = folder
        self._tell = tell
        self.trouble = ""
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
        try:
            target = self._folder / f"badge-{self._next_number():03d}.png"
            self._save(badge, target)
        except OSError as error:
            trouble = f"The picture of a badge cannot be kept in {self._folder}: {error.strerror or error}."
            if trouble != self.trouble:
                self._tell(trouble)
            self.trouble = trouble
            return None
        self.trouble = ""
        return target

    @staticmethod
    def _save(badge: BadgeBitmap, target: Path) -> None:
        unfinished = target.with_suffix(".part")
        try:
            badge.preview().save(unfinished, format="PNG")
            unfinished.replace(target)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise

    def _next_number(self) -> int:
        folder = self._folder or Path()
        numbers = [int(match[1]) for entry in folder.iterdir() if (match := _NAME.fullmatch(entry.name))]
        return max(numbers, default=0) + 1
