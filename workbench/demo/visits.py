"""The headless demo's script: visits with a cloud and without, one announced, one refused, and the proof of it all."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from PIL import Image

from kiosk.navigation import Screen
from kiosk.words.catalogue import Words, languages
from workbench.demo.cloud import DemoCloud
from workbench.demo.evidence import pdf_text, read_by_eye, require_words, scan_code
from workbench.demo.later_visits import GUEST_C, LaterVisits
from workbench.demo.lobby import PIN, DemoKiosk, Guest
from workbench.demo.mail import MailFolder, body_of
from workbench.demo.portrait import BRAM, ODALYS, Likeness, draw_portrait, held_up
from workbench.demo.processes import DemoError
from workbench.demo.summary import Summary, await_true
from workbench.touch_server import TouchClient

GUEST_A = Guest(
    name="Odalys Fernhollow", company="Larkspur Looms", email="odalys@example.org", host="cald", assistance=True
)
GUEST_B = Guest(
    name="Bram Oakentide",
    company="Brindlewick Lifts",
    email="bram@example.org",
    host="wrenf",
    visitor_type="contractor",
    answers=("tw-2041", "yes", "ab 12"),
    quiz=(0, 1),
)
BOTH = (GUEST_A.name, GUEST_B.name)
ALL = (*BOTH, GUEST_C)
AUDIT_SECONDS = 30.0
_SHOWN = {screen: screen.value for screen in (Screen.DETAILS, Screen.HOST, Screen.DOCUMENT, Screen.PHOTO)}
_SHOWN_GERMAN = {
    Screen.DETAILS: "details-german",
    Screen.CHOICE: "choice-german",
    Screen.DOCUMENT: "signature-german",
    Screen.QUIZ: "quiz-german",
}
PICTURES_OF_B = ("B's photo", "B's signature")
WORTH_TELLING_SECONDS = 31.0
"""An alert says how old the arrival is when it is more than half a minute."""

RECONNECT_SECONDS = 150.0
"""After such an outage the kiosk's next try, at a random moment, may be two minutes away."""


