"""The keys of an organisation as an auditor knows them: from an export, or from its keys pages."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.archive import EPOCHS, KEYS, ROOT, EpochKey, EpochKeys, RootStatement
from sync.protocol.batch import Expectation
from sync.protocol.errors import ProofError, SignatureError
from sync.protocol.keys import public_key, thumbprint
from sync.protocol.keyspage import KeysPage, KeyUse, open_keys_page, page_hash
from sync.protocol.root_moves import follow_moves
from sync.protocol.trust_files import KeyPages, Trust


@dataclass(frozen=True, slots=True)
class Keyring:
    """``roots``: thumbprints of the root keys, the one of today last; ``pages``: verified, the newest last,
    and their ``texts`` as signed; ``kiosks``: keys of kiosks by thumbprint, where they are known.
    """

    tenant: UUID
    roots: tuple[str, ...]
    pages: tuple[KeysPage, ...]
    texts: tuple[str, ...]
    kiosks: dict[str, EpochKey] = field(default_factory=dict)

    @property
    def newest(self) -> KeysPage:
        """The newest keys page."""
        return self.pages[-1]

    def find(self, use: KeyUse, kid: str) -> Ed25519PublicKey:
        """The key that a message names, if it is believed today.

        Raises:
            SignatureError: it is on no page, or was withdrawn: what it signed may be a thief's.
        """
        for page in reversed(self.pages):
            if any(entry.use == use and entry.kid == kid for entry in page.keys):
                if page is not self.newest:
                    raise SignatureError(f"is signed by a {use} key that was withdrawn after keys page {page.version}")
                return page.find(use, kid)
        raise SignatureError(f"is signed by a {use} key that is on no keys page given")

    def expect(self, kid: str, aud: str) -> Expectation:
        """Whose batches a kiosk's key signs.

        Raises:
            SignatureError: the key is not known here.
        """
        known = self.kiosks.get(kid)
        if known is None:
            raise SignatureError("is signed by a kiosk's key that is not known here: give --trust an audit export")
        return Expectation(self.tenant, known.site, known.kiosk, public_key(known.public), known.aud or aud)

    def require_root(self, pinned: str | None) -> None:
        """Refuse keys that do not go back to the root key that the auditor knows.

        Raises:
            SignatureError: it is another.
        """
        if pinned is not None and pinned not in self.roots:
            raise SignatureError("goes back to another root key than the one given")


def keyring_of_trust(trust: Trust) -> Keyring:
    """The keys that a file brings along.

    Raises:
        ProtocolError: the page is not signed by the root beside it.
    """
    root = public_key(trust.root)
    page = open_keys_page(trust.keys, root=root, tenant=trust.tenant)
    return Keyring(trust.tenant, (thumbprint(root),), (page,), (trust.keys,))


def keyring_of_members(members: dict[str, bytes]) -> Keyring:
    """The keys in an export whose members were verified."""
    statement = exact_json.decode(members[ROOT], RootStatement, what="the root key")
    root = public_key(statement.root)
    signed = members[KEYS].decode("ascii")
    page = open_keys_page(signed, root=root, tenant=statement.tenant)
    epochs = exact_json.decode(members[EPOCHS], EpochKeys, what="the epoch keys").epochs
    kiosks = {thumbprint(public_key(epoch.public)): epoch for epoch in epochs}
    return Keyring(statement.tenant, (thumbprint(root),), (page,), (signed,), kiosks)


def keyring_of_pages(file: KeyPages) -> Keyring:
    """Follow every page and every move of the root key, from the first page of the file on.

    Raises:
        ProofError: names the first page that does not follow, by its place in the file.
        ProtocolError: a key or a move is not good.
    """
    root = public_key(file.root)
    roots, pages = [thumbprint(root)], list[KeysPage]()
    for place, signed in enumerate(file.pages, start=1):
        signer = jws.read_header(signed, what=f"keys page number {place}").kid
        try:
            root, moves = follow_moves(file.moves, root=root, tenant=file.tenant, wanted=signer)
        except SignatureError as error:
            raise ProofError(f"keys page number {place} is signed by a root that no move leads to") from error
        if moves:
            roots.append(thumbprint(root))
        page = open_keys_page(signed, root=root, tenant=file.tenant)
        _require_successor(pages, page, file.pages, place)
        pages.append(page)
    return Keyring(file.tenant, tuple(roots), tuple(pages), file.pages)


def _require_successor(before: Sequence[KeysPage], page: KeysPage, texts: Sequence[str], place: int) -> None:
    if not before:
        return
    if page.version <= before[-1].version or page.previous != page_hash(texts[place - 2]):
        raise ProofError(f"keys page number {place} does not follow the one before it")
