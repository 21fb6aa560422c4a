"""The snapshot of an evacuation list on paper: two parts of the sample kiosk's."""

from collections.abc import Sequence

from sync.protocol.codes import readable_code
from sync.protocol.errors import ProtocolError
from sync.protocol.muster import present_digest
from sync.protocol.muster_snapshot import (
    ListedPerson,
    SnapshotFreshness,
    SnapshotHead,
    check_part,
    join_parts,
    read_part,
    seal_snapshot,
)
from tests.vectors import mustered, sample

STAYS = (sample.STAY, mustered.OTHER_STAY)
MOST_SIGNS = 400
PEOPLE = (
    ListedPerson(
        "Niamh Ó Súilleabháin",
        "Otter & Reed",
        "Prof. Ada Fernsby",
        "Mill Lane, ground floor",
        95,
        True,
        readable_code(STAYS[0]),
    ),
    ListedPerson("ليان وادي النسيم", "", "", "", 3, False, readable_code(STAYS[1])),
    ListedPerson("", "", "", "", 0, False, ""),
    *(ListedPerson(f"Guest Number {number}", "Larkspur Looms", "", "Dock", 7, False, "") for number in range(20)),
)
HEAD = SnapshotHead(
    digest=bytes.fromhex(present_digest(STAYS))[:8],
    as_of_s=sample.NOW_MS // 1000,
    freshness=SnapshotFreshness.STALE,
    damaged=False,
    unconfirmed=True,
    site="Mill Lane",
)


def sealed(stored: Sequence[str] = ()) -> tuple[str, ...]:
    """The codes; those stored before are kept as long as they open to the same."""
    made = seal_snapshot(HEAD, PEOPLE, most_signs=MOST_SIGNS, tenant=sample.TENANT, key=sample.EPOCH_KEY)
    try:
        if stored and opened(stored) == opened(made):
            return tuple(stored)
    except ProtocolError:
        return made
    return made


def opened(codes: Sequence[str]) -> object:
    """What the codes hold, verified."""
    key = sample.EPOCH_KEY.public_key()
    parts = [read_part(text) for text in codes]
    return join_parts(parts, checked=lambda part: check_part(part, key=key, tenant=sample.TENANT))


def snapshot_vector(stored: Sequence[str] = ()) -> dict[str, object]:
    """What is frozen."""
    codes = sealed(stored)
    parts = [read_part(text) for text in codes]
    return {
        "site": HEAD.site,
        "as_of_s": HEAD.as_of_s,
        "stays": [str(stay) for stay in STAYS],
        "people": [list(person_fields(person)) for part in parts for person in part.people],
        "heads_hex": [part.signed[:28].hex() for part in parts],
        "codes": list(codes),
    }


def person_fields(person: ListedPerson) -> tuple[object, ...]:
    """A person as the JSON array holds them."""
    return tuple(getattr(person, name) for name in person.__struct_fields__)
