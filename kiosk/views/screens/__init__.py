"""Every screen of the kiosk and the class that draws it."""

from __future__ import annotations

from kiosk.navigation import Screen
from kiosk.views.chrome import ScreenView
from kiosk.views.screens.choice import ChoiceView
from kiosk.views.screens.details import DetailsView
from kiosk.views.screens.device import DeviceView
from kiosk.views.screens.document import DocumentView
from kiosk.views.screens.done import DoneView
from kiosk.views.screens.evacuation import EvacuationView
from kiosk.views.screens.fields import ClaimView, FieldsView
from kiosk.views.screens.goodbye import GoodbyeView
from kiosk.views.screens.held import HeldView
from kiosk.views.screens.host import HostView
from kiosk.views.screens.on_site import OnSiteView
from kiosk.views.screens.photo import PhotoView
from kiosk.views.screens.pin import PinView
from kiosk.views.screens.quiz import QuizView
from kiosk.views.screens.refused import RefusedView
from kiosk.views.screens.scanning import CodeView, ScanView
from kiosk.views.screens.staff_room import StaffRoomView
from kiosk.views.screens.visitor_type import TypeView
from kiosk.views.screens.welcome import WelcomeView

SCREENS: dict[Screen, type[ScreenView]] = {
    Screen.WELCOME: WelcomeView,
    Screen.TYPE: TypeView,
    Screen.DETAILS: DetailsView,
    Screen.FIELDS: FieldsView,
    Screen.CHOICE: ChoiceView,
    Screen.HOST: HostView,
    Screen.DOCUMENT: DocumentView,
    Screen.QUIZ: QuizView,
    Screen.PHOTO: PhotoView,
    Screen.DONE: DoneView,
    Screen.REFUSED: RefusedView,
    Screen.HELD: HeldView,
    Screen.OVERRIDE: PinView,
    Screen.LICENCE: ScanView,
    Screen.INVITED: ScanView,
    Screen.INVITED_CODE: CodeView,
    Screen.CLAIM: ClaimView,
    Screen.LEAVING: ScanView,
    Screen.CODE: CodeView,
    Screen.GOODBYE: GoodbyeView,
    Screen.PIN: PinView,
    Screen.EVACUATION: EvacuationView,
    Screen.STAFF_ROOM: StaffRoomView,
    Screen.ON_SITE: OnSiteView,
    Screen.DEVICE: DeviceView,
}
