"""The row of photo and code, with details between or beside them where there is room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from PIL import Image

from printers.layout.canvas import DESIGN_DPI, Align
from printers.layout.code import LEAST_MODULE, QUIET_MODULES, CodeSymbol
from printers.layout.faces import Role
from printers.layout.frame import Frame
from printers.layout.lines import SetLine, set_line
from printers.layout.photo import draw_photo
from printers.layout.pieces import Piece
from printers.layout.rows import Row, detail_leading, detail_step, draw_detail, draw_rule
from printers.template import Size

MOST_BESIDE = 3
_PHOTO_WIDTH, _PHOTO_HEIGHT = 272, 326
_LEAST_PHOTO = 200
_PHOTO_FACTOR = {Size.SMALL: 0.75, Size.NORMAL: 1.0, Size.LARGE: 1.25}
_CODE_ALONE = 160
_UNDER_CODE = 54
_RULE_SPACE, _BELOW_PHOTO, _BELOW_CODE, _CODE_INSET = 38, 36, 32, 5
_MARGIN = 36
_DETAIL_STEP_MOST, _LAST_DETAIL = 140, 78
_LEAST_LAST_DETAIL = 62
_LEAST_DETAILS = 220


@dataclass(frozen=True)
class PictureRow(Row):
    """Photo at the start of the line, code at its end, details in the room that they leave.

    Attributes:
        picture: the photo's.
        symbol: the code's.
    """

    photo: Piece | None
    code: Piece | None
    details: tuple[Piece, ...]
    picture: Image.Image | None
    symbol: CodeSymbol | None

    def fits(self, frame: Frame) -> bool:
        """Whether all of it can stand side by side, the photo at its smallest."""
        taken = 0
        if self.photo is not None:
            taken += frame.dots(_PHOTO_WIDTH * _LEAST_PHOTO / _PHOTO_HEIGHT)
        if self.code is not None:
            taken += self.code_reach(frame)
        if self.details:
            taken += max(frame.dots(_LEAST_DETAILS), frame.canvas.least(_LEAST_DETAILS // 2)) + (
                frame.dots(28) if self.photo is not None else 0
            )
        return taken <= frame.width

    def height(self, frame: Frame) -> int:
        """See ``Row``."""
        return self._space(frame) + max(self._photo_height(frame), self._least_body(frame))

    def least(self, frame: Frame) -> int:
        """See ``Row``."""
        smallest = 0 if self.photo is None else frame.dots(_LEAST_PHOTO)
        return self._space(frame) + max(smallest, self._least_body(frame))

    def draw(self, frame: Frame, top: int, height: int, *, ruled: bool) -> None:
        """See ``Row``."""
        under_rule = self._under_rule()
        if under_rule and ruled:
            draw_rule(frame, top)
        y = top + (frame.dots(_RULE_SPACE) if under_rule else 0)
        body = height - self._space(frame)
        left, right = frame.left, frame.right
        if self.code is not None:
            alone = self.photo is None and not self.details and not frame.wide
            reach = self._draw_code(frame, y + (0 if self.photo is None else frame.dots(_CODE_INSET)), alone=alone)
            left, right = (left + reach, right) if frame.mirrored else (left, right - reach)
        if self.photo is not None and self.picture is not None:
            wide = self._draw_photo(frame, y, min(body, self._photo_height(frame)), right - left)
            taken = wide + frame.dots(28)
            left, right = (left, right - taken) if frame.mirrored else (left + taken, right)
        self._draw_details(replace(frame, left=left, right=right), y, body)

    def _under_rule(self) -> bool:
        return bool(self.details) or self.photo is None

    def _space(self, frame: Frame) -> int:
        below = _BELOW_CODE if self.photo is None else _BELOW_PHOTO
        return frame.dots(below) + (frame.dots(_RULE_SPACE) if self._under_rule() else 0)

    def _photo_height(self, frame: Frame) -> int:
        return 0 if self.photo is None else frame.dots(_PHOTO_HEIGHT * _PHOTO_FACTOR[self.photo.size])

    def _least_body(self, frame: Frame) -> int:
        """What code and details need; neither gets smaller."""
        code = 0
        if self.code is not None and self.photo is None:
            code = max(self._side(frame), frame.dots(_CODE_ALONE)) + self._under_code(frame)
        elif self.code is not None:
            code = frame.dots(_CODE_INSET) + self._side(frame) + self._under_code(frame)
        steps = [detail_step(frame, (piece,)) for piece in self.details]
        return max(code, sum(steps[:-1]) + (_last_detail(frame) if steps else 0))

    def _draw_photo(self, frame: Frame, top: int, height: int, room: int) -> int:
        """Draw the face; return its width."""
        if self.picture is None:
            return 0
        width = min(frame.dots(_PHOTO_WIDTH) * height // frame.dots(_PHOTO_HEIGHT), room)
        draw_photo(frame.canvas, self.picture, frame.beside(width, at_start=True), top, width, height)
        return width

    def _draw_details(self, frame: Frame, top: int, body: int) -> None:
        if not self.details:
            return
        steps = [detail_step(frame, (piece,)) for piece in self.details]
        spare = body - sum(steps[:-1]) - _last_detail(frame)
        more = max(0, spare // max(1, len(steps) - 1)) if len(steps) > 1 else 0
        for piece, step in zip(self.details, steps, strict=True):
            leading = detail_leading(frame, (piece,))
            draw_detail(frame, piece, (frame.left, frame.right), top, frame.start, leading=leading)
            top += min(step + more, max(step, frame.dots(_DETAIL_STEP_MOST)))

    def _dots(self, frame: Frame) -> int:
        """Dots a module: whole ones, a third of a millimetre at least."""
        room = frame.width - self._room_of_photo(frame) if self.photo is not None else frame.width // 2
        whole = CodeSymbol(modules=self._modules + 2 * QUIET_MODULES, rows=())
        large = self.code is not None and self.code.size is Size.LARGE
        return whole.dots_per_module(
            room=room + frame.dots(_MARGIN),
            largest=int((frame.code_dots + 2 * large) * frame.scale + 0.2),
            least=ceil(LEAST_MODULE * frame.canvas.dpi / DESIGN_DPI),
        )

    def _room_of_photo(self, frame: Frame) -> int:
        """The width of a photo that is as high as the row's own words and no higher than it would be."""
        return frame.dots(_PHOTO_WIDTH) * self._photo_height(frame) // frame.dots(_PHOTO_HEIGHT)

    @property
    def _modules(self) -> int:
        return 0 if self.symbol is None else self.symbol.modules

    def _side(self, frame: Frame) -> int:
        return self._modules * self._dots(frame)

    def _readable(self, frame: Frame) -> SetLine:
        """The code for people to type; wider than a small symbol is."""
        text = "" if self.code is None else self.code.text
        return set_line(text, Role.PLAIN, frame.type(35))

    def _under_code(self, frame: Frame) -> int:
        readable, quiet = self._readable(frame), QUIET_MODULES * self._dots(frame)
        needed = quiet + readable.bottom - readable.top
        return max(frame.dots(_UNDER_CODE), needed) if self.photo is None else needed

    def code_reach(self, frame: Frame) -> int:
        """Dots from the end of the line to where the code's quiet zone ends."""
        dots = self._dots(frame)
        return max(self._modules * dots, self._readable(frame).ink_width) + QUIET_MODULES * dots

    def _draw_code(self, frame: Frame, top: int, *, alone: bool) -> int:
        """Draw the code, in the middle where it stands alone; return its reach."""
        dots, side = self._dots(frame), self._side(frame)
        readable = self._readable(frame)
        width = max(side, readable.ink_width)
        x, left = frame.beside(side, at_start=False), frame.beside(width, at_start=False)
        if alone:
            x, left = frame.left + (frame.width - side) // 2, frame.left + (frame.width - width) // 2
        if self.symbol is not None:
            frame.canvas.stamp(self.symbol.mask(dots), x, top)
        baseline = top + side + QUIET_MODULES * dots - readable.top
        frame.canvas.line(readable, left, left + width, baseline, Align.CENTRE)
        return width + QUIET_MODULES * dots


def _last_detail(frame: Frame) -> int:
    """Dots that the last of stacked details needs."""
    return max(frame.canvas.least(_LEAST_LAST_DETAIL), frame.dots(_LAST_DETAIL))
