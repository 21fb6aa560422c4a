"""The demo with nothing in it but one process that stays: for trying how it ends.

Usage: ``python -m tests.fakes.demo_stand_in OUT rest|play``. It says "Here." when it may be ended.
"""

import sys
import time
from contextlib import nullcontext
from pathlib import Path

from workbench.demo.command import ROOT, Demo, ended_whatever_happens, told, work_folder
from workbench.demo.processes import Processes
from workbench.demo.summary import Summary


def main(out: str, mode: str) -> None:
    """Stay until asked to end; the exit code is the demo's."""
    summary = Summary()
    with work_folder() as work:
        demo = Demo(summary, Processes(ROOT, work / "logs", {}), work, Path(out), "brother")
        with ended_whatever_happens(demo), told(demo):
            demo.processes.start("server", "http.server", "--bind", "127.0.0.1", "--directory", str(work), "0")
            demo.at_rest = mode == "rest"
            with nullcontext() if demo.at_rest else summary.step("the only one"):
                summary.say("Here.")
                for _ in range(600):
                    time.sleep(0.1)  # a signal that comes just before a sleep is heard after it
    sys.exit(demo.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
