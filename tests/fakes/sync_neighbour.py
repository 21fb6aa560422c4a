"""Another kiosk of the site, on the production protocol, and what a carrier tells of its log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sync.device.heard_events import Told
from sync.device.settings import Enrolment
from sync.protocol.enrolment import StartResponse
from sync.protocol.events import Event
from sync.protocol.feed import ClearBranch, KeyStanding, RosterKey, RosterKiosk
from sync.protocol.kinds import Kind
from sync.protocol.muster import MusterSource, OpenedMusterBatch, open_muster_batch, seal_muster_batch
from sync.protocol.muster_exchange import ToldBatch
from tests.fakes.cloud_kiosk import FakeKiosk, KioskKey
from tests.fakes.sync_records import NOON_MS


class Neighbour(FakeKiosk):
    """Enrolled at the same site. ``noon`` is when its acts happen, a minute apart."""

    def __init__(self, enrolment: Enrolment, name: str = "Dock") -> None:
        answer = StartResponse(
            v=1,
            nonce="0" * 64,
            origin=enrolment.origin,
            tenant=enrolment.tenant,
            site=enrolment.site,
            kiosk=uuid4(),
            root=enrolment.root,
            mac="0" * 64,
        )
        super().__init__(answer, KioskKey())
        self.name = name
        self.at = datetime.fromtimestamp(NOON_MS / 1000, tz=UTC)

    def comes(self, name: str = "Cleo Sample", stay: UUID | None = None) -> UUID:
        """Somebody arrives there."""
        return self.arrive(self._later(), name=name, stay=stay)

    def goes(self, stay: UUID) -> Event:
        """Somebody leaves there."""
        return self.depart(self._later(), stay)

    def does(self, kind: Kind, stay: UUID | None) -> Event:
        """Anything else happens there."""
        return self.act(kind, self._later(), stay=stay)

    def copied(self, seq: int) -> Neighbour:
        """A copy of its card as it was after this event."""
        twin = self.twin(seq)
        assert isinstance(twin, Neighbour)
        return twin

    def _later(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at

    def muster(self, first: int = 1, last: int | None = None, *, without: Collection[int] = ()) -> bytes:
        """A muster batch of these events; of the seqs ``without``, and of all but arrivals, no body."""
        manifest = self.batch(first, last).partition(b"\n")[0].decode("ascii")
        return seal_muster_batch(manifest, [self._bare(event, without) for event in self.events[first - 1 : last]])

    def opened(self, first: int = 1, last: int | None = None, *, without: Collection[int] = ()) -> OpenedMusterBatch:
        """The same, verified."""
        own = self.identity
        source = MusterSource(own.tenant, own.site, own.kiosk, self.key.private.public_key())
        return open_muster_batch(self.muster(first, last, without=without), source)

    def told(
        self,
        first: int = 1,
        last: int | None = None,
        *,
        without: Collection[int] = (),
        quarantined: Sequence[int] = (),
        flagged: Sequence[int] = (),
        beside: bool = False,
    ) -> Told:
        """As the cloud tells it."""
        opened = self.opened(first, last, without=without)
        return Told(opened, frozenset(quarantined), frozenset(flagged), beside=beside, follows=not beside)

    def sent(self, first: int = 1, last: int | None = None) -> ToldBatch:
        """As it stands in an answer."""
        return ToldBatch(wire=self.muster(first, last))

    def listed(
        self,
        standing: str = KeyStanding.CURRENT,
        *,
        forked: int = 0,
        clear: ClearBranch | None = None,
    ) -> RosterKiosk:
        """Its entry in the roster."""
        key = RosterKey(kid=self.key.epoch, public=self.key.text, standing=standing, forked=forked, clear=clear)
        return RosterKiosk(kiosk=self.identity.kiosk, name=self.name, keys=(key,))

    @staticmethod
    def _bare(event: Event, without: Collection[int]) -> Event:
        given = event.header.kind == Kind.VISITOR_ARRIVED and event.header.seq not in without
        return replace(event, full=None, muster=event.muster if given else None)
