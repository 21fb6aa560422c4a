"""Printers as data: what every model of every family has; a family adds fields of its own by a subclass.

"Proven" says what has confirmed the encoding for a model so far, no more.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.paper import Medium


@dataclass(frozen=True, kw_only=True)
class PrinterModel:
    """One model of printer.

    Attributes:
        name: as printed on its front; where one model is sold with several heads, with the dots per inch.
        family: the family's name.
        usb_vendor: USB vendor id; None for a printer that is no USB device.
        usb_product: USB product id; None where none has been published: such a printer is chosen by its model's name.
        dpi: dots per inch of its head.
        head_dots: dots of its head across the paper.
        stock: the family's media.
        two_colour: can print black and red on two-colour paper.
        answers: says how it is when asked.
        answers_on_network: does so over raw TCP too.
        confirms: can say that a badge was printed; without it the best outcome is "sent, unconfirmed".
        mm_per_second: paper speed, for honest time limits.
        proven: what has confirmed this model's encoding.
    """

    name: str
    family: str
    usb_vendor: int | None
    usb_product: int | None
    dpi: int
    head_dots: int
    stock: tuple[Medium, ...]
    two_colour: bool = False
    answers: bool = True
    answers_on_network: bool = True
    confirms: bool = True
    mm_per_second: float = 90.0
    proven: str = "virtual printer"

    @property
    def row_bytes(self) -> int:
        """Bytes of one row of dots over the whole head."""
        return (self.head_dots + 7) // 8

    @property
    def usb_id(self) -> str:
        """Vendor and product as ``04f9:209d``; ``0a5f:*`` for an unknown product, empty without USB."""
        if self.usb_vendor is None:
            return ""
        product = "*" if self.usb_product is None else f"{self.usb_product:04x}"
        return f"{self.usb_vendor:04x}:{product}"

    def takes(self, medium: Medium) -> bool:
        """Whether this printer can print on a medium at all."""
        fits = medium.dpi == self.dpi and medium.width_dots + medium.right_offset_dots <= self.head_dots
        return fits and medium in self.stock and (self.two_colour or not medium.two_colour)

    @property
    def media(self) -> tuple[Medium, ...]:
        """Every known medium that this printer can print on."""
        return tuple(candidate for candidate in self.stock if self.takes(candidate))

    def seconds_to_print(self, medium: Medium, rows: int) -> float:
        """About how long the mechanics take for ``rows`` dots on a medium, feeding and cutting included."""
        length_mm = (rows + 2 * medium.margin_dots) * 25.4 / self.dpi
        return length_mm / self.mm_per_second + _FEED_AND_CUT_SECONDS


_FEED_AND_CUT_SECONDS = 0.6
