"""C41: whatever happens to the printer, the caller hears the truth, in time, and no badge is doubled.

The production driver and USB transport speak to the virtual printer; time is virtual, so the limits are exact.
"""

from __future__ import annotations

import errno
from collections.abc import MutableSequence
from pathlib import Path

import pytest
import usb.core

from printers.catalogue.brother import brother_model
from printers.driver import Failed, Printed, PrinterState, SentUnconfirmed
from printers.encodings.brother_ql import encode
from printers.media import medium
from tests.contract.printers.virtual_bus import VirtualDesk, virtual_desk
from tests.vectors.printers.samples import dot_pattern

LABEL = medium("62x100")
BADGE = dot_pattern(696, 1109, seed=41)
JOB_BYTES = len(encode(BADGE, LABEL, brother_model("QL-820NWB")))
TRUTH_SECONDS = 3.0


@pytest.fixture
def desk(tmp_path: Path) -> VirtualDesk:
    return virtual_desk(tmp_path / "tray")


def print_timed(desk: VirtualDesk) -> tuple[Printed | SentUnconfirmed | Failed, float]:
    started = desk.clock.now
    outcome = desk.driver.print_badge(BADGE, LABEL)
    return outcome, desk.clock.now - started


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("no-media", PrinterState.NO_MEDIA),
        ("cover-open", PrinterState.COVER_OPEN),
        ("cutter-jam", PrinterState.CUTTER_JAM),
        ("wrong-media", PrinterState.WRONG_MEDIA),
        ("stall", PrinterState.NOT_ANSWERING),
        ("mute", PrinterState.NOT_ANSWERING),
        ("slow", PrinterState.NOT_ANSWERING),
        ("unplug", PrinterState.GONE),
    ],
)
def test_c41_fault_before_the_job_is_told_in_time_and_nothing_is_printed(
    desk: VirtualDesk, fault: str, reason: PrinterState
) -> None:
    desk.printer.control({"fault": fault})
    outcome, seconds = print_timed(desk)
    assert isinstance(outcome, Failed)
    assert outcome.reason is reason
    assert outcome.may_have_printed is False
    assert "The badge was not printed." in outcome.sentence
    assert seconds <= TRUTH_SECONDS
    assert desk.badges() == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("no-media", PrinterState.NO_MEDIA),
        ("cover-open", PrinterState.COVER_OPEN),
        ("stall", PrinterState.NOT_ANSWERING),
        ("slow", PrinterState.NOT_ANSWERING),
        ("unplug", PrinterState.GONE),
    ],
)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.8])
def test_c41_fault_in_the_middle_of_the_data_prints_nothing_and_says_so(
    desk: VirtualDesk, fault: str, reason: PrinterState, share: float
) -> None:
    desk.printer.control({"fault": fault, "after_bytes": int(JOB_BYTES * share)})
    outcome, seconds = print_timed(desk)
    assert isinstance(outcome, Failed)
    assert outcome.reason is reason
    assert outcome.may_have_printed is False
    assert seconds <= TRUTH_SECONDS
    assert desk.badges() == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("no-media", PrinterState.NO_MEDIA),
        ("cover-open", PrinterState.COVER_OPEN),
        ("cutter-jam", PrinterState.CUTTER_JAM),
        ("unplug", PrinterState.GONE),
    ],
)
def test_c41_fault_with_the_paper_half_out_warns_that_a_badge_may_lie_there(
    desk: VirtualDesk, fault: str, reason: PrinterState
) -> None:
    desk.printer.control({"fault": fault, "when": "printing"})
    outcome, seconds = print_timed(desk)
    assert isinstance(outcome, Failed)
    assert outcome.reason is reason
    assert outcome.may_have_printed is True
    assert "look before you print it again" in outcome.sentence
    assert seconds <= TRUTH_SECONDS
    assert len(desk.badges()) == 1


@pytest.mark.parametrize("fault", ["mute", "stall"])
def test_c41_printer_that_falls_silent_after_taking_the_badge_is_never_called_printed(
    desk: VirtualDesk, fault: str
) -> None:
    desk.printer.control({"fault": fault, "when": "printing"})
    outcome, seconds = print_timed(desk)
    assert isinstance(outcome, SentUnconfirmed)
    assert "did not say" in outcome.sentence
    assert seconds <= TRUTH_SECONDS


def test_c41_short_writes_still_make_one_whole_badge(desk: VirtualDesk) -> None:
    desk.printer.control({"fault": "short-writes"})
    outcome, _ = print_timed(desk)
    assert outcome == Printed()
    assert len(desk.badges()) == 1


