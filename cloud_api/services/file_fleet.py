"""What an organisation's file says about its fleet: kiosks, revocations, erasures, commands."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from cloud_api.services.file_shape import SAY
from cloud_api.services.file_texts import Key, KioskName, Reason
from sync.protocol.feed import Text

OrderWord = Literal["restart", "update", "rehearse", "begin_epoch", "stop_photos", "allow_photos", "wipe"]
StayId = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z",
        extra={SAY: "must be the id in the address of the visit's page, in small letters"},
    ),
]


class KioskEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kiosk of a site, by name, and the zone that it stands in (absent: the site's first). One that is not there yet
    is created, to be enrolled later; one that the file leaves out stays as it is.
    """

    name: KioskName
    zone: Key | None = None


class RevocationEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A kiosk that is believed no more. Leaving it out of the file does not undo that."""

    site: Key
    kiosk: KioskName
    reason: Reason


class ErasureEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A visit that is erased. The reason says whose request it was, and names nobody."""

    stay: StayId
    reason: Reason

    @property
    def id(self) -> UUID:
        """The visit's id."""
        return UUID(self.stay)


class CommandEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that a kiosk is to do, or all kiosks of the site, once. Its name is used once in an organisation."""

    name: Key
    site: Key
    kiosk: KioskName | None = None
    order: OrderWord
    arguments: dict[str, Text] = {}
    hours: Annotated[int, msgspec.Meta(ge=1, le=744)] = 24
    reason: Reason
