"""A page's content as changes to an earlier one: which entries to put, and which to remove, by their name.

Works on bytes: an entry that a reader does not wholly understand is kept as it was written, so that both sides come
to the same bytes. Entries stand in the order of their names; so where a new one goes needs no telling.
"""

from collections.abc import Iterable

import msgspec

from sync.protocol import exact_json
from sync.protocol.errors import EncodingError
from sync.protocol.events import Seq
from sync.protocol.feed.kinds import LISTINGS, Listing, PageKind


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """From the content of version ``since``: ``members`` are all members beside the list, ``put`` the entries that are
    new or other than they were, ``remove`` the names of those that are gone.
    """

    since: Seq
    members: dict[str, msgspec.Raw]
    put: tuple[msgspec.Raw, ...]
    remove: tuple[str, ...]


def changes_between(kind: PageKind, before: bytes, after: bytes, *, since: int) -> Changes:
    """What leads from one content of a page to another; both are in their exact form.

    Raises:
        EncodingError: one of them is no content of this kind.
    """
    old, new = _take_apart(kind, before)[1], _take_apart(kind, after)
    members, entries = new
    return Changes(
        since=since,
        members=members,
        put=tuple(msgspec.Raw(entry) for name, entry in entries.items() if old.get(name) != entry),
        remove=tuple(name for name in old if name not in entries),
    )


def apply_changes(kind: PageKind, before: bytes, changes: Changes) -> bytes:
    """The content that changes lead to. Whether it is the right one, the signed hash tells.

    Raises:
        EncodingError: the changes are not of this kind of page, or remove what is not there.
    """
    listing = LISTINGS.get(kind)
    if listing is None:
        return exact_json.encode(changes.members)
    if listing.member in changes.members:
        raise EncodingError("changes name the list among the other members")
    _, entries = _take_apart(kind, before)
    for name in changes.remove:
        if entries.pop(name, None) is None:
            raise EncodingError("changes remove an entry that is not there")
    entries.update(_named(listing, changes.put))
    ordered = [msgspec.Raw(entries[name]) for name in sorted(entries)]
    return exact_json.encode({**changes.members, listing.member: ordered})


def require_listing(kind: PageKind, raw: bytes) -> None:
    """Refuse a content whose list is not its last member, or whose entries are not in order, each name once.

    Raises:
        EncodingError: it is not so.
    """
    if kind in LISTINGS:
        members, entries = _take_apart(kind, raw)
        listed = [msgspec.Raw(entry) for entry in entries.values()]
        if list(entries) != sorted(entries) or raw != exact_json.encode({**members, LISTINGS[kind].member: listed}):
            raise EncodingError(f"the entries of the {kind} page are not in the order of their names")


def _take_apart(kind: PageKind, raw: bytes) -> tuple[dict[str, msgspec.Raw], dict[str, bytes]]:
    """The members beside the list, and the entries by name, in the order in which they stand."""
    members = exact_json.read(raw, dict[str, msgspec.Raw], what=f"the {kind} page")
    listing = LISTINGS.get(kind)
    if listing is None:
        return members, {}
    if listing.member not in members:
        raise EncodingError(f"the {kind} page has no {listing.member}")
    listed = exact_json.read(members.pop(listing.member), list[msgspec.Raw], what=f"the {kind} page")
    entries = _named(listing, listed)
    if len(entries) != len(listed):
        raise EncodingError(f"an entry of the {kind} page is there twice")
    return members, entries


def _named(listing: Listing, entries: Iterable[msgspec.Raw]) -> dict[str, bytes]:
    shape = _NAMED[listing.key]
    return {getattr(exact_json.read(raw, shape, what="an entry"), listing.key): bytes(raw) for raw in entries}


class _ById(msgspec.Struct):
    id: str


class _ByKiosk(msgspec.Struct):
    kiosk: str


_NAMED: dict[str, type[msgspec.Struct]] = {"id": _ById, "kiosk": _ByKiosk}
