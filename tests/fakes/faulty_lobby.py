"""A real kiosk process that can be cut off, beside a virtual printer that fails when it is told to."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

from kiosk.composition.station import open_station
from kiosk.configuration import KioskConfiguration
from kiosk.flows.printing.badge_ledger import BADGE_KINDS
from sync.protocol.exact_json import read
from sync.protocol.kinds import BadgeOutcomeFull, Kind
from workbench.demo.lobby import DemoKiosk
from workbench.demo.processes import Processes

ROOT = Path(__file__).resolve().parents[2]
SIZE = "540x960"


class FaultyLobby:
    """One kiosk process that can be cut off, its virtual printer, and what it has recorded."""

    def __init__(self, folder: Path) -> None:
        (folder / "logs").mkdir()
        self.processes = Processes(ROOT, folder / "logs", {})
        self.tray = folder / "tray"
        self.kiosk = DemoKiosk(self.processes, folder / "kiosk", self.tray, name="kiosk", printer="brother")
        self.kiosk.data.mkdir(mode=0o700)

    def start(self) -> None:
        self.kiosk.start(touchable=True, size=SIZE)

    def restart_after_a_power_cut(self) -> None:
        self.kiosk.kill()
        self.start()

    def printer(self, **order: object) -> dict[str, object]:
        """Give the virtual printer one order and return its facts."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5)
            line.connect(str(self.kiosk.printer_control))
            line.sendall(json.dumps(order).encode() + b"\n")
            facts: dict[str, object] = json.loads(line.makefile().readline())
        assert facts.pop("ok"), facts
        return facts

    def ask_again(self, why: str) -> str:
        """Ask for the only person's badge again at a command line beside the running lobby; returns what it says."""
        with open_station(KioskConfiguration(data_folder=self.kiosk.data)) as station:
            (stay,) = station.roll.on_site()
        command = ["-P", "-m", "kiosk.cli", "reprint", str(stay.id), "--why", why, "--data", str(self.kiosk.data)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, *command], capture_output=True, text=True, check=True, timeout=60, env=environment
        ).stdout

    def badges(self) -> int:
        return len(list(self.tray.glob("badge-*.png")))

    def ledger(self) -> list[tuple[str, str, bool]]:
        """Kind, reason and doubt of each thing recorded about badges."""
        with open_station(KioskConfiguration(data_folder=self.kiosk.data)) as station:
            events = station.log.of_kinds(BADGE_KINDS)
        outcomes = [
            BadgeOutcomeFull(printer="", reason="", unsure=False)
            if event.header.kind == Kind.BADGE_REQUESTED or event.full is None
            else read(event.full.bytes(), BadgeOutcomeFull, what="an outcome")
            for event in events
        ]
        return [(event.header.kind, told.reason, told.unsure) for event, told in zip(events, outcomes, strict=True)]
