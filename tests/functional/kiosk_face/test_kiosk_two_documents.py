"""F05: what a finger still does on one text is done to no other that has come meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.asked_values import AskedDocument
from kiosk.navigation import Screen
from kiosk.ports import Step
from tests.functional.kiosk_face.conftest import PORTRAIT, SMALL, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_types import thistledown


def open_at_the_first(opener: Opener, size: tuple[int, int], paragraphs: tuple[str, ...], *, signed: bool) -> OpenKiosk:
    """Return a kiosk at the first of two texts."""
    sample, known = SampleKiosk(), thistledown()
    asked = tuple(AskedDocument(name, signature=signed) for name in ("one", "two"))
    kind = replace(known.one("visitor"), steps=(Step.DETAILS, Step.DOCUMENT), documents=asked, fields=())
    sample.directory.types = (kind,)
    sample.directory.documents = tuple(
        replace(known.documents[0], id=name, title=name, paragraphs=paragraphs, language="en")
        for name in ("one", "two")
    )
    kiosk = opener(size, sample)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.finger.settle()
    assert kiosk.lobby.turn.stop.part == "one"
    return kiosk


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f05_a_stroke_that_was_begun_on_one_pad_signs_no_other(open_kiosk: Opener, size: tuple[int, int]) -> None:
    kiosk = open_at_the_first(open_kiosk, size, ("A short text.",), signed=True)
    x, y = kiosk.finger.middle("document.sign")
    kiosk.finger.swipe((x - 40, y), (x + 40, y))
    pen = kiosk.finger.down((x - 40, y + 10))
    kiosk.finger.move(pen, (x, y + 20))
    kiosk.finger.pass_frames(1)
    kiosk.finger.tap("document.agree")
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.turn.stop.part == "two"
    kiosk.finger.move(pen, (x + 40, y + 10))
    kiosk.finger.up(pen)
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.document.strokes == ()


@pytest.mark.parametrize("size", [PORTRAIT, SMALL])
def test_f05_a_text_that_glides_on_to_its_end_ends_no_other(open_kiosk: Opener, size: tuple[int, int]) -> None:
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.scroll import RowList  # noqa: PLC0415 - as above

    kiosk = open_at_the_first(open_kiosk, size, ("Words that fill a line of this text.",) * 80, signed=False)
    text = next(part for part in parts_of(kiosk.window.stage) if isinstance(part, RowList))
    text.scroll_to(1e9)
    kiosk.finger.pass_frames(2)
    assert kiosk.lobby.document.view().at_end
    kiosk.finger.tap("document.agree")
    kiosk.finger.pass_frames(3)
    assert kiosk.lobby.turn.stop.part == "two"
    text.scroll_to(0.0)
    text.scroll_to(1e9)  # as it glides on, or is dragged by another finger
    kiosk.finger.pass_frames(3)
    assert not kiosk.lobby.document.view().at_end
