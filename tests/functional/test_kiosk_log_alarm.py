"""``lodge-kiosk status`` as the witness of the audit log, as somebody types it (C40)."""

import json
from pathlib import Path

from kiosk.composition.station import open_station
from sync.device.log_memory import Finding, Offer
from sync.protocol import exact_json
from sync.protocol.log_witness import AlarmKind, WitnessEvidence
from tests.fakes.commands import lodge_kiosk
from tests.vectors import witnessed
from workbench.lone_kiosk import make_lone_kiosk

ROOT = Path(__file__).resolve().parents[2]


def test_c40_status_tells_of_an_alarm_keeps_its_evidence_and_is_acknowledged(tmp_path: Path) -> None:
    """C40: in words, as facts, and as a file for an auditor."""
    lone = make_lone_kiosk(tmp_path / "kiosk")
    data, evidence = str(lone.configuration.data_folder), tmp_path / "alarm.json"
    assert json.loads(lodge_kiosk("status", "--json", "--data", data).stdout)["audit_log"] == {
        "generation": None,
        "entries": None,
        "unproven": 0,
        "alarm": None,
    }
    none = lodge_kiosk("status", "--evidence", str(evidence), "--data", data)
    assert (none.returncode, none.stderr.count("\n"), evidence.exists()) == (1, 1, False)
    with open_station(lone.configuration) as station:
        offer = Offer(witnessed.other_note(3), fresh=True)
        station.outbox.memory.raise_alarm(
            Finding(AlarmKind.REWRITTEN), offer, tenant=station.enrolment.tenant, at_ms=station.clock.wall_ms()
        )
    told = lodge_kiosk("status", "--evidence", str(evidence), "--data", data)
    assert "ALARM since" in told.stdout
    assert "two histories" in told.stdout
    kept = exact_json.decode(evidence.read_bytes(), WitnessEvidence, what="evidence")
    assert (kept.kind, kept.offered) == (AlarmKind.REWRITTEN, witnessed.other_note(3))
    facts = json.loads(lodge_kiosk("status", "--reviewed", "--json", "--data", data).stdout)
    assert facts["audit_log"]["alarm"] is None
