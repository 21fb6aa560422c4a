"""A sample kiosk that is led from scene to scene."""

from __future__ import annotations

from kiosk.camera import encode_photo
from kiosk.codes import read_codes
from kiosk.display_values import Display
from kiosk.framing import frame_face
from kiosk.ports import BadgeProgress, BadgeState, HostTold, StatusNow
from kiosk.presenters.cast import LobbyCraft
from kiosk.presenters.lobby import Lobby
from kiosk.presenters.sheets import Sheet
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_pictures import badge_picture, face_picture, png
from workbench.sample_texts import PEOPLE, TYPES
from workbench.still_time import MORNING

CODE = "LODGE-SAMPLE-CODE"


class Tour:
    """Leads one kiosk from scene to scene."""

    def __init__(self, language: str, display: Display) -> None:
        self.kiosk = SampleKiosk()
        self.kiosk.directory.types = TYPES
        self.kiosk.desk.people = PEOPLE
        self.kiosk.camera.picture = face_picture()
        self.kiosk.desk.badge = BadgeProgress(
            BadgeState.PRINTING, picture=png(badge_picture("Odalys Fernhollow", CODE))
        )
        self.ports = self.kiosk.ports
        self._language = language
        self.lobby = Lobby(self.ports, LobbyCraft(read_codes, encode_photo, frame_face))
        self._display = display
        self.again()

    def again(self) -> None:
        """Begin with the welcome."""
        self.lobby.reset()
        self.lobby.choose_language(self._language)
        self.lobby.display = self._display
        self.lobby.ask(Sheet.DISPLAY)
        self.lobby.choose("close")

    def to_details(self, name: str = "Odalys Fernhollow", email: str = "") -> None:
        """Fill in the details."""
        self.again()
        lobby = self.lobby
        lobby.welcome.visit()
        lobby.type.choose("visitor")
        lobby.details.type(name)
        lobby.details.next()
        lobby.details.type("Larkspur Looms")
        lobby.details.next()
        lobby.details.type(email)

    def to_document(self, host: str = "Ines") -> None:
        """Go on to the document."""
        self.to_details()
        self.lobby.details.next()
        self.lobby.host.type(host)
        rows = self.lobby.host.view().rows
        if rows:
            self.lobby.host.choose(rows[0].id)
        else:
            self.lobby.host.go_without()

    def to_photo(self) -> None:
        """Go on to the photo."""
        self.to_document()
        self.lobby.document.reached_end()
        self.lobby.document.agree()

    def offline(self, *, on: bool) -> None:
        """Take the network away, or give it back."""
        since = MORNING.replace(hour=8, minute=40) if on else None
        self.kiosk.status.status = StatusNow(offline_since=since)
        self.kiosk.desk.told = HostTold.WHEN_ONLINE if on else HostTold.BEING_TOLD
