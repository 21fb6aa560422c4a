"""DYMO LabelWriter: models and media of the 450 generation (and its elders) and of the 550 generation.

Heads are those of DYMO's *LabelWriter 400 / 450 / 550 Series Technical Reference*: 672 dots, on the XL models 1248,
300 dpi. Printable areas are those of DYMO's own driver; the one of the 104 x 159 mm label is reckoned with the margins
of the others. USB ids are from the public list of USB ids and DYMO's references.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.hardware import PrinterModel
from printers.paper import Medium, MediumForm

DYMO_VENDOR = 0x0922
FAMILY_NAME_450 = "DYMO LabelWriter 450"
FAMILY_NAME_550 = "DYMO LabelWriter 550"
_DPI = 300
_DRIVER = "printable area in DYMO's driver"
_RECKONED = "label size less the margins of the other labels; not published"
_HEAD, _WIDE_HEAD = 672, 1248


def _label(  # noqa: PLR0917 - a table row
    number: str,
    width_mm: int,
    length_mm: int,
    width_dots: int,
    height_dots: int,
    skus: tuple[str, ...],
    source: str = _DRIVER,
) -> Medium:
    return Medium(
        name=f"dymo-{number}",
        title=f"{width_mm} x {length_mm} mm labels (DYMO {number})",
        width_mm=width_mm,
        length_mm=length_mm,
        width_dots=width_dots,
        height_dots=height_dots,
        form=MediumForm.DIE_CUT,
        source=source,
        dpi=_DPI,
        skus=(number, *skus),
    )


MEDIA: tuple[Medium, ...] = (
    _label("99014", 54, 101, 608, 1109, ("30323", "S0722430")),
    _label("30256", 59, 102, 665, 1112, ()),
    _label("99010", 28, 89, 299, 963, ("30252", "S0722370")),
    _label("99015", 54, 70, 614, 741, ("30324", "S0722440")),
    _label("1744907", 104, 159, 1200, 1746, ("S0904980",), _RECKONED),
)


@dataclass(frozen=True, kw_only=True)
class DymoModel(PrinterModel):
    """One LabelWriter; it has no cutter. The 450 generation cannot say that a label was printed."""


def _writer(family: str, name: str, product: int | None, *, head: int = _HEAD, speed: float) -> DymoModel:
    return DymoModel(
        name=name,
        family=family,
        usb_vendor=DYMO_VENDOR,
        usb_product=product,
        dpi=_DPI,
        head_dots=head,
        stock=MEDIA,
        mm_per_second=speed,
        confirms=family == FAMILY_NAME_550,
    )


MODELS_450: tuple[DymoModel, ...] = (
    _writer(FAMILY_NAME_450, "LabelWriter-400", 0x0019, speed=80.0),
    _writer(FAMILY_NAME_450, "LabelWriter-400-Turbo", 0x001A, speed=90.0),
    _writer(FAMILY_NAME_450, "LabelWriter-450", 0x0020, speed=80.0),
    _writer(FAMILY_NAME_450, "LabelWriter-450-Turbo", None, speed=110.0),
    _writer(FAMILY_NAME_450, "LabelWriter-4XL", None, head=_WIDE_HEAD, speed=80.0),
)
MODELS_550: tuple[DymoModel, ...] = (
    _writer(FAMILY_NAME_550, "LabelWriter-550", 0x0052, speed=95.0),
    _writer(FAMILY_NAME_550, "LabelWriter-550-Turbo", 0x0053, speed=140.0),
    _writer(FAMILY_NAME_550, "LabelWriter-5XL", 0x0054, head=_WIDE_HEAD, speed=90.0),
)
