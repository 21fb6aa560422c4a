"""Auditing many kiosks' chains together: links, and which headers a signed manifest covers.

A header may have shrunk to its hash. Then its own content proves nothing any more, and this is what still
does: the header after it names its hash, manifests name the hash of the last of their headers, each hash stands
for one event of one kiosk, and together the kiosks have exactly as many events as the log has device entries.
"""

from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.batch import Expectation, Manifest, read_manifest
from sync.protocol.errors import ChainError, SignatureError
from sync.protocol.events import Header, genesis_hash
from sync.protocol.keys import thumbprint


@dataclass(slots=True)
class _Chain:
    """One epoch: hashes of its headers by seq, the highest seq known, and the seqs that manifests sign."""

    hashes: dict[int, str] = field(default_factory=dict)
    last_shown: int = 0
    highest: int = 0
    signed: set[int] = field(default_factory=set)


class ChainAudit:
    """Collects headers in the order of the log, then checks signed manifests against them."""

    def __init__(self, tenant: UUID) -> None:
        self._tenant = tenant
        self._trusted: dict[str, Expectation] = {}
        self._chains: dict[str, _Chain] = {}
        self._shrunk: dict[str, tuple[str, int] | None] = {}
        self._entries = 0
        self.batches = 0

    @property
    def kiosks(self) -> int:
        """How many epochs have events in the log."""
        return sum(chain.highest > 0 for chain in self._chains.values())

    @property
    def shrunk(self) -> int:
        """How many headers have shrunk to their hash."""
        return len(self._shrunk)

    def trust(self, kiosk: UUID, site: UUID, audience: str, key: Ed25519PublicKey) -> None:
        """Name the key of an epoch; its thumbprint is what the headers carry.

        Raises:
            ChainError: a key twice, or an audience of another organisation.
        """
        epoch = thumbprint(key)
        if epoch in self._trusted:
            raise ChainError("a key belongs to two kiosks")
        if not audience.endswith(f" {self._tenant}"):
            raise ChainError("a kiosk signed for another organisation")
        self._trusted[epoch] = Expectation(self._tenant, site, kiosk, key, audience)
        self._chains[epoch] = _Chain()

    def add(self, header: Header, hash_hex: str) -> None:
        """Take the next header of the log.

        Raises:
            ChainError: of another organisation or kiosk, or it does not follow the one before.
        """
        expected = self._trusted.get(header.epoch)
        if expected is None or (header.tenant, header.site, header.kiosk) != (
            self._tenant,
            expected.site,
            expected.kiosk,
        ):
            raise ChainError("a header belongs to no known kiosk of the organisation")
        chain = self._chains[header.epoch]
        if not self._follows(chain, header):
            raise ChainError(f"the chain of kiosk {header.kiosk} is broken at number {header.seq}")
        chain.hashes[header.seq] = hash_hex
        chain.last_shown = chain.highest = header.seq
        self._entries += 1

    def add_shrunk(self, hash_hex: str) -> None:
        """Take the next entry of the log, of which nothing but the hash is left.

        Raises:
            ChainError: the hash is there twice.
        """
        if hash_hex in self._shrunk:
            raise ChainError("a header is there twice")
        self._shrunk[hash_hex] = None
        self._entries += 1

    def cover(self, manifest_jws: str) -> None:
        """Check a kiosk's signed manifest against the headers it speaks of.

        One whose last event the log does not hold yet proves nothing and is left out.

        Raises:
            SignatureError: not signed by a known kiosk.
            ChainError: it signs a head that the log does not have.
        """
        claimed = exact_json.read(
            jws.read_unverified_payload(manifest_jws, what="a manifest"), Manifest, what="a manifest"
        )
        expected = self._trusted.get(claimed.epoch)
        if expected is None:
            raise SignatureError("a manifest is signed by no known kiosk")
        manifest = read_manifest(manifest_jws, expected)
        chain = self._chains[manifest.epoch]
        held = chain.hashes.get(manifest.last)
        if held is None and self._stands_for(manifest.head, manifest.epoch, manifest.last):
            held = manifest.head
            chain.highest = max(chain.highest, manifest.last)
        if held is None and manifest.last > chain.highest:
            return
        if held != manifest.head:
            raise ChainError("a kiosk signed another event than the log holds")
        chain.signed.update(range(manifest.first, manifest.last + 1))
        self.batches += 1

    def uncovered(self) -> int:
        """How many events no manifest of the export signs.

        Counted, never listed: a hostile export may name numbers up to 2^53. All that is signed is at most ``highest``.
        """
        return sum(chain.highest - len(chain.signed) for chain in self._chains.values())

    def missing(self) -> int:
        """How many more events the chains have than the log has device entries (negative: fewer)."""
        return sum(chain.highest for chain in self._chains.values()) - self._entries

    def _follows(self, chain: _Chain, header: Header) -> bool:
        before = header.seq - 1
        if before < chain.last_shown:
            return False
        if before == 0:
            return header.prev == genesis_hash(header.epoch)
        if before == chain.last_shown:
            return header.prev == chain.hashes[before]
        return self._stands_for(header.prev, header.epoch, before)

    def _stands_for(self, hash_hex: str, epoch: str, seq: int) -> bool:
        """Whether a shrunk entry is this event; from now on it is no other."""
        if hash_hex not in self._shrunk or self._shrunk[hash_hex] not in ((epoch, seq), None):
            return False
        self._shrunk[hash_hex] = (epoch, seq)
        return True
