"""The visitor's photo, on its way to the organisation: sealed in memory, so that nothing here can open it any more.

A photo is worth less than a check-in: whatever is in its way (no key to seal it to, little room on the disk) costs the
photo, never the visitor their visit. The badge's picture comes from memory and needs none of this.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

from sqlite_utils import Database

from kiosk.ports import ArrivalDraft, ConsentPurpose
from sync.device.clock import DeviceClock
from sync.device.errors import StorageError
from sync.device.event_log import Beside
from sync.device.free_space import FreeSpace
from sync.device.object_store import ObjectStore
from sync.protocol.errors import ProtocolError
from sync.protocol.events import Event
from sync.protocol.hlc import ClockQuality
from sync.protocol.identifiers import Entropy, stay_id
from sync.protocol.objects import ObjectKind, SealedObject
from sync.protocol.sealing import HEADER_BYTES, ObjectName, SealingKey, seal_object

JPEG = "image/jpeg"


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
        try:
            key = self._sealing_key()
            if key is None or self._stopped():
                return None
            name = ObjectName(self._tenant, stay_id(self._entropy))
            sealed = seal_object(draft.photo, name=name, key=key, entropy=self._entropy)
        except (ProtocolError, StorageError):
            return None
        return SealedObject(name.id, ObjectKind.PHOTO, JPEG, sealed)

    def beside(self, photo: SealedObject) -> Beside:
        """Writes the photo in the transaction of the arrival, the first of its events."""
        believed = self._clock.quality() is not ClockQuality.UNSYNCED
        since_ms = self._clock.wall_ms() if believed else 0

        def write(tables: Database, events: Sequence[Event]) -> None:
            self._store.keep(tables, (photo,), events[0], since_ms)

        return write
