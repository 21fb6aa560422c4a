"""A kiosk in memory, enrolled at a cloud in this process: makes whole visits and seals them as batches."""

import secrets
import time
from itertools import islice
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.sample_visits import visits
from cloud_api.composition import Cloud
from cloud_api.services.audit_trail import Actor
from cloud_api.services.enrolment import EnrolmentRefusal
from cloud_api.services.organisation_file import read_organisation_file
from sync.protocol.batch import MAX_EVENTS, audience, seal_batch
from sync.protocol.chain import Act, Head, Identity, Stamp, link
from sync.protocol.enrolment import FinishRequest, StartRequest, Transcript, kiosk_mac, prove_possession
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality, Hlc, HybridClock
from sync.protocol.keys import base64url, public_text, thumbprint
from workbench.demo.cloud import SAMPLE

OPERATOR = Actor("benchmark")
ORIGIN = "https://lodge.example.org"


class BenchKiosk:
    """Makes whole visits, as a kiosk records them."""

    def __init__(self, identity: Identity, key: Ed25519PrivateKey) -> None:
        self.identity = identity
        self._key = key
        self._head = Head.genesis(identity.epoch)
        self._clock = HybridClock(Hlc(0, 0))
        self._boot = uuid4()
        self._acts = visits()

    def visits(self) -> list[Event]:
        """One full batch of events of whole visits."""
        return [self._link(act) for act in islice(self._acts, MAX_EVENTS)]

    def seal(self, events: list[Event]) -> bytes:
        """The batch as it is sent."""
        aud = audience(ORIGIN, self.identity.tenant)
        return seal_batch(events, key=self._key, audience=aud, hlc=str(self._clock.last))

    def _link(self, act: Act) -> Event:
        now_ms = time.time_ns() // 1_000_000
        stamp = Stamp(self._clock.tick(now_ms), ClockQuality.NTP, self._boot, now_ms)
        event, self._head = link(act, identity=self.identity, head=self._head, stamp=stamp, entropy=secrets.token_bytes)
        return event


async def enrol(cloud: Cloud) -> BenchKiosk:
    """A new organisation with one kiosk."""
    created = await cloud.organisations.create("Thistledown Works", OPERATOR, lambda _root: None)
    await cloud.organisations.apply(created.id, read_organisation_file(SAMPLE.read_bytes()), OPERATOR)
    return await enrol_at(cloud, created.id)


async def enrol_at(cloud: Cloud, tenant: UUID) -> BenchKiosk:
    """One more kiosk of the sample organisation."""
    issued = await cloud.fleet.create(tenant, "Lobby", "mill-lane", OPERATOR)
    key = Ed25519PrivateKey.generate()
    public, nonce = public_text(key.public_key()), secrets.token_hex(32)
    started = await cloud.enrolment.start(StartRequest(v=1, code=issued.code.id, nonce=nonce, key=public))
    if isinstance(started, EnrolmentRefusal):
        raise TypeError(f"the enrolment was refused: {started}")
    seen = Transcript(
        code=issued.code.id, kiosk_nonce=nonce, server_nonce=started.nonce, key=public, origin=started.origin,
        tenant=started.tenant, site=started.site, kiosk=started.kiosk, root=started.root,
    )  # fmt: skip
    finish = FinishRequest(
        v=1, code=issued.code.id, nonce=nonce, server_nonce=started.nonce, key=public,
        mac=kiosk_mac(issued.code.verifier, seen), signature=base64url(prove_possession(seen, key)),
    )  # fmt: skip
    await cloud.enrolment.finish(finish, "127.0.0.1")
    return BenchKiosk(Identity(started.tenant, started.site, started.kiosk, thumbprint(key.public_key())), key)
