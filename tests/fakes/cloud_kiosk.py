"""A kiosk without a database, on the production protocol: makes events, seals batches, signs requests."""

import copy
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud_api.clock import unix_ms
from sync.protocol import exact_json
from sync.protocol.batch import audience, seal_batch
from sync.protocol.chain import Act, Head, Identity, Stamp, link
from sync.protocol.enrolment import (
    EnrolmentCode,
    FinishRequest,
    StartRequest,
    StartResponse,
    Transcript,
    kiosk_mac,
    prove_possession,
)
from sync.protocol.epochs import begin_epoch
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.keys import base64url, public_text, thumbprint
from sync.protocol.kinds import ArrivedFull, ArrivedMuster, DepartedFull, Kind
from sync.signable_request import SignableRequest
from sync.signed_requests import sign_request


@dataclass
class KioskKey:
    """A new kiosk's key pair and what it says in an enrolment."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    nonce: str = field(default_factory=lambda: secrets.token_hex(32))

    @property
    def text(self) -> str:
        return public_text(self.private.public_key())

    @property
    def epoch(self) -> str:
        return thumbprint(self.private.public_key())

    def start(self, code: EnrolmentCode) -> StartRequest:
        return StartRequest(v=1, code=code.id, nonce=self.nonce, key=self.text)

    def transcript(self, code: EnrolmentCode, answer: StartResponse) -> Transcript:
        return Transcript(
            code=code.id,
            kiosk_nonce=self.nonce,
            server_nonce=answer.nonce,
            key=self.text,
            origin=answer.origin,
            tenant=answer.tenant,
            site=answer.site,
            kiosk=answer.kiosk,
            root=answer.root,
        )

    def finish(self, code: EnrolmentCode, answer: StartResponse) -> FinishRequest:
        seen = self.transcript(code, answer)
        return FinishRequest(
            v=1,
            code=code.id,
            nonce=self.nonce,
            server_nonce=answer.nonce,
            key=self.text,
            mac=kiosk_mac(code.verifier, seen),
            signature=base64url(prove_possession(seen, self.private)),
        )


class FakeKiosk:
    """An enrolled kiosk with its chain in memory."""

    def __init__(self, answer: StartResponse, key: KioskKey) -> None:
        self.key = key
        self.identity = Identity(answer.tenant, answer.site, answer.kiosk, key.epoch)
        self.audience = audience(answer.origin, answer.tenant)
        self.head = Head.genesis(key.epoch)
        self.boot = uuid4()
        self.events: list[Event] = []
        self._ticks = 0

    def act(
        self,
        kind: str,
        at: datetime,
        *,
        stay: UUID | None = None,
        muster: msgspec.Struct | Mapping[str, object] | None = None,
        full: msgspec.Struct | Mapping[str, object] | None = None,
        quality: ClockQuality = ClockQuality.NTP,
    ) -> Event:
        self._ticks += 1
        stamp = Stamp(Hlc(unix_ms(at), self._ticks % 0xFFFF), quality, self.boot, self._ticks)
        act = Act(kind, stay, muster if muster is not None else {}, full if full is not None else {})
        event, self.head = link(act, identity=self.identity, head=self.head, stamp=stamp, entropy=secrets.token_bytes)
        self.events.append(event)
        return event

    def arrive(
        self,
        at: datetime,
        *,
        name: str = "Ada Sample",
        company: str = "Pebble & Co",
        host: str = "Grace Example",
        host_id: UUID | None = None,
        stay: UUID | None = None,
        quality: ClockQuality = ClockQuality.NTP,
        email: str = "ada@example.org",
    ) -> UUID:
        chosen = stay or uuid4()
        muster = ArrivedMuster(name=name, company=company, host=host, zone="Front lobby", assistance=False)
        full = ArrivedFull(type="visitor", language="en", host_id=host_id, email=email, phone="", answers={})
        self.act(Kind.VISITOR_ARRIVED, at, stay=chosen, muster=muster, full=full, quality=quality)
        return chosen

    def depart(self, at: datetime, stay: UUID) -> Event:
        return self.act(Kind.VISITOR_DEPARTED, at, stay=stay, full=DepartedFull(method="badge"))

    def batch(self, first: int = 1, last: int | None = None, *, audience: str | None = None) -> bytes:
        chosen = self.events[first - 1 : last]
        return seal_batch(
            chosen,
            key=self.key.private,
            audience=audience or self.audience,
            hlc=str(chosen[-1].header.hlc),
        )

    def next_epoch(
        self, reason: str = "rolled_back", *, at: Head | None = None, key: KioskKey | None = None
    ) -> tuple[bytes, "FakeKiosk"]:
        """Begin a new epoch after this one, offline: the message for the server, and the kiosk under its new key."""
        fresh = key or KioskKey()
        start = begin_epoch(
            identity=self.identity,
            audience=self.audience,
            head=at or self.head,
            reason=reason,
            hlc=str(self.events[-1].header.hlc) if self.events else str(Hlc(1, 0)),
            preceding=self.key.private,
            key=fresh.private,
        )
        return exact_json.encode(start), self.under(fresh)

    def under(self, key: KioskKey) -> "FakeKiosk":
        """The same kiosk with another key and no events."""
        other = copy.copy(self)
        other.key = key
        other.identity = Identity(self.identity.tenant, self.identity.site, self.identity.kiosk, key.epoch)
        other.head = Head.genesis(key.epoch)
        other.events = []
        return other

    def twin(self, seq: int) -> "FakeKiosk":
        """A copy of the kiosk's card as it was after this event: the same key, the same history up to there."""
        other = copy.copy(self)
        other.events = self.events[:seq]
        other.head = Head(self.key.epoch, seq, other.events[-1].hash) if seq else Head.genesis(self.key.epoch)
        return other

    def hello(self, seq: int | None = None, head: str | None = None, **changes: object) -> bytes:
        """A greeting, of where the kiosk stands unless told otherwise."""
        members: dict[str, object] = {
            "v": 1,
            "epoch": self.key.epoch,
            "seq": self.head.seq if seq is None else seq,
            "head": head or self.head.hash,
            "speaks": [1],
            "software": "1.0.0",
            "waiting": 0,
            "checkpoint": None,
        }
        return exact_json.encode({**members, **changes})

    def request(self, method: str, path: str, body: bytes = b"", *, nonce: str = "", **headers: str) -> SignableRequest:
        request = SignableRequest(method, f"https://device.invalid{path}", body)
        for name, value in headers.items():
            request.headers[name.replace("_", "-")] = value
        sign_request(request, key=self.key.private, audience=self.audience, nonce=nonce, created_s=0)
        return request
