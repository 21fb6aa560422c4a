"""A kiosk's program as a process of its own: records arrivals and acknowledges each on its standard output.

``python -m tests.integration.sync.appending_kiosk FOLDER COUNT [early]``: with ``early`` it acknowledges before it
records, which is the fault that the tests must find.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.fakes.sync_records import arrival, open_records


def _acknowledge(seq: int, digest: str) -> None:
    os.write(1, f"{seq} {digest}\n".encode("ascii"))


def main(folder: Path, count: int, *, early: bool) -> None:
    """Record ``count`` arrivals, or until somebody kills the process."""
    records = open_records(folder)
    _acknowledge(records.log.head.seq, records.log.head.hash)
    for _ in range(count):
        if early:
            _acknowledge(records.log.head.seq + 4, "")
        events = records.log.append(arrival())
        if not early:
            _acknowledge(events[-1].header.seq, events[-1].hash)
    records.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), early="early" in sys.argv[3:])
