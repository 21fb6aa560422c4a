"""Keeping in step with the cloud: when to upload, when to read the feed, and since when nobody answers.

Photos go up last: only while no event waits, one part at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync.device.stepping import LinkState, Step

HURRY_MS = 2000
_PATIENT = (LinkState.BUSY, LinkState.REVOKED)


class Stepper(Protocol):
    """Something that does its next thing when asked."""

    def step(self) -> Step:
        """Do it, and say when to ask again."""
        ...


@dataclass(slots=True)
class _Line:
    stepper: Stepper
    due_ms: int = 0
    tried_ms: int = -(10**9)
    state: LinkState = LinkState.UNKNOWN
    planned_ms: int = 0

    def hurry(self) -> None:
        """Become due soon, but not twice within two seconds."""
        self.due_ms = min(self.due_ms, self.tried_ms + HURRY_MS)

    def wait(self, step: Step, now_ms: int) -> None:
        """Plan the next step. One that came early and failed leaves the plan as it was: else every visitor of an
        outage would lengthen it.
        """
        early, self.state = now_ms < self.planned_ms, step.state
        self.due_ms = now_ms + int(step.wait_seconds * 1000)
        if early and step.state is LinkState.OFFLINE:
            self.due_ms = min(self.due_ms, self.planned_ms)
        self.planned_ms = self.due_ms


class Network:
    """Steps the uploader, the feed reader, what else talks to the cloud and, when no event waits, the photos.

    What becomes of photos and of ``others`` says nothing of how the kiosk stands with the cloud. ``mono_ms`` is the
    machine's monotonic clock; ``waiting`` counts the events that no receipt covers.
    """

    def __init__(
        self,
        *,
        uploader: Stepper,
        feed: Stepper,
        objects: Stepper,
        waiting: Callable[[], int],
        mono_ms: Callable[[], int],
        wall_ms: Callable[[], int],
        others: Sequence[Stepper] = (),
    ) -> None:
        self._uploader = _Line(uploader)
        self._feed = _Line(feed)
        self._objects = _Line(objects)
        self._lines = (self._uploader, self._feed, *map(_Line, others))
        self._count_waiting = waiting
        self._mono_ms = mono_ms
        self._wall_ms = wall_ms
        self._offline_since_ms: int | None = None
        self._state = LinkState.UNKNOWN
        self.waiting = 0

    @property
    def state(self) -> LinkState:
        """How the kiosk stands with the cloud."""
        return self._state

    @property
    def offline_since_ms(self) -> int | None:
        """Since when the cloud has not answered (milliseconds since 1970), or ``None`` while it does."""
        return self._offline_since_ms

    def hurry(self) -> None:
        """Something was recorded: upload soon, whatever pause a success or a failure had asked for.

        A pause that the server asked for stays, and nothing is tried twice within two seconds.
        """
        if self._uploader.state not in _PATIENT:
            self._uploader.hurry()
        if self._objects.state is LinkState.ONLINE:
            self._objects.hurry()

    def look_again(self) -> None:
        """Somebody stands before the kiosk: while the cloud does not answer, see whether it does now."""
        for line in self._lines:
            if line.state is LinkState.OFFLINE:
                line.hurry()

    def step(self) -> float:
        """Do what is due; returns the seconds until something is due again."""
        for line in self._lines:
            if line.due_ms <= self._mono_ms():
                line.tried_ms = self._mono_ms()
                step = line.stepper.step()
                line.wait(step, self._mono_ms())
                if line is self._uploader or line is self._feed:
                    self._learn(step.state)
        self.waiting = self._count_waiting()
        next_ms = min(line.due_ms for line in self._lines)
        if self.waiting == 0 and self._uploader.state is LinkState.ONLINE:
            next_ms = min(next_ms, self._step_objects())
        return max(0.0, (next_ms - self._mono_ms()) / 1000)

    def _step_objects(self) -> int:
        """One request of the sender of photos, if it is due; returns when it is due again."""
        line = self._objects
        if line.due_ms <= self._mono_ms():
            line.tried_ms = self._mono_ms()
            line.wait(line.stepper.step(), self._mono_ms())
        return line.due_ms

    def _learn(self, state: LinkState) -> None:
        if state is LinkState.UNKNOWN:
            return
        came_back = self._state is LinkState.OFFLINE and state is LinkState.ONLINE
        self._state = state
        if state is LinkState.OFFLINE:
            if self._offline_since_ms is None:
                self._offline_since_ms = self._wall_ms()
        else:
            self._offline_since_ms = None
        if came_back:
            now_ms = self._mono_ms()
            self._uploader.due_ms = self._feed.due_ms = min(self._uploader.due_ms, now_ms)
            if self._objects.state is LinkState.OFFLINE:
                self._objects.due_ms = min(self._objects.due_ms, now_ms)
