"""The server's door for photos, as ``cloud_api.http.device_objects`` has it, and what it keeps of them."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from cloud_api.clock import Clock
from cloud_api.services.devices import Device
from cloud_api.services.object_intake import (
    Arrived,
    Full,
    Misplaced,
    ObjectIntake,
    Outcome,
    Receipted,
    Request,
    Unfit,
    Unnamed,
)
from cloud_api.services.stored_bodies import read_full_body
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.exchange import OBJECTS_PATH
from sync.protocol.kinds import ArrivedFull
from sync.protocol.objects import ObjectState
from sync.protocol.sealing import ObjectName, open_content
from sync.signable_request import SignableRequest
from tests.simulation.cloud_door import drive, problem
from tests.simulation.cloud_records import CloudRecords


def photo_of(path: str) -> UUID | None:
    """The photo that a request's path is about."""
    return UUID(path.rpartition("/")[2]) if path.startswith(f"{OBJECTS_PATH}/") else None


class CloudPhotos:
    """Takes them by production code, and looks at what it has."""

    def __init__(self, records: CloudRecords, clock: Clock) -> None:
        self._records = records
        self._intake = ObjectIntake(records.intake_store, records.objects, clock)

    def answer(self, device: Device, request: SignableRequest) -> Answer:
        """One request about a photo."""
        parts = urlsplit(request.url)
        wanted, query = photo_of(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert wanted is not None
        asked = Request(device, wanted, query["epoch"], int(query["seq"]))
        if request.method == "GET":
            return _answer(drive(self._intake.state(asked)))
        return _answer(drive(self._intake.take(asked, int(query["at"]), request.body)))

    def kept(self) -> set[UUID]:
        """The photos of which a receipt may say that they are here."""
        return {one.id for one in self._records.rows().objects.values() if one.standing == "kept"}

    def shown(self, photo: UUID) -> bytes | None:
        """What staff are shown; ``None`` where it is not here.

        Raises:
            ProtocolError: it does not open.
        """
        row, name = self._records.rows().objects.get(photo), ObjectName(self._records.tenant, photo)
        kept = self._records.objects.kept.get(name)
        if row is None or row.object_key is None or kept is None:
            return None
        return open_content(kept, name=name, own=row.object_key)

    def named(self) -> dict[UUID, set[tuple[str, int]]]:
        """The photos that accepted events name, with the places of these."""
        rows = self._records.rows()
        found: dict[UUID, set[tuple[str, int]]] = {}
        for (epoch, _), (event, _) in (*rows.log.items(), *rows.branch.items()):
            body = read_full_body(event.kind, event.full)
            for reference in body.objects if isinstance(body, ArrivedFull) else ():
                found.setdefault(reference.id, set()).add((epoch, event.seq))
        return found

    def is_behind_its_event(self, photo: UUID) -> bool:
        """Whether what is known of a photo stands at the place of an event that names it, or nothing is known."""
        row = self._records.rows().objects.get(photo)
        return row is None or (row.naming.epoch, row.naming.seq) in self.named().get(photo, ())


def _answer(outcome: Outcome) -> Answer:
    match outcome:
        case Receipted(receipt):
            return Answer(200, {"content-type": "application/jose"}, receipt.encode("ascii"))
        case Arrived(have):
            return Answer(200, {}, exact_json.encode(ObjectState(v=1, have=have)))
        case Misplaced(have):
            return problem(409, "offset", have=have)
        case Unnamed():
            return problem(404, "object-unknown")
        case Full():
            return problem(429, "quota-exceeded")
        case Unfit():
            return problem(400, "object-refused")
