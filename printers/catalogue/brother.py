"""Brother QL: models and media.

Dots, margins and model codes are those of Brother's raster command references: *QL-500/550/560/570/580N/650TD/700/1050/
1060N*, *QL-710W/720NW*, *QL-800/810W/820NWB* and *QL-1100/1110NWB/1115NWB*. DK numbers are Brother's; USB product ids
those of the public list of USB ids.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.hardware import PrinterModel
from printers.paper import Medium, MediumForm

BROTHER_VENDOR = 0x04F9
FAMILY_NAME = "Brother QL"
_QL_800 = "Raster Command Reference QL-800/810W/820NWB, 2.3.2"
_QL_1100 = "Raster Command Reference QL-1100/1110NWB/1115NWB, 2.3.2"
_DPI = 300
_CONTINUOUS_MARGIN_DOTS = 35
_SECONDS_FOR_CUT = 0.6


def _die_cut(  # noqa: PLR0917 - a table row
    width_mm: int,
    length_mm: int,
    width_dots: int,
    height_dots: int,
    offset: int,
    dk: str,
    source: str = _QL_800,
) -> Medium:
    return Medium(
        name=f"{width_mm}x{length_mm}",
        title=f"{width_mm} x {length_mm} mm labels ({dk})",
        width_mm=width_mm,
        length_mm=length_mm,
        width_dots=width_dots,
        height_dots=height_dots,
        right_offset_dots=offset,
        form=MediumForm.DIE_CUT,
        source=source,
        dpi=_DPI,
    )


def _continuous(
    name: str,
    width_mm: int,
    width_dots: int,
    offset: int,
    title: str,
    source: str = _QL_800,
    *,
    two_colour: bool = False,
) -> Medium:
    return Medium(
        name=name,
        title=title,
        width_mm=width_mm,
        length_mm=0,
        width_dots=width_dots,
        height_dots=None,
        margin_dots=_CONTINUOUS_MARGIN_DOTS,
        right_offset_dots=offset,
        form=MediumForm.CONTINUOUS,
        source=source,
        two_colour=two_colour,
        dpi=_DPI,
    )


MEDIA: tuple[Medium, ...] = (
    _die_cut(62, 100, 696, 1109, 12, "DK-11202"),
    _die_cut(62, 29, 696, 271, 12, "DK-11209"),
    _die_cut(29, 90, 306, 991, 6, "DK-11201"),
    _die_cut(38, 90, 413, 991, 12, "DK-11208"),
    _die_cut(102, 152, 1164, 1660, 12, "DK-11241", _QL_1100),
    _die_cut(102, 51, 1164, 526, 12, "DK-11240", _QL_1100),
    _continuous("62", 62, 696, 12, "62 mm continuous tape (DK-22205)"),
    _continuous("62red", 62, 696, 12, "62 mm continuous tape, black and red (DK-22251)", two_colour=True),
    _continuous("54", 54, 590, 0, "54 mm continuous paper (DK-N55224)"),
    _continuous("102", 102, 1164, 12, "102 mm continuous tape (DK-22243)", _QL_1100),
)


@dataclass(frozen=True, kw_only=True)
class BrotherModel(PrinterModel):
    """One Brother QL.

    Attributes:
        model_code: byte 4 of its status.
        extra_offset_dots: pins to add to a medium's own right offset.
        switches_mode: knows ``ESC i a`` (older ones have the raster mode alone).
        answers_on_network: never; Brother's references answer status requests by USB, and point to SNMP on the network.
        cuts: has a cutter of its own and knows the commands for it (the QL-500 has a lever).
        shortest_rows: the shortest page on continuous tape.
        mm_per_second_two_colour: paper speed on two-colour paper.
    """

    model_code: int
    extra_offset_dots: int = 0
    switches_mode: bool = True
    cuts: bool = True
    shortest_rows: int = 150
    mm_per_second_two_colour: float = 24.0
    answers_on_network: bool = False

    def takes(self, medium: Medium) -> bool:
        """See ``PrinterModel.takes``; the wide heads' labels lie further in."""
        reach = medium.width_dots + medium.right_offset_dots + self.extra_offset_dots
        return super().takes(medium) and reach <= self.head_dots

    def seconds_to_print(self, medium: Medium, rows: int) -> float:
        """See ``PrinterModel.seconds_to_print``; two colours are slow."""
        speed = self.mm_per_second_two_colour if medium.two_colour else self.mm_per_second
        return (rows + 2 * medium.margin_dots) * 25.4 / self.dpi / speed + _SECONDS_FOR_CUT


def _ql(  # a table row
    name: str,
    product: int,
    code: int,
    *,
    two_colour: bool = False,
    modes: bool = True,
    shortest: int = 150,
    cuts: bool = True,
) -> BrotherModel:
    return BrotherModel(
        name=name,
        family=FAMILY_NAME,
        usb_vendor=BROTHER_VENDOR,
        usb_product=product,
        model_code=code,
        dpi=_DPI,
        head_dots=720,
        stock=MEDIA,
        two_colour=two_colour,
        switches_mode=modes,
        shortest_rows=shortest,
        cuts=cuts,
    )


def _wide(name: str, product: int, code: int, *, shortest: int = 301, modes: bool = True) -> BrotherModel:
    """A model with a head of 4 inches; labels lie 44 pins further in."""
    return BrotherModel(
        name=name,
        family=FAMILY_NAME,
        usb_vendor=BROTHER_VENDOR,
        usb_product=product,
        model_code=code,
        dpi=_DPI,
        head_dots=1296,
        extra_offset_dots=44,
        stock=MEDIA,
        shortest_rows=shortest,
        switches_mode=modes,
    )


MODELS: tuple[BrotherModel, ...] = (
    _ql("QL-500", 0x2015, 0x4F, modes=False, shortest=295, cuts=False),
    _ql("QL-550", 0x2016, 0x4F, modes=False, shortest=295),
    _ql("QL-560", 0x2027, 0x31, modes=False, shortest=295),
    _ql("QL-570", 0x2028, 0x32, modes=False),
    _ql("QL-580N", 0x2029, 0x33),
    _ql("QL-600", 0x20C0, 0x47),
    _ql("QL-650TD", 0x201B, 0x51, shortest=295),
    _ql("QL-700", 0x2042, 0x35, modes=False),
    _ql("QL-710W", 0x2043, 0x36),
    _ql("QL-720NW", 0x2044, 0x37),
    _ql("QL-800", 0x209B, 0x38, two_colour=True),
    _ql("QL-810W", 0x209C, 0x39, two_colour=True),
    _ql("QL-820NWB", 0x209D, 0x41, two_colour=True),
    _wide("QL-1050", 0x2020, 0x50, shortest=295),
    _wide("QL-1060N", 0x202A, 0x34, shortest=295),
    _wide("QL-1100", 0x20A7, 0x43),
    _wide("QL-1110NWB", 0x20A8, 0x44),
    _wide("QL-1115NWB", 0x20AB, 0x45),
)


def brother_model(name: str) -> BrotherModel:
    """Return the model of exactly that name; ``LookupError`` when there is none."""
    for candidate in MODELS:
        if candidate.name == name:
            return candidate
    raise LookupError(name)
