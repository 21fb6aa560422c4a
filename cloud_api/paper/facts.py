"""What is drawn on a page, apart from how: whoever reads it together loads neither fonts nor a drawer."""

from dataclasses import dataclass
from datetime import datetime

from sync.protocol.ink import Ink


@dataclass(frozen=True, slots=True)
class CopyFacts:
    """What a copy says. ``language``: of what is said around the text; ``text_language``: of the text. ``agreed_at`` is
    a time of the site's zone. ``ink``: the signature, where one was drawn. ``right`` of ``asked`` questions were
    answered as the text says. ``clock_unset``: the kiosk's clock was not, when it wrote down the time.
    """

    organisation: str
    site: str
    language: str
    text_language: str
    version: str
    title: str
    paragraphs: tuple[str, ...]
    sha256: str
    name: str
    agreed_at: datetime
    ink: Ink | None = None
    asked: int = 0
    right: int = 0
    clock_unset: bool = False
