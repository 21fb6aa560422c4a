"""The server: production services over the twin of the ingest store, which can be copied and put back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.clock import from_unix_ms
from cloud_api.errors import CloudError
from cloud_api.services.audit_trail import Actor
from cloud_api.services.branches import Branches
from cloud_api.services.confirmation import Confirmation, Confirmed
from cloud_api.services.devices import Device
from cloud_api.services.epochs import Epochs
from cloud_api.services.hellos import Hellos
from cloud_api.services.ingest import Ingest
from cloud_api.services.musters import Musters
from cloud_api.services.nonces import Nonces
from sync.device.errors import TransportError
from sync.device.settings import Enrolment
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.errors import ProtocolError
from sync.protocol.exchange import (
    BRANCHES_PATH,
    CONSISTENCY_PATH,
    EPOCHS_PATH,
    EVENTS_PATH,
    FEED_PATH,
    HELLO_PATH,
    MUSTER_PATH,
)
from sync.protocol.muster_exchange import MusterQuestion
from sync.signable_request import SignableRequest
from sync.signed_requests import claimed_key, verify_request
from tests.fakes.muster_memory import MemoryMusterStore
from tests.simulation.cloud_door import answer_batch, answer_start, drive, problem, read_have, read_hello, stamped
from tests.simulation.cloud_log import CloudLog
from tests.simulation.cloud_photos import CloudPhotos, photo_of
from tests.simulation.cloud_records import CloudRecords, Copied
from tests.simulation.organisation import Organisation
from tests.simulation.scheduler import Scheduler
from tests.simulation.tape import Asked, Enrolled, Tape, plain
from tests.simulation.trace import Trace

T = TypeVar("T")
_ADMIN = Actor("administrator", reason="lost")
_PATIENCE = 20
WORK_SECONDS = 350.0
"""The audit log follows more seldom than a real one: each step makes a checkpoint that every kiosk checks."""


class CloudClock:
    """The server's clock is right: its time is the true one."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def now(self) -> datetime:
        return from_unix_ms(self._scheduler.now_ms)


