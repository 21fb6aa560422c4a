"""A kiosk's whole program but for its window, as a process of its own.

``python -m tests.processes.unseen_kiosk FOLDER``: for each line on standard input, a name, one visitor checks in; the
stay of each who was told "done" is written to standard output. It ends when its input does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from threading import Event

from kiosk import __version__
from kiosk.composition.desks import build_desks
from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from kiosk.flows.settling import Settling
from kiosk.flows.start import record_start
from kiosk.ports import ArrivalDraft, Arrived
from kiosk.threads import Loop, closing_loops
from sync.device.erasing import Erasing
from sync.device.pruning import Pruning


def main(folder: Path) -> None:
    """Take visitors until the input ends, or until somebody kills the process."""
    upload_due, feed_due = Event(), Event()
    with open_station(KioskConfiguration(data_folder=folder, printer="none", camera="none")) as station:
        desks = build_desks(station)
        desks.network.uploads.wake, desks.network.feed.wake = upload_due.set, feed_due.set
        pruning = Pruning(log=station.log, roll=station.roll, clock=station.clock)
        loops = (
            Loop("network", desks.network.step_uploads, upload_due),
            Loop("feed", desks.network.step_feed, feed_due),
            Loop("settle", Settling(station.log, station.roll).step, Event()),
            Loop("pruning", pruning.step, Event()),
            Loop("erasing", Erasing(log=station.log, feed=station.feed, pruning=pruning).step, Event()),
        )
        record_start(station.log, __version__)
        with closing_loops(loops):
            for line in sys.stdin:
                arrived = desks.check_in.arrive(_draft(station, line.strip()))
                if isinstance(arrived, Arrived):
                    os.write(1, f"{arrived.stay_id}\n".encode("ascii"))


def _draft(station: Station, name: str) -> ArrivalDraft:
    hosts = station.directory.find_hosts("grace")
    return ArrivalDraft(
        visitor_type="visitor",
        display_name=name,
        company="Larkspur Looms",
        email="",
        phone="",
        host_id=hosts[0].id if hosts else None,
        host_name=hosts[0].name if hosts else "",
        needs_assistance=False,
        language="en",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
