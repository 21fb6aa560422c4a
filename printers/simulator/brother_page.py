"""One page inside a virtual printer: what was announced, what came, what it looks like on paper."""

from __future__ import annotations

from dataclasses import dataclass, field

from PIL import Image

from printers.bitmap import BadgeBitmap
from printers.catalogue.brother import BrotherModel
from printers.encodings.brother_status import BrotherFault
from printers.paper import Medium, MediumForm
from printers.simulator.brother_stream import PageInformation, Row

_TYPE_VALID, _WIDTH_VALID, _LENGTH_VALID = 0x02, 0x04, 0x08
_MEDIA_TYPE = {MediumForm.CONTINUOUS: 0x0A, MediumForm.DIE_CUT: 0x0B}
_TWO_COLOUR = 0x01


@dataclass
class Page:
    """Collects commands until the print command."""

    model: BrotherModel
    information: PageInformation | None = None
    expanded: int = 0
    raster_mode: bool = False
    damaged: bool = False
    planes: dict[int, list[bytes]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Take a row; a row of another length than the head, or of a plane that was not announced, spoils the page."""
        expected = {1, 2} if self.expanded & _TWO_COLOUR else {0}
        if len(row.data) != self.model.row_bytes or row.plane not in expected:
            self.damaged = True
            return
        self.planes.setdefault(row.plane, []).append(row.data)

    def add_empty_row(self) -> None:
        """Take a row without ink."""
        for plane in (1, 2) if self.expanded & _TWO_COLOUR else (0,):
            self.add(Row(plane, bytes(self.model.row_bytes)))

    def refusal(self, loaded: Medium) -> BrotherFault:
        """Why this page cannot go onto the loaded paper, NONE when it can."""
        information = self.information
        rows = {len(plane) for plane in self.planes.values()}
        modes = {2 if self.expanded & _TWO_COLOUR else 1}
        if information is None or self.damaged or not self.raster_mode:
            return BrotherFault.COMMUNICATION
        if rows != {information.rows} or {len(self.planes)} != modes:
            return BrotherFault.COMMUNICATION
        if not _same_paper(information, loaded):
            return BrotherFault.WRONG_MEDIA
        if bool(self.expanded & _TWO_COLOUR) != loaded.two_colour:
            return BrotherFault.WRONG_MEDIA
        if loaded.height_dots not in {None, information.rows}:
            return BrotherFault.WRONG_MEDIA
        return BrotherFault.NONE

    def picture(self, loaded: Medium, *, rows: int | None = None) -> BadgeBitmap:
        """Return what a person sees on the label; fewer rows when the paper ended early."""
        shown = rows or max(len(plane) for plane in self.planes.values())
        black = self._plane(self.planes.get(0) or self.planes.get(1) or [], loaded, shown)
        red = self._plane(self.planes[2], loaded, shown) if 2 in self.planes else None  # noqa: PLR2004 - its number
        return BadgeBitmap.of_ink(black, red)

    def _plane(self, rows: list[bytes], loaded: Medium, shown: int) -> Image.Image:
        """The head's first pin is at the right: rows are read backwards, then cut to the label's printable part."""
        head = Image.frombytes("1", (self.model.head_dots, shown), b"".join(rows[:shown]))
        skipped = loaded.right_offset_dots + self.model.extra_offset_dots
        label = head.crop((skipped, 0, skipped + loaded.width_dots, shown))
        return label.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _same_paper(information: PageInformation, loaded: Medium) -> bool:
    announced = [
        (_TYPE_VALID, information.media_type, _MEDIA_TYPE[loaded.form]),
        (_WIDTH_VALID, information.width_mm, loaded.width_mm),
        (_LENGTH_VALID, information.length_mm, loaded.length_mm),
    ]
    return all(said == real for valid, said, real in announced if information.valid & valid)
