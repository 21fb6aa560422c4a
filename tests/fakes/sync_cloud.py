"""A cloud in memory that speaks the real wire protocol as a ``Transport``, with faults that tests switch on.

It believes nothing that the real one would not: signatures, nonces, chains and codes are checked by the
protocol package's own functions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.errors import TransportError
from sync.device.transport import Answer
from sync.protocol import enrolment as messages
from sync.protocol import exact_json, feed
from sync.protocol.batch import Expectation, OpenedBatch, audience, open_batch
from sync.protocol.chain import Head
from sync.protocol.epochs import EpochBeginning
from sync.protocol.errors import ProtocolError, SignatureError
from sync.protocol.events import Event
from sync.protocol.exchange import (
    CONSISTENCY_PATH,
    ENROL_FINISH_PATH,
    ENROL_START_PATH,
    EVENTS_PATH,
    FEED_PATH,
    HELLO_PATH,
    NO_PROOF,
    FeedAnswer,
    GapProblem,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from sync.protocol.keys import public_text, thumbprint
from sync.protocol.keyspage import KeyEntry, KeysPage, KeyUse, key_entry, sign_keys_page
from sync.protocol.keyspage import page_hash as keys_page_hash
from sync.protocol.receipt import Receipt, sign_receipt
from sync.protocol.root_moves import encode_move, move_root
from sync.signable_request import NONCE_HEADER, SignableRequest
from sync.signed_requests import claimed_key, verify_request
from tests.fakes.sync_enrolment import EnrolmentDesk
from tests.fakes.sync_faults import Faults
from tests.fakes.sync_feed import Chains, pages_above
from tests.fakes.sync_log import TreeLog, key_of_log

SERVER_MS = 1_790_000_100_000
LOG_NAME = "lodge.example.org/log/1"


def problem(name: str) -> bytes:
    """A refusal's body."""
    return f'{{"type":"urn:lodge:problem:{name}"}}'.encode()


@dataclass
class Device:
    """A kiosk as the cloud knows it, under one epoch."""

    expectation: Expectation
    revoked: bool = False
    standing: str = "current"
    forked: int = 0
    clear: feed.ClearBranch | None = None
    start: bytes = b""
    beginning: EpochBeginning | None = None
    branch: dict[str, Event] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    quarantined: list[UUID] = field(default_factory=list)

    @property
    def head(self) -> Head:
        kid = thumbprint(self.expectation.key)
        return Head(kid, len(self.events), self.events[-1].hash) if self.events else Head.genesis(kid)


