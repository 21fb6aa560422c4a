"""The whole of an organisation's file."""

from typing import Annotated

import msgspec

from cloud_api.services.file_badges import BadgeTemplateEntry
from cloud_api.services.file_fleet import CommandEntry, ErasureEntry, RevocationEntry
from cloud_api.services.file_people import AttestationEntry, HostEntry, InvitationEntry, WatchEntry
from cloud_api.services.file_places import SiteEntry, StaffPinEntry
from cloud_api.services.file_texts import Title
from cloud_api.services.file_visits import DocumentEntry, DocumentRuleEntry, VisitorTypeEntry


class OrganisationFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The whole file. What it does not name is retired: hosts become inactive, documents not current; PINs, templates,
    invitations, attestations and entries of the watchlist are gone. Kiosks stay, and what was revoked, erased or
    commanded is never undone.
    """

    name: Title
    sites: Annotated[tuple[SiteEntry, ...], msgspec.Meta(min_length=1, max_length=500)]
    visitor_types: Annotated[tuple[VisitorTypeEntry, ...], msgspec.Meta(min_length=1, max_length=50)]
    documents: Annotated[tuple[DocumentEntry, ...], msgspec.Meta(max_length=500)] = ()
    document_rules: Annotated[tuple[DocumentRuleEntry, ...], msgspec.Meta(max_length=200)] = ()
    badge_templates: Annotated[tuple[BadgeTemplateEntry, ...], msgspec.Meta(max_length=50)] = ()
    staff_pins: Annotated[tuple[StaffPinEntry, ...], msgspec.Meta(max_length=50)] = ()
    hosts: Annotated[tuple[HostEntry, ...], msgspec.Meta(max_length=50000)] = ()
    invitations: Annotated[tuple[InvitationEntry, ...], msgspec.Meta(max_length=20000)] = ()
    attestations: Annotated[tuple[AttestationEntry, ...], msgspec.Meta(max_length=20000)] = ()
    watchlist: Annotated[tuple[WatchEntry, ...], msgspec.Meta(max_length=20000)] = ()
    revocations: Annotated[tuple[RevocationEntry, ...], msgspec.Meta(max_length=2000)] = ()
    erasures: Annotated[tuple[ErasureEntry, ...], msgspec.Meta(max_length=2000)] = ()
    commands: Annotated[tuple[CommandEntry, ...], msgspec.Meta(max_length=2000)] = ()