@pytest.mark.parametrize("fault", ["no-media", "cover-open", "stall", "slow", "unplug"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.8])
def test_c41_after_a_mended_fault_one_retry_prints_one_badge(desk: VirtualDesk, fault: str, share: float) -> None:
    """What was left inside the printer of the first try neither prints nor spoils the second."""
    desk.printer.control({"fault": fault, "after_bytes": int(JOB_BYTES * share)})
    assert isinstance(desk.driver.print_badge(BADGE, LABEL), Failed)
    desk.printer.control({"fault": None})
    assert desk.driver.print_badge(BADGE, LABEL) == Printed()
    assert len(desk.badges()) == 1


def test_status_after_a_mended_stall_is_ready_though_half_a_job_is_inside(desk: VirtualDesk) -> None:
    desk.printer.control({"fault": "stall", "after_bytes": JOB_BYTES // 2})
    assert isinstance(desk.driver.print_badge(BADGE, LABEL), Failed)
    desk.printer.control({"fault": None})
    assert desk.driver.status(LABEL).state is PrinterState.READY


def test_wrong_paper_names_what_is_loaded_and_what_is_needed(desk: VirtualDesk) -> None:
    desk.printer.control({"media": "29x90"})
    outcome, _ = print_timed(desk)
    assert isinstance(outcome, Failed)
    assert outcome.loaded is not None
    assert outcome.needed is not None
    assert "DK-11201" in outcome.loaded
    assert "DK-11202" in outcome.needed
    status = desk.driver.status(LABEL)
    assert status.state is PrinterState.WRONG_MEDIA
    assert "DK-11201" in status.sentence


def test_red_roll_is_refused_for_one_colour_badges(desk: VirtualDesk) -> None:
    desk.printer.control({"media": "62red"})
    outcome = desk.driver.print_badge(dot_pattern(696, 400, seed=1), medium("62"))
    assert isinstance(outcome, Failed)
    assert outcome.reason is PrinterState.WRONG_MEDIA


def test_printed_is_only_said_after_the_printers_own_word(desk: VirtualDesk) -> None:
    outcome, seconds = print_timed(desk)
    assert outcome == Printed()
    assert seconds >= brother_model("QL-820NWB").seconds_to_print(LABEL, 1109)


def test_late_word_of_an_earlier_badge_does_not_count_for_the_next(desk: VirtualDesk) -> None:
    assert desk.driver.print_badge(BADGE, LABEL) == Printed()
    desk.printer.control({"fault": "mute", "when": "printing"})
    assert isinstance(desk.driver.print_badge(BADGE, LABEL), SentUnconfirmed)


def test_cooling_printer_finishes_by_itself_and_is_not_called_failed(desk: VirtualDesk) -> None:
    desk.printer.control({"fault": "cooling"})
    outcome, _ = print_timed(desk)
    assert isinstance(outcome, SentUnconfirmed)
    assert "cooling" in outcome.sentence


def test_kernel_driver_is_taken_off_for_the_job_and_put_back(desk: VirtualDesk) -> None:
    assert desk.bus.kernel_driver_active
    assert desk.driver.print_badge(BADGE, LABEL) == Printed()
    assert desk.bus.kernel_driver_active


def test_printer_held_by_another_program_is_reported_in_plain_words(desk: VirtualDesk) -> None:
    desk.bus.claim_interface(None, 0) if not desk.bus.kernel_driver_active else desk.bus.detach_kernel_driver(None, 0)
    desk.bus.claim_interface(None, 0)
    outcome, _ = print_timed(desk)
    assert isinstance(outcome, Failed)
    assert "Another program is using the printer: stop it" in outcome.sentence


def test_kernel_driver_is_put_back_when_the_printer_cannot_be_claimed(
    desk: VirtualDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise usb.core.USBError("Resource busy", errno=errno.EBUSY)

    monkeypatch.setattr(desk.bus, "claim_interface", refuse)
    assert isinstance(desk.driver.print_badge(BADGE, LABEL), Failed)
    assert desk.bus.kernel_driver_active


def test_c41_broken_cable_after_the_print_command_warns_of_a_badge_in_the_tray(
    desk: VirtualDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that is neither "gone" nor "stalled" must not pass for "not printed" either."""
    read = desk.bus.bulk_read

    def break_once_printing(handle: object, ep: int, intf: int, buffer: MutableSequence[int], timeout: int) -> int:
        if desk.badges():
            raise usb.core.USBError("Pipe error", errno=errno.EPIPE)
        return read(handle, ep, intf, buffer, timeout)

    monkeypatch.setattr(desk.bus, "bulk_read", break_once_printing)
    outcome, _ = print_timed(desk)
    assert isinstance(outcome, Failed)
    assert outcome.reason is PrinterState.ERROR
    assert outcome.may_have_printed is True
    assert "look before you print it again" in outcome.sentence
    assert len(desk.badges()) == 1


def test_badge_that_does_not_fit_fails_without_a_word_to_the_printer(desk: VirtualDesk) -> None:
    outcome = desk.driver.print_badge(BADGE, medium("62x29"))
    assert isinstance(outcome, Failed)
    assert "does not fit" in outcome.sentence
    assert not outcome.may_have_printed
