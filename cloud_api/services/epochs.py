"""Epochs that a kiosk begins by itself: recorded as unconfirmed, and the preceding one frozen."""

from collections.abc import Sequence
from dataclasses import dataclass

from cloud_api.clock import Clock
from cloud_api.services.audit_trail import Actor, AdminAct
from cloud_api.services.devices import Device
from cloud_api.services.ingest_store import HeldEpoch, IngestStore, IngestTransaction
from cloud_api.store.kiosks import Epoch, Head, NewEpoch, Standing
from sync.protocol.chain import Head as ChainHead
from sync.protocol.epochs import EpochBeginning, open_epoch_start
from sync.protocol.errors import ProtocolError
from sync.protocol.keys import from_base64url

MOST_UNCONFIRMED = 100
"""Of one kiosk, since the newest epoch that somebody has confirmed: each stands on a page that all kiosks hold, and no
honest kiosk comes near.
"""


@dataclass(frozen=True, slots=True)
class Begun:
    """The epoch is on record; ``standing`` is its own. ``fresh`` is ``False`` when it was before."""

    standing: Standing
    fresh: bool


@dataclass(frozen=True, slots=True)
class EpochTaken:
    """The key is known already, by another start."""


@dataclass(frozen=True, slots=True)
class StartRefused:
    """Not the start of an epoch of this kiosk for this server; ``reason`` names the rule."""

    reason: str


@dataclass(frozen=True, slots=True)
class TooManyUnconfirmed:
    """The kiosk has begun ``MOST_UNCONFIRMED``; it may begin another once an administrator has confirmed one."""


class Epochs:
    """Records epochs."""

    def __init__(self, store: IngestStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def begin(
        self, device: Device, raw: bytes, address: str
    ) -> Begun | EpochTaken | StartRefused | TooManyUnconfirmed:
        """Record the epoch that follows the authenticated one; the same start again is answered alike."""
        try:
            beginning = open_epoch_start(
                raw, preceding=device.key, audience=device.audience, site=device.site_id, kiosk=device.kiosk_id
            )
        except ProtocolError as error:
            return StartRefused(str(error))
        async with self._store.open(device.tenant) as tx:
            all_held = await tx.lock_kiosk(device.kiosk_id)
            held = next((one for one in all_held if one.record.epoch == device.epoch), None)
            if held is None or held.record.standing == "revoked":
                return StartRefused("the preceding key is not known, or was revoked")
            known = (await tx.read_epochs([beginning.epoch])).get(beginning.epoch)
            if known is not None:
                return Begun(known.standing, fresh=False) if known.start == raw else EpochTaken()
            if _count_unconfirmed(all_held) >= MOST_UNCONFIRMED:
                return TooManyUnconfirmed()
            return await self._record(tx, held.record, beginning, raw, address)

    async def _record(
        self, tx: IngestTransaction, preceding: Epoch, beginning: EpochBeginning, raw: bytes, address: str
    ) -> Begun | EpochTaken:
        now = self._clock.now()
        fresh = NewEpoch(
            kiosk_id=preceding.kiosk_id,
            epoch=beginning.epoch,
            public_key=from_base64url(beginning.public, what="key"),
            audience=preceding.audience,
            genesis=ChainHead.genesis(beginning.epoch).hash,
            previous=preceding.epoch,
            began=Head(beginning.seq, beginning.head),
            reason=beginning.reason,
            start=raw,
        )
        if not await tx.add_epoch(fresh, now):
            return EpochTaken()
        await tx.freeze(preceding.kiosk_id, preceding.epoch, now)
        detail = {
            "kiosk": str(preceding.kiosk_id),
            "epoch": beginning.epoch,
            "previous": preceding.epoch,
            "seq": str(beginning.seq),
            "head": beginning.head,
            "reason": beginning.reason,
        }
        await tx.record_act(AdminAct("epoch.begun", Actor("kiosk", address), detail))
        await tx.publish(preceding.site_id)
        return Begun("unconfirmed", fresh=True)


def _count_unconfirmed(oldest_first: Sequence[HeldEpoch]) -> int:
    """How many were begun since the newest one that is confirmed: other branches stay unconfirmed for ever."""
    since = 0
    for held in oldest_first:
        since = since + 1 if held.record.standing == "unconfirmed" else 0
    return since
