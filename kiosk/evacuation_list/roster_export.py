"""The evacuation list for programs and spreadsheets."""

import csv
import io
from datetime import datetime
from typing import Any

from kiosk.evacuation_list.muster_order import count_presumed, in_muster_order
from kiosk.ports import EvacuationList, PersonOnSite

_COLUMNS = ("name", "company", "host", "zone", "since", "needs_assistance", "presumed_left", "check_ins", "other_zones")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def list_as_facts(listed: EvacuationList) -> dict[str, Any]:
    """The list as plain values for JSON; times are ISO 8601 with their offset."""
    return {
        "organisation": listed.organisation,
        "site": listed.site,
        "as_of": listed.as_of.isoformat(timespec="seconds"),
        "freshness": listed.freshness.value,
        "not_heard": [kiosk.name for kiosk in listed.stale],
        "kiosks": [
            {"name": kiosk.name, "last_heard": _moment(kiosk.last_heard)} for kiosk in (*listed.stale, *listed.heard)
        ],
        "unchecked_since": _moment(listed.unchecked_since),
        "damaged": listed.damaged,
        "count": listed.count,
        "presumed_left": count_presumed(listed.entries),
        "people": [_facts(person) for person in in_muster_order(listed.entries)],
    }


def list_as_csv(listed: EvacuationList) -> str:
    """The list as CSV (RFC 4180); cells that a spreadsheet would run are made plain text (C35)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for person in in_muster_order(listed.entries):
        facts = _facts(person)
        writer.writerow([_plain(str(facts[column])) for column in _COLUMNS])
    return buffer.getvalue()


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat(timespec="seconds")


def _facts(person: PersonOnSite) -> dict[str, Any]:
    return {
        "stay": person.stay_id,
        "name": "unnamed person" if person.unnamed else person.name,
        "company": person.company,
        "host": person.host,
        "zone": person.zone,
        "since": person.since.isoformat(timespec="seconds"),
        "needs_assistance": person.needs_assistance,
        "presumed_left": person.presumed_left,
        "check_ins": person.check_ins,
        "other_zones": ", ".join(person.other_zones),
    }


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
