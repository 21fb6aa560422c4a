"""C41: a printer, or what pretends to be one, that never stops talking keeps nobody waiting and fills no memory."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from printers.connected import ConnectedDriver, Connection
from printers.driver import Failed, PrinterState
from printers.encodings.brother_status import BrotherFault, BrotherStatus, StatusKind, format_status
from printers.errors import PrinterStalledError
from printers.media import medium
from printers.models import family_of, printer_model
from printers.paper import MediumForm
from tests.contract.printers.virtual_bus import SteppedClock
from tests.vectors.printers.samples import dot_pattern

MODELS = {"QL-820NWB": "62x29", "ZD421-203": "51x76-203dpi", "TM-T20": "80mm", "LabelWriter-450": "dymo-99015"}
TRUTH_SECONDS = 3.0
READY = format_status(BrotherStatus(0x41, BrotherFault.NONE, 62, 29, MediumForm.DIE_CUT, StatusKind.REPLY, False))


@dataclass
class Talker:
    """A ``Transport`` to something that says the same again and again, in virtual time, for a minute at most.

    It is silent until the first word to it, and takes no job where it is told so.
    """

    clock: SteppedClock
    words: bytes
    every_seconds: float
    from_the_start: bool
    spoken_to: bool = False
    answers: bool = True

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        del total_seconds
        self.spoken_to = True
        if len(data) > 1_000:
            self.clock.sleep(stall_seconds)
            raise PrinterStalledError("As the test says.", written=0)

    def read(self, timeout_seconds: float) -> bytes:
        if self.clock.now > 1_060:
            pytest.fail("it is listened to without end")
        speaks = (self.spoken_to or self.from_the_start) and timeout_seconds >= self.every_seconds
        self.clock.sleep(self.every_seconds if speaks else timeout_seconds)
        return self.words if speaks else b""

    def close(self) -> None:
        """Nothing is held."""


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("words", [bytes(2_048), b"\x12", b"\x02" * 2_048], ids=["zeros", "answers", "beginnings"])
def test_c41_printer_that_never_stops_talking_is_a_fault_in_time(model: str, words: bytes) -> None:
    clock, described = SteppedClock(), printer_model(model)
    talker = Talker(clock, words, 0.003, from_the_start=True)
    driver = ConnectedDriver(lambda: Connection(talker, described, family_of(described)), clock=clock)
    status = driver.status(medium(MODELS[model]))
    assert status.state is PrinterState.ERROR
    assert "without end" in status.sentence
    assert clock.now - 1_000 <= TRUTH_SECONDS


def test_c41_stalled_ql_that_repeats_its_status_is_given_up_in_time() -> None:
    clock, described, paper = SteppedClock(), printer_model("QL-820NWB"), medium("62x29")
    talker = Talker(clock, READY, 0.05, from_the_start=False)
    driver = ConnectedDriver(lambda: Connection(talker, described, family_of(described)), clock=clock)
    outcome = driver.print_badge(dot_pattern(paper.width_dots, paper.height_dots or 0, seed=1), paper)
    assert isinstance(outcome, Failed)
    assert (outcome.reason, outcome.may_have_printed) == (PrinterState.NOT_ANSWERING, False)
    assert clock.now - 1_000 <= TRUTH_SECONDS
