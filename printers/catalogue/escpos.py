"""Receipt printers that speak ESC/POS: models and media.

Print widths are from Epson's technical references (TM-T88 series: 512 dots at 180 dpi; TM-T20 and TM-m30 series: 576
dots at 203 dpi) and are what nearly every maker's 80 mm and 58 mm printer has (576 and 384 dots at 203 dpi). USB
product ids are from the public list of USB ids; 04b8:0202 is an interface card that several TM models carry.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.hardware import PrinterModel
from printers.paper import Medium, MediumForm

EPSON_VENDOR = 0x04B8
FAMILY_NAME = "ESC/POS receipt"
_SOURCE = "Epson ESC/POS reference: print area of the paper width"


def _roll(name: str, width_mm: int, width_dots: int, dpi: int, badge_mm: int = 100) -> Medium:
    return Medium(
        name=name,
        title=f"{width_mm} mm receipt paper, {dpi} dpi",
        width_mm=width_mm,
        length_mm=0,
        width_dots=width_dots,
        height_dots=None,
        form=MediumForm.CONTINUOUS,
        source=_SOURCE,
        dpi=dpi,
        badge_mm=badge_mm,
    )


_80 = _roll("80mm", 80, 576, 203, badge_mm=125)
_58 = _roll("58mm", 58, 384, 203)
_80_AT_180 = _roll("80mm-180dpi", 80, 512, 180, badge_mm=125)
MEDIA: tuple[Medium, ...] = (_80, _58, _80_AT_180)


@dataclass(frozen=True, kw_only=True)
class EscposModel(PrinterModel):
    """One receipt printer.

    Attributes:
        process_ids: answers ``GS ( H`` once the data before it were printed: its own word that the badge is out.
        clears: knows ``DLE DC4`` 8, which empties its buffers even after an error, and ``GS ( D``.
        cuts: has a cutter.
    """

    process_ids: bool
    clears: bool
    cuts: bool = True


def _epson(name: str, product: int | None, paper: Medium) -> EscposModel:
    return EscposModel(
        name=name,
        family=FAMILY_NAME,
        usb_vendor=EPSON_VENDOR,
        usb_product=product,
        dpi=paper.dpi,
        head_dots=paper.width_dots,
        stock=(paper,),
        mm_per_second=150.0,
        process_ids=True,
        clears=True,
    )


def _other(name: str, paper: Medium, *, cuts: bool) -> EscposModel:
    """Another maker's printer: whatever it may know beyond the common commands is not relied on."""
    return EscposModel(
        name=name,
        family=FAMILY_NAME,
        usb_vendor=None,
        usb_product=None,
        dpi=paper.dpi,
        head_dots=paper.width_dots,
        stock=(paper,),
        mm_per_second=100.0,
        process_ids=False,
        confirms=False,
        clears=False,
        cuts=cuts,
    )


MODELS: tuple[EscposModel, ...] = (
    _epson("TM-T20", 0x0E03, _80),
    _epson("TM-m30", None, _80),
    _epson("TM-T88V", 0x0202, _80_AT_180),
    _epson("TM-T88VI", None, _80_AT_180),
    _other("ESCPOS-80", _80, cuts=True),
    _other("ESCPOS-58", _58, cuts=False),
)
