"""The starts of epochs: kept where they verify, signed anew where they are lost.

An epoch whose start is missing would pass for one that was enrolled, and its departures would be believed.
"""

from contextlib import suppress
from itertools import pairwise
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.epochs import ROLLED_BACK
from sync.device.event_rows import Chain
from sync.device.salvage.events import GoodEvents
from sync.device.salvage.tables import Row
from sync.device.settings import Enrolment
from sync.protocol import exact_json
from sync.protocol.chain import Head, Identity
from sync.protocol.epochs import begin_epoch, open_epoch_start
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event
from sync.protocol.exact_json import read
from sync.protocol.feed import KeyStanding
from sync.protocol.kinds import EpochStartedFull, Kind

_NO_STAMP = "0" * 16


class Starts:
    """Gives each epoch that the kiosk began by itself its start. ``keys``: the private ones, by epoch."""

    def __init__(self, enrolment: Enrolment, keys: dict[str, Ed25519PrivateKey], good: GoodEvents) -> None:
        self._enrolment = enrolment
        self._keys = keys
        self._good = good

    def rows(self, read_rows: list[Row]) -> list[Row]:
        """The rows of ``epoch_start``. What the cloud said of a start that is lost is not known either: it counts as
        unconfirmed until the cloud says more, and is sent again if the cloud does not know the key.
        """
        kept = {str(row["epoch"]): row for row in read_rows if self._is_good(row)}
        chains = sorted(self._good.chains.values(), key=lambda chain: chain.number)
        for before, chain in pairwise(chains):
            if chain.epoch in kept:
                continue
            first = next((kept.event for kept in self._good.events.get(chain.number, [])), None)
            if first is not None and first.header.seq == 1 and first.header.kind != Kind.EPOCH_STARTED:
                continue  # it was enrolled
            kept[chain.epoch] = self._sign_anew(before, chain, first)
        return list(kept.values())

    def _is_good(self, row: Row) -> bool:
        preceding = self._keys.get(str(row["previous"]))
        if preceding is None:
            return False
        with suppress(ProtocolError):
            start = open_epoch_start(
                cast("bytes", row["message"]),
                preceding=preceding.public_key(),
                audience=self._enrolment.audience,
                site=self._enrolment.site,
                kiosk=self._enrolment.kiosk,
            )
            return start.epoch == row["epoch"]
        return False

    def _sign_anew(self, before: Chain, chain: Chain, first: Event | None) -> Row:
        told = _told(first)
        events = self._good.events.get(before.number, [])
        last = events[-1].seq if events else 0
        head = Head(before.epoch, last, events[-1].hash) if events else Head.genesis(before.epoch)
        reason = ROLLED_BACK
        if told is not None and told.previous == before.epoch:
            head, reason = Head(before.epoch, told.seq, told.head), told.reason
        enrolment = self._enrolment
        start = begin_epoch(
            identity=Identity(enrolment.tenant, enrolment.site, enrolment.kiosk, before.epoch),
            audience=enrolment.audience,
            head=head,
            reason=reason,
            hlc=_NO_STAMP if first is None else first.header.hlc,
            preceding=self._keys[before.epoch],
            key=self._keys[chain.epoch],
        )
        return {
            "epoch": chain.epoch,
            "previous": before.epoch,
            "message": exact_json.encode(start),
            "standing": KeyStanding.UNCONFIRMED.value,
        }


def _told(first: Event | None) -> EpochStartedFull | None:
    if first is None or first.header.kind != Kind.EPOCH_STARTED or first.full is None:
        return None
    with suppress(ProtocolError):
        return read(first.full.bytes(), EpochStartedFull, what="the start of an epoch")
    return None