@dataclass(slots=True)
class Visits:
    """What the script works with. ``photograph`` takes a picture of the console (page, name) and returns how many
    photos of visitors it shows.
    """

    summary: Summary
    cloud: DemoCloud
    kiosk: DemoKiosk
    mail: MailFolder
    out: Path
    photograph: Callable[[str, str], int]

    def play(self) -> None:
        """Everything from the first touch to the audit export.

        Raises:
            DemoError, TouchRefusedError: a step did not come out as it must.
        """
        with self.kiosk.finger() as finger:
            self._first_visit(finger)
            self._visit_without_a_cloud(finger)
        self._power_cut()
        with self.kiosk.finger() as finger:
            self._evacuation(finger)
            self._catch_up()
            self._departure(finger)
            LaterVisits(self.summary, self.cloud, self.kiosk, self.out, self.photograph).play(finger)
        self._one_message_each()
        self._audit()

    def _first_visit(self, finger: TouchClient) -> None:
        with self.summary.step("visit A, online: check-in by touches"):
            self._pose(ODALYS)
            self.kiosk.picture(finger, "welcome")
            self.kiosk.check_in(finger, GUEST_A, pictures=_SHOWN)
        with self.summary.step("visit A: the printer says printed, the badge's code scans"):
            # The screen clears by itself: what it says comes first, reading the badge takes its time.
            self.kiosk.read_on(finger, _words("en").say("badge.printed"))
            self.kiosk.picture(finger, "done")
            finger.tap("done.finish")
            self._await_badge(1, GUEST_A)
        with self.summary.step("visit A: one message reached the host"):
            await_true("the first alert", 30, lambda: len(self.mail.messages()) == 1)
            message = self.mail.messages()[0]
            require_words(_all_words(message), GUEST_A.name, "Mill Lane", where="the first alert")
            self.photograph("/board", "board")
        with self.summary.step("visit A: the photo is in the console, and gone from the kiosk"):
            self._await_photo("visit-a")

    def _visit_without_a_cloud(self, finger: TouchClient) -> None:
        with self.summary.step("the cloud is stopped"):
            self.cloud.stop()
        with self.summary.step("visit B, without a cloud: check-in by touches"):
            finger.tap("language.de")
            self._pose(BRAM)
            self.kiosk.check_in(finger, GUEST_B, pictures=_SHOWN_GERMAN)
            self._b_arrived = time.monotonic()
        with self.summary.step("visit B: the badge is printed all the same"):
            for told in ("badge.printed", "status.still_works"):
                self.kiosk.read_on(finger, _words("de").say(told))
            self.kiosk.picture(finger, "done-offline")
            self._await_badge(2, GUEST_B)

    def _power_cut(self) -> None:
        with self.summary.step("SIGKILL ends the kiosk between B's tap and the upload; it starts again, still offline"):
            self._recorded_before_kill = self.kiosk.recorded()
            self.kiosk.kill()
            self.kiosk.start(touchable=True)
            if self.kiosk.photos_waiting() != len(PICTURES_OF_B):
                waiting = self.kiosk.photos_waiting()
                raise DemoError(f"{waiting} pictures wait on the kiosk, and it should be {' and '.join(PICTURES_OF_B)}")

    def _evacuation(self, finger: TouchClient) -> None:
        with self.summary.step("the evacuation list shows A and B, offline"):
            finger.wait_for_words(_words("en").say("status.still_works"))
            self.kiosk.picture(finger, "welcome-offline")
            finger.tap("welcome.staff")
            finger.wait_for(Screen.PIN)
            for digit in PIN:
                finger.tap(f"pin.{digit}")
            finger.wait_for(Screen.EVACUATION)
            for name in BOTH:
                finger.wait_for_words(name)
            require_words(read_by_eye(self.kiosk.picture(finger, "evacuation")), *BOTH, where="the picture of the list")
        with self.summary.step("the list as PDF names A and B"):
            finger.tap("evacuation.pdf")
            await_true("the PDF", 20, lambda: bool(list(self.out.glob("evacuation-*.pdf"))))
            written = next(iter(self.out.glob("evacuation-*.pdf"))).rename(self.out / "evacuation.pdf")
            require_words(pdf_text(written), *BOTH, where="evacuation.pdf")
            finger.tap("evacuation.done")
        with self.summary.step("lodge-kiosk roster lists both with the cloud stopped"):
            names = self.kiosk.roster()
            if sorted(names) != sorted(BOTH):
                raise DemoError(f"the roster lists {names}")

    def _catch_up(self) -> None:
        with self.summary.step("the cloud is back: everything is sent"):
            self.cloud.start_server()
            await_true("nothing waits on the kiosk", RECONNECT_SECONDS, self.kiosk.has_sent_everything, pause=2.0)
            await_true("no photo waits on the kiosk", 30, lambda: self.kiosk.photos_waiting() == 0, pause=0.5)
            self.photograph("/kiosks", "kiosks")
            stays = dict(zip(self.kiosk.roster(), self.kiosk.stays(), strict=True))
            self.photograph(f"/visits/{stays[GUEST_B.name]}", "visit-b")
        with self.summary.step("visit B: one message reached the host, and says how long ago the arrival was"):
            time.sleep(max(0.0, self._b_arrived + WORTH_TELLING_SECONDS - time.monotonic()))
            self.cloud.start_worker()
            await_true("the second alert", 30, lambda: len(self.mail.messages()) >= len(BOTH))
            words = _all_words(self.mail.messages()[1])
            require_words(words, GUEST_B.name, "ago", where="the second alert")
            self.photograph("/board", "board-both")
        with self.summary.step("visit B: the visitor has the document that they signed, as a PDF"):
            await_true("the copy", 30, lambda: len(self.mail.copies()) == 1)
            (attached,) = self.mail.copies()[0].iter_attachments()
            kept = self.out / "copy.pdf"
            kept.write_bytes(attached.get_content())
            require_words(pdf_text(kept), GUEST_B.name, "Hier sicher arbeiten", "unterschrieben", where="copy.pdf")

    def _departure(self, finger: TouchClient) -> None:
        with self.summary.step("A leaves by showing the badge to the camera"):
            finger.wait_for(Screen.WELCOME)
            self.kiosk.show_to_camera(held_up(Image.open(self.out / "badge-001.png")))
            finger.tap("welcome.leave")
            finger.wait_for(Screen.GOODBYE, 30)
            self.kiosk.picture(finger, "goodbye")
            finger.wait_for_words("Odalys")
            if self.kiosk.roster() != [GUEST_B.name]:
                raise DemoError(f"after A left the roster lists {self.kiosk.roster()}")
        with self.summary.step("the cloud knows that A left"):
            await_true("nothing waits on the kiosk", 30, self.kiosk.has_sent_everything, pause=0.5)
            self.photograph("/board", "board-after")
            self.photograph("/audit", "audit")

    def _one_message_each(self) -> None:
        with self.summary.step("exactly one message a visit"):
            await_true("the third alert", 30, lambda: len(self.mail.messages()) >= len(ALL))
            subjects = [str(message["subject"]) for message in self.mail.messages()]
            self.summary.counts["alerts"] = len(subjects)
            for name in ALL:
                if sum(name in subject for subject in subjects) != 1:
                    raise DemoError(f"not one message for {name}: {subjects}")

    def _audit(self) -> None:
        with self.summary.step("the audit log is exported and verified"):
            recorded = self.kiosk.recorded()
            await_true("every event is in the audit log", AUDIT_SECONDS, lambda: self._export() >= recorded)
        with self.summary.step("nothing was lost or doubled by the kill"):
            self._require_all_once(recorded)
        self.summary.counts["visits"] = len(ALL)
        self.summary.counts["badges"] = len(list(self.out.glob("badge-*.png")))

    def _require_all_once(self, recorded: int) -> None:
        """What the kiosk recorded before and after the kill is in the verified log once, and nothing else is."""
        held, badges = self.summary.counts["device_events"], len(list(self.out.glob("badge-*.png")))
        if held != recorded or recorded <= self._recorded_before_kill:
            raise DemoError(
                f"{recorded} events recorded ({self._recorded_before_kill} before the kill), {held} in the log"
            )
        if badges != len(ALL):
            raise DemoError(f"{badges} badges for {len(ALL)} visits")

    def _export(self) -> int:
        """Export and verify; returns how many events of the kiosk the export holds."""
        path = self.out / "audit.zip"
        path.unlink(missing_ok=True)
        self.cloud.export_audit(path)
        facts = self.cloud.verify(path)
        for name, member in (("audit_entries", "entries"), ("device_events", "device_events")):
            self.summary.counts[name] = int(str(facts[member]))
        return self.summary.counts["device_events"]

    def _pose(self, likeness: Likeness) -> None:
        self.kiosk.show_to_camera(draw_portrait(likeness))

    def _await_photo(self, name: str) -> None:
        """The only visitor on the list is shown in the console with the photo, of which the kiosk has nothing left."""
        await_true("no photo waits on the kiosk", 30, lambda: self.kiosk.photos_waiting() == 0, pause=0.5)
        (stay,) = self.kiosk.stays()
        if self.photograph(f"/visits/{stay}", name) != 1:
            raise DemoError("the console does not show the visitor's photo")

    def _await_badge(self, number: int, guest: Guest) -> None:
        path = self.out / f"badge-{number:03d}.png"
        await_true(f"{path.name} comes out", 30, path.exists)
        scan_code(path)
        require_words(read_by_eye(path), *guest.name.split(), where=path.name)

    _b_arrived: float = 0.0
    _recorded_before_kill: int = 0


def _words(language: str) -> Words:
    return languages()[language]


def _all_words(message: EmailMessage) -> str:
    return f"{message['subject']}\n{body_of(message)}"
