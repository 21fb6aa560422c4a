"""The rules for udev name every maker whose printers Lodge drives."""

from __future__ import annotations

import re
from pathlib import Path

from printers.models import MODELS

RULES = Path(__file__).parents[3] / "deploy" / "raspberrypi" / "70-lodge-printers.rules"


def test_every_makers_printers_are_given_to_the_group_of_printers() -> None:
    text = RULES.read_text(encoding="utf-8")
    named = {
        int(vendor, 16) for vendor in re.findall(r'ATTR\{idVendor\}=="([0-9a-f]{4})", GROUP="lp", MODE="0660"', text)
    }
    assert named == {model.usb_vendor for model in MODELS if model.usb_vendor is not None}
