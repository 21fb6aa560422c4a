"""Several check-ins of one person: one row where people are counted, each the way to the others (ADR 107)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import Reach
from cloud_api.services.board_rows import CheckIn, Row, details_of, rows_of
from cloud_api.services.presence import ASSUMED
from cloud_api.store import stays
from cloud_api.store.db import Tenant
from cloud_api.store.organisations import Site
from cloud_api.store.stays import Stay
from sync.protocol.people import people

MOST_LISTED = 2000
"""Of how many open visits the board, a visit's page and the API know whose they are."""


def persons(present: Iterable[Row]) -> tuple[tuple[Row, ...], ...]:
    """The open visits of each person, in the order in which their first is given."""
    return people(present, lambda row: (row.invitation, row.name or ""))


def as_one(visits: Sequence[Row]) -> Row:
    """The row of a person with these open visits: the latest, with what any of them says.

    Somebody has probably left only where that holds of every visit; all other marks hold where one has them.
    """
    if len(visits) == 1:
        return visits[0]
    ordered = sorted(visits, key=_by_arrival)
    latest = ordered[-1]
    assumed = all(ASSUMED in row.flags for row in ordered)
    flags = dict.fromkeys(flag for row in ordered for flag in row.flags if assumed or flag != ASSUMED)
    return replace(
        latest,
        since=next((row.since for row in ordered if row.since is not None), None),
        assistance=any(row.assistance for row in ordered),
        flags=tuple(flags),
        check_ins=tuple(CheckIn(row.id, row.zone, row.kiosk, row.since) for row in ordered),
    )


async def read_others(
    tx: Tenant, ring: KeyRing, stay: Stay, reach: Reach, sites: Sequence[Site], now: datetime
) -> tuple[Row, ...]:
    """Other open visits of whoever made this one, within reach, first to last: among as many as the board lists.

    None where it is over or they came without an invitation; then nobody else's visits are read.
    """
    invitation, _ = _came(stay)
    if not stay.present or invitation is None:
        return ()
    here = await stays.list_present(tx, ring, reach=reach, limit=MOST_LISTED)
    same = [other for other in here if other.id != stay.id and _came(other)[0] == invitation]
    own, *_ = people([stay, *same], _came)
    return tuple(await rows_of(tx, ring, own[1:], sites, now))


def _came(stay: Stay) -> tuple[UUID | None, str]:
    if stay.person is None:
        return None, ""
    invitation = details_of(stay.person).invitation
    return UUID(invitation) if invitation else None, stay.person.name


def _by_arrival(row: Row) -> tuple[bool, float, UUID]:
    """Whose time is not known stands first, as the store lists them."""
    return row.since is not None, row.since.timestamp() if row.since else 0.0, row.id
