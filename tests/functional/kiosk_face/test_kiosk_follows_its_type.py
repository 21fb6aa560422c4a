"""F01, F05: check-ins that follow their type, by touches on the real window."""

from __future__ import annotations

from kiosk.navigation import Screen, Stop
from kiosk.ports import AnswerKind, AskedDocument, AskedField, DocumentText, Step, VisitorType
from sync.protocol.ink import decode_ink
from tests.functional.kiosk_face.conftest import PORTRAIT, Opener, OpenKiosk
from workbench.sample_kiosk import SampleKiosk
from workbench.sample_types import thistledown


def open_thistledown(open_kiosk: Opener, size: tuple[int, int]) -> OpenKiosk:
    sample = SampleKiosk()
    sample.directory.types, sample.directory.documents = thistledown().types, thistledown().documents
    return open_kiosk(size, sample)


def sign(kiosk: OpenKiosk) -> None:
    """Draw two strokes on the pad."""
    pad = kiosk.finger.target("document.sign")
    x, y = pad.to_window(pad.x, pad.y)
    wide, tall = float(pad.width), float(pad.height)
    for begin, end in (((0.2, 0.4), (0.6, 0.8)), ((0.2, 0.7), (0.7, 0.5))):
        start, stop = ((x + wide * across, y + tall * up) for across, up in (begin, end))
        kiosk.finger.swipe(start, stop)


def read(kiosk: OpenKiosk, words: str) -> None:
    """Read on until the button says these words."""
    for _ in range(12):
        if kiosk.finger.target("document.agree").words == [words]:
            return
        kiosk.finger.tap("document.agree")


def test_f05_a_contractor_answers_signs_and_passes_the_quiz_at_the_second_try(open_kiosk: Opener) -> None:
    kiosk = open_thistledown(open_kiosk, PORTRAIT)
    finger, lobby = kiosk.finger, kiosk.lobby
    finger.tap("welcome.visit")
    finger.tap("type.contractor")
    finger.type_text("details.name", "Bram")
    finger.type_text("details.email", "bram@example.org")
    finger.tap("keyboard.next")
    assert "Step 3 of 10" in kiosk.text
    finger.tap("keyboard.next")
    finger.tap("choice.yes")
    assert "Step 5 of 11" in kiosk.text
    finger.type_text("fields.vehicle", "AB 12")
    finger.tap("keyboard.next")
    finger.tap("host.without")
    read(kiosk, "I agree")
    finger.tap("document.agree")
    read(kiosk, "Sign in the box to go on")
    finger.tap("document.agree")
    assert lobby.turn.stop == Stop(Screen.DOCUMENT, "induction")
    sign(kiosk)
    finger.tap("document.clear")
    assert finger.target("document.agree").words == ["Sign in the box to go on"]
    assert not finger.target("document.copy").on
    finger.tap("document.copy")
    assert finger.target("document.copy").on
    sign(kiosk)
    finger.tap("document.agree")
    finger.tap("quiz.1")
    finger.tap("quiz.1")
    assert "1 of 2" in kiosk.text
    finger.tap("quiz.try_again")
    finger.tap("quiz.0")
    finger.tap("quiz.1")
    finger.wait_for(Screen.PHOTO)
    finger.tap("photo.decline")
    finger.wait_for(Screen.DONE)
    (draft,) = kiosk.kiosk.desk.drafts
    assert draft.answers == {"car": "yes", "vehicle": "AB 12"}
    rules, induction = draft.consents
    assert (rules.signature, induction.asked, induction.right) == (None, 2, 2)
    assert (rules.copy, induction.copy) == (False, True)
    assert induction.signature is not None
    first, second = decode_ink(induction.signature).strokes
    assert first[0][1] > first[-1][1], "up on the glass is up in the picture"
    assert second[0][0] < second[-1][0]


def test_c44_a_double_tap_agrees_to_one_text_and_chooses_one_answer(open_kiosk: Opener) -> None:
    """C44: the next page looks the same, its button stands in the same place, and its short text has been seen."""
    sample = SampleKiosk()
    texts = tuple(DocumentText(name, "1", name, ("Be kind.",), "0" * 64, "en") for name in ("one", "two"))
    cars = tuple(AskedField(name, {"en": name}, AnswerKind.YES_NO) for name in ("bus", "car"))
    kind = VisitorType(
        "short",
        {"en": "Short"},
        steps=(Step.DETAILS, Step.FIELDS, Step.DOCUMENT),
        fields=cars,
        documents=(AskedDocument("one"), AskedDocument("two")),
    )
    sample.directory.types, sample.directory.documents = (kind,), texts
    kiosk = open_kiosk(PORTRAIT, sample)
    finger, turn = kiosk.finger, kiosk.lobby.turn
    finger.tap("welcome.visit")
    finger.type_text("details.name", "Bram")
    for _ in range(3):
        finger.tap("keyboard.next")
    for touch_id, there in (
        ("choice.yes", Stop(Screen.CHOICE, "car")),
        ("choice.yes", Stop(Screen.DOCUMENT, "one")),
        ("document.agree", Stop(Screen.DOCUMENT, "two")),
    ):
        finger.settle()
        point = finger.middle(touch_id)
        for _ in range(3):
            finger.up(finger.down(point))
        assert turn.stop == there
