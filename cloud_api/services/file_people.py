"""What an organisation's file says about people: hosts, invitations, attestations, watchlist."""

from typing import Annotated, Literal

import msgspec

from cloud_api.services.file_texts import ClaimCode, Email, Key, Language, Moment, Title
from sync.protocol.feed import Text


class HostEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who can be visited: at one site, or at all where ``site`` is absent."""

    key: Key
    name: Title
    email: Email = ""
    department: Text = ""
    site: Key | None = None


class WindowEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """From when until when."""

    begins: Moment
    ends: Moment


class InvitationEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An announced visitor. ``email`` and ``code`` together let them in without their QR code; kiosks learn neither.
    Without a ``language`` they are received in the site's first.
    """

    key: Key
    type: Key
    name: Title
    company: Text = ""
    email: Email = ""
    code: ClaimCode | None = None
    language: Language | None = None
    host: Key | None = None
    site: Key | None = None
    windows: Annotated[tuple[WindowEntry, ...], msgspec.Meta(min_length=1, max_length=400)]
    uses: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 1
    group: Key | None = None
    approved: bool = False


class AttestationEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that was checked and is valid, of a person, a company, or a person of a company: what is named must all
    fit.
    """

    key: Key
    kind: Key
    name: Text = ""
    email: Email = ""
    company: Text = ""
    begins: Moment
    ends: Moment


class WatchEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody to be held or announced: any of what is named suffices. ``reason`` stays in the cloud."""

    key: Key
    name: Text = ""
    email: Email = ""
    phone: Text = ""
    company: Text = ""
    document: Text = ""
    action: Literal["hold", "alert"] = "hold"
    until: Moment | None = None
    reason: Text = ""
