"""A virtual printer without the cable: what all families share - faults, the tray, and answers at their time.

A family hands over the bytes it was given, says what it prints, and is told when a fault strikes. It is asked for
bytes and given bytes; the cables are beside it: ``usb.py``, ``network.py``, ``device.py``.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass

from printers.bitmap import BadgeBitmap
from printers.clock import Clock
from printers.errors import ControlError
from printers.hardware import PrinterModel
from printers.paper import Medium
from printers.simulator.faults import Fault, FaultKind, read_fault
from printers.simulator.paper import Tray

_CABLE_FAULTS = {FaultKind.STALL, FaultKind.SHORT_WRITES, FaultKind.SLOW, FaultKind.MUTE, FaultKind.UNPLUG}
_SILENT = {FaultKind.MUTE, FaultKind.STALL}
_ROOM = 1 << 30


@dataclass(frozen=True)
class _Pending:
    """Something that will be said at its time."""

    due: float
    data: bytes


class VirtualPrinter(ABC):
    """One virtual printer. Its methods may be called from several threads.

    Attributes:
        model: what it plays.
        own_faults: the faults that this family can have beside those of the cable.
        rows_printed: rows of dots that came onto paper, in badges or not.
    """

    own_faults: frozenset[FaultKind] = frozenset()

    def __init__(self, model: PrinterModel, loaded: Medium, tray: Tray, clock: Clock) -> None:
        """Switch it on with a roll in it.

        Raises:
            ControlError: when the roll is not made for it.
        """
        self.model = model
        self._check_roll(loaded)
        self._loaded = loaded
        self._right_roll: Medium | None = None
        self._tray = tray
        self._clock = clock
        self._lock = threading.RLock()
        self._fault: Fault | None = None
        self._armed: Fault | None = None
        self._bytes_until_armed = 0
        self._pending: list[_Pending] = []
        self.rows_printed = 0

    # --- what the cable does -----------------------------------------------------------------------------------------

    @property
    def fault(self) -> FaultKind | None:
        """The fault in force."""
        with self._lock:
            return None if self._fault is None else self._fault.kind

    @property
    def takes_nothing(self) -> bool:
        """Whether the cable must wait with whatever it has."""
        return self.fault is FaultKind.STALL

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        with self._lock:
            self._take(data)
            if self._armed is not None and not self._armed.when_printing:
                self._bytes_until_armed -= len(data)
                if self._bytes_until_armed <= 0:
                    self._strike()

    def room(self) -> int:
        """Bytes until an armed fault strikes, so that the cable can stop exactly there."""
        with self._lock:
            waiting = self._armed is not None and not self._armed.when_printing
            return max(0, self._bytes_until_armed) if waiting else _ROOM

    def answer(self) -> bytes:
        """Return one answer that is due, or nothing."""
        with self._lock:
            self._tick()
            if self.fault in _SILENT:
                return b""
            now = self._clock.monotonic()
            for index, pending in enumerate(self._pending):
                if pending.due <= now:
                    del self._pending[index]
                    return pending.data
            return b""

    def power_cycle(self) -> None:
        """Lose everything that was inside, as unplugging does."""
        with self._lock:
            self._pending.clear()
            self._forget()

    # --- what a person does to it ------------------------------------------------------------------------------------

    def control(self, order: dict[str, object]) -> dict[str, object]:
        """Obey one order from the control socket and return the facts.

        Raises:
            ControlError: for an order that makes no sense.
        """
        known = {"fault", "after_bytes", "when", "media", "status"}
        if not order or set(order) - known:
            raise ControlError(f"An order has only these members: {', '.join(sorted(known))}.")
        with self._lock:
            if "fault" in order:
                self._set_fault(read_fault(order))
            if "media" in order:
                self._load(str(order["media"]))
            return {
                "model": self.model.name,
                "media": self._loaded.name,
                "fault": None if self._fault is None else self._fault.kind.value,
                "printed": self._tray.printed,
                **({"trouble": self._tray.trouble} if self._tray.trouble else {}),
            }

    def _check_roll(self, paper: Medium) -> None:
        if not self.model.takes(paper):
            raise ControlError(f"{self.model.name} cannot hold {paper.name}.")

    def _load(self, name: str) -> None:
        paper = next((candidate for candidate in self.model.media if candidate.name == name), None)
        if paper is None:
            holds = ", ".join(candidate.name for candidate in self.model.media)
            raise ControlError(f"{self.model.name} cannot hold {name}. It holds: {holds}.")
        self._loaded, self._right_roll = paper, None

    def _set_fault(self, fault: Fault | None) -> None:
        if fault is not None and fault.kind not in self.own_faults | _CABLE_FAULTS:
            possible = ", ".join(sorted(kind.value for kind in self.own_faults | _CABLE_FAULTS))
            raise ControlError(f"{self.model.name} cannot have the fault {fault.kind.value}. It can: {possible}.")
        was_unplugged = self.fault is FaultKind.UNPLUG
        self._fault, self._armed = None, fault
        if self._right_roll is not None:
            self._loaded, self._right_roll = self._right_roll, None
        self._mended()
        if was_unplugged:
            self.power_cycle()
        if fault is None:
            return
        self._bytes_until_armed = fault.after_bytes
        if fault.after_bytes == 0 and not fault.when_printing:
            self._strike()

    # --- for the family ----------------------------------------------------------------------------------------------

    def _strike(self) -> None:
        self._fault, self._armed = self._armed, None
        if self._fault is None:
            return
        if self._fault.kind is FaultKind.WRONG_MEDIA:
            self._right_roll = self._loaded
            self._loaded = self._another_roll()
        self._struck(self._fault.kind)

    def _another_roll(self) -> Medium:
        others = [paper for paper in self.model.media if paper.width_mm != self._loaded.width_mm]
        return (others or [self._loaded])[0]

    def _strikes_while_printing(self) -> bool:
        """Whether a fault waits for the paper to move; if so it strikes now."""
        if self._armed is None or not self._armed.when_printing:
            return False
        self._strike()
        return True

    def _has(self, *kinds: FaultKind) -> bool:
        return self.fault in kinds

    def _say(self, data: bytes, *, after_seconds: float = 0) -> None:
        self._pending.append(_Pending(self._clock.monotonic() + after_seconds, data))

    def _print(self, badge: BadgeBitmap) -> None:
        self.rows_printed += badge.height
        self._tray.take(badge)

    @abstractmethod
    def _take(self, data: bytes) -> None:
        """Read bytes and act on them."""

    @abstractmethod
    def _forget(self) -> None:
        """Lose everything unfinished."""

    def _tick(self) -> None:  # noqa: B027 - for those that need it
        """Do what is due by now; called before each answer."""

    def _struck(self, kind: FaultKind) -> None:  # noqa: B027 - as above
        """A fault has just struck."""

    def _mended(self) -> None:  # noqa: B027 - as above
        """All faults were mended, or are about to be replaced."""
