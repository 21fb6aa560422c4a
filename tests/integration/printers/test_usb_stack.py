"""The product's driver, libusb and the real kernel: badges to a USB gadget in a virtual machine (ADR 0090)."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from workbench.tasks.tree import CHECKOUT
from workbench.usb_stack.machine import prepare
from workbench.usb_stack.packages import UsbStackError
from workbench.usb_stack.record import RECORD, keep, table

_BOUND_SECONDS = 3.0


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_c41_over_the_kernels_usb_a_badge_is_whole_and_stalls_and_unplugging_are_told_in_time() -> None:
    """``./lodge test --slow usb``; needs apt, and QEMU or root to install it."""
    try:
        found: dict[str, Any] = prepare(CHECKOUT / ".lodge" / "usb").run(CHECKOUT, sys.executable)
    except UsbStackError as error:
        pytest.fail(str(error))
    keep(CHECKOUT, found)
    whole, stalled = found["whole"], found["stalled"]
    assert (whole["outcome"], whole["badges"], whole["differing_dots"]) == ("Printed", 1, 0), whole
    assert (whole["usblp_before"], whole["usblp_after"]) == (True, True)
    assert (stalled["reason"], stalled["may_have_printed"], stalled["usblp_after"]) == ("not-answering", False, True)
    midway = found["stalled_midway"]
    assert (midway["reason"], midway["may_have_printed"]) == ("not-answering", False)
    gone = found["unplugged_midway"]
    assert (gone["reason"], gone["may_have_printed"], gone["absent"]["reason"]) == ("gone", False, "gone")
    assert gone["usblp_after_replug"] is True
    for mended in (midway, gone):
        assert (mended["again"]["outcome"], mended["badges"], mended["differing_dots"]) == ("Printed", 1, 0), mended
    late = found["unplugged_while_printing"]
    assert (late["reason"], late["may_have_printed"], late["usblp_after_replug"]) == ("gone", True, True)
    faults = (stalled, midway, gone, gone["absent"])
    assert max(fault["seconds"] for fault in faults) <= _BOUND_SECONDS
    assert found["left_behind"] == []


def test_the_page_shows_what_the_last_run_over_the_kernels_stack_found() -> None:
    assert (CHECKOUT / RECORD).is_file()
    assert table(CHECKOUT) in (CHECKOUT / "docs" / "printers.md").read_text(encoding="utf-8")