class CloudMachine:
    """One server for one organisation with one site."""

    def __init__(self, scheduler: Scheduler, trace: Trace, organisation: Organisation) -> None:
        self._scheduler, self._trace = scheduler, trace
        self._clock = CloudClock(scheduler)
        self.up = True
        self.records = CloudRecords(scheduler, self._clock, organisation)
        self.tape = Tape()
        self._nonces = Nonces(b"n" * 32, self._clock)
        self.watchers: list[Callable[[str, str, Answer], None]] = []
        """Told of every answer to a device: path, epoch, answer."""
        store = self.records.store
        self._ingest = Ingest(store, self._clock)
        self._branches = Branches(store, self._clock)
        self._epochs = Epochs(store, self._clock)
        self._hellos = Hellos(store, self._clock)
        self._musters = Musters(MemoryMusterStore(store), self._clock)
        self._confirmation = Confirmation(store, self._clock)
        self.photos = CloudPhotos(self.records, self._clock)
        self.log = CloudLog(self.records, self._clock)

    @property
    def stumbles(self) -> int:
        """How many of the next transactions break off before they are committed."""
        return self.records.stumbles

    @stumbles.setter
    def stumbles(self, many: int) -> None:
        self.records.stumbles = many

    def come_up(self) -> None:
        """The server answers again."""
        self.up = True

    def receive(self, request: SignableRequest) -> Answer:
        """Answer a request as the server's routes do.

        Raises:
            TransportError: the server is down.
        """
        if not self.up:
            raise TransportError("the cloud did not answer (down)")
        nonce = self._nonces.issue()
        try:
            answer = self._admit(request)
        except CloudError:
            answer = Answer(500, {}, b"")
        return stamped(answer, nonce)

    def enrol(self, name: str, key: Ed25519PrivateKey) -> tuple[Enrolment, str]:
        """A kiosk with its first key, as enrolment leaves both sides."""
        enrolment, keys = self.records.enrol(name, key)
        public = key.public_key().public_bytes_raw()
        self.tape.steps.append(Enrolled(self._scheduler.now_ms, name, enrolment.kiosk, public, enrolment.audience))
        return enrolment, keys

    def revoke(self, name: str) -> None:
        """An administrator revokes a kiosk."""
        kiosk = self.records.kiosks[name]
        self._insist(
            lambda: self._decide(
                "revoke", "", kiosk, b"", self._confirmation.revoke(self.records.tenant, kiosk, _ADMIN)
            )
        )

    def forgot_revoking(self, name: str) -> bool:
        """Whether a kiosk is not revoked, as far as the server knows."""
        return self.records.rows().kiosks[self.records.kiosks[name]].revoked_at is None

    def work(self) -> None:
        """The worker takes into the audit log what waits for it, and again some minutes later."""
        if self.up:
            try:
                self.log.sequence()
            except CloudError as error:
                self._trace.note("worker", f"tries again: {error}")
        self._scheduler.after(WORK_SECONDS, self.work)

    def administer(self) -> None:
        """An administrator looks, and confirms what can be confirmed, newest branches first."""
        for kiosk in self.records.kiosks.values():
            for epoch in reversed(self.records.unconfirmed(kiosk)):
                self._insist(lambda: self._confirm(kiosk, epoch))  # noqa: B023 -- called at once

    def _confirm(self, kiosk: UUID, epoch: str) -> None:
        deciding = self._confirmation.confirm(self.records.tenant, kiosk, epoch, _ADMIN)
        outcome = self._decide("confirm", epoch, kiosk, b"", deciding)
        if isinstance(outcome, Confirmed):
            self._trace.note("admin", f"confirms {', '.join(name[:6] for name in outcome.epochs)}")
        else:
            self._trace.note("admin", f"cannot confirm {epoch[:6]}: {outcome.reason}")

    def _insist(self, act: Callable[[], object]) -> None:
        """An administrator tries again until it works."""
        for _ in range(_PATIENCE):
            try:
                act()
            except CloudError as error:
                self._trace.note("admin", f"tries again: {error}")
            else:
                return
        raise AssertionError("an administrator's patience is at its end")

    def snapshot(self) -> Copied:
        """A copy of everything the server keeps."""
        return self.records.snapshot()

    def restore(self, copied: Copied) -> None:
        """Put such a copy back."""
        self.tape.whole = False
        self.records.restore(copied)

    def _admit(self, request: SignableRequest) -> Answer:
        try:
            device = self.records.find(claimed_key(request.headers))
            if device is None:
                return problem(401, "signature-refused")
            signed = verify_request(request, key=device.key, audience=device.audience)
        except ProtocolError:
            return problem(401, "signature-refused")
        if not self._nonces.is_fresh(signed.nonce):
            return problem(401, "nonce-required")
        if device.standing == "revoked":
            return problem(403, "revoked")
        path = urlsplit(request.url).path
        answer = self._route(device, path, request)
        for watch in self.watchers:
            watch(path, device.epoch, answer)
        return answer

    def _decide(self, what: str, epoch: str, kiosk: UUID, body: bytes, deciding: Coroutine[Any, Any, T]) -> T:
        """Drive a decision to its end, and keep on tape what came of it."""
        self.records.committed = False
        step = Asked(self._scheduler.now_ms, what, epoch, body, kiosk, None)
        try:
            outcome = drive(deciding)
        except CloudError:
            if self.records.committed:
                self.tape.steps.append(step)
            raise
        self.tape.steps.append(replace(step, outcome=plain(outcome)))
        return outcome

    def _ask(self, what: str, device: Device, body: bytes, deciding: Coroutine[Any, Any, T]) -> T:
        return self._decide(what, device.epoch, device.kiosk_id, body, deciding)

    def _route(self, device: Device, path: str, request: SignableRequest) -> Answer:
        if photo_of(path) is not None:
            return self.photos.answer(device, request)
        answer = _ROUTES.get(path, CloudMachine._miss)
        return answer(self, device, request)

    def _take(self, device: Device, request: SignableRequest) -> Answer:
        return answer_batch(self._ask("take", device, request.body, self._ingest.take(device, request.body)))

    def _branch(self, device: Device, request: SignableRequest) -> Answer:
        return answer_batch(self._ask("branch", device, request.body, self._branches.take(device, request.body)))

    def _begin(self, device: Device, request: SignableRequest) -> Answer:
        return answer_start(
            self._ask("begin", device, request.body, self._epochs.begin(device, request.body, "192.0.2.1"))
        )

    def _hello(self, device: Device, request: SignableRequest) -> Answer:
        said = read_hello(request.body, device.epoch)
        if said is None:
            return problem(400, "malformed")
        answer = self._ask("hello", device, request.body, self._hellos.answer(device, said))
        self.log.hear(device, said)
        return Answer(200, {}, exact_json.encode(answer))

    def _pages(self, _device: Device, request: SignableRequest) -> Answer:
        return Answer(200, {}, exact_json.encode(self.records.feed(read_have(request))))

    def _muster(self, device: Device, request: SignableRequest) -> Answer:
        question = exact_json.read(request.body, MusterQuestion, what="a question about other kiosks")
        return Answer(200, {}, exact_json.encode(drive(self._musters.answer(device, question))))

    def _prove(self, device: Device, request: SignableRequest) -> Answer:
        return self.log.prove(device, request)

    def _miss(self, _device: Device, _request: SignableRequest) -> Answer:
        return problem(404, "not-found")


_ROUTES = {
    EVENTS_PATH: CloudMachine._take,
    BRANCHES_PATH: CloudMachine._branch,
    EPOCHS_PATH: CloudMachine._begin,
    HELLO_PATH: CloudMachine._hello,
    FEED_PATH: CloudMachine._pages,
    MUSTER_PATH: CloudMachine._muster,
    CONSISTENCY_PATH: CloudMachine._prove,
}
