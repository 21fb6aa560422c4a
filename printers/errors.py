"""What can go wrong on the way from a badge to paper. One base: ``PrinterError``.

Expected refusals (no paper, cover open) are values, see ``printers.driver``; these are for the caller's mistakes and
for the edge where foreign exceptions end. Every message says what happened and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable


class PrinterError(Exception):
    """Base of all errors of this package."""


class MediumUnknownError(PrinterError):
    """No medium, or no model, of that name is known."""


class BadgeContentError(PrinterError):
    """The words or the code given cannot make a badge."""


class TemplateError(PrinterError):
    """No badge can be made of a template.

    Attributes:
        faults: all that is wrong, each by its path: ``elements[2].size: ...``.
    """

    def __init__(self, what: str, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{what}: {'; '.join(self.faults).removesuffix('.')}.")


class TextShapingError(PrinterError):
    """The machine cannot shape Arabic or Hindi: libraqm or libfribidi is missing."""


class EncodingError(PrinterError):
    """A picture does not fit the medium, or the medium does not fit the printer."""


class StatusFormatError(PrinterError):
    """The printer answered bytes that are not a status."""


class PrinterAddressError(PrinterError):
    """A printer's address (``usb:...``, ``file:...``, ``virtual:...``) cannot be understood."""


class TransportError(PrinterError):
    """The way to the printer failed.

    Attributes:
        written: bytes of the current write that the printer had taken.
        perhaps: how many more it may have taken.
    """

    def __init__(self, message: str, *, written: int = 0, perhaps: int = 0) -> None:
        super().__init__(message)
        self.written = written
        self.perhaps = perhaps

    @property
    def may_have_begun(self) -> bool:
        """Whether the printer may have anything of the current write."""
        return self.written + self.perhaps > 0


class PrinterNotFoundError(TransportError):
    """No such printer is attached.

    Attributes:
        todo: what to do; empty where cable and switch are all that there is to look at.
    """

    def __init__(self, message: str, *, todo: str = "") -> None:
        super().__init__(message)
        self.todo = todo


class PrinterGoneError(TransportError):
    """The printer was unplugged or switched off while it was in use."""


class PrinterStalledError(TransportError):
    """The printer takes no more data."""


class PrinterHaltedError(TransportError):
    """The printer broke a transfer off; the way to it is open again."""


class PrinterBusyError(TransportError):
    """The printer is there but serves someone else."""


class PrinterPermissionError(TransportError):
    """The printer is there but this user may not use it."""


class ControlError(PrinterError):
    """A virtual printer was told something that it does not understand."""
