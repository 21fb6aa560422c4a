"""Two more visits of the headless demo: one announced, in Arabic; one of a company whose insurance is over."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kiosk.navigation import Screen
from kiosk.words.catalogue import languages
from workbench.demo.cloud import DemoCloud
from workbench.demo.evidence import scan_code
from workbench.demo.lobby import DemoKiosk, Guest
from workbench.demo.portrait import LAYAN, draw_portrait, held_up
from workbench.demo.processes import DemoError
from workbench.demo.summary import Summary, await_true
from workbench.touch_server import TouchClient

INVITATION = "silk-sample"
GUEST_C = "ليان وادي النسيم"
GUEST_D = Guest(
    name="Fenwick Alderbrook",
    company="Tarnbrook Joinery",
    host="wrenf",
    visitor_type="contractor",
    answers=("tw-2077", "no"),
    quiz=(0, 1),
    photo=False,
)
"""Of a company whose insurance, as the organisation's file says, is over since the beginning of the year."""


@dataclass(frozen=True, slots=True)
class LaterVisits:
    """What they work with; ``photograph`` as of the earlier ones."""

    summary: Summary
    cloud: DemoCloud
    kiosk: DemoKiosk
    out: Path
    photograph: Callable[[str, str], int]

    def play(self, finger: TouchClient) -> None:
        """Let one in, and ask the other to wait.

        Raises:
            DemoError, TouchRefusedError: a step did not come out as it must.
        """
        before = self.kiosk.roster()
        self._announced(finger)
        self._refused(finger)
        if sorted(self.kiosk.roster()) != sorted([*before, GUEST_C]):
            raise DemoError(f"the roster lists {self.kiosk.roster()}")

    def _announced(self, finger: TouchClient) -> None:
        code = self.out / "invitation.png"
        with self.summary.step("C is announced: the server makes the invitation's code"):
            self.cloud.make_invitation_code(INVITATION, code)
            scan_code(code)
        with self.summary.step("visit C, in Arabic: the code before the camera says who it is"):
            finger.wait_for(Screen.WELCOME)
            finger.tap("language.ar")
            finger.tap("welcome.visit")
            finger.wait_for(Screen.TYPE)
            self.kiosk.show_to_camera(held_up(Image.open(code)))
            finger.tap("type.by_code")
            finger.wait_for(Screen.DETAILS)
            finger.wait_for_words(GUEST_C)
            self.kiosk.picture(finger, "announced-arabic")
            self.kiosk.show_to_camera(draw_portrait(LAYAN))
            self.kiosk.finish_announced(finger)
        with self.summary.step("visit C: the badge is printed"):
            self.kiosk.read_on(finger, languages()["ar"].say("badge.printed"))
            self.kiosk.picture(finger, "done-arabic")
            badge = self.out / "badge-003.png"
            await_true(f"{badge.name} comes out", 30, badge.exists)
            scan_code(badge)
            finger.tap("done.finish")

    def _refused(self, finger: TouchClient) -> None:
        with self.summary.step("D is a contractor whose insurance is over: asked to wait, and on no list"):
            self.kiosk.check_in(finger, GUEST_D, ends=Screen.HELD)
            self.kiosk.picture(finger, "held")
            finger.tap("held.finish")
            finger.wait_for(Screen.WELCOME)
        with self.summary.step("the cloud knows of both"):
            await_true("nothing waits on the kiosk", 30, self.kiosk.has_sent_everything, pause=0.5)
            self.photograph("/board", "board-held")
            self.photograph("/types", "types")
