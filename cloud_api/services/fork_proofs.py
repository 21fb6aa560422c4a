"""Proof for anybody that one key signed two histories: from the log, the branches and their manifests (C07)."""

import functools
import itertools
from collections.abc import Mapping, Sequence
from uuid import UUID

from cloud_api.errors import ConfigurationError
from cloud_api.store import batches, branches, epochs, events
from cloud_api.store.db import Database, Tenant
from cloud_api.store.kiosks import Epoch
from sync.protocol import exact_json
from sync.protocol.batch import Manifest
from sync.protocol.errors import ProtocolError
from sync.protocol.events import decode_header
from sync.protocol.fork_proof import Branch, ForkProof, encode_proof, verify_fork
from sync.protocol.jws import read_unverified_payload
from sync.protocol.keys import base64url

Chain = dict[int, tuple[str, bytes]]
"""Headers by seq: hash (hex) and exact bytes."""


class ForkProofs:
    """Makes proofs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def make(self, tenant: UUID, kiosk_id: UUID) -> bytes:
        """The proof for the newest of a kiosk's keys that two histories are known of, checked as a reader will.

        Raises:
            ConfigurationError: there is no second history, or not enough of it is held yet.
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            forked = [record for record in await epochs.list_of_kiosk(tx, kiosk_id) if record.forked_seq]
            if not forked:
                raise ConfigurationError("no two histories of this kiosk are known")
            for record in reversed(forked):
                proof = await _find_proof(tx, record)
                if proof is not None:
                    return proof
        raise ConfigurationError(
            "the second history of this kiosk is not held header by header yet: it comes as a branch, once the machine "
            "that wrote it is on the network and has begun its new log"
        )


async def _find_proof(tx: Tenant, record: Epoch) -> bytes | None:
    """A proof from the shortest histories that differ: a branch's, beside the log's or another branch's."""
    first = record.forked_seq
    log = await events.read_chain(tx, record.kiosk_id, record.epoch, first)
    beside = await branches.read_headers(tx, record.kiosk_id, record.epoch)
    logged = await batches.list_epoch_manifests(tx, record.kiosk_id, record.epoch)
    kept = await branches.list_manifests(tx, record.kiosk_id, record.epoch)
    read = functools.cache(lambda manifest: _chain_of(manifest, first, log, beside))
    for one, other in itertools.product(kept, (*logged, *kept)):
        mine, others = read(one), read(other)
        proof = _compare(record, (other, others), (one, mine)) if mine and others else None
        if proof is not None:
            return proof
    return None


def _compare(record: Epoch, one: tuple[str, Chain], other: tuple[str, Chain]) -> bytes | None:
    shared = sorted(set(one[1]) & set(other[1]))
    seq = next((at for at in shared if one[1][at][0] != other[1][at][0]), None)
    if seq is None:
        return None
    proof = ForkProof(
        v=1,
        aud=record.audience,
        public=base64url(record.public_key),
        seq=seq,
        branches=(_branch(*one, seq), _branch(*other, seq)),
    )
    raw = encode_proof(proof)
    try:
        verify_fork(raw)
    except ProtocolError:
        return None
    return raw


def _branch(manifest: str, chain: Chain, seq: int) -> Branch:
    return Branch(manifest=manifest, headers=tuple(chain[at][1].decode("utf-8") for at in sorted(chain) if at >= seq))


def _chain_of(
    manifest_jws: str, first: int, log: Mapping[int, tuple[str, bytes]], beside: Mapping[str, bytes]
) -> Chain | None:
    """The headers from ``first`` on that lead to a manifest's head; ``None`` where one is missing."""
    payload = read_unverified_payload(manifest_jws, what="a stored manifest")
    manifest = exact_json.decode(payload, Manifest, what="a stored manifest")
    chain: Chain = {}
    seq, at = manifest.last, manifest.head
    while seq >= first:
        logged = log.get(seq)
        raw = logged[1] if logged is not None and logged[0] == at else beside.get(at)
        if raw is None:
            return None
        chain[seq] = (at, raw)
        seq, at = seq - 1, decode_header(raw).prev
    return chain


def describe(raw: bytes) -> Sequence[str]:
    """A made proof in words, for whoever ran the command."""
    proof, header = verify_fork(raw)
    lengths = [len(branch.headers) for branch in proof.branches]
    return (
        f"The key {header.epoch} of kiosk {header.kiosk} signed two different entries number {proof.seq}.",
        f"The histories hold {lengths[0]} and {lengths[1]} entries from there on. No entry's content is in the file.",
    )
