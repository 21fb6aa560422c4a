"""Memory and processor time of a process and all that it started, from ``/proc``."""

from __future__ import annotations

import os
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PARENT = 1
"""The place in ``/proc/PID/stat`` after the name, as proc(5) counts."""


def family(pid: int) -> list[int]:
    """``pid`` and every process below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                parents[int(entry.name)] = int(fields[_PARENT])
    found = [pid]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found


def pss_bytes(pid: int) -> int:
    """The proportional set size of a process and all below it: shared pages are counted once in all."""
    return sum(_pss(member) for member in family(pid))


def cpu_seconds(pid: int) -> float:
    """Processor time that the threads of a process and of all below it have used so far."""
    return sum(_run_ns(member) for member in family(pid)) / 1e9


def rss_bytes() -> int:
    """The resident memory of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE


def _stat(pid: int) -> list[str]:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _run_ns(pid: int) -> int:
    """From ``schedstat``: the ticks of ``stat`` are 10 ms, which is much of what a quiet program uses in a while."""
    spent = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        try:
            spent += int(task.read_text(encoding="ascii").split()[0])
        except OSError:
            continue
    return spent
