"""How a kiosk stands, as facts and in words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from kiosk.composition.station import Station
from kiosk.log_report import log_facts, log_line
from kiosk.printer_report import printer_facts, printer_line
from sync.device.condition import read_condition
from sync.device.doubt import Doubt
from sync.device.epochs import ROLLED_BACK
from sync.device.notices import Notice, NoticeKind
from sync.device.salvage.files import kept_evidence
from sync.protocol.keys import thumbprint

_LINES = ("organisation", "site", "kiosk", "server", "root", "recorded", "waiting", "on_site")
_FOUND = {
    "missing": "was missing",
    "empty": "had been emptied",
    "damaged": "was damaged",
    "unusable": "could not be used",
}
_UNCONFIRMED = (
    "began anew by itself and is not confirmed yet: whoever left since then stays on the list. An administrator "
    "confirms it in the console under Kiosks"
)
_UNHEARD = "CANNOT BE HEARD: {fault}. What other kiosks recorded since then is not on this kiosk's list"
_LOST = (
    "the cloud was restored to before events whose details this kiosk had already given away ({since}); names of "
    "people on site are not concerned. Acknowledge with: lodge-kiosk status --reviewed"
)
_EVIDENCE = "keeps damaged files, with visitors' data as old as they are: delete it when nobody needs it any more"
_ROOM = {
    "ample": "has room",
    "low": "NEARLY FULL: photos are not kept any more; check-ins go on until it is full. Make room",
    "unknown": "does not say how much room it has",
}


def status_facts(station: Station) -> dict[str, Any]:
    """The facts that ``status --json`` prints; ``doubt`` is null where the records agree with their witness,
    ``incomplete`` and ``details_lost`` where nothing is known to be missing here and in the cloud,
    ``not_heard_because`` where nothing keeps other kiosks from being heard.
    """
    now_ms = station.clock.wall_ms()
    condition = read_condition(station.log, station.standing, station.space)
    doubt = station.log.doubt.standing()
    return {
        "kiosk": str(station.enrolment.kiosk),
        "organisation": station.directory.organisation().name,
        "site": station.directory.organisation().site,
        "server": station.enrolment.server,
        "root": thumbprint(station.enrolment.root_key),
        "recorded": sum(station.log.head_of(epoch).seq for epoch in station.log.epochs.all()),
        "waiting": station.outbox.waiting,
        "photos_waiting": station.objects.waiting,
        "photos_stopped": station.photo_stop.stands,
        "on_site": len(station.roll.people()),
        "clock_quality": int(station.clock.quality()),
        "doubt": None if doubt is None else _doubt_facts(doubt, station.time.at_ms(doubt.since_ms)),
        "incomplete": _notice_facts(condition.incomplete, station),
        "details_lost": _notice_facts(condition.details_lost, station),
        "unconfirmed": condition.unconfirmed,
        "not_heard_because": station.heard.events.fault or None,
        "printers": printer_facts(station),
        "room": condition.room.value,
        "evidence": [str(path) for path in kept_evidence(station.configuration.data_folder)],
        "audit_log": log_facts(station),
        "pages": [
            {"page": page.kind.value, "version": page.version, "stale": page.expires_ms < now_ms}
            for page in station.feed.held().values()
        ],
    }


def close_doubts(station: Station) -> bool:
    """A person has looked: every doubt and alarm is over. ``False`` when there was none.

    Raises:
        StorageError: the disk refused.
    """
    log, memory = station.log, station.outbox.memory
    closed = [log.doubt.close(), memory.close_alarm(), *(log.notices.close(kind) for kind in NoticeKind)]
    return any(closed)


def status_lines(facts: dict[str, Any]) -> Iterator[str]:
    """The same for a person, a line each."""
    for name in _LINES:
        yield f"{name.replace('_', ' '):<14}{facts[name]}"
    stopped = "; none are taken: stopped by a command" if facts["photos_stopped"] else ""
    yield f"{'photos':<14}{facts['photos_waiting']} waiting for the cloud{stopped}"
    yield f"{'records':<14}{_doubt_words(facts['doubt'])}"
    if facts["incomplete"] is not None:
        yield f"{'list':<14}{_incomplete_words(facts['incomplete'])}"
    if facts["unconfirmed"]:
        yield f"{'log':<14}{_UNCONFIRMED}"
    if facts["not_heard_because"] is not None:
        yield f"{'others':<14}{_UNHEARD.format(fault=facts['not_heard_because'])}"
    if facts["details_lost"] is not None:
        yield f"{'details':<14}{_LOST.format(**facts['details_lost'])}"
    yield f"{'audit log':<14}{log_line(facts['audit_log'])}"
    for printer in facts["printers"]:
        yield f"{'printer':<14}{printer_line(printer)}"
    yield f"{'disk':<14}{_ROOM[facts['room']]}"
    for kept in facts["evidence"]:
        yield f"{'evidence':<14}{kept} {_EVIDENCE}"
    for page in facts["pages"]:
        stale = ", out of date" if page["stale"] else ""
        yield f"{'page':<14}{page['page']}, version {page['version']}{stale}"


def _notice_facts(notice: Notice | None, station: Station) -> dict[str, Any] | None:
    if notice is None:
        return None
    since = station.time.at_ms(notice.since_ms).isoformat(timespec="seconds")
    return {"since": since, "reason": notice.reason, "recorded": notice.seq, "known": notice.known}


def _incomplete_words(notice: dict[str, Any]) -> str:
    found = "was restored or damaged" if notice["reason"] == ROLLED_BACK else "exists twice, as after a copied card"
    known = f", while event {notice['known']} is known to exist" if notice["known"] else ""
    return (
        f"MAY BE INCOMPLETE since {notice['since']}: this kiosk's database {found}; it ended at event "
        f"{notice['recorded']}{known}. It goes on in a new log. Compare the list with the building and with the cloud, "
        "then: lodge-kiosk status --reviewed"
    )


def _doubt_facts(doubt: Doubt, since: datetime) -> dict[str, Any]:
    return {
        "witness": doubt.found,
        "since": since.isoformat(timespec="seconds"),
        "recorded": doubt.recorded,
        "times": doubt.times,
    }


def _doubt_words(doubt: dict[str, Any] | None) -> str:
    if doubt is None:
        return "agree with their second witness"
    return (
        f"NOT CHECKED since {doubt['since']}: the witness file {_FOUND[doubt['witness']]} when the kiosk was opened at "
        f"event {doubt['recorded']}, so nobody can tell here whether later visits were lost. The evacuation list says "
        "that people may be missing. Compare it with the building and with the cloud, then: lodge-kiosk status "
        "--reviewed"
    )
