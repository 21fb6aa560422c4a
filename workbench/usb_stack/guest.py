"""What runs inside the virtual machine: badges through libusb, the kernel's host side and its gadget side.

python -m workbench.usb_stack.guest        # as root, in a machine of its own; prints one JSON object
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageChops

from printers.badge import BadgeContent, BadgeStyle, render_badge
from printers.bitmap import BadgeBitmap
from printers.clock import SystemClock
from printers.connected import ConnectedDriver, Connection
from printers.dialogues.port import JobLimits
from printers.driver import Failed, Printed, PrinterDriver
from printers.media import medium
from printers.models import family_of, printer_model
from printers.transports.usb import UsbAddress, UsbTransport, find_printers

MODEL, MEDIUM = "QL-820NWB", "62x100"
_USBLP = Path("/sys/bus/usb/drivers/usblp")
_PATIENCE_SECONDS = 40.0
_HALF_JOB_BYTES = 40_000
_EMULATED_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Bench:
    """A virtual printer on the gadget, as a program of its own, and what it takes to speak to it."""

    folder: Path
    driver: PrinterDriver
    badge: BadgeBitmap

    def order(self, **order: object) -> dict[str, object]:
        """Say something to the virtual printer."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(self.folder / "control"))
            line.sendall(json.dumps(order).encode() + b"\n")
            answer: dict[str, object] = json.loads(line.makefile().readline())
            return answer

    def print(self) -> dict[str, object]:
        """Print a badge; what became of it, and how long that took."""
        began = time.monotonic()
        outcome = self.driver.print_badge(self.badge, medium(MEDIUM))
        facts: dict[str, object] = {"outcome": type(outcome).__name__, "seconds": round(time.monotonic() - began, 2)}
        if isinstance(outcome, Failed):
            facts |= {"reason": outcome.reason.value, "may_have_printed": outcome.may_have_printed}
        if not isinstance(outcome, Printed):
            facts["sentence"] = outcome.sentence
        return facts

    @property
    def printed(self) -> int:
        """How many badges lie in the tray."""
        count = self.order(status=True)["printed"]
        return int(str(count))

    def differing_dots(self) -> int:
        """How many dots of the newest badge are not those that were sent."""
        newest = max((self.folder / "tray").glob("*.png"))
        with Image.open(newest) as picture:
            out = picture.convert("RGB")
        other = ImageChops.difference(out, self.badge.preview()).convert("L")
        return sum(other.histogram()[1:])


def main() -> None:
    """Run all steps and print what they found."""
    _start_udev()
    badge = render_badge(
        BadgeContent(
            name="Odalys Fernhollow",
            company="Larkspur Looms",
            host="Ines Caldermoor",
            visitor_type="Visitor",
            style=BadgeStyle.VISITOR,
            organisation="Thistledown Works",
            place="Mill Lane",
            valid_until="18:00",
            code_payload="LODGE1:EXAMPLE",
            readable_code="K7QF2M9D",
        ),
        medium(MEDIUM),
    )
    folder = Path(os.environ.get("TMPDIR", "/tmp"))  # noqa: S108 -- a machine that exists for this alone
    found: dict[str, object] = {"udev": Path("/run/udev/control").exists()}
    with _virtual_printer(folder):
        bench = Bench(folder, _driver(), badge)
        for name, step in STEPS.items():
            found[name] = _facts(step, bench)
    found["left_behind"] = sorted(path.name for path in Path("/sys/kernel/config/usb_gadget").iterdir())
    print(json.dumps(found))


def _driver() -> PrinterDriver:
    """The product's driver with its own limits, but for those that wait for the printer, whose processor is emulated
    and has a picture to write.
    """
    patient = JobLimits(silence_seconds=_EMULATED_SECONDS, completion_slack_seconds=_EMULATED_SECONDS)
    model = printer_model(MODEL)

    def connect() -> Connection:
        return Connection(UsbTransport.open(UsbAddress(model.usb_vendor, model.usb_product)), model, family_of(model))

    return ConnectedDriver(connect, clock=SystemClock(), limits=patient)


