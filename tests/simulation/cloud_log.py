"""The server's audit log: production's sequencer, proofs and witnesses over the twin, and its door for proofs."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from cloud_api.clock import Clock
from cloud_api.services.devices import Device
from cloud_api.services.log_proofs import LogProofs, Place
from cloud_api.services.log_trees import read_root
from cloud_api.services.log_witnesses import LogWitnesses
from cloud_api.services.sequencer import Sequencer
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.exchange import NO_PROOF, Hello
from sync.protocol.log_witness import LogCheckpoint
from sync.signable_request import SignableRequest
from tests.simulation.cloud_door import drive, problem
from tests.simulation.cloud_records import CloudRecords


class CloudLog:
    """One organisation's log."""

    def __init__(self, records: CloudRecords, clock: Clock) -> None:
        self._records, self._store = records, records.log_store
        self._sequencer = Sequencer(records.log_store, clock)
        self._proofs = LogProofs(records.log_store)
        self._witnesses = LogWitnesses(records.log_store, _Unread(), clock)

    def sequence(self) -> int:
        """What the worker does every few seconds; how many entries were taken in."""
        return drive(self._sequencer.run_once())

    def hear(self, device: Device, said: Hello) -> None:
        """Take in what a greeting says of the log."""
        drive(self._witnesses.hear(device, said, "192.0.2.1"))

    def prove(self, device: Device, request: SignableRequest) -> Answer:
        """Whether one checkpoint continues another."""
        query = parse_qs(urlsplit(request.url).query)
        first, second = (Place(*map(int, query[name][0].split(":"))) for name in ("first", "second"))
        proof = drive(self._proofs.answer(device, first, second))
        return problem(404, NO_PROOF) if proof is None else Answer(200, {}, exact_json.encode(proof))

    def newest_generation(self) -> int:
        """1, and one more for each restore that lost what a kiosk had witnessed."""
        return max(self._records.rows().generations)

    def continues(self, seen: LogCheckpoint) -> bool:
        """Whether a checkpoint is of the log as it stands."""
        own = self._records.rows().generations.get(seen.generation)
        if own is None or seen.size > own.size:
            return False
        return drive(self._root(seen)) == seen.checkpoint.root

    async def _root(self, seen: LogCheckpoint) -> bytes:
        async with self._store.open(self._records.tenant, snapshot=True) as log:
            return await read_root(log, seen.generation, seen.size)


class _Unread:
    """The operator's security log: nobody reads it in a run."""

    async def note(self, kind: str, *, address: str, name: str) -> None:
        return None
