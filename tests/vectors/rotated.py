"""The sample's keys after a rotation, a withdrawal and a move of the root, and the files that show them."""

import msgspec

from sync.protocol import exact_json, jws
from sync.protocol.audit import EntryLine, EntryType
from sync.protocol.keys import public_text
from sync.protocol.keyspage import KeysPage, KeyState, KeyUse, key_entry, page_hash, sign_keys_page
from sync.protocol.root_moves import RootMove, encode_move, move_root
from sync.protocol.trust_files import CheckpointFile, ConsistencyFile, InclusionFile, KeyPages, Trust, TrustFile
from tests.vectors import sample, witnessed

NEXT_ROOT = sample.key_of("root 2")
NEXT_RECEIPT = sample.key_of("receipt 2")


def sample_move() -> RootMove:
    """From the sample's root to the next one."""
    issued_ms = sample.NOW_MS + 7000
    return move_root(tenant=sample.TENANT, old=sample.ROOT_KEY, new=NEXT_ROOT, page=3, issued_ms=issued_ms)


def sample_pages() -> tuple[KeysPage, ...]:
    """The sample's page, one after a rotation of the receipt key, and one by the next root without the old one."""
    first = sample.sample_keys_page()
    others = tuple(entry for entry in first.keys if entry.use != KeyUse.RECEIPT)
    old = key_entry(KeyUse.RECEIPT, sample.key_of("receipt").public_key(), KeyState.RETIRED)
    now = key_entry(KeyUse.RECEIPT, NEXT_RECEIPT.public_key())
    second = msgspec.structs.replace(
        first,
        version=2,
        previous=page_hash(sign_keys_page(first, sample.ROOT_KEY)),
        keys=(*others, now, old),
    )
    third = msgspec.structs.replace(
        second,
        version=3,
        previous=page_hash(sign_keys_page(second, sample.ROOT_KEY)),
        keys=(*others, now),
    )
    return first, second, third


def sample_signed_pages() -> tuple[str, ...]:
    """The three as they were signed."""
    roots = (sample.ROOT_KEY, sample.ROOT_KEY, NEXT_ROOT)
    return tuple(sign_keys_page(page, root) for page, root in zip(sample_pages(), roots, strict=True))


def sample_key_pages() -> KeyPages:
    """All of them, with the move."""
    return KeyPages(
        v=1,
        tenant=sample.TENANT,
        root=public_text(sample.ROOT_KEY.public_key()),
        moves=(encode_move(sample_move()),),
        pages=sample_signed_pages(),
    )


def sample_trust() -> Trust:
    """The sample's first page."""
    root = public_text(sample.ROOT_KEY.public_key())
    return Trust(tenant=sample.TENANT, root=root, keys=sample_signed_pages()[0])


def sample_files() -> dict[str, TrustFile]:
    """One file of each kind, by the name of its kind."""
    trust, note = sample_trust(), witnessed.note_over(4)
    raw, body = sample.admin_entry()
    index = next(at for at, leaf in enumerate(sample.sample_leaves()) if leaf.type is EntryType.ADMIN)
    leaf = sample.sample_leaves()[index]
    return {
        "keys": sample_key_pages(),
        "checkpoint": CheckpointFile(v=1, trust=trust, checkpoint=note),
        "inclusion": InclusionFile(
            v=1,
            trust=trust,
            checkpoint=note,
            index=index,
            entry=EntryLine(type=EntryType.ADMIN, hash=leaf.hash, header=msgspec.Raw(raw), body=body),
            hashes=witnessed.inclusion_hashes(index, 4),
        ),
        "consistency": ConsistencyFile(
            v=1,
            trust=trust,
            first=witnessed.note_over(2),
            second=note,
            hashes=witnessed.consistency_hashes(2, 4),
        ),
    }


def move_vector() -> dict[str, object]:
    """What is stored of the move."""
    move = sample_move()
    parts = {"handed_over": move.handed_over, "taken_over": move.taken_over}
    signed = {
        name: {"payload": jws.read_unverified_payload(text, what="a vector").decode(), "jws": text}
        for name, text in parts.items()
    }
    return {"new_root_seed_hex": NEXT_ROOT.private_bytes_raw().hex(), "message": encode_move(move), **signed}


def files_vector() -> dict[str, object]:
    """What is stored of the files."""
    return {name: exact_json.encode(file).decode() for name, file in sample_files().items()}
