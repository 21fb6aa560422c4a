"""F01, F23: however long an organisation's words are, they are read whole, over nothing else, and leave others as large
as they are.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.asked_values import Question, QuizChoice
from kiosk.display_values import Display, TextSize
from kiosk.navigation import Screen
from kiosk.ports import AnswerKind, AskedChoice, AskedField, Step, VisitorType
from tests.functional.kiosk_face.conftest import LANDSCAPE, PORTRAIT, SMALL, UPRIGHT, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_types import thistledown

SIZES = pytest.mark.parametrize("size", [SMALL, LANDSCAPE, PORTRAIT, UPRIGHT])
MANY_WORDS = "Maintenance contractor working on electrical or mechanical installations, lifts and escalators"
ONE_WORD = "W" * 200
QUESTION = ("Have you been in a room in which food is prepared or sold, within the last days? " * 5)[:380].strip()
BIG = Display(text=TextSize.LARGEST)


@pytest.mark.parametrize("label", [MANY_WORDS, ONE_WORD], ids=["words", "word"])
@SIZES
def test_f01_a_long_name_of_a_type_lies_over_no_icon_and_shrinks_no_other(
    open_kiosk: Opener, size: tuple[int, int], label: str
) -> None:
    from kiosk.views.parts import SENSIBLE, parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.screens.visitor_type import SIDE_U, TypeCardView  # noqa: PLC0415 - as above

    sample = SampleKiosk()
    first, second, *others = thistledown().types
    sample.directory.types = (first, replace(second, labels={"en": label}), *others)
    kiosk = open_kiosk(size, sample)
    kiosk.lobby.welcome.visit()
    kiosk.finger.settle()
    cards = [part for part in parts_of(kiosk.window.stage) if isinstance(part, TypeCardView)]
    assert len(cards) == len(sample.directory.types)
    for card in cards:
        arch = card.top - (SIDE_U + card._arch[1]) * card.look.u
        assert all(y + tall <= arch for _, y, _, tall in card.places)
        assert card.places[-1][1] >= card.y
        assert card.cut_words == []
        assert card._share >= SENSIBLE


@pytest.mark.parametrize("kind", [AnswerKind.CHOICE, AnswerKind.LINE])
@SIZES
def test_f23_a_question_as_long_as_may_be_is_never_cut(
    open_kiosk: Opener, size: tuple[int, int], kind: AnswerKind
) -> None:
    choices = tuple(AskedChoice(str(at), {"en": f"Answer {at}"}) for at in range(12))
    asked = AskedField("food", {"en": QUESTION}, kind, choices=choices if kind is AnswerKind.CHOICE else ())
    kiosk = open_kiosk(size, _sample(fields=(asked,), steps=(Step.DETAILS, Step.FIELDS)))
    _to_the_question(kiosk)
    assert _crooked(kiosk) == []
    assert QUESTION in kiosk.text


@SIZES
def test_f23_a_question_of_a_quiz_is_never_cut_and_its_answers_are_reached(
    open_kiosk: Opener, size: tuple[int, int]
) -> None:
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.sliding import Sliding  # noqa: PLC0415 - as above

    choices = tuple(QuizChoice({"en": f"Answer {at}"}, at == 3) for at in range(4))
    rules = replace(thistledown().one("contractor").documents[0], questions=(Question({"en": QUESTION}, choices),))
    sample = _sample(documents=(replace(rules, signature=False, pass_right=1),), steps=(Step.DETAILS, Step.DOCUMENT))
    sample.directory.documents = thistledown().documents
    kiosk = open_kiosk(size, sample)
    _to_the_question(kiosk)
    kiosk.lobby.document.reached_end()
    kiosk.lobby.document.agree()
    kiosk.finger.settle()
    kiosk.finger.wait_for(Screen.QUIZ)
    assert _crooked(kiosk) == []
    assert QUESTION in kiosk.text
    for part in parts_of(kiosk.window.stage):
        if isinstance(part, Sliding):
            part.scroll_to(part.furthest)
    kiosk.finger.tap("quiz.3")
    kiosk.finger.wait_for(Screen.DONE)


def test_what_is_typed_beneath_a_question_higher_than_its_place_is_in_sight(open_kiosk: Opener) -> None:
    from kiosk.views.parts import parts_of  # noqa: PLC0415 - only after Kivy's environment is set
    from kiosk.views.sliding import Page  # noqa: PLC0415 - as above

    asked = AskedField("food", {"en": QUESTION}, AnswerKind.LINE)
    kiosk = open_kiosk(SMALL, _sample(fields=(asked,), steps=(Step.DETAILS, Step.FIELDS)))
    _to_the_question(kiosk)
    (page,) = (part for part in parts_of(kiosk.window.stage) if isinstance(part, Page))
    field = kiosk.finger.target("fields.food")
    assert field.y + page.offset < page.shown[0], "the question fills the place above the keys"
    kiosk.lobby.fields.type("A")
    kiosk.finger.settle()
    low, high = page.shown
    assert low <= field.y + page.offset
    assert field.top + page.offset <= high


def _sample(**told: object) -> SampleKiosk:
    sample = SampleKiosk()
    sample.directory.types = (VisitorType("one", {"en": "One"}, **told),)  # type: ignore[arg-type]  # named by each test
    return sample


def _to_the_question(kiosk: OpenKiosk) -> None:
    kiosk.lobby.display = BIG
    kiosk.lobby.welcome.visit()
    kiosk.lobby.details.type("Odalys Fernhollow")
    while kiosk.lobby.screen is Screen.DETAILS:
        kiosk.lobby.details.next()
    kiosk.finger.settle()


def _crooked(kiosk: OpenKiosk) -> list[str]:
    from workbench.crooked import crooked  # noqa: PLC0415 - only after Kivy's environment is set

    return crooked(kiosk.window.stage)
