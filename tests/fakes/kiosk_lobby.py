"""A lobby on the sample kiosk, with short cuts to each step, for tests of presenters and screens."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.frame import Frame
from kiosk.navigation import Screen
from kiosk.ports import Framing
from kiosk.presenters.cast import LobbyCraft
from kiosk.presenters.lobby import Lobby
from workbench.sample_kiosk import SampleKiosk

JPEG = b"\xff\xd8 a picture in memory"


@dataclass
class CodesSeen:
    """A reader of codes that finds what it is told to find."""

    codes: tuple[str, ...] = ()

    def read(self, frame: Frame) -> tuple[str, ...]:
        """Return the codes as set."""
        return self.codes


@dataclass
class LobbyUnderTest:
    """The lobby, its kiosk, and how often it said that something changed."""

    kiosk: SampleKiosk = field(default_factory=SampleKiosk)
    seen: CodesSeen = field(default_factory=CodesSeen)
    framing: Framing = Framing.NO_FACE
    changes: int = 0
    lobby: Lobby = field(init=False)

    def __post_init__(self) -> None:
        craft = LobbyCraft(self.seen.read, lambda _frame: JPEG, lambda _frame: self.framing)
        self.lobby = Lobby(self.kiosk.ports, craft)
        self.lobby.on_change = self._changed

    def _changed(self) -> None:
        self.changes += 1

    def on(self, screen: Screen) -> bool:
        """Return whether this screen is shown."""
        return self.lobby.screen is screen

    def fill_details(self, name: str = "Odalys Fernhollow", email: str = "") -> None:
        """Enter details and go on."""
        details = self.lobby.details
        self.lobby.welcome.visit()
        details.type(name)
        details.next()
        details.next()
        details.type(email)
        details.next()

    def to_document(self) -> None:
        """Go as far as the document."""
        self.fill_details()
        self.lobby.host.type("Ines")
        self.lobby.host.choose("h4")

    def to_photo(self) -> None:
        """Go as far as the photo."""
        self.to_document()
        self.lobby.document.reached_end()
        self.lobby.document.agree()

    def arrive(self) -> None:
        """Check in without a photo."""
        self.to_photo()
        self.lobby.photo.decline()
