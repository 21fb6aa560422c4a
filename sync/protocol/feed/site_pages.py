"""Pages about the place itself: configuration, staff PINs, badge templates."""

from typing import Annotated

import msgspec

from sync.protocol.events import Count
from sync.protocol.feed.texts import (
    BadgeBand,
    BadgeOrientation,
    BadgePart,
    BadgeSize,
    Colour,
    Days,
    EntryId,
    Picture,
    PinScope,
    Text,
    Words,
)

Hours = Annotated[int, msgspec.Meta(ge=1, le=168)]
MinuteOfDay = Annotated[int, msgspec.Meta(ge=0, le=1439)]


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a site. ``capacity``: how many people it may hold; 0 where nobody said."""

    id: EntryId
    name: Text
    muster_point: Text
    capacity: Count = 0


class KeepDays(msgspec.Struct, frozen=True, kw_only=True):
    """For how many days a kiosk keeps what people said who have left, and photos (R31); 0: until they are erased."""

    visits: Days = 0
    photos: Days = 14


class Reception(msgspec.Struct, frozen=True, kw_only=True):
    """That the server tells reception of who calls it at a kiosk, or is held there (ADR 97). ``phone``: the number that
    visitors may call where the kiosk has no connection, as they read it; empty where there is none.
    """

    phone: Text = ""


class Configuration(msgspec.Struct, frozen=True, kw_only=True):
    """How the kiosks of a site present themselves.

    ``time_zone``: an IANA name. ``badge_hours``: how long a badge is valid. ``idle_seconds``: when a screen that nobody
    touches asks whether somebody is there. ``rehearsal_minute``: when the nightly rehearsal begins, minutes after
    midnight. ``zones``: the first is the kiosk's own unless the roster names another. ``logo``: the organisation's, in
    one colour on nothing; absent where there is none. Readers that cannot show it go on as if it were absent.
    ``reception``: absent from servers that tell nobody.
    """

    organisation: Text
    site: Text
    time_zone: Text
    languages: tuple[Text, ...]
    badge_hours: Hours
    accent: Colour = ""
    idle_seconds: Annotated[int, msgspec.Meta(ge=10, le=600)] = 60
    rehearsal_minute: MinuteOfDay = 180
    keep_days: KeepDays = KeepDays()
    zones: tuple[Zone, ...] = ()
    logo: Picture | msgspec.UnsetType = msgspec.UNSET
    reception: Reception | msgspec.UnsetType = msgspec.UNSET

    @property
    def zone(self) -> str:
        """The name of the first zone, or nothing."""
        return self.zones[0].name if self.zones else ""

    @property
    def muster_point(self) -> str:
        """Where people of the first zone gather, or nothing."""
        return self.zones[0].muster_point if self.zones else ""


class StaffPin(msgspec.Struct, frozen=True, kw_only=True):
    """A PIN of six digits. ``hash``: Argon2id, a PHC string; ``scopes``: what it opens; ``until_ms``: 0 for no end."""

    id: EntryId
    hash: Text
    scopes: tuple[PinScope, ...]
    until_ms: Count = 0


class StaffPins(msgspec.Struct, frozen=True, kw_only=True):
    """All staff PINs of a site."""

    pins: tuple[StaffPin, ...]


class BadgeElement(msgspec.Struct, frozen=True, kw_only=True):
    """Something on a badge. ``words``: of a ``text``. ``icon``: of an ``icon``. ``band``: the ``type``'s shape."""

    kind: BadgePart
    size: BadgeSize = "normal"
    words: Words = {}
    icon: Text = ""
    band: BadgeBand = "style"


class BadgeTemplate(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a badge, in this order. ``footer``: the last line, by language; empty: the muster point.

    ``elements``: the same as ``parts``, with more said of each; none: the parts as they are. ``orientation``: empty for
    upright where ``portrait`` says so, else as suits the medium. ``media``: names of the media that it is meant for;
    none: any. ``types``: ids of visitor types that have it, besides those that name it.
    """

    id: EntryId
    name: Text
    portrait: bool
    parts: tuple[BadgePart, ...]
    accent: Colour = ""
    footer: Words = {}
    orientation: BadgeOrientation = ""
    media: tuple[Text, ...] = ()
    types: tuple[EntryId, ...] = ()
    elements: tuple[BadgeElement, ...] = ()


class BadgeTemplates(msgspec.Struct, frozen=True, kw_only=True):
    """All templates of an organisation."""

    templates: tuple[BadgeTemplate, ...]
