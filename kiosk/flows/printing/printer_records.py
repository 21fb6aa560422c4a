"""What the running lobby last saw of its printers, for ``lodge-kiosk status``: two programs must not ask at once."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from sync.device.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kiosk.printer_settings import PrinterSetting
    from printers.driver import PrinterState
    from sync.device.settings import Settings

_PRINTERS, _SEEN = "printers", "printer-seen:"
_STEADY = {"printing": "ready", "busy": "ready"}
"""States that come and go with each badge are not worth a write."""


class PrinterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A printer of the last lobby."""

    name: str
    address: str
    medium: str
    role: str


class SeenRecord(msgspec.Struct, frozen=True, kw_only=True):
    """The state that it changed to, and when."""

    state: str
    since_ms: int


class PrinterRecords:
    """Written only when something changes."""

    def __init__(self, settings: Settings, wall_ms: Callable[[], int]) -> None:
        self._settings = settings
        self._wall_ms = wall_ms
        self._last: dict[str, str] = {}

    def begin(self, printers: Iterable[PrinterSetting]) -> None:
        """A lobby starts with these; a disk that refuses only leaves ``status`` with the ones before."""
        records = [
            PrinterRecord(name=one.name, address=one.address, medium=one.medium, role=one.role) for one in printers
        ]
        raw = msgspec.json.encode(records)
        with suppress(StorageError):
            if (self._settings.get(_PRINTERS) or b"[]") != raw:
                self._settings.put(_PRINTERS, raw)

    def see(self, printer: str, state: PrinterState) -> None:
        """A printer was found in a state.

        Raises:
            StorageError: the disk refused.
        """
        steady = _STEADY.get(state.value, state.value)
        if self._last.get(printer) == steady:
            return
        self._settings.put(_SEEN + printer, msgspec.json.encode(SeenRecord(state=steady, since_ms=self._wall_ms())))
        self._last[printer] = steady

    def read(self) -> list[tuple[PrinterRecord, SeenRecord | None]]:
        """Every printer of the last lobby, and how it was seen; ``None`` for one that was not looked at yet.

        Raises:
            StorageError: the disk refused.
        """
        raw = self._settings.get(_PRINTERS)
        records = [] if raw is None else msgspec.json.decode(raw, type=list[PrinterRecord])
        return [(record, self._seen(record.name)) for record in records]

    def _seen(self, name: str) -> SeenRecord | None:
        raw = self._settings.get(_SEEN + name)
        return None if raw is None else msgspec.json.decode(raw, type=SeenRecord)
