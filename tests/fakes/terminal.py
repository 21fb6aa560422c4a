"""A program started from a terminal of its own, as by a person who reads, types and closes the window."""

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

CTRL_C = "\x03"
END_SECONDS = 60.0


class TerminalProgram:
    """Its process group is the terminal's foreground one: Ctrl-C interrupts all of it. ``said`` is what it wrote."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._terminal, inside = pty.openpty()
        try:
            self._process = subprocess.Popen(
                ["setsid", "--ctty", *command],
                env={**environment, "TERM": "dumb"},
                stdin=inside,
                stdout=inside,
                stderr=inside,
            )
        finally:
            os.close(inside)
        self.said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, if a test failed before it ended by itself: closing its terminal is a request to do so."""
        self.close()
        self._process.wait(END_SECONDS)

    def await_words(self, words: str) -> None:
        """Read on until it has said something."""
        while words not in self.said:
            assert self._reads_on(), f"it ended without saying {words!r}: {self.said}"

    def type(self, text: str) -> None:
        """Type something."""
        os.write(self._terminal, text.encode())

    def close(self) -> None:
        """Close the terminal's window."""
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1

    def exit_code(self) -> int:
        """Read to its end and return its exit code."""
        while self._terminal >= 0 and self._reads_on():
            pass
        return self._process.wait(END_SECONDS)

    def _reads_on(self) -> bool:
        try:
            more = os.read(self._terminal, 4096)
        except OSError:  # Linux says EIO when the last one who wrote has gone
            return False
        self.said += more.decode().replace("\r\n", "\n")
        return bool(more)
