"""Pages about people, with no more of them than a kiosk needs: hosts, invitations, attestations, watchlist.

What is only compared is carried as tokens under the page's key (``sync.protocol.matching``), never as text.
"""

from uuid import UUID

import msgspec

from sync.protocol.events import Count
from sync.protocol.feed.texts import EntryId, HexKey, MatchField, MatchToken, Text, WatchAction
from sync.protocol.identifiers import Sha256Hex


class Host(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can be visited. Addresses stay in the cloud."""

    id: UUID
    name: Text
    department: Text


class Hosts(msgspec.Struct, frozen=True, kw_only=True):
    """All hosts of a site."""

    hosts: tuple[Host, ...]


class Clue(msgspec.Struct, frozen=True, kw_only=True):
    """Met when each of the tokens is among those of what the visitor gave in this field."""

    field: MatchField
    tokens: tuple[MatchToken, ...]


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A time of validity: ``from_ms`` belongs to it, ``until_ms`` does not; milliseconds since 1970."""

    from_ms: Count
    until_ms: Count


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """A document that whoever is invited agreed to before (ADR 98). ``sha256``: of the text that it was; ``at_ms``:
    when, milliseconds since 1970; ``signed``: it was signed; ``right``: as many questions were answered as it says.
    """

    document: EntryId
    sha256: Sha256Hex
    at_ms: Count
    signed: bool = False
    right: Count = 0


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An arrival that somebody announced (F02). ``id`` stands in the visitor's code.

    ``name`` and ``company`` are what the visitor would else have to type. ``windows``: one, or one for each occasion.
    ``uses``: how many arrivals it serves in each window; 0 any number. ``group``: invited together, or null. ``claim``:
    for visitors without their code (F04), who must meet all of it; empty where that is not possible. ``approved``: the
    host has agreed (F10). ``agreed`` came later (ADR 98) and is left out where it is empty, so that such
    entries are the bytes that they always were.
    """

    id: UUID
    type: EntryId
    host: UUID | None
    name: Text
    company: Text
    language: Text
    windows: tuple[Window, ...]
    uses: Count = 1
    group: UUID | None = None
    claim: tuple[Clue, ...] = ()
    approved: bool = False
    agreed: tuple[Agreed, ...] | msgspec.UnsetType = msgspec.UNSET


class Invitations(msgspec.Struct, frozen=True, kw_only=True):
    """All invitations of a site that can still be used. ``key`` is that of the claims' tokens."""

    key: HexKey
    invitations: tuple[Invitation, ...]


class Attestation(msgspec.Struct, frozen=True, kw_only=True):
    """Something about a person or a company that was checked and is valid (F08), such as an insurance.

    ``kind``: as the types' rules name it. ``clues``: whom it is about; all must be met.
    """

    id: UUID
    kind: EntryId
    clues: tuple[Clue, ...]
    window: Window


class Attestations(msgspec.Struct, frozen=True, kw_only=True):
    """All attestations of an organisation that are valid or will be."""

    key: HexKey
    attestations: tuple[Attestation, ...]


class WatchEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to be held or announced (F09). Why, and who entered it, stays in the cloud.

    ``clues``: one that is met suffices. ``action``: ``hold`` or ``alert``; a reader takes others as ``hold``.
    ``until_ms``: 0 for no end.
    """

    id: UUID
    clues: tuple[Clue, ...]
    action: WatchAction
    until_ms: Count = 0


class Watchlist(msgspec.Struct, frozen=True, kw_only=True):
    """The whole list. Its age is the page's ``issued_ms``: it is signed anew while it stands."""

    key: HexKey
    entries: tuple[WatchEntry, ...]
