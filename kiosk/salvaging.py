"""``lodge-kiosk salvage``: out of a damaged database into a new one, in words for the administrator who runs it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.composition.station import BUILD_FLOOR_MS
from kiosk.data_folder import DATABASE, KEY, NOT_ENROLLED, WITNESS, hold_data_folder, require_database, require_key
from kiosk.errors import KioskError
from sync.device.clock import SystemClock
from sync.device.errors import DiskFullError
from sync.device.free_space import statvfs_reading
from sync.device.key_provider import FileKeyProvider
from sync.device.salvage.draft import Refusal
from sync.device.salvage.salvage import Finished, Means, NoRoomError, NothingWrong, Place, Salvaged, salvage, set_aside

_MIB = 1024 * 1024
_WRONG_KEY = (
    f"This database cannot be salvaged: nothing in it opens with {KEY}. If that is another kiosk's key, put the right "
    "one back from its copy and try again. Nothing was changed. "
)
_UNKNOWN_KIOSK = (
    "This database cannot be salvaged: who this kiosk is, or the key of its log, stood in what is damaged. Nothing was "
    "changed. "
)
_SET_ASIDE = (
    "What it had not sent is lost, and people may be in the building who are on no list: call everybody together "
    "first. What can be read of its list comes out by lodge-kiosk roster --pdf FILE until then, and never after. Then: "
    "lodge-kiosk salvage --set-aside, and enrol this kiosk anew with a new code (console, Kiosks, New code)."
)
_NO_ROOM = (
    "The disk has too little room to salvage: {needed} MiB are needed and {free} MiB are free. Nothing was changed. "
    "Make room, then try again."
)
_FULL = "The disk has become full, or fails: nothing was changed. Make room, then: lodge-kiosk salvage"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Nothing could be salvaged, and the damaged files lie in ``evidence`` now."""

    evidence: Path


Ending = Salvaged | NothingWrong | Finished | SetAside


def salvage_kiosk(folder: Path, *, may_set_aside: bool = False) -> Ending:
    """Salvage the database of a kiosk that does not run. ``may_set_aside``: where that cannot be, move the damaged
    files out of the way, so that the kiosk can be enrolled anew.

    Raises:
        KioskError: not enrolled, running, or nothing can be salvaged; the message says what to do.
        StorageError: the disk refused; nothing was changed.
    """
    require_database(folder)
    require_key(folder)
    with hold_data_folder(folder):
        place, means = Place(folder, DATABASE, WITNESS), _means(folder)
        try:
            outcome = salvage(place, means)
            if not isinstance(outcome, Refusal):
                return outcome
            if outcome is Refusal.NOT_ENROLLED:
                raise KioskError(NOT_ENROLLED)
            if may_set_aside:
                return SetAside(set_aside(place, means.stamp))
        except NoRoomError as error:
            raise KioskError(_NO_ROOM.format(needed=_mib(error.needed) + 1, free=_mib(error.free))) from error
        except DiskFullError as error:
            raise KioskError(_FULL) from error
        raise KioskError((_WRONG_KEY if outcome is Refusal.KEY else _UNKNOWN_KIOSK) + _SET_ASIDE)


def salvage_facts(ending: Ending) -> dict[str, Any]:
    """What ``--json`` prints. ``outcome``: ``salvaged``, ``nothing_wrong``, ``finished`` (an earlier salvage, which had
    been cut short) or ``set_aside``.
    """
    if isinstance(ending, SetAside):
        return {"outcome": "set_aside", "evidence": str(ending.evidence)}
    if not isinstance(ending, Salvaged):
        return {"outcome": "nothing_wrong" if isinstance(ending, NothingWrong) else "finished"}
    contents, events = ending.contents, ending.written.events
    return {
        "outcome": "salvaged",
        "evidence": str(ending.evidence),
        "pages": contents.pages,
        "pages_unreadable": len(contents.unreadable),
        "events": events.count,
        "events_missing": ending.missing,
        "events_refused": events.refused,
        "bodies_lost": events.bodies_lost,
        "unnamed": events.unnamed,
        "dropped": ending.written.dropped,
        "new_log": ending.new_epoch,
    }


def salvage_lines(facts: dict[str, Any]) -> Iterator[str]:
    """The same for a person."""
    if facts["outcome"] == "nothing_wrong":
        yield "Nothing is wrong with this kiosk's database; nothing was done."
    elif facts["outcome"] == "finished":
        yield "An earlier salvage had been cut short at its end; it is finished now."
    elif facts["outcome"] == "set_aside":
        yield f"The damaged files are kept whole in {facts['evidence']}."
        yield "Enrol this kiosk anew: lodge-kiosk enrol CODE --server URL"
        yield "It begins another log then, for it knows that it is not the first: confirm that in the console, Kiosks"
    else:
        yield from _salvaged_lines(facts)


def _salvaged_lines(facts: dict[str, Any]) -> Iterator[str]:
    yield f"{'pages':<14}{facts['pages_unreadable']} of {facts['pages']} could not be read"
    missing, refused = facts["events_missing"], facts["events_refused"]
    more = f", {refused} refused: they contradict their chain" if refused else ""
    yield f"{'events':<14}{facts['events']} kept, {missing or 'none'} known to be missing{more}"
    if facts["bodies_lost"]:
        unnamed = f"; {facts['unnamed']} arrived under a name that is lost: unnamed person" if facts["unnamed"] else ""
        yield f"{'bodies':<14}{facts['bodies_lost']} lost{unnamed}"
    for table, count in facts["dropped"].items():
        yield f"{'left out':<14}{count} of {table.replace('_', ' ')}: not what was signed"
    yield f"{'evidence':<14}{facts['evidence']} holds the damaged files, whole and encrypted"
    if facts["new_log"]:
        yield (
            f"{'list':<14}PEOPLE MAY BE MISSING: this kiosk goes on in a new log. Compare its list with the building "
            "and with the cloud, then: lodge-kiosk status --reviewed. An administrator confirms the new log in the "
            "console under Kiosks"
        )
    else:
        yield f"{'list':<14}whole: no event is missing"


def _means(folder: Path) -> Means:
    clock = SystemClock()
    return Means(
        key=FileKeyProvider(folder / KEY).load_or_create(),
        clock=clock,
        entropy=secrets.token_bytes,
        build_floor_ms=BUILD_FLOOR_MS,
        free_bytes=statvfs_reading(folder),
        stamp=f"{datetime.fromtimestamp(clock.wall_ms() / 1000, UTC):%Y%m%dT%H%M%SZ}",
    )


def _mib(size: int) -> int:
    return size // _MIB
