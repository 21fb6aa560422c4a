"""tokens.md, 2: the cloud says which colour kiosks make of an accent, and kiosks make that one."""

import random

from cloud_api.services.accents import shown_accent
from kiosk.views.accent import with_accent
from kiosk.views.theme import LIGHT


def test_kiosks_show_the_accent_that_the_cloud_says_they_show() -> None:
    some = random.Random(7)
    colours = ["#FFFFFF", "#000000", "#24683A", "#FFDD00", *(f"#{some.randrange(2**24):06X}" for _ in range(300))]
    greys = [[grey, grey + some.randrange(20), grey + some.randrange(40)] for grey in range(0, 216, 5)]
    colours += ["#" + "".join(f"{part:02X}" for part in grey) for grey in greys]
    assert [shown_accent(colour) for colour in colours] == [with_accent(LIGHT, colour).pine for colour in colours]
    assert (shown_accent(""), shown_accent("#24683A")) == ("", "#24683A")
    assert shown_accent("#FFDD00") != "#FFDD00"
