"""Every presenter of one turn. They are replaced together when a visitor has gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.admission_values import Invited
from kiosk.frame import Frame
from kiosk.licence_codes import Licence
from kiosk.navigation import Act, Screen
from kiosk.ports import Framing
from kiosk.presenters.arrival import ArrivalPresenter
from kiosk.presenters.calling import CallingPresenter
from kiosk.presenters.choice import ChoicePresenter
from kiosk.presenters.claim import ClaimPresenter
from kiosk.presenters.code_offers import CodeOffer, arrival_offer, departure_offer, not_here
from kiosk.presenters.details import DetailsPresenter
from kiosk.presenters.device import DevicePresenter
from kiosk.presenters.document import DocumentPresenter
from kiosk.presenters.done import DonePresenter
from kiosk.presenters.evacuation import EvacuationPresenter
from kiosk.presenters.fields import FieldsPresenter
from kiosk.presenters.hand_scanner import HandScanner
from kiosk.presenters.held import HeldPresenter
from kiosk.presenters.host import HostPresenter
from kiosk.presenters.invited import InvitationCodes
from kiosk.presenters.leaving import GoodbyePresenter, LeavingCodes
from kiosk.presenters.licence import LicenceCodes
from kiosk.presenters.on_site import OnSitePresenter
from kiosk.presenters.photo import PhotoPresenter
from kiosk.presenters.pin import PinPresenter
from kiosk.presenters.quiz import QuizPresenter
from kiosk.presenters.scanning import CodePresenter, CodeReader, ScanPresenter
from kiosk.presenters.sheets import OwnSheet
from kiosk.presenters.staff_room import StaffRoomPresenter
from kiosk.presenters.turn import Turn
from kiosk.presenters.visitor_type import TypePresenter
from kiosk.presenters.welcome import WelcomePresenter


@dataclass(frozen=True, slots=True)
class LobbyCraft:
    """The skills with pictures that the lobby needs; all run on worker threads."""

    read_codes: CodeReader
    encode_photo: Callable[[Frame], bytes]
    frame_face: Callable[[Frame], Framing]


class Cast:
    """The presenters by name, and by the screen that each answers for."""

    turn: Turn

    @property
    def screen(self) -> Screen:
        """Return which screen is shown."""
        raise NotImplementedError

    def offer(self, offer: CodeOffer) -> None:
        """Let a sheet about a code rise."""
        raise NotImplementedError

    def hire(self, turn: Turn, craft: LobbyCraft, invited: Callable[[Invited], None]) -> None:
        """Give every screen a new presenter; ``invited`` is called when a code has begun a visit."""
        self.calling = CallingPresenter(turn)
        self.welcome = WelcomePresenter(turn)
        self.type = TypePresenter(turn)
        self.details = DetailsPresenter(turn)
        self.fields = FieldsPresenter(turn)
        self.choice = ChoicePresenter(turn)
        self.host = HostPresenter(turn)
        self.document = DocumentPresenter(turn)
        self.quiz = QuizPresenter(turn)
        self.photo = PhotoPresenter(turn, craft.encode_photo, craft.frame_face)
        self.arrival = ArrivalPresenter(turn)
        self.done = DonePresenter(turn)
        self._hire_for_codes(turn, craft, invited)
        self.goodbye = GoodbyePresenter(turn)
        self.pin = PinPresenter(turn)
        self.evacuation = EvacuationPresenter(turn)
        self.staff_room = StaffRoomPresenter(turn)
        self.on_site = OnSitePresenter(turn)
        self.device = DevicePresenter(turn)
        self._presenters: dict[Screen, Any] = {
            Screen.WELCOME: self.welcome,
            Screen.TYPE: self.type,
            Screen.DETAILS: self.details,
            Screen.FIELDS: self.fields,
            Screen.CHOICE: self.choice,
            Screen.HOST: self.host,
            Screen.DOCUMENT: self.document,
            Screen.QUIZ: self.quiz,
            Screen.PHOTO: self.photo,
            Screen.REFUSED: self.arrival,
            Screen.DONE: self.done,
            Screen.HELD: self.held,
            Screen.OVERRIDE: self.override,
            Screen.INVITED: self.invited,
            Screen.INVITED_CODE: self.invited_code,
            Screen.CLAIM: self.claim,
            Screen.LICENCE: self.licence,
            Screen.LEAVING: self.leaving,
            Screen.CODE: self.code,
            Screen.GOODBYE: self.goodbye,
            Screen.PIN: self.pin,
            Screen.EVACUATION: self.evacuation,
            Screen.STAFF_ROOM: self.staff_room,
            Screen.ON_SITE: self.on_site,
            Screen.DEVICE: self.device,
        }

    def _hire_for_codes(self, turn: Turn, craft: LobbyCraft, invited: Callable[[Invited], None]) -> None:
        read = craft.read_codes
        self.held = HeldPresenter(turn)
        self.override = PinPresenter(turn, turn.ports.overrides.unlock, self.arrival.admit)

        def offer_arrival(found: Invited) -> None:
            self.offer(arrival_offer(turn, lambda: invited(found)))

        invitations = InvitationCodes(turn, invited, self._offer_departure)
        badges, licences = LeavingCodes(turn, invitations, offer_arrival), LicenceCodes(turn, self._keep_licence)
        self.invited = ScanPresenter(turn, read, invitations)
        self.invited_code = CodePresenter(turn, invitations)
        self.claim = ClaimPresenter(turn, invitations, invited)
        self.leaving = ScanPresenter(turn, read, badges)
        self.code = CodePresenter(turn, badges)
        self.licence = ScanPresenter(turn, read, licences, fine=True)

        def scanned_at_a_field(*readings: str) -> None:
            if not self.fields.take_code(licences, readings):
                self.offer(not_here(turn))

        at_the_welcome = LeavingCodes(turn, invitations, invited, wanted="any")
        self.hand_scanner = HandScanner(
            turn,
            {
                Screen.INVITED: self.invited.take,
                Screen.INVITED_CODE: self.invited_code.take,
                Screen.LEAVING: self.leaving.take,
                Screen.CODE: self.code.take,
                Screen.LICENCE: self.licence.take,
                Screen.FIELDS: scanned_at_a_field,
            },
            {
                Screen.WELCOME: at_the_welcome,
                Screen.GOODBYE: at_the_welcome,
                Screen.DONE: invitations,
                Screen.TYPE: invitations,
                Screen.CLAIM: invitations,
            },
            self.offer,
        )

    def _keep_licence(self, licence: Licence) -> None:
        """The number into its field, the name where none was given yet; nothing else was read."""
        self.fields.take_licence(licence)
        self.details.take_name(licence.name)

    def _offer_departure(self, code: str) -> None:
        turn = self.turn

        def leave() -> None:
            turn.go(Act.LEAVE)
            self.leaving.take(code)

        self.offer(departure_offer(turn, leave))

    @property
    def _own(self) -> OwnSheet | None:
        """The presenter of the screen, where it has sheets of its own."""
        own: dict[Screen, OwnSheet] = {
            Screen.EVACUATION: self.evacuation,
            Screen.ON_SITE: self.on_site,
            Screen.DEVICE: self.device,
        }
        return own.get(self.screen)
