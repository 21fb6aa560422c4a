"""PDF documents: for an office printer, a card printer's own driver, or a print spooler. One file holds all of it.

This is also what a family in one file looks like: models, media, an encoder. Nothing can answer, so there is no
dialogue.
"""

from __future__ import annotations

import re

from printers.encodings.pdf import encode
from printers.families.family import Family
from printers.hardware import PrinterModel
from printers.paper import Medium, MediumForm

FAMILY_NAME = "PDF"
_DPI = 300
_NAME = re.compile(r"pdf-([1-9][0-9]{1,2})x([1-9][0-9]{1,2})")


def pdf_medium(name: str) -> Medium | None:
    """Return the medium of a name such as ``pdf-86x54``: width and height in mm, 10 to 999; None for other names."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    width, length = int(found[1]), int(found[2])
    return Medium(
        name=name,
        title=f"PDF page of {width} x {length} mm",
        width_mm=width,
        length_mm=length,
        width_dots=round(width * _DPI / 25.4),
        height_dots=round(length * _DPI / 25.4),
        form=MediumForm.DIE_CUT,
        source="any size",
        dpi=_DPI,
    )


class PdfModel(PrinterModel):
    """A document; it takes a page of any size."""

    def takes(self, medium: Medium) -> bool:
        """See ``PrinterModel.takes``."""
        return medium.dpi == self.dpi and _NAME.fullmatch(medium.name) is not None


_USUAL = ("pdf-86x54", "pdf-62x100", "pdf-105x148", "pdf-210x297")
MEDIA = tuple(paper for name in _USUAL if (paper := pdf_medium(name)) is not None)

PDF = Family(
    name=FAMILY_NAME,
    models=(
        PdfModel(
            name="PDF",
            family=FAMILY_NAME,
            usb_vendor=None,
            usb_product=None,
            dpi=_DPI,
            head_dots=12_000,
            stock=MEDIA,
            answers=False,
            confirms=False,
            proven="poppler draws its pages dot for dot",
        ),
    ),
    media=MEDIA,
    default_medium="pdf-62x100",
    encode=encode,
    dialogue=None,
    virtual=None,
    options=frozenset(),
    sized=pdf_medium,
)
