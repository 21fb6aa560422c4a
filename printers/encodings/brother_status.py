"""The 32 bytes in which a Brother QL says how it is, both ways.

After *Raster Command Reference QL-800/810W/820NWB*, "ESC i S". Byte 25 is reserved there. An owner's QL-800 said 0x81
in it with the roll that it was sold with, which is the red and black one, and Brother's SDK calls the byte the font's
colour. It is only ever used to recognise that roll, never to refuse another for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntFlag

from printers.catalogue.brother import MEDIA
from printers.errors import StatusFormatError
from printers.paper import Medium, MediumForm

STATUS_BYTES = 32
_HEAD = b"\x80\x20B4"
_FORMS = {
    0x0A: MediumForm.CONTINUOUS,
    0x4A: MediumForm.CONTINUOUS,
    0x0B: MediumForm.DIE_CUT,
    0x4B: MediumForm.DIE_CUT,
}
_RED_AND_BLACK = 0x81
_MODEL, _ERROR_1, _ERROR_2, _WIDTH, _FORM, _LENGTH, _TYPE, _PHASE, _NOTICE, _COLOUR = (
    4, 8, 9, 10, 11, 17, 18, 19, 22, 25,
)  # fmt: skip


class BrotherFault(IntFlag):
    """Error information 1 (low byte) and 2 (high byte)."""

    NONE = 0
    NO_MEDIA = 0x0001
    END_OF_MEDIA = 0x0002
    CUTTER_JAM = 0x0004
    IN_USE = 0x0010
    TURNED_OFF = 0x0020
    ADAPTER = 0x0040
    FAN = 0x0080
    WRONG_MEDIA = 0x0100
    BUFFER_FULL = 0x0200
    COMMUNICATION = 0x0400
    COMMUNICATION_BUFFER_FULL = 0x0800
    COVER_OPEN = 0x1000
    CANCELLED = 0x2000
    CANNOT_FEED = 0x4000
    SYSTEM = 0x8000


class StatusKind(Enum):
    """Why the printer sent this status."""

    REPLY = 0x00
    COMPLETED = 0x01
    ERROR = 0x02
    TURNED_OFF = 0x04
    NOTIFICATION = 0x05
    PHASE_CHANGE = 0x06


class Notice(Enum):
    """What a notification is about."""

    NONE = 0x00
    COOLING_STARTED = 0x03
    COOLING_FINISHED = 0x04


@dataclass(frozen=True)
class BrotherStatus:
    """One status, in words.

    Attributes:
        model_code: see ``printers.catalogue.brother``.
        faults: everything that is wrong, none when all is well.
        width_mm, length_mm: the loaded medium; both 0 when there is none.
        form: its form, None when there is none.
        kind: why the status was sent.
        printing: whether the printer is in its printing phase.
        notice: what a notification says.
        red_roll: the printer says that the paper is red and black.
    """

    model_code: int
    faults: BrotherFault
    width_mm: int
    length_mm: int
    form: MediumForm | None
    kind: StatusKind
    printing: bool
    notice: Notice = Notice.NONE
    red_roll: bool = False

    def holds(self, medium: Medium) -> bool:
        """Whether the loaded paper is this medium, as far as the printer can tell."""
        same = (self.width_mm, self.length_mm, self.form) == (
            medium.width_mm,
            medium.length_mm,
            medium.form,
        )
        return same and (medium.two_colour or not self.red_roll)

    @property
    def loaded(self) -> str:
        """The loaded paper in words."""
        if self.form is None or self.width_mm == 0:
            return "no paper"
        for medium in MEDIA:
            if self.holds(medium) and medium.two_colour == self.red_roll:
                return medium.title
        length = f" x {self.length_mm}" if self.length_mm else ""
        return f"{self.width_mm}{length} mm {self.form.value}"


def parse_status(data: bytes) -> BrotherStatus:
    """Read one status.

    Raises:
        StatusFormatError: when these are not 32 bytes of a Brother QL's status.
    """
    if len(data) != STATUS_BYTES or not data.startswith(_HEAD):
        raise StatusFormatError(f"The printer answered {len(data)} bytes that are not a Brother QL status.")
    try:
        kind = StatusKind(data[_TYPE])
    except ValueError:
        kind = StatusKind.NOTIFICATION
    known_notices = {notice.value for notice in Notice}
    return BrotherStatus(
        model_code=data[_MODEL],
        faults=BrotherFault(data[_ERROR_1] | data[_ERROR_2] << 8),
        width_mm=data[_WIDTH],
        length_mm=data[_LENGTH],
        form=_FORMS.get(data[_FORM]),
        kind=kind,
        printing=data[_PHASE] == 1,
        notice=Notice(data[_NOTICE]) if data[_NOTICE] in known_notices else Notice.NONE,
        red_roll=data[_COLOUR] == _RED_AND_BLACK,
    )


def format_status(status: BrotherStatus) -> bytes:
    """Write a status as the printer does; used by the virtual printer."""
    data = bytearray(STATUS_BYTES)
    data[: len(_HEAD)] = _HEAD
    data[_MODEL] = status.model_code
    data[5] = 0x30
    data[_ERROR_1], data[_ERROR_2] = status.faults & 0xFF, status.faults >> 8
    data[_WIDTH], data[_LENGTH] = status.width_mm, status.length_mm
    data[_FORM] = next((code for code, form in _FORMS.items() if form is status.form), 0)
    data[14] = 0x23
    data[_TYPE], data[_PHASE] = status.kind.value, int(status.printing)
    data[_NOTICE] = status.notice.value
    data[_COLOUR] = _RED_AND_BLACK if status.red_roll else 0
    return bytes(data)
