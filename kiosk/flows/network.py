"""Keeping in step with the cloud: when to upload, when to read the feed, and since when nobody answers.

Two threads: the cloud holds a request for the feed until there is something new, and what a visitor did must not wait
for that. Photos go up last, one part at a time: only while no event waits that can be sent now.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from sync.device.stepping import LinkState, Step

HURRY_MS = 2000
_PATIENT = (LinkState.BUSY, LinkState.REVOKED)


class Stepper(Protocol):
    """Something that does its next thing when asked."""

    def step(self) -> Step:
        """Do it, and say when to ask again."""
        ...


class Line:
    """One stepper and when it is due. Stepped by one thread; others may hurry it."""

    def __init__(self, stepper: Stepper, mono_ms: Callable[[], int], learn: Callable[[LinkState], None]) -> None:
        self._stepper = stepper
        self._mono_ms = mono_ms
        self._learn = learn
        self._guard = threading.Lock()
        self._due_ms = 0
        self._tried_ms = -(10**9)
        self._planned_ms = 0
        self.state = LinkState.UNKNOWN
        self.wake: Callable[[], None] = lambda: None
        """Called when the line became due sooner than its thread was told."""

    def hurry(self) -> None:
        """Become due soon, but not twice within two seconds."""
        with self._guard:
            self._due_ms = min(self._due_ms, self._tried_ms + HURRY_MS)
        self.wake()

    def be_due(self) -> None:
        """Become due at once."""
        with self._guard:
            self._due_ms = min(self._due_ms, self._mono_ms())
        self.wake()

    def step(self) -> float:
        """Do what is due; returns the seconds until it is due again."""
        with self._guard:
            due = self._due_ms <= self._mono_ms()
            if due:
                self._tried_ms = self._mono_ms()
                # What hurries the line from now on hurries the step after this one.
                self._due_ms = self._tried_ms + 10**9
        if due:
            step = self._stepper.step()
            self._wait(step)
            self._learn(step.state)
        return self.pause()

    def pause(self) -> float:
        """The seconds until it is due."""
        with self._guard:
            return max(0.0, (self._due_ms - self._mono_ms()) / 1000)

    def _wait(self, step: Step) -> None:
        """Plan the next step. One that came early and failed leaves the plan as it was: else every visitor of an
        outage would lengthen it.
        """
        with self._guard:
            now_ms = self._mono_ms()
            early, self.state = self._tried_ms < self._planned_ms, step.state
            due_ms = now_ms + int(step.wait_seconds * 1000)
            if early and step.state is LinkState.OFFLINE:
                due_ms = min(due_ms, self._planned_ms)
            self._planned_ms = due_ms
            hurried = self._due_ms < self._tried_ms + 10**9 and step.state not in _PATIENT
            self._due_ms = min(due_ms, self._due_ms) if hurried else due_ms


class Network:
    """The uploader's line and the feed's, and what both learn of the cloud.

    Photos and ``others`` are stepped with the uploads; what becomes of them says nothing of how the kiosk stands with
    the cloud. ``mono_ms`` is the machine's monotonic clock; ``waiting`` counts the events that no receipt covers.
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
        self._count_waiting = waiting
        self._wall_ms = wall_ms
        self._guard = threading.Lock()
        self._offline_since_ms: int | None = None
        self._state = LinkState.UNKNOWN
        self.uploads = Line(uploader, mono_ms, self._learn)
        self.feed = Line(feed, mono_ms, self._learn)
        self._objects = Line(objects, mono_ms, _learn_nothing)
        self._others = tuple(Line(other, mono_ms, _learn_nothing) for other in others)
        for line in (self._objects, *self._others):
            line.wake = self._wake_uploads
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
        if self.uploads.state not in _PATIENT:
            self.uploads.hurry()
        if self._objects.state is LinkState.ONLINE:
            self._objects.hurry()

    def look_again(self) -> None:
        """Somebody stands before the kiosk: while the cloud does not answer, see whether it does now."""
        for line in (self.uploads, self.feed, *self._others):
            if line.state is LinkState.OFFLINE:
                line.hurry()

    def step_uploads(self) -> float:
        """Upload what is due, photos only while no event waits but such as are refused; returns the seconds until
        something is due again.
        """
        lines = [self.uploads, *self._others]
        for line in lines:
            line.step()
        self.waiting = self._count_waiting()
        refused = self.uploads.state is LinkState.REFUSED and self.uploads.pause() > 0
        if refused or (self.waiting == 0 and self.uploads.state is LinkState.ONLINE):
            self._objects.step()
            lines.append(self._objects)
        return min(line.pause() for line in lines)

    def step_feed(self) -> float:
        """Ask for the feed if that is due, which may take as long as the cloud holds the request."""
        return self.feed.step()

    def _learn(self, state: LinkState) -> None:
        if state is LinkState.UNKNOWN:
            return
        with self._guard:
            came_back = self._state is LinkState.OFFLINE and state is LinkState.ONLINE
            self._state = state
            if state is not LinkState.OFFLINE:
                self._offline_since_ms = None
            elif self._offline_since_ms is None:
                self._offline_since_ms = self._wall_ms()
        if came_back:
            self.uploads.be_due()
            self.feed.be_due()
            if self._objects.state is LinkState.OFFLINE:
                self._objects.be_due()

    def _wake_uploads(self) -> None:
        self.uploads.wake()


def _learn_nothing(state: LinkState) -> None:
    del state
