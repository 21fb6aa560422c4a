"""A photo for the badge: only if the visitor likes. Where the organisation needs one, reception helps who does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from kiosk.frame import Frame
from kiosk.navigation import Act
from kiosk.ports import CameraState, ConsentGiven, ConsentPurpose
from kiosk.presenters.turn import Turn

LOOK_SECONDS = 0.5


class PhotoStage(StrEnum):
    """Where the visitor is in this step."""

    PREVIEW = "preview"
    TAKEN = "taken"
    NO_CAMERA = "no-camera"


@dataclass(frozen=True, slots=True)
class PhotoState:
    """``advice`` is one sentence about the picture; empty when there is nothing to say."""

    title: str
    lead: str
    stage: PhotoStage
    advice: str
    note: str
    primary: str
    secondary: str
    primary_icon: str
    busy: bool


class PhotoPresenter:
    """Shows the camera, takes one picture, and lets go of it again. ``encode`` makes a JPEG of a frame, in memory."""

    def __init__(self, turn: Turn, encode: Callable[[Frame], bytes]) -> None:
        self._turn = turn
        self._encode = encode
        self._taken: Frame | None = None
        self._seen = turn.ports.camera.state
        self._busy = False
        self._stop: Callable[[], None] = lambda: None

    def shown(self) -> None:
        """Start the camera; called when the step is shown."""
        self._busy = False
        self._turn.ports.camera.start()
        self._seen = self._turn.ports.camera.state
        self._stop = self._turn.every(LOOK_SECONDS, self._look)

    def hidden(self) -> None:
        """Stop the camera; called when the step is left."""
        self._stop()
        self._turn.ports.camera.stop()

    def _look(self) -> bool:
        state = self._turn.ports.camera.state
        if state is not self._seen:
            self._seen = state
            self._turn.changed()
        return True

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
            self._taken = self._turn.ports.camera.frame()
            self._turn.changed()
        else:
            self._use()

    def secondary(self) -> None:
        """Decline, or take the photo again: what the second button says."""
        if self._waiting:
            return
        if self._taken is not None:
            self._taken = None
            self._turn.changed()
        else:
            self.decline()

    def _use(self) -> None:
        frame = self._taken
        if frame is None:
            return
        self._busy = True
        self._turn.changed()
        self._turn.work(lambda: self._encode(frame), self._keep)

    def _keep(self, jpeg: bytes) -> None:
        self._busy = False
        given = self._turn.given
        given.photo = jpeg
        given.consents[ConsentPurpose.PHOTO, ""] = ConsentGiven(
            ConsentPurpose.PHOTO, self._turn.words.code, self._turn.ports.clock.now()
        )
        self._turn.go(Act.NEXT)

    def decline(self) -> None:
        """Go on without a photo; one taken before is let go."""
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
        return PhotoStage.NO_CAMERA if self._seen in {CameraState.MISSING, CameraState.FROZEN} else PhotoStage.PREVIEW

    def view(self) -> PhotoState:
        """Return what to show."""
        say, stage = self._turn.say, self._stage()
        required = self._turn.given.visitor_type.photo_required
        without = "photo.at_reception" if required else "photo.without"
        primary, secondary, icon = {
            PhotoStage.PREVIEW: ("photo.take", without, "camera-outline"),
            PhotoStage.TAKEN: ("photo.use", "photo.again", "check"),
            PhotoStage.NO_CAMERA: (without, "", ""),
        }[stage]
        advice = ""
        if stage is not PhotoStage.TAKEN:
            advice = {
                CameraState.MISSING: say("leaving.no_camera") if required else say("photo.missing"),
                CameraState.FROZEN: say("leaving.no_camera") if required else say("photo.frozen"),
                CameraState.COVERED: say("photo.covered"),
                CameraState.STARTING: say("photo.starting"),
                CameraState.LIVE: "",
            }[self._seen]
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
        )
