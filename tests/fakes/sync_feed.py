"""The feed of the cloud in memory: a chain of signed pages of each kind, and what is sent of them."""

from __future__ import annotations

from collections.abc import Iterator

from sync.protocol.feed import PageKind, SentPage, changes_between, send_changes

Chains = dict[PageKind, list[SentPage]]


def pages_above(chains: Chains, have: str, *, by_changes: bool) -> Iterator[SentPage]:
    """The newest page of each kind of which ``have`` (as in a request) does not name the newest version."""
    held = {kind: int(version) for kind, version in (item.split(":") for item in have.split(",") if item)}
    for kind, chain in sorted(chains.items()):
        version = held.get(kind.value, 0)
        if len(chain) > version:
            yield newest_page(kind, chain, version, by_changes=by_changes)


def newest_page(kind: PageKind, chain: list[SentPage], held: int, *, by_changes: bool) -> SentPage:
    """Whole, or where ``by_changes`` is set, as what changed since the version that is held."""
    newest = chain[-1]
    before, after = chain[held - 1].whole if held else None, newest.whole
    if not by_changes or before is None or after is None:
        return newest
    return send_changes(newest.head, changes_between(kind, before, after, since=held))
