"""The kiosk's half of the drain, as a process of its own: so its memory is the kiosk's alone.

python -m benchmarks.draining record FOLDER EVENTS     whole visits into an enrolled kiosk's log
python -m benchmarks.draining drain FOLDER             send them; prints peak memory and bytes as JSON
"""

import json
import resource
import sys
import time
from itertools import islice
from pathlib import Path

from benchmarks.sample_visits import visits
from kiosk.composition.desks import build_lines
from kiosk.composition.station import Station, open_station
from kiosk.configuration import KioskConfiguration
from sync.protocol.batch import MAX_EVENTS

_AT_ONCE = 252
"""Acts in one transaction: whole visits of six."""


def record(station: Station, events: int) -> None:
    """Record so many events of whole visits."""
    acts = visits()
    while events > 0:
        station.log.append(list(islice(acts, min(_AT_ONCE, events))))
        events -= _AT_ONCE
    station.log.settle()


def drain(station: Station) -> dict[str, float]:
    """Send everything; what it took."""
    lines = build_lines(station)
    try:
        while station.outbox.waiting:
            pause = lines.uploader.step().wait_seconds
            if station.outbox.waiting:
                time.sleep(min(pause, 1.0))
    finally:
        lines.close()
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wire, raw = _bytes(station)
    return {"peak_mib": peak_mib, "wire_bytes": wire, "raw_bytes": raw}


def _bytes(station: Station) -> tuple[int, int]:
    """Bytes of all events' lines, compressed a batch as they are sent, and as they are."""
    import zstandard  # noqa: PLC0415 -- after the peak was read

    packer, wire, raw, seq = zstandard.ZstdCompressor(), 0, 0, 0
    while batch := station.log.after(seq, limit=MAX_EVENTS):
        lines = b"".join(event.line() for event in batch)
        wire, raw, seq = wire + len(packer.compress(lines)), raw + len(lines), batch[-1].header.seq
    return wire, raw


def main() -> None:
    """Do what the command line says."""
    what, folder, *rest = sys.argv[1:]
    with open_station(KioskConfiguration(data_folder=Path(folder), printer="none", camera="none")) as station:
        if what == "record":
            record(station, int(rest[0]))
        else:
            sys.stdout.write(json.dumps(drain(station)))


if __name__ == "__main__":
    main()
