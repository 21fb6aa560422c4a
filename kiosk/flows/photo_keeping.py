"""The visitor's photo and signatures, on their way to the organisation: sealed in memory, so that nothing here can
open them any more.

A picture is worth less than a check-in: whatever is in its way (no key to seal it to, little room on the disk) costs
the picture, never the visitor their visit. The badge's picture comes from memory and needs none of this. A signature
is as small as an event, and is kept while events are.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from kiosk.ports import ArrivalDraft, ConsentPurpose
from sync.device.clock import DeviceClock
from sync.device.errors import StorageError
from sync.device.event_log import Beside
from sync.device.free_space import FreeSpace
from sync.device.object_store import ObjectStore
from sync.device.tables import Tables
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality
from sync.protocol.identifiers import Entropy, stay_id
from sync.protocol.ink import MEDIA_TYPE
from sync.protocol.objects import ObjectKind, SealedObject
from sync.protocol.sealing import HEADER_BYTES, ObjectName, SealingKey, seal_object

JPEG = "image/jpeg"
MOST_SIGNATURES = 7
"""Beside a photo: an arrival names eight objects at most."""


class PhotoKeeper:
    """Seals photos and writes them beside their arrival. ``sealing_key`` gives the organisation's key of now;
    ``stopped``: whether it has told this kiosk to keep none, which may come in the middle of a check-in.
    """

    def __init__(
        self,
        *,
        store: ObjectStore,
        space: FreeSpace,
        sealing_key: Callable[[], SealingKey | None],
        tenant: UUID,
        clock: DeviceClock,
        entropy: Entropy,
        stopped: Callable[[], bool],
    ) -> None:
        self._store = store
        self._space = space
        self._sealing_key = sealing_key
        self._tenant = tenant
        self._clock = clock
        self._entropy = entropy
        self._stopped = stopped

    def seal(self, draft: ArrivalDraft) -> SealedObject | None:
        """The photo that the visitor agreed to, sealed; ``None`` where there is none or it cannot be kept."""
        agreed = any(consent.purpose is ConsentPurpose.PHOTO for consent in draft.consents)
        if draft.photo is None or not agreed or not self._space.takes_photo(len(draft.photo) + HEADER_BYTES):
            return None
        return self._sealed(ObjectKind.PHOTO, JPEG, draft.photo)

    def seal_signatures(self, draft: ArrivalDraft) -> dict[str, SealedObject]:
        """What was drawn beneath documents, sealed, by the ids of these; as many as an arrival can name."""
        drawn = {each.document_id: each.signature for each in draft.consents if each.signature is not None}
        signed = {
            name: self._sealed(ObjectKind.SIGNATURE, MEDIA_TYPE, picture)
            for name, picture in list(drawn.items())[:MOST_SIGNATURES]
        }
        return {name: sealed for name, sealed in signed.items() if sealed is not None}

    def _sealed(self, kind: ObjectKind, media: str, content: bytes) -> SealedObject | None:
        try:
            key = self._sealing_key()
            if key is None or (kind is ObjectKind.PHOTO and self._stopped()):
                return None
            name = ObjectName(self._tenant, stay_id(self._entropy))
            sealed = seal_object(content, name=name, key=key, entropy=self._entropy)
        except (ProtocolError, StorageError):
            return None
        return SealedObject(name.id, kind, media, sealed)

    def beside(self, sealed: Sequence[SealedObject]) -> Beside:
        """Writes what is sealed in the transaction of the arrival, the first of its events."""
        believed = self._clock.quality() is not ClockQuality.UNSYNCED
        since_ms = self._clock.wall_ms() if believed else 0

        def write(tables: Tables, events: Sequence[Event]) -> None:
            self._store.keep(tables, sealed, events[0], since_ms)

        return write
