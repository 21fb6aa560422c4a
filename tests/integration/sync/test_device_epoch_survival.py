"""Epochs survive being killed at any moment: real processes over the same files."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

from sync.protocol.chain import Head, follow
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import enrol_rig, open_rig

ROOT = Path(__file__).resolve().parents[3]
ROUNDS = 6


def _kill_while_it_begins(folder: Path, generator: random.Random) -> list[tuple[str, int, str]]:
    """Every acknowledgement of one run that ended by SIGKILL."""
    command = [sys.executable, "-m", "tests.integration.sync.epoch_beginning_kiosk", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as kiosk:
        assert kiosk.stdout is not None
        lines = [kiosk.stdout.readline() for _ in range(generator.randint(1, 12))]
        threading.Event().wait(generator.random() * 0.01)
        kiosk.send_signal(signal.SIGKILL)
        lines += kiosk.stdout.readlines()
    assert kiosk.returncode == -signal.SIGKILL
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(epoch, int(seq), digest) for epoch, seq, digest in whole]


def test_c01_epochs_and_events_survive_a_kill_and_no_epoch_is_begun_in_part(tmp_path: Path) -> None:
    """C01, C08: what was acknowledged is there once; every epoch has its key, its start and its first event."""
    enrol_rig(tmp_path, SyncCloud()).close()
    generator = random.Random(3)
    acknowledged: set[tuple[str, int, str]] = set()
    for _ in range(ROUNDS):
        acknowledged |= set(_kill_while_it_begins(tmp_path, generator))
        rig = open_rig(tmp_path, SyncCloud())
        found: set[tuple[str, int, str]] = set()
        epochs = rig.log.epochs.all()
        for number, epoch in enumerate(epochs):
            head = Head.genesis(epoch)
            for event in rig.log.after(0, limit=10_000, epoch=epoch):
                head = follow(head, event)
                found.add((epoch, head.seq, head.hash))
            start = rig.log.epochs.start_of(epoch)
            assert (start is None) == (number == 0)
            assert rig.log.epochs.key(epoch)
            assert head.seq >= 1
        assert acknowledged <= found
        assert rig.log.epochs.current == epochs[-1]
        # A kill that came before the first new epoch leaves a healthy kiosk.
        assert (rig.log.incomplete is None) == (len(epochs) == 1)
        rig.close()
    assert len(acknowledged) >= ROUNDS
