"""One mark: what the kiosk's head draws is what the badge prints; and the organisation's logo in its place."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from printers.mark import MARK, MARK_HEIGHT
from tests.functional.kiosk_face.conftest import PORTRAIT, Opener
from workbench.sample_kiosk import SampleKiosk


def test_the_welcome_draws_the_strokes_of_the_badges_mark(open_kiosk: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float, float]] = []

    def note(_ink: object, start: tuple[float, float], end: tuple[float, float], width: float, _colour: str) -> None:
        drawn.append((end[0] - start[0], end[1] - start[1], width))

    monkeypatch.setattr("kiosk.views.shapes.stroke", note)
    open_kiosk(PORTRAIT)
    scale = drawn[0][2] / MARK[0].width
    expected = [(s.end[0] - s.start[0], s.start[1] - s.end[1], s.width) for s in MARK]
    assert scale * MARK_HEIGHT > 40, "high enough to be seen from three metres"
    for ours, theirs in zip(drawn[: len(MARK)], expected, strict=True):
        assert ours == pytest.approx(tuple(scale * value for value in theirs))


def test_the_welcome_shows_a_logo_in_one_colour_and_never_mirrored(open_kiosk: Opener, pictures: Path) -> None:
    """6u high and 30u wide at most (tokens.md); its left half is what it shows, also where Arabic turns the screen."""
    from kiosk.views.logo import Logo  # noqa: PLC0415 - needs Kivy's environment
    from workbench.touch import save_window  # noqa: PLC0415 - as above

    made, given, size = SampleKiosk(), BytesIO(), (PORTRAIT[0] // 2, PORTRAIT[1] // 2)
    shape = Image.new("LA", (80, 40))
    shape.paste((0, 255), (0, 0, 40, 40))
    shape.save(given, "PNG")
    made.directory.logo = given.getvalue()
    kiosk = open_kiosk(size, made, drawn=True)
    for language in ("en", "ar"):
        kiosk.finger.tap(f"language.{language}")
        (sign,) = (part for part in kiosk.window.stage.walk() if isinstance(part, Logo))
        palette, u = sign.look.palette, sign.look.u
        assert (round(sign.width / u), round(sign.height / u)) == (12, 6)
        save_window(pictures / "welcome.png")
        with Image.open(pictures / "welcome.png") as picture:
            x = size[0] - sign.right if language == "ar" else sign.x
            middle = size[1] - sign.center_y
            plain = picture.convert("RGB")
            found = [plain.getpixel((x + sign.width * at, middle)) for at in (0.25, 0.75)]
        assert found == [ImageColor.getrgb(colour) for colour in (palette.on_pine, palette.pine)], language
