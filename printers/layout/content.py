"""What a badge says, before anybody thinks about where it goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from PIL import Image

from printers.errors import BadgeContentError

CODE_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
CODE_LENGTH_MAX = 160
READABLE_CODE_LENGTH = 8
TEXT_LENGTH_MAX = 500


class BadgeStyle(Enum):
    """The shape that tells the visitor's type from across a room, before the word and the colour do."""

    VISITOR = "visitor"
    CONTRACTOR = "contractor"
    ESCORT = "escort"


@dataclass(frozen=True)
class BadgeLabels:
    """The fixed words of a badge in the visitor's language."""

    visiting: str = "Visiting"
    valid_until: str = "Valid until"
    escort: str = "Escort at all times"
    escort_short: str = "Escort"
    zone: str = "Zone"
    muster_point: str = "Muster point"


@dataclass(frozen=True)
class BadgeContent:
    """One badge's words, code and picture.

    Attributes:
        name: the visitor, in any script; whole on the badge, whatever its length up to 200 characters.
        company, host: may be empty; a long one may end in an ellipsis.
        visitor_type: the word in the band, printed in capitals.
        style: the band's shape.
        organisation, place: the head of the badge.
        valid_until: ready text, such as "Today 18:00".
        code_payload: at most 160 characters of the QR alphanumeric set; empty for a badge without a code.
        readable_code: 8 characters for a person to type; empty with an empty payload.
        photo: any mode and size up to 40 megapixels; None leaves the space to the name.
        last_line: one quiet line at the foot, such as where to muster.
        escort_required: prints the escort band whatever the style.
        labels: the fixed words.
        zone: where the visitor may be; empty where nobody said.
        logo: the organisation's own, any mode and size up to 40 megapixels; None: Lodge's mark stands for it.
        language: of the template's own words.

    Raises:
        BadgeContentError: when the code cannot be printed as promised, or a text is absurdly long.
    """

    name: str
    company: str
    host: str
    visitor_type: str
    style: BadgeStyle
    organisation: str
    place: str
    valid_until: str
    code_payload: str
    readable_code: str
    photo: Image.Image | None = None
    last_line: str = ""
    escort_required: bool = False
    labels: BadgeLabels = field(default_factory=BadgeLabels)
    zone: str = ""
    logo: Image.Image | None = None
    language: str = "en"

    def __post_init__(self) -> None:
        self._check_code()
        for text in (self.name, self.company, self.host, self.visitor_type, self.organisation, self.place):
            if len(text) > TEXT_LENGTH_MAX:
                raise BadgeContentError(f"A text of {len(text)} characters is too long for a badge.")

    def _check_code(self) -> None:
        unfit = sorted(set(self.code_payload) - CODE_CHARACTERS)
        if unfit:
            raise BadgeContentError(
                f"The badge code holds {unfit[0]!r}, which QR alphanumeric mode cannot carry: "
                "it takes A to Z, 0 to 9, space and $%*+-./: only."
            )
        if len(self.code_payload) > CODE_LENGTH_MAX:
            raise BadgeContentError(
                f"The badge code has {len(self.code_payload)} characters; {CODE_LENGTH_MAX} are the most."
            )
        if self.code_payload and len(self.readable_code) != READABLE_CODE_LENGTH:
            raise BadgeContentError(f"The readable code must have {READABLE_CODE_LENGTH} characters.")

    @property
    def has_escort_band(self) -> bool:
        """Whether the badge carries the solid band that asks for an escort."""
        return self.escort_required or self.style is BadgeStyle.ESCORT

    @property
    def readable_code_groups(self) -> str:
        """The readable code in groups of four, as people read it aloud."""
        code = self.readable_code
        return " ".join(code[start : start + 4] for start in range(0, len(code), 4))
