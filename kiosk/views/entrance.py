"""How something comes onto the screen: over a short way and out of transparency, and then it stands still.

Nothing else on the screen moves by itself. What comes has its places from the beginning: a touch on the way finds what
is shown at the end of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kivy.clock import Clock
from kivy.graphics import PopMatrix, PushMatrix, Translate

from kiosk.views.parts import Part

if TYPE_CHECKING:
    from kiosk.views.parts import Look


@dataclass(frozen=True, slots=True)
class Way:
    """From where, in u to the right and upwards, and in how many seconds."""

    across_u: float
    up_u: float
    seconds: float


ONWARD, BACK = Way(4.0, 0.0, 0.22), Way(-4.0, 0.0, 0.22)
RISING = Way(0.0, -12.0, 0.26)
APPEARING = Way(0.0, 0.0, 0.18)


class Entrance(Part):
    """Carries one part onto the screen. The seconds count from the first frame: building a screen takes long enough."""

    def __init__(self, look: Look, part: Part, way: Way) -> None:
        super().__init__(look, part.box)
        turned = -1.0 if look.mirrored else 1.0
        self._way = (way.across_u * look.u * turned, way.up_u * look.u)
        self._seconds = way.seconds
        self._begun = -1.0
        self.is_moving = True
        self.opacity = 0.0
        with self.canvas.before:
            PushMatrix()
            self._shift = Translate(*self._way)
        with self.canvas.after:
            PopMatrix()
        self.add_widget(part)
        Clock.schedule_interval(self._step, 0)

    def repaint(self) -> None:
        """Leave the way alone; there is nothing to paint."""

    def _step(self, _seconds: float) -> bool:
        now = Clock.get_boottime()
        if self._begun < 0:
            self._begun = now
        done = min(1.0, (now - self._begun) / self._seconds)
        rest = (1 - done) ** 3
        # By whole pixels, so that text stays sharp.
        self._shift.x, self._shift.y = round(self._way[0] * rest), round(self._way[1] * rest)
        self.opacity = 1 - rest
        self.is_moving = done < 1
        return self.is_moving


def entering(look: Look, part: Part, way: Way | None) -> Part:
    """Return the part, on its way where there is one."""
    return part if way is None else Entrance(look, part, way)
