"""Zebra label printers that speak ZPL II: models and media.

Head widths are from Zebra's data sheets, USB product ids from the public list of USB ids where they are in it. A Zebra
does not know its labels by name: it measures how long they are. Media are therefore plain sizes, once for each
resolution, with the whole label printable.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.hardware import PrinterModel
from printers.paper import Medium, MediumForm

ZEBRA_VENDOR = 0x0A5F
FAMILY_NAME = "Zebra ZPL II"
_SIZES_MM = ((102, 152), (102, 76), (102, 51), (76, 102), (76, 51), (51, 76))
_RESOLUTIONS = (203, 300, 600)
_DOTS_PER_MM = {203: 8.0, 300: 300 / 25.4, 600: 600 / 25.4}
_SOURCE = "the label's own size at the head's resolution"


def _label(width_mm: int, length_mm: int, dpi: int) -> Medium:
    scale = _DOTS_PER_MM[dpi]
    return Medium(
        name=f"{width_mm}x{length_mm}-{dpi}dpi",
        title=f"{width_mm} x {length_mm} mm labels, {dpi} dpi",
        width_mm=width_mm,
        length_mm=length_mm,
        width_dots=int(width_mm * scale),
        height_dots=int(length_mm * scale),
        form=MediumForm.DIE_CUT,
        source=_SOURCE,
        dpi=dpi,
    )


MEDIA: tuple[Medium, ...] = tuple(_label(width, length, dpi) for dpi in _RESOLUTIONS for width, length in _SIZES_MM)


@dataclass(frozen=True, kw_only=True)
class ZebraModel(PrinterModel):
    """One Zebra.

    Attributes:
        counts_labels: answers ``odometer.total_label_count`` (Link-OS), its own word that a label was printed.
    """

    counts_labels: bool = True


def _zebra(
    name: str, product: int | None, dpi: int, head_dots: int, speed: float = 100.0, *, counts_labels: bool = True
) -> ZebraModel:
    return ZebraModel(
        name=name,
        family=FAMILY_NAME,
        usb_vendor=ZEBRA_VENDOR,
        usb_product=product,
        dpi=dpi,
        head_dots=head_dots,
        stock=MEDIA,
        counts_labels=counts_labels,
        confirms=counts_labels,
        mm_per_second=speed,
    )


MODELS: tuple[ZebraModel, ...] = (
    _zebra("ZD410-203", 0x011C, 203, 448),
    _zebra("ZD410-300", 0x011C, 300, 638),
    _zebra("ZD421-203", None, 203, 832),
    _zebra("ZD421-300", None, 300, 1280),
    _zebra("ZD620-203", 0x0141, 203, 832),
    _zebra("ZD620-300", 0x0141, 300, 1280),
    _zebra("ZT411-203", 0x0172, 203, 832),
    _zebra("ZT411-300", 0x0172, 300, 1248),
    _zebra("ZT411-600", 0x0172, 600, 2496, 38.0),
    _zebra("GK420d", 0x0062, 203, 832, counts_labels=False),
    _zebra("GK420t", 0x0081, 203, 832, counts_labels=False),
)
