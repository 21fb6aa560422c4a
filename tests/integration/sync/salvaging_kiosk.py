"""A salvage as a process that kills itself before the step of a given number.

``python -m tests.integration.sync.salvaging_kiosk FOLDER NUMBER``: a step is anything that Python does to a file or
folder in FOLDER; 0 kills never, and the number of steps is written to standard output.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tests.fakes.sync_damage import salvage_folder

STEPS = frozenset({"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "shutil.copyfile"})


def main(folder: Path, number: int) -> None:
    """Salvage, and die at the step."""
    steps = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal steps
        if event in STEPS and str(arguments[0]).startswith(str(folder)):
            steps += 1
            if steps == number:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    outcome = type(salvage_folder(folder)).__name__
    os.write(1, f"{steps} {outcome}\n".encode("ascii"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
