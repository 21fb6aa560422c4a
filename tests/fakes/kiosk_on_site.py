"""A real kiosk without its screen, enrolled at a real server over TLS; a test does one step after the other."""

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from kiosk.composition.desks import Lines, build_lines
from kiosk.composition.station import Station, open_station, open_store
from kiosk.configuration import KioskConfiguration
from sync.device.clock import SystemClock
from sync.device.enroller import enrol
from sync.device.https_transport import HttpsTransport
from sync.device.log_witness import IDLE_SECONDS
from sync.device.stepping import LinkState, Step
from sync.protocol.log_witness import WitnessEvidence
from tests.fakes.cloud_site import Site
from tests.fakes.sync_records import arrival

_PATIENCE_SECONDS = 60


@dataclass
class KioskOnSite:
    """An open kiosk and its lines to the cloud."""

    station: Station
    lines: Lines

    def visit(self, name: str = "Ada Sample") -> None:
        """Somebody arrives; it is on disk."""
        self.station.log.append(arrival(name))

    def drain(self) -> None:
        """Upload until nothing waits."""
        self.until(lambda: self.station.outbox.waiting == 0, self.lines.uploader.step)

    def witness(self) -> None:
        """Check every checkpoint that receipts brought. One by a key that no page lists waits for what comes next: it
        may have been signed before that key was withdrawn.
        """
        waits = Step(LinkState.UNKNOWN, IDLE_SECONDS)
        self.until(lambda: self.lines.witness.step() == waits, lambda: None)

    def held(self) -> str:
        note = self.station.outbox.memory.held()
        assert note is not None
        return note

    def alarm(self) -> WitnessEvidence | None:
        return self.station.outbox.memory.alarm()

    def until(self, condition: Callable[[], bool], step: Callable[[], object]) -> None:
        """Step until something is so; the pauses that a step asks for are not kept."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            assert time.monotonic() < deadline, (self.lines.uploader.fault, self.lines.feed.fault, self.alarm())
            step()
            time.sleep(0.05)

    def visit_until_shown(self, condition: Callable[[], bool]) -> None:
        """People come until the receipts have shown a checkpoint that makes something so."""

        def step() -> None:
            self.visit()
            self.drain()
            self.witness()

        self.until(condition, step)


@dataclass
class KioskFolder:
    """A kiosk's data folder at a site."""

    folder: Path
    site: Site

    @property
    def configuration(self) -> KioskConfiguration:
        return KioskConfiguration(data_folder=self.folder)

    def enrol(self, code: str, *, again: bool = False) -> None:
        with open_store(self.configuration) as (_, settings):
            enrol(
                code,
                server=f"https://localhost:{self.site.port}",
                transport=HttpsTransport(trust_any=True),
                settings=settings,
                entropy=secrets.token_bytes,
                now_ms=SystemClock().wall_ms(),
                **({"again": True} if again else {}),
            )

    @contextmanager
    def open(self) -> Iterator[KioskOnSite]:
        with open_station(self.configuration) as station:
            lines = build_lines(station)
            try:
                yield KioskOnSite(station, lines)
            finally:
                lines.close()  # a server that stops waits for connections that are kept open


def new_kiosk(site: Site, folder: Path, name: str) -> tuple[KioskFolder, UUID]:
    """Create a kiosk at the server and enrol it."""
    shown = site.facts("kiosk", "create", name, "--same-name", "--qr", str(folder / f"{name}.png"))
    made = KioskFolder(folder / name, site)
    made.enrol(shown["code"])
    return made, UUID(shown["kiosk"])
