"""Printers as data: what each Brother QL takes, answers and is called on USB.

Figures are from Brother's raster command references for each series; USB product ids from the devices' descriptors
as commonly listed. "Proven" says what has confirmed the encoder for that model so far.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.errors import MediumUnknownError
from printers.media import MEDIA, Medium

BROTHER_VENDOR = 0x04F9
FAMILY = "Brother QL"


@dataclass(frozen=True)
class PrinterModel:
    """One model of the Brother QL family.

    Attributes:
        name: as printed on its front.
        usb_vendor, usb_product: USB ids; the product id is another one while "Editor Lite" is switched on.
        model_code: byte 4 of its status.
        head_dots: pins of the print head; a raster row is an eighth of that in bytes.
        extra_offset_dots: pins to add to a medium's own right offset.
        two_colour: can print black and red on two-colour paper.
        switches_mode: knows ``ESC i a`` (the QL-700 has the raster mode alone).
        mm_per_second, mm_per_second_two_colour: paper speed, for honest time limits.
        proven: what has confirmed this model's encoding.
    """

    name: str
    usb_product: int
    model_code: int
    head_dots: int = 720
    extra_offset_dots: int = 0
    two_colour: bool = False
    switches_mode: bool = True
    mm_per_second: float = 90.0
    mm_per_second_two_colour: float = 24.0
    usb_vendor: int = BROTHER_VENDOR
    dpi: int = 300
    proven: str = "virtual printer"

    @property
    def row_bytes(self) -> int:
        """Bytes of one raster row."""
        return self.head_dots // 8

    @property
    def usb_id(self) -> str:
        """Vendor and product as ``04f9:209d``."""
        return f"{self.usb_vendor:04x}:{self.usb_product:04x}"

    def takes(self, medium: Medium) -> bool:
        """Whether this printer can print on a medium at all."""
        reach = medium.width_dots + medium.right_offset_dots + self.extra_offset_dots
        return reach <= self.head_dots and (self.two_colour or not medium.two_colour)

    @property
    def media(self) -> tuple[Medium, ...]:
        """Every known medium that this printer can print on."""
        return tuple(candidate for candidate in MEDIA if self.takes(candidate))

    def seconds_to_print(self, medium: Medium, rows: int) -> float:
        """About how long the mechanics take for ``rows`` dots, cutting included."""
        speed = self.mm_per_second_two_colour if medium.two_colour else self.mm_per_second
        length_mm = (rows + 2 * medium.margin_dots) * 25.4 / self.dpi
        return length_mm / speed + _CUT_SECONDS


_CUT_SECONDS = 0.6


def _wide(name: str, usb_product: int, model_code: int) -> PrinterModel:
    """A model of the 1100 series: a head of 4 inches, and labels that lie 44 pins further in."""
    return PrinterModel(name, usb_product, model_code, head_dots=1296, extra_offset_dots=44)


MODELS: tuple[PrinterModel, ...] = (
    PrinterModel("QL-700", 0x2042, 0x35, switches_mode=False),
    PrinterModel("QL-710W", 0x2043, 0x36),
    PrinterModel("QL-720NW", 0x2044, 0x37),
    PrinterModel("QL-800", 0x209B, 0x38, two_colour=True),
    PrinterModel("QL-810W", 0x209C, 0x39, two_colour=True),
    PrinterModel("QL-820NWB", 0x209D, 0x41, two_colour=True),
    _wide("QL-1100", 0x20A7, 0x43),
    _wide("QL-1110NWB", 0x20A8, 0x44),
)


def printer_model(name: str) -> PrinterModel:
    """Look a model up by the name on its front.

    Raises:
        MediumUnknownError: with the names that are known.
    """
    for candidate in MODELS:
        if candidate.name.casefold() == name.casefold():
            return candidate
    known = ", ".join(candidate.name for candidate in MODELS)
    raise MediumUnknownError(f"No printer model is called {name!r}. Known models: {known}.")


def model_by_usb_id(vendor: int, product: int) -> PrinterModel | None:
    """Find a model by its USB ids."""
    return next((m for m in MODELS if (m.usb_vendor, m.usb_product) == (vendor, product)), None)


def model_by_code(code: int) -> PrinterModel | None:
    """Find a model by byte 4 of its status."""
    return next((m for m in MODELS if m.model_code == code), None)
