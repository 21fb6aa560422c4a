"""F22, F23: in every language and size, on every scene of the gallery, the kiosk's own words are neither cut, nor
broken, nor much smaller than others; and nothing lies over anything else.
"""

from __future__ import annotations

import pytest

from kiosk.display_values import Display, TextSize
from kiosk.navigation import Screen
from kiosk.ports import AnswerKind, AskedChoice, AskedField, Step, VisitorType
from kiosk.words.catalogue import languages
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, UPRIGHT, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk

DISPLAYS = (Display(), Display(text=TextSize.LARGEST), Display(text=TextSize.LARGEST, reach=True))


@pytest.mark.slow
@pytest.mark.parametrize("display", DISPLAYS, ids=["normal", "largest", "largest-low"])
@pytest.mark.parametrize(
    "size", [SMALL, LANDSCAPE, PORTRAIT, UPRIGHT], ids=["small", "landscape", "portrait", "upright"]
)
@pytest.mark.parametrize("language", languages())
def test_f22_every_language_stays_whole_in_every_size(
    kivy_ready: None, language: str, size: tuple[int, int], display: Display
) -> None:
    from workbench.gallery_scenes import crooked_scenes  # noqa: PLC0415 - only after Kivy's environment is set

    assert crooked_scenes(size, language, display) == {}


@pytest.mark.parametrize("text", list(TextSize))
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f01_answers_that_differ_at_their_ends_alone_can_be_told_apart(
    open_kiosk: Opener, size: tuple[int, int], text: TextSize
) -> None:
    """F01, F23: none is cut, however large the letters and small the panel."""
    labels = [f"Repairs or maintenance of machines in the workshop, {how} hot work" for how in ("with", "without")]
    choices = tuple(AskedChoice(str(number), {"en": label}) for number, label in enumerate(labels))
    asked = AskedField("work", {"en": "What are you going to do?"}, AnswerKind.CHOICE, required=True, choices=choices)
    kiosk = _asking(open_kiosk(size, _sample(asked)), text)
    for number, label in enumerate(labels):
        card = kiosk.finger.target(f"choice.{number}")
        assert (card.words, card.cut_words) == ([label], [])


@pytest.mark.parametrize("text", list(TextSize))
@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE, SMALL])
def test_f01_a_long_question_and_that_it_may_be_left_open_are_read_whole(
    open_kiosk: Opener, size: tuple[int, int], text: TextSize
) -> None:
    """F01, F23: also what it is asked for."""
    label = "In which of our buildings will you be working, on which floor, and beside whom?"
    notice = "So that the fire warden of that floor knows that somebody is there, and whom to ask; kept for 90 days."
    asked = AskedField("where", {"en": label}, AnswerKind.LINE, notice={"en": notice})
    kiosk = _asking(open_kiosk(size, _sample(asked)), text)
    field = kiosk.finger.target("fields.where")
    assert field.cut_words == []
    assert f"{label} if you like" in field.words
    assert notice in field.words


def _sample(asked: AskedField) -> SampleKiosk:
    sample = SampleKiosk()
    sample.directory.types = (VisitorType("one", {"en": "One"}, steps=(Step.DETAILS, Step.FIELDS), fields=(asked,)),)
    return sample


def _asking(kiosk: OpenKiosk, text: TextSize) -> OpenKiosk:
    """The same when it asks."""
    kiosk.lobby.display = Display(text=text)
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.finger.settle()
    return kiosk
