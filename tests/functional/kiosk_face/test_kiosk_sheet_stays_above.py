"""C44, F23: a screen that is built anew beneath a sheet stays beneath it, also one that speaks up meanwhile."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from kiosk.asked_values import AskedDocument
from kiosk.navigation import Screen
from kiosk.ports import DocumentText, StatusNow, Step, VisitorType
from tests.functional.kiosk_face.conftest import LANDSCAPE, Opener
from workbench.sample_kiosk import SampleKiosk

LINE = "Wear your badge where it can be seen, and give it back when you leave."
LONGEST = 40


def sample(paragraphs: int) -> SampleKiosk:
    """A kiosk without network, whose visitors agree to a text of so many lines."""
    made = SampleKiosk()
    digest = hashlib.sha256(b"rules").hexdigest()
    since = datetime(2026, 3, 3, tzinfo=UTC)
    made.directory.documents = (DocumentText("rules", "1", "Rules", (LINE,) * paragraphs, digest, "en", since),)
    steps = (Step.DETAILS, Step.DOCUMENT)
    made.directory.types = (VisitorType("visitor", {"en": "V"}, documents=(AskedDocument("rules"),), steps=steps),)
    made.status.status = StatusNow(offline_since=made.clock.now())
    return made


def test_a_warning_stays_in_sight_where_a_text_comes_to_fit_beneath_it(open_kiosk: Opener) -> None:
    """The strip goes with the network's return, the text fits, and so its end is seen, while the sheet is up."""
    for paragraphs in range(3, LONGEST):
        kiosk = open_kiosk(LANDSCAPE, sample(paragraphs))
        kiosk.lobby.welcome.visit()
        kiosk.lobby.details.type("Odalys")
        while kiosk.lobby.screen is Screen.DETAILS:
            kiosk.lobby.details.next()
        kiosk.finger.settle()
        if not kiosk.lobby.document.view().at_end:
            break
    else:
        pytest.fail("every text fits")
    kiosk.pass_time(66)
    assert "Are you still there?" in kiosk.text
    kiosk.kiosk.status.status = StatusNow()
    kiosk.pass_time(2.1)
    kiosk.finger.settle()
    assert kiosk.lobby.document.view().at_end, "what this is about"
    assert kiosk.finger.targets().count("sheet.more") == 1
    assert kiosk.finger.targets().count("document.agree") == 1
    kiosk.finger.tap("sheet.more")
    assert kiosk.lobby.view().sheet is None
    kiosk.finger.settle()
    assert kiosk.finger.targets().count("document.agree") == 1
