"""A kiosk's program as a process of its own: records arrivals, begins epochs in between, acknowledges each.

``python -m tests.integration.sync.epoch_beginning_kiosk FOLDER``: until somebody kills it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sync.device.epochs import FORKED
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import open_rig
from tests.fakes.sync_records import arrival


def main(folder: Path) -> None:
    """Record and begin; a line of epoch, seq and hash for each event, and one for each epoch."""
    rig = open_rig(folder, SyncCloud())
    while True:
        for event in rig.log.append(arrival()):
            os.write(1, f"{event.header.epoch} {event.header.seq} {event.hash}\n".encode("ascii"))
        rig.log.begin_epoch(FORKED, after=rig.log.head.epoch)
        head = rig.log.head
        os.write(1, f"{head.epoch} {head.seq} {head.hash}\n".encode("ascii"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
