"""A photo for the badge: only if the visitor likes. Where the organisation needs one, reception helps who does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.frame import Frame
from kiosk.navigation import Act, Stop
from kiosk.ports import CameraState, ConsentGiven, ConsentPurpose, Framing
from kiosk.presenters.turn import Turn

LOOK_SECONDS = 0.5
COUNT_FROM = 3


class PhotoStage(StrEnum):
    """Where the visitor is in this step."""

    PREVIEW = "preview"
    COUNTING = "counting"
    TAKEN = "taken"
    NO_CAMERA = "no-camera"


@dataclass(frozen=True, slots=True)
class PhotoState:
    """``advice`` is one sentence about the picture; empty when there is nothing to say. ``framed``: a face stands well
    in it. ``count``: the seconds until the photo is taken, else 0.
    """

    title: str
    lead: str
    stage: PhotoStage
    advice: str
    note: str
    primary: str
    secondary: str
    primary_icon: str
    busy: bool
    framed: bool = False
    count: int = 0


class PhotoPresenter:
    """Shows the camera, takes one picture, and lets go of it again.

    ``encode`` makes a JPEG of a frame, in memory; ``frame_face`` says how a face stands in one. Both run on workers.
    """

    def __init__(self, turn: Turn, encode: Callable[[Frame], bytes], frame_face: Callable[[Frame], Framing]) -> None:
        self._turn = turn
        self._encode = encode
        self._frame_face = frame_face
        self._framing = Framing.NO_FACE
        self._judging = False
        self._count = 0
        self._taken: Frame | None = None
        self._seen = turn.ports.camera.state
        self._busy = False
        self._wishes = 0
        """How often it was said what is to become of a photo; the last word holds."""
        self._stop: Callable[[], None] = lambda: None
        self._stop_counting: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Start the camera; called when the step is shown."""
        self._busy = False
        self._count, self._framing = 0, Framing.NO_FACE
        self._turn.ports.camera.start()
        self._seen = self._turn.ports.camera.state
        self._stop = self._turn.every(LOOK_SECONDS, self._look)
        self._turn.interrupt = self._count_no_more

    def hidden(self) -> None:
        """Stop the camera; called when the step is left."""
        self._stop()
        self._count_no_more()
        self._turn.interrupt = lambda: None
        self._turn.ports.camera.stop()

    def _count_no_more(self) -> None:
        """Nobody is photographed who does not see themselves."""
        self._count = 0
        self._stop_counting()

    def _look(self) -> bool:
        state = self._turn.ports.camera.state
        if state is not self._seen:
            self._seen = state
            self._turn.changed()
        self._judge()
        return True

    def _judge(self) -> None:
        """Look for a face in the newest picture, one at a time."""
        frame = self._turn.ports.camera.frame()
        if self._taken is not None or self._judging or frame is None or self._seen is not CameraState.LIVE:
            return
        self._judging = True
        self._turn.work(lambda: self._frame_face(frame), self._judged)

    def _judged(self, framing: Framing) -> None:
        self._judging = False
        if framing is not self._framing:
            self._framing = framing
            self._turn.changed()

    def _tick(self) -> bool:
        if self._count == 0:
            return False
        self._count -= 1
        if self._count == 0:
            self._taken = self._turn.ports.camera.frame()
        self._turn.changed()
        return self._count > 0

    def frame(self) -> Frame | None:
        """Return the picture to show now: the one taken, else the newest."""
        return self._taken if self._taken is not None else self._turn.ports.camera.frame()

    def primary(self) -> None:
        """Take the photo, use the one taken, or go on without: what the first button says."""
        if self._waiting:
            return
        stage = self._stage()
        if stage is PhotoStage.NO_CAMERA:
            self.decline()
        elif stage is PhotoStage.PREVIEW:
            self._count = COUNT_FROM
            self._stop_counting()
            self._stop_counting = self._turn.every(1.0, self._tick)
            self._turn.changed()
        elif stage is PhotoStage.TAKEN:
            self._use()

    def secondary(self) -> None:
        """Decline, or take the photo again: what the second button says."""
        if self._waiting:
            return
        if self._count:
            self._count_no_more()
            self._turn.changed()
        elif self._taken is not None:
            self._wishes += 1
            self._taken = None
            self._turn.changed()
        else:
            self.decline()

    def _use(self) -> None:
        frame = self._taken
        if frame is None:
            return
        self._busy = True
        self._wishes += 1
        self._turn.changed()
        here, wish = self._turn.stop, self._wishes
        self._turn.work(lambda: self._encode(frame), lambda jpeg: self._keep(jpeg, here, wish))

    def _keep(self, jpeg: bytes, used_on: Stop, wish: int) -> None:
        """Keep it, unless the visitor has declined it or taken another meanwhile; whoever has gone back stays where
        they are.
        """
        if wish != self._wishes:
            return
        self._busy = False
        given = self._turn.given
        given.photo = jpeg
        given.consents[ConsentPurpose.PHOTO, ""] = ConsentGiven(
            ConsentPurpose.PHOTO, self._turn.words.code, self._turn.ports.clock.now()
        )
        if self._turn.stop == used_on:
            self._turn.go(Act.NEXT)

    def decline(self) -> None:
        """Go on without a photo; one taken before is let go."""
        self._wishes += 1
        self._taken = None
        self._turn.given.photo = None
        self._turn.given.consents.pop((ConsentPurpose.PHOTO, ""), None)
        self._turn.changed()
        self._turn.go(Act.NEXT)

    @property
    def _waiting(self) -> bool:
        return self._busy or self._turn.saving

    def _stage(self) -> PhotoStage:
        if self._taken is not None:
            return PhotoStage.TAKEN
        if self._count:
            return PhotoStage.COUNTING
        gives_nothing = {CameraState.NONE, CameraState.MISSING, CameraState.FROZEN}
        return PhotoStage.NO_CAMERA if self._seen in gives_nothing else PhotoStage.PREVIEW

    def view(self) -> PhotoState:
        """Return what to show."""
        say, stage = self._turn.say, self._stage()
        required = self._turn.given.visitor_type.photo_required
        without = "photo.at_reception" if required else "photo.without"
        primary, secondary, icon = {
            PhotoStage.PREVIEW: ("photo.take", without, "camera-outline"),
            PhotoStage.COUNTING: ("photo.counting", "photo.stop", ""),
            PhotoStage.TAKEN: ("photo.use", "photo.again", "check"),
            PhotoStage.NO_CAMERA: (without, "", ""),
        }[stage]
        advice = ""
        if stage is not PhotoStage.TAKEN:
            missing = say("leaving.no_camera") if required else say("photo.missing")
            advice = {
                CameraState.NONE: missing,
                CameraState.MISSING: missing,
                CameraState.FROZEN: say("leaving.no_camera") if required else say("photo.frozen"),
                CameraState.COVERED: say("photo.covered"),
                CameraState.STARTING: say("photo.starting"),
                CameraState.LIVE: "",
            }[self._seen] or self._guidance()
        return PhotoState(
            title=say("photo.title"),
            lead=say("photo.lead_required") if required else say("photo.lead"),
            stage=stage,
            advice=advice,
            note=say("photo.nothing_kept") if stage is PhotoStage.PREVIEW else "",
            primary=say("busy.saving") if self._waiting else say(primary),
            secondary=say(secondary) if secondary and not self._waiting else "",
            primary_icon="" if self._waiting else icon,
            busy=self._waiting,
            framed=self._seen is CameraState.LIVE and self._taken is None and self._framing is Framing.GOOD,
            count=self._count,
        )

    def _guidance(self) -> str:
        if self._framing in {Framing.NO_FACE, Framing.GOOD}:
            return ""  # nobody is told to show a face, and nobody who stands well is told anything
        return self._turn.say(f"photo.{self._framing.value}")
