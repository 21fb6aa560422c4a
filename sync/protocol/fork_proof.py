"""Proof that one key has signed two histories, for anybody and without anybody's data (C07).

Two chains of headers that part at one seq, each ending in the head of a manifest that the key signed.
"""

from typing import Annotated, Literal

import msgspec

from sync.protocol import exact_json, jws
from sync.protocol.batch import TYP, Manifest
from sync.protocol.chain import Head, follow
from sync.protocol.errors import EncodingError, LimitError, ProofError
from sync.protocol.events import Event, Header, Seq, decode_header, header_hash
from sync.protocol.keys import public_key, thumbprint

MAX_PROOF_BYTES = 4 * 1024 * 1024
_BRANCHES = 2


class Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One history: a manifest, and the headers from the disputed seq to the manifest's last, as text."""

    manifest: Annotated[str, msgspec.Meta(max_length=4096)]
    headers: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class ForkProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Both histories of the key ``public``; ``seq`` is the first at which they differ."""

    v: Literal[1]
    aud: Annotated[str, msgspec.Meta(max_length=512)]
    public: Annotated[str, msgspec.Meta(min_length=43, max_length=43)]
    seq: Seq
    branches: Annotated[tuple[Branch, ...], msgspec.Meta(min_length=2, max_length=2)]


def encode_proof(proof: ForkProof) -> bytes:
    """The exact bytes of a proof."""
    return exact_json.encode(proof)


def verify_fork(raw: bytes) -> tuple[ForkProof, Header]:
    """Check a proof; returns it and the header of the first history at the disputed seq, which says whose it is.

    Raises:
        LimitError: larger than 4 MiB.
        EncodingError: not a proof in its exact form.
        SignatureError: a manifest that this key did not sign.
        ProofError, ChainError: the headers do not lead to the manifests, or the histories do not differ.
    """
    if len(raw) > MAX_PROOF_BYTES:
        raise LimitError("a fork proof has more than 4 MiB")
    proof = exact_json.decode(raw, ForkProof, what="a fork proof")
    firsts = [_first_header(branch, proof) for branch in proof.branches]
    if len({header_hash(first) for first in firsts}) != _BRANCHES:
        raise ProofError("the two histories do not differ where they are said to")
    one, other = (decode_header(first) for first in firsts)
    if one.prev != other.prev:
        raise ProofError("the two histories part before the seq that is named")
    if (one.tenant, one.kiosk) != (other.tenant, other.kiosk):
        raise ProofError("the two histories are of different kiosks")
    return proof, one


def _first_header(branch: Branch, proof: ForkProof) -> bytes:
    """The header at the disputed seq, if this branch leads from it to its manifest's head."""
    key = public_key(proof.public)
    payload = jws.verify(branch.manifest, typ=TYP, key=key, what="a manifest")
    manifest = exact_json.decode(payload, Manifest, what="a manifest")
    if manifest.aud != proof.aud or manifest.epoch != thumbprint(key):
        raise ProofError("a manifest is of another epoch or server than the proof says")
    try:
        headers = [text.encode("utf-8") for text in branch.headers]
    except UnicodeEncodeError as error:
        raise EncodingError("a header is not text") from error
    if manifest.last - proof.seq + 1 != len(headers):
        raise ProofError("the headers do not lead from the disputed seq to the manifest's last")
    head = Head(manifest.epoch, proof.seq - 1, decode_header(headers[0]).prev)
    for header in headers:
        head = follow(head, Event(header, decode_header(header), None, None))
    if head.hash != manifest.head:
        raise ProofError("the headers do not lead to the head that was signed")
    return headers[0]
