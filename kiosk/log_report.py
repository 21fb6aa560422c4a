"""What a kiosk says as a witness of the audit log: how far it has proof, and its alarm (C40)."""

from typing import Any

from kiosk.composition.station import Station
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.log_witness import AlarmKind, WitnessEvidence, read_place

_FOUND = {
    AlarmKind.REOPENED: "the server was restored from a copy: its new log lacks entries that this kiosk had seen",
    AlarmKind.WITHHELD: "the server did not prove that its log goes on as it was",
    AlarmKind.SHRUNK: "the server showed fewer entries than before",
    AlarmKind.UNSIGNED: "the server showed a log that its key had not signed",
    AlarmKind.REWRITTEN: "the server showed two histories of which neither continues the other",
}


def log_facts(station: Station) -> dict[str, Any]:
    """``generation`` and ``entries`` of the newest checkpoint that continues what was seen before (null before the
    first), ``unproven``: how many newer ones wait for a proof, ``alarm``: null, or what was found.
    """
    memory, keys = station.outbox.memory, station.settings.keys_page()
    note, alarm = memory.held(), memory.alarm()
    place = None
    if note is not None and keys is not None:
        try:
            place = read_place(note, log=keys[1].log)
        except ProtocolError:
            place = None
    return {
        "generation": None if place is None else place.generation,
        "entries": None if place is None else place.size,
        "unproven": len(memory.offered()),
        "alarm": None if alarm is None else _alarm_facts(alarm, station),
    }


def log_line(facts: dict[str, Any]) -> str:
    """The same for a person."""
    if facts["alarm"] is not None:
        found = _FOUND[AlarmKind(facts["alarm"]["kind"])]
        return (
            f"ALARM since {facts['alarm']['since']}: {found}. Check-ins and uploads go on. Keep the evidence with "
            "lodge-kiosk status --evidence FILE and tell an auditor; acknowledge with: lodge-kiosk status --reviewed"
        )
    if facts["entries"] is None:
        return "no checkpoint has come yet"
    of = f" of generation {facts['generation']}" if facts["generation"] > 1 else ""
    waiting = f"; {facts['unproven']} newer checkpoints wait for a proof" if facts["unproven"] else ""
    return f"{facts['entries']} entries{of}, each step proved{waiting}"


def evidence_bytes(station: Station) -> bytes | None:
    """The alarm's evidence as a file for ``lodge-verify``, or ``None`` without an alarm."""
    alarm = station.outbox.memory.alarm()
    return None if alarm is None else exact_json.encode(alarm)


def _alarm_facts(alarm: WitnessEvidence, station: Station) -> dict[str, Any]:
    since = station.time.at_ms(alarm.since_ms).isoformat(timespec="seconds")
    return {"kind": alarm.kind.value, "since": since, "times": alarm.times}