class SyncCloud:
    """One organisation with one site. Every request that reached it stands in ``requests``.

    ``old``: it knows neither hello nor epochs. ``durable``: how far its backups reach, all of it unless told.
    ``by_changes``: pages are sent as changes where it can; ``again_seconds``: when it says to ask again.
    """

    EXTRA_KEYS: ClassVar[tuple[KeyEntry, ...]] = ()
    EPOCH_ROUTES: ClassVar[dict[str, Callable[[SyncCloud, Device, bytes], tuple[int, bytes]]]] = {}

    def __init__(self, seed: int = 1, *, origin: str = "https://lodge.example.org") -> None:
        self._random = random.Random(seed)
        self.origin = origin
        self.tenant, self.site = self._uuid(), self._uuid()
        self.root, self.receipt_key, self.feed_key = self._key(), self._key(), self._key()
        self.faults = Faults()
        self.requests: list[SignableRequest] = []
        self.desk = EnrolmentDesk(origin, self.tenant, self.site, public_text(self.root.public_key()))
        self.devices: dict[str, Device] = {}
        self.pages: Chains = {}
        self.keys_pages: list[str] = []
        self.now_ms = SERVER_MS
        self.nonces: list[str] = []
        self.old = False
        self.checkpoint: str | None = None
        self.other_keys: tuple[KeyEntry, ...] = ()
        """Next and retired keys that the keys page lists besides."""
        self.moves: list[str] = []
        self.log = TreeLog(LOG_NAME, key_of_log(seed))  # what it proves; receipts carry ``checkpoint`` whatever it is
        self.durable: int | None = None
        self.by_changes = False
        self.again_seconds = 20
        self.publish_keys()

    # What an administrator does.

    def make_code(self, kiosk: UUID | None = None) -> str:
        """A code for a kiosk, a new one unless told, as it is typed."""
        return self.desk.make_code(self._random.randbytes, kiosk=kiosk or self._uuid(), now_ms=self.now_ms)

    def publish_keys(self, *, version: int | None = None, previous: str | None = None) -> str:
        """Sign the next keys page by the root."""
        last = keys_page_hash(self.keys_pages[-1]) if self.keys_pages else ZERO_SHA256
        page = KeysPage(
            v=1,
            tenant=self.tenant,
            version=version or len(self.keys_pages) + 1,
            issued_ms=self.now_ms,
            previous=previous or last,
            log=LOG_NAME,
            keys=(
                key_entry(KeyUse.RECEIPT, self.receipt_key.public_key()),
                key_entry(KeyUse.FEED, self.feed_key.public_key()),
                key_entry(KeyUse.LOG, self.log.key.public_key()),
                *self.other_keys,
                *self.EXTRA_KEYS,
            ),
            tls=(),
        )
        self.keys_pages.append(sign_keys_page(page, self.root))
        return self.keys_pages[-1]

    def move_root(self) -> None:
        """Hand over to a new root, and let it sign a page."""
        old, self.root = self.root, self._key()
        page = len(self.keys_pages) + 1
        move = move_root(tenant=self.tenant, old=old, new=self.root, page=page, issued_ms=self.now_ms)
        self.moves.append(encode_move(move))
        self.publish_keys()

    def lose_root(self) -> None:
        """Begin with a new root that the old one has not signed."""
        self.root = self._key()
        self.desk.root = public_text(self.root.public_key())
        self.publish_keys()

    def publish(
        self, content: msgspec.Struct, /, *, lifetime_ms: int = 86_400_000, raw: bytes | None = None, **changes: object
    ) -> feed.SentPage:
        """Sign the next page of this content's kind; ``raw`` is sent instead of the content, ``changes`` replace
        members of the head.
        """
        kind = feed.kind_of(content)
        chain = self.pages.setdefault(kind, [])
        raw = exact_json.encode(content) if raw is None else raw
        head = feed.PageHead(
            v=1,
            tenant=self.tenant,
            site=self.site,
            page=kind,
            version=len(chain) + 1,
            previous=feed.page_hash(chain[-1].head) if chain else ZERO_SHA256,
            issued_ms=self.now_ms,
            expires_ms=self.now_ms + lifetime_ms,
            sha256=sha256_hex(raw),
            size=len(raw),
        )
        head = msgspec.structs.replace(head, **changes)
        chain.append(feed.send_whole(feed.sign_head(head, self.feed_key), raw))
        return chain[-1]

    @property
    def device(self) -> Device:
        """The only kiosk."""
        (device,) = self.devices.values()
        return device

    # The port.

    def send(self, request: SignableRequest) -> Answer:
        """Answer as the cloud would, after the faults have had their turn."""
        if self.faults.unreachable:
            self.faults.unreachable -= 1
            raise TransportError("the cloud did not answer (ConnectionError)")
        if self.faults.mangle_request is not None:
            request = self.faults.mangle_request(request)
        self.requests.append(request)
        if self.faults.answers and not request.url.endswith(HELLO_PATH):
            return self.faults.answers.pop(0)
        answer = self._route(request)
        if self.faults.lose_answers and not request.url.endswith(HELLO_PATH):
            self.faults.lose_answers -= 1
            raise TransportError("the cloud did not answer (ReadTimeout)")
        if self.faults.fail_after_commit and answer.status == 200 and not request.url.endswith(HELLO_PATH):
            self.faults.fail_after_commit -= 1
            answer = Answer(500, answer.headers, b"")
        if self.faults.mangle_hello is not None and request.url.endswith(HELLO_PATH):
            return self.faults.mangle_hello(answer)
        if self.faults.mangle_answer is None or request.url.endswith(HELLO_PATH):
            return answer
        return self.faults.mangle_answer(answer)

    def _route(self, request: SignableRequest) -> Answer:
        path = urlsplit(request.url).path
        if path == ENROL_START_PATH:
            return self._answer(*self.desk.start(request.body, self._random.randbytes, now_ms=self.now_ms))
        if path == ENROL_FINISH_PATH:
            return self._enrol(request.body)
        try:
            device = self.devices[claimed_key(request.headers)]
            signed = verify_request(request, key=device.expectation.key, audience=audience(self.origin, self.tenant))
        except (SignatureError, KeyError):
            return self._answer(401)
        if device.revoked:
            return self._answer(403)
        return self._answer(401) if signed.nonce not in self.nonces else self._serve(device, path, request)

    def _serve(self, device: Device, path: str, request: SignableRequest) -> Answer:
        if path == EVENTS_PATH and request.method == "POST":
            return self._take(device, request.body)
        if path in self.EPOCH_ROUTES and not self.old:
            return self._answer(*self.EPOCH_ROUTES[path](self, device, request.body))
        if path == FEED_PATH and request.method == "GET":
            return self._feed(parse_qs(urlsplit(request.url).query).get("have", [""])[0])
        if path == CONSISTENCY_PATH and not self.old:
            proof = self.log.answer(urlsplit(request.url).query)
            return self._answer(404, problem(NO_PROOF)) if proof is None else self._answer(200, proof)
        return self._answer(404)

    def _enrol(self, body: bytes) -> Answer:
        status, enrolled = self.desk.finish(body, now_ms=self.now_ms)
        if enrolled is None:
            return self._answer(status)
        kiosk, key = enrolled
        expectation = Expectation(self.tenant, self.site, kiosk, key, audience(self.origin, self.tenant))
        self.devices.setdefault(thumbprint(key), Device(expectation))
        return self._answer(200, exact_json.encode(messages.FinishResponse(v=1, keys=self.keys_pages[-1])))

    def _take(self, device: Device, wire: bytes) -> Answer:
        try:
            return self._take_batch(device, open_batch(wire, device.expectation))
        except ProtocolError:
            return self._answer(400)

    def _take_batch(self, device: Device, batch: OpenedBatch) -> Answer:
        if device.standing == "frozen":
            return self._answer(409, problem("frozen"))
        known = device.receipts.get(batch.manifest_hash)
        if known is not None:
            return self._answer(200, known.encode("ascii"))
        if batch.manifest.first > device.head.seq + 1:
            gap = GapProblem(expected_seq=device.head.seq + 1)
            return self._answer(409, exact_json.encode(gap))
        for event in batch.events:
            seq = event.header.seq
            if seq <= device.head.seq and device.events[seq - 1].hash != event.hash:
                return self._forked(device, seq)
        if batch.manifest.first == device.head.seq + 1 and batch.events[0].header.prev != device.head.hash:
            return self._forked(device, device.head.seq)
        return self._answer(200, self._store(device, batch).encode("ascii"))

    def _forked(self, device: Device, seq: int) -> Answer:
        device.standing = "frozen"
        device.forked = min(device.forked or seq, seq)
        return self._answer(409, problem("forked"))

    def _store(self, device: Device, batch: OpenedBatch) -> str:
        new = [event for event in batch.events if event.header.seq > device.head.seq]
        device.events.extend(new)
        quarantined = tuple(event.header.id for event in new if event.fault() is not None)
        device.quarantined.extend(quarantined)
        receipt = self.receipt_for(device, batch.manifest_hash, quarantined=quarantined)
        device.receipts[batch.manifest_hash] = sign_receipt(receipt, self.receipt_key)
        return device.receipts[batch.manifest_hash]

    def receipt_for(self, device: Device, manifest: str, *, quarantined: tuple[UUID, ...] = ()) -> Receipt:
        """What the cloud says about all that it holds of a kiosk."""
        expectation, head = device.expectation, device.head
        return Receipt(
            v=1,
            aud=expectation.audience,
            kiosk=expectation.kiosk,
            epoch=thumbprint(expectation.key),
            accepted=head.seq,
            durable=head.seq if self.durable is None else min(self.durable, head.seq),
            head=head.hash,
            manifest=manifest,
            quarantined=quarantined,
            at_ms=self.now_ms,
            checkpoint=self.checkpoint,
        )

    def _feed(self, have: str) -> Answer:
        pages = tuple(pages_above(self.pages, have, by_changes=self.by_changes))
        answer = FeedAnswer(
            keys=self.keys_pages[-1], pages=pages, moves=tuple(self.moves), again_seconds=self.again_seconds
        )
        return self._answer(200, exact_json.encode(answer))

    def _answer(self, status: int, body: bytes = b"") -> Answer:
        self.nonces.append(self._random.randbytes(16).hex())
        return Answer(status, {NONCE_HEADER: self.nonces[-1]}, body)

    def _uuid(self) -> UUID:
        return UUID(bytes=self._random.randbytes(16), version=4)

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._random.randbytes(32))