def _facts(step: Callable[[Bench], dict[str, object]], bench: Bench) -> dict[str, object]:
    try:
        return step(bench)
    except Exception as error:  # noqa: BLE001 -- whatever a step died of is what the proof tells
        return {"died": f"{type(error).__name__}: {error}"}
    finally:
        bench.order(fault=None)


def _whole(bench: Bench) -> dict[str, object]:
    bound, found = _await(usblp_bound), _await(_found)
    before = bench.printed
    facts = bench.print()
    return {
        **facts,
        "usblp_before": bound,
        "found_before": found,
        "usblp_after": _await(usblp_bound),
        "badges": bench.printed - before,
        "differing_dots": bench.differing_dots(),
    }


def _stalled(bench: Bench) -> dict[str, object]:
    bench.order(fault="stall")
    return {**bench.print(), "usblp_after": _await(usblp_bound)}


def _stalled_midway(bench: Bench) -> dict[str, object]:
    before = bench.printed
    bench.order(fault="stall", after_bytes=_HALF_JOB_BYTES)
    facts = bench.print()
    bench.order(fault=None)
    again = bench.print()
    return {**facts, "again": again, "badges": bench.printed - before, "differing_dots": bench.differing_dots()}


def _unplugged_midway(bench: Bench) -> dict[str, object]:
    before = bench.printed
    bench.order(fault="unplug", after_bytes=_HALF_JOB_BYTES)
    facts = bench.print()
    absent = bench.print()
    bench.order(fault=None)
    bound, found = _await(usblp_bound), _await(_found)
    again = bench.print()
    return {
        **facts,
        "absent": absent,
        "usblp_after_replug": bound,
        "found_after_replug": found,
        "again": again,
        "badges": bench.printed - before,
        "differing_dots": bench.differing_dots(),
    }


def _unplugged_printing(bench: Bench) -> dict[str, object]:
    bench.order(fault="unplug", when="printing")
    facts = bench.print()
    bench.order(fault=None)
    return {**facts, "usblp_after_replug": _await(usblp_bound)}


STEPS = {
    "whole": _whole,
    "stalled": _stalled,
    "stalled_midway": _stalled_midway,
    "unplugged_midway": _unplugged_midway,
    "unplugged_while_printing": _unplugged_printing,
}


def usblp_bound() -> bool:
    """Whether the kernel's own printer driver holds an interface."""
    return any(":" in path.name for path in _USBLP.glob("*"))


def _found() -> bool:
    """Whether the libusb that has been in use all along sees the printer; udevd takes a moment to tell it."""
    model = printer_model(MODEL)
    return bool(find_printers(UsbAddress(model.usb_vendor, model.usb_product)))


def _await(met: Callable[[], bool]) -> bool:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not met() and time.monotonic() < until:
        time.sleep(0.05)
    return met()


@contextmanager
def _virtual_printer(folder: Path) -> Iterator[None]:
    """``lodge-print simulate --gadget`` as a program of its own."""
    command = [sys.executable, "-P", "-m", "printers.cli", "simulate", MODEL, "--gadget", "--media", MEDIUM]
    command += ["--out", str(folder / "tray"), "--control", str(folder / "control")]
    served = subprocess.Popen(command, stdout=sys.stderr)
    try:
        if not _await(lambda: (folder / "control").exists() and usblp_bound()):
            raise SystemExit(f"no printer came up: {served.poll()}")
        yield
    finally:
        served.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            served.wait(10)


def _start_udev() -> None:
    """Without udevd, a libusb that is in use hears of no printer that is plugged in later."""
    extra = Path(os.environ["EXTRA"])
    program = next(extra.glob("udev/**/bin/udevadm"))  # both programs are one, told apart by the name they are called
    libraries = ":".join(sorted({str(path.parent) for path in extra.glob("lib*/**/*.so.*")}))
    subprocess.run(
        ["systemd-udevd", "--daemon"],
        executable=program,
        check=True,
        env={**os.environ, "LD_LIBRARY_PATH": libraries},
        stdout=sys.stderr,
    )


if __name__ == "__main__":
    main()
