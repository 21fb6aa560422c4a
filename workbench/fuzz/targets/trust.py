"""What moves trust, and what shows it to others: moves of a root key, auditors' files, a witness's evidence."""

import msgspec

from sync.protocol import exact_json, jws
from sync.protocol.file_verify import verify_file
from sync.protocol.keyring import keyring_of_pages
from sync.protocol.keys import private_key
from sync.protocol.log_witness import WitnessEvidence
from sync.protocol.root_moves import HANDED_OVER, TAKEN_OVER, RootMove, encode_move, open_move
from sync.protocol.trust_files import KeyPages
from workbench.fuzz.samples import TENANT, key_of, signed
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise


def _read_handover(data: bytes) -> None:
    """Words that both roots have signed, whatever they say."""
    new = private_key(bytes.fromhex(golden("root-move")["new_root_seed_hex"]))
    move = RootMove(
        v=1,
        handed_over=signed(data, typ=HANDED_OVER, key="root"),
        taken_over=jws.sign(data, typ=TAKEN_OVER, key=new),
    )
    handover = open_move(encode_move(move), root=key_of("root").public_key(), tenant=TENANT)
    promise(exact_json.encode(handover) == data, "a handover in two forms")


def _read_move(data: bytes) -> None:
    open_move(data.decode("utf-8", "surrogateescape"), root=key_of("root").public_key(), tenant=TENANT)


def _read_file(data: bytes) -> None:
    """Any file; what is not exact JSON may be anything else that an auditor is handed."""
    found = verify_file(data, keys=None, pinned_root=None)
    promise(msgspec.json.encode(found.facts) != b"", "an account that cannot be written")


def _read_evidence(data: bytes) -> None:
    file = exact_json.decode(golden("trust-files")["keys"].encode(), KeyPages, what="a vector")
    verify_file(data, keys=keyring_of_pages(file), pinned_root=None)
    decoded = exact_json.decode(data, WitnessEvidence, what="evidence")
    promise(exact_json.encode(decoded) == data, "evidence in two forms")


def _files() -> list[bytes]:
    return [text.encode() for text in golden("trust-files").values()]


def _handovers() -> list[bytes]:
    return [golden("root-move")["handed_over"]["payload"].encode()]


def _moves() -> list[bytes]:
    return [golden("root-move")["message"].encode()]


def _evidence() -> list[bytes]:
    return [golden("log-witness")["evidence"].encode()]


TARGETS = (
    Target("root-handover", "a handover of the root key, signed by both", _read_handover, _handovers),
    Target("root-move", "a move of the root key, as text", _read_move, _moves),
    Target("trust-file", "a file for auditors that brings its keys", _read_file, _files),
    Target("witness-evidence", "a witness's evidence", _read_evidence, _evidence),
)
