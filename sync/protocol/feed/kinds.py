"""Which pages there are, the shape of each, and by which member its entries are told apart."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from sync.protocol.feed.fleet_pages import Commands, Erasures, Revocations, Roster
from sync.protocol.feed.people_pages import Attestations, Hosts, Invitations, Watchlist
from sync.protocol.feed.site_pages import BadgeTemplates, Configuration, StaffPins
from sync.protocol.feed.visit_pages import Documents, VisitorTypes


class PageKind(StrEnum):
    """The pages of version 1. A reader passes over others."""

    CONFIGURATION = "configuration"
    VISITOR_TYPES = "visitor_types"
    HOSTS = "hosts"
    INVITATIONS = "invitations"
    ATTESTATIONS = "attestations"
    WATCHLIST = "watchlist"
    BADGE_TEMPLATES = "badge_templates"
    STAFF_PINS = "staff_pins"
    DOCUMENTS = "documents"
    ROSTER = "roster"
    REVOCATIONS = "revocations"
    ERASURES = "erasures"
    COMMANDS = "commands"


@dataclass(frozen=True, slots=True)
class Listing:
    """A page's list of entries: the last member of its content, and the member by which an entry is named."""

    member: str
    key: str = "id"


SHAPES: dict[PageKind, type[msgspec.Struct]] = {
    PageKind.CONFIGURATION: Configuration,
    PageKind.VISITOR_TYPES: VisitorTypes,
    PageKind.HOSTS: Hosts,
    PageKind.INVITATIONS: Invitations,
    PageKind.ATTESTATIONS: Attestations,
    PageKind.WATCHLIST: Watchlist,
    PageKind.BADGE_TEMPLATES: BadgeTemplates,
    PageKind.STAFF_PINS: StaffPins,
    PageKind.DOCUMENTS: Documents,
    PageKind.ROSTER: Roster,
    PageKind.REVOCATIONS: Revocations,
    PageKind.ERASURES: Erasures,
    PageKind.COMMANDS: Commands,
}

LISTINGS: dict[PageKind, Listing] = {
    PageKind.VISITOR_TYPES: Listing("types"),
    PageKind.HOSTS: Listing("hosts"),
    PageKind.INVITATIONS: Listing("invitations"),
    PageKind.ATTESTATIONS: Listing("attestations"),
    PageKind.WATCHLIST: Listing("entries"),
    PageKind.BADGE_TEMPLATES: Listing("templates"),
    PageKind.STAFF_PINS: Listing("pins"),
    PageKind.DOCUMENTS: Listing("documents"),
    PageKind.ROSTER: Listing("kiosks", "kiosk"),
    PageKind.REVOCATIONS: Listing("revocations"),
    PageKind.ERASURES: Listing("erasures"),
    PageKind.COMMANDS: Listing("commands"),
}
"""The configuration has none: it is one entry by itself."""


def kind_of(content: msgspec.Struct) -> PageKind:
    """The page that a content is of."""
    return next(kind for kind, shape in SHAPES.items() if isinstance(content, shape))
