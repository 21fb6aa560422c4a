"""One mark: what the kiosk's head draws is what the badge prints."""

from __future__ import annotations

import pytest

from printers.mark import MARK, MARK_HEIGHT
from tests.functional.kiosk_face.conftest import PORTRAIT, Opener


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
