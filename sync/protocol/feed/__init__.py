"""The feed: signed, versioned, expiring pages from the cloud down to the kiosks.

A kiosk refuses a version that is not above the one it has, and says when a page has expired; it goes on working with
what it knows. What each page holds: ``docs/feed.md``; the bytes: ``docs/protocol.md`` section 7.

Usage::

    signed = sign_head(PageHead(..., sha256=sha256_hex(raw), size=len(raw)), feed_key)
    sent = send_whole(signed, raw)                     # or send_changes(signed, changes_between(kind, old, raw, ...))
    head = open_head(sent.head, key=..., tenant=..., site=...)     # on the kiosk
    raw = sent.whole or apply_changes(PageKind(head.page), held, sent.changes)
    require_content(head, raw)
    hosts = read_content(PageKind.HOSTS, raw, Hosts)
"""

from sync.protocol.feed.changes import Changes, apply_changes, changes_between, require_listing
from sync.protocol.feed.envelope import (
    MAX_CONTENT_BYTES,
    TYP,
    PageHead,
    SentPage,
    open_head,
    page_hash,
    read_content,
    read_head,
    require_content,
    send_changes,
    send_whole,
    sign_head,
)
from sync.protocol.feed.fleet_pages import (
    ClearBranch,
    Commands,
    Erasure,
    Erasures,
    KeyStanding,
    Revocation,
    Revocations,
    Roster,
    RosterKey,
    RosterKiosk,
    SentCommand,
)
from sync.protocol.feed.kinds import LISTINGS, SHAPES, Listing, PageKind, kind_of
from sync.protocol.feed.people_pages import (
    Agreed,
    Attestation,
    Attestations,
    Clue,
    Host,
    Hosts,
    Invitation,
    Invitations,
    WatchEntry,
    Watchlist,
    Window,
)
from sync.protocol.feed.site_pages import (
    BadgeElement,
    BadgeTemplate,
    BadgeTemplates,
    Configuration,
    KeepDays,
    Reception,
    StaffPin,
    StaffPins,
    Zone,
)
from sync.protocol.feed.texts import MOST_PICTURE_BYTES, Paragraph, Text
from sync.protocol.feed.visit_pages import (
    Choice,
    Condition,
    Document,
    Documents,
    DocumentText,
    Field,
    Question,
    QuizChoice,
    Rules,
    VisitorType,
    VisitorTypes,
    document_hash,
)

__all__ = [
    "LISTINGS",
    "MAX_CONTENT_BYTES",
    "MOST_PICTURE_BYTES",
    "SHAPES",
    "TYP",
    "Agreed",
    "Attestation",
    "Attestations",
    "BadgeElement",
    "BadgeTemplate",
    "BadgeTemplates",
    "Changes",
    "Choice",
    "ClearBranch",
    "Clue",
    "Commands",
    "Condition",
    "Configuration",
    "Document",
    "DocumentText",
    "Documents",
    "Erasure",
    "Erasures",
    "Field",
    "Host",
    "Hosts",
    "Invitation",
    "Invitations",
    "KeepDays",
    "KeyStanding",
    "Listing",
    "PageHead",
    "PageKind",
    "Paragraph",
    "Question",
    "QuizChoice",
    "Reception",
    "Revocation",
    "Revocations",
    "Roster",
    "RosterKey",
    "RosterKiosk",
    "Rules",
    "SentCommand",
    "SentPage",
    "StaffPin",
    "StaffPins",
    "Text",
    "VisitorType",
    "VisitorTypes",
    "WatchEntry",
    "Watchlist",
    "Window",
    "Zone",
    "apply_changes",
    "changes_between",
    "document_hash",
    "kind_of",
    "open_head",
    "page_hash",
    "read_content",
    "read_head",
    "require_content",
    "require_listing",
    "send_changes",
    "send_whole",
    "sign_head",
]
