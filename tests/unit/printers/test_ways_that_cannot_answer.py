"""C41 where nothing comes back (a cable with one direction, a file): what broke off is called by its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from printers.connected import ConnectedDriver, Connection
from printers.driver import Failed, SentUnconfirmed
from printers.errors import PrinterGoneError, PrinterStalledError, TransportError
from printers.job import JobOptions
from printers.media import medium
from printers.models import family_of, printer_model
from printers.simulator.printer import VirtualPrinter
from tests.contract.printers.virtual_bus import virtual_desk
from tests.vectors.printers.samples import dot_pattern


@dataclass
class OneWay:
    """A ``Transport`` that takes ``takes`` bytes, or all, and breaks with ``error``."""

    printer: VirtualPrinter
    takes: int | None
    error: type[TransportError] = PrinterStalledError
    answers: bool = False

    def write(self, data: bytes, stall_seconds: float, total_seconds: float) -> None:
        del stall_seconds, total_seconds
        self.printer.receive(data[: self.takes])
        if self.takes is not None:
            raise self.error("As the test says.", written=self.takes)

    def read(self, timeout_seconds: float) -> bytes:
        del timeout_seconds
        return b""

    def close(self) -> None:
        """Nothing is held."""


CASES = [
    ("QL-500", "62x29", PrinterStalledError, False),
    ("QL-500", "62x29", PrinterGoneError, True),
    ("ZD421-203", "51x76-203dpi", PrinterStalledError, False),
    ("ESCPOS-80", "80mm", PrinterStalledError, True),
    ("LabelWriter-450", "dymo-99015", PrinterStalledError, True),
]


@pytest.mark.parametrize(("model", "media", "error", "may_have_printed"), CASES)
def test_c41_job_that_broke_off_unheard_says_what_is_known_and_does_not_spoil_the_next(
    tmp_path: Path, model: str, media: str, error: type[TransportError], *, may_have_printed: bool
) -> None:
    described, paper = printer_model(model), medium(media)
    desk = virtual_desk(tmp_path, model=model, media=media)
    first, second = (dot_pattern(paper.width_dots, paper.height_dots or 300, seed=seed) for seed in (5, 6))
    way = OneWay(desk.printer, len(family_of(described).job(first, paper, described, JobOptions())) - 1, error)
    driver = ConnectedDriver(lambda: Connection(way, described, family_of(described)), clock=desk.clock)
    outcome = driver.print_badge(first, paper)
    assert isinstance(outcome, Failed)
    assert outcome.may_have_printed is may_have_printed
    way.takes = None
    assert isinstance(driver.print_badge(second, paper), SentUnconfirmed)
    desk.clock.sleep(20)
    desk.printer.control({"status": True})
    with Image.open(desk.badges()[-1]) as picture:
        assert picture.size == (second.width, second.height)
        assert ImageChops.difference(picture.convert("RGB"), second.preview()).getbbox() is None
    assert len(desk.badges()) == 1 + (may_have_printed and error is PrinterStalledError)
