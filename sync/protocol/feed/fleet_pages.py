"""Pages about kiosks and what they must do: roster, revocations, erasures, commands."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from sync.protocol.events import Count
from sync.protocol.feed.texts import EntryId, Text
from sync.protocol.identifiers import Sha256Hex, Thumbprint


class KeyStanding(StrEnum):
    """How far an epoch's key is believed; what came later counts as ``unconfirmed``."""

    CURRENT = "current"
    FROZEN = "frozen"  # a newer key has taken over, or it signed two histories: nothing new is taken under it
    UNCONFIRMED = "unconfirmed"  # begun by the kiosk itself; an administrator has not confirmed the branch
    REVOKED = "revoked"


class ClearBranch(msgspec.Struct, frozen=True, kw_only=True):
    """Of a key that signed two histories: the one that an administrator confirmed ends in this header.

    ``seq`` is 0, and ``head`` the genesis hash, where the confirmed epoch began before this one had any event.
    """

    seq: Count
    head: Sha256Hex


class RosterKey(msgspec.Struct, frozen=True, kw_only=True):
    """An epoch key of a kiosk. ``forked``: the first seq that stands twice under this key, 0 when there is none;
    ``clear``: which branch of it counts from there on, ``None`` while nobody has confirmed one.
    """

    kid: Thumbprint
    public: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    standing: Text
    forked: Count
    clear: ClearBranch | None


class RosterKiosk(msgspec.Struct, frozen=True, kw_only=True):
    """A kiosk of the site and its keys. ``zone``: the id of the zone that it stands in; empty for the site's first."""

    kiosk: UUID
    name: Text
    keys: tuple[RosterKey, ...]
    zone: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Roster(msgspec.Struct, frozen=True, kw_only=True):
    """All kiosks of a site."""

    kiosks: tuple[RosterKiosk, ...]


RevokedSort = Annotated[str, msgspec.Meta(max_length=40, examples=["kiosk_key", "invitation", "badge", "token_key"])]


class Revocation(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is believed no more, on any kiosk. ``id``: the key's thumbprint, or the id that a code holds."""

    id: EntryId
    what: RevokedSort
    at_ms: Count


class Revocations(msgspec.Struct, frozen=True, kw_only=True):
    """All that a code or a peer could still bring."""

    revocations: tuple[Revocation, ...]


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """The bodies of these stays' events must go, with their salts, and what was made of them (R32, C39)."""

    id: UUID
    stays: tuple[UUID, ...]
    at_ms: Count


class Erasures(msgspec.Struct, frozen=True, kw_only=True):
    """All erasures that a copy might not have heard of yet."""

    erasures: tuple[Erasure, ...]


class SentCommand(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a kiosk must do (F19). ``signed``: a ``Command`` as a JWS by the organisation's *command* key, for
    who may publish pages may not wipe kiosks. ``kiosk``: which one; null all of the site.
    """

    id: UUID
    kiosk: UUID | None
    signed: Annotated[str, msgspec.Meta(max_length=8192)]


class Commands(msgspec.Struct, frozen=True, kw_only=True):
    """All commands that have not expired."""

    commands: tuple[SentCommand, ...]
