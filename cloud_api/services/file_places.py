"""What an organisation's file says about places: sites and zones, staff PINs."""

from typing import Annotated, Literal

import msgspec

from cloud_api.services.file_fleet import KioskEntry
from cloud_api.services.file_texts import Accent, Key, Language, Moment, PhoneNumber, Pin, Title
from sync.protocol.feed import KeepDays

Scope = Literal["evacuation", "departure", "reprint", "printer", "status", "readiness", "override"]


class ZoneEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A zone of a site and its muster point."""

    key: Key
    name: Title
    muster_point: Title
    capacity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class SiteEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A site. ``staff_pin``, six digits, opens the evacuation list on its kiosks; only its hash is kept.
    ``reception_phone``: what visitors may call where a kiosk has no connection.
    """

    key: Key
    name: Title
    time_zone: str
    languages: Annotated[tuple[Language, ...], msgspec.Meta(min_length=1, max_length=40)] = ("en",)
    badge_hours: Annotated[int, msgspec.Meta(ge=1, le=168)] = 12
    staff_pin: Pin | None = None
    accent: Accent = ""
    idle_seconds: Annotated[int, msgspec.Meta(ge=10, le=600)] = 60
    rehearsal_minute: Annotated[int, msgspec.Meta(ge=0, le=1439)] = 180
    keep_days: KeepDays = KeepDays()
    reception_phone: PhoneNumber = ""
    zones: Annotated[tuple[ZoneEntry, ...], msgspec.Meta(min_length=1, max_length=200)]
    kiosks: Annotated[tuple[KioskEntry, ...], msgspec.Meta(max_length=500)] = ()


class StaffPinEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A PIN of six digits for something that staff do at a kiosk: at one site, or at all where ``site`` is absent."""

    id: Key
    pin: Pin
    scopes: Annotated[tuple[Scope, ...], msgspec.Meta(min_length=1, max_length=20)]
    site: Key | None = None
    until: Moment | None = None
