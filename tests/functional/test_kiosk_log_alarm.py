"""``lodge-kiosk status`` as the witness of the audit log, as somebody types it (C40)."""

import json
import os
import subprocess
import sys
from pathlib import Path

from kiosk.composition.station import open_station
from sync.device.log_memory import Finding, Offer
from sync.protocol import exact_json
from sync.protocol.log_witness import AlarmKind, WitnessEvidence
from tests.vectors import witnessed
from workbench.lone_kiosk import make_lone_kiosk

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "kiosk.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_c40_status_tells_of_an_alarm_keeps_its_evidence_and_is_acknowledged(tmp_path: Path) -> None:
    """C40: in words, as facts, and as a file for an auditor."""
    lone = make_lone_kiosk(tmp_path / "kiosk")
    data, evidence = str(lone.configuration.data_folder), tmp_path / "alarm.json"
    assert json.loads(run("status", "--json", "--data", data).stdout)["audit_log"] == {
        "generation": None,
        "entries": None,
        "unproven": 0,
        "alarm": None,
    }
    none = run("status", "--evidence", str(evidence), "--data", data)
    assert (none.returncode, none.stderr.count("\n"), evidence.exists()) == (1, 1, False)
    with open_station(lone.configuration) as station:
        offer = Offer(witnessed.other_note(3), fresh=True)
        station.outbox.memory.raise_alarm(
            Finding(AlarmKind.REWRITTEN), offer, tenant=station.enrolment.tenant, at_ms=station.clock.wall_ms()
        )
    told = run("status", "--evidence", str(evidence), "--data", data)
    assert "ALARM since" in told.stdout
    assert "two histories" in told.stdout
    kept = exact_json.decode(evidence.read_bytes(), WitnessEvidence, what="evidence")
    assert (kept.kind, kept.offered) == (AlarmKind.REWRITTEN, witnessed.other_note(3))
    facts = json.loads(run("status", "--reviewed", "--json", "--data", data).stdout)
    assert facts["audit_log"]["alarm"] is None
