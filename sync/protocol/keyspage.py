"""The keys page: which public keys of an organisation's server are to be trusted, signed by its root key.

A kiosk pins the root at enrolment and accepts only pages of that root with a version above the one it has.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import EncodingError, LimitError, SignatureError
from sync.protocol.events import Count, Seq
from sync.protocol.identifiers import ZERO_SHA256, Sha256Hex, Thumbprint, sha256_hex
from sync.protocol.keys import public_key, public_text, thumbprint
from sync.protocol.sealing import SealingKey, read_sealing_key, sealing_kid, sealing_text

TYP = "lodge-keys+jws"
SEALING = "sealing"
"""The use of keys that sign nothing: photos are sealed to them (``sealing``)."""
MAX_PAGE_BYTES = 512 * 1024


class KeyUse(StrEnum):
    """What a key signs, and nothing else. A page may list uses that came later; they are not judged."""

    RECEIPT = "receipt"
    FEED = "feed"
    COMMAND = "command"
    TOKEN = "token"  # noqa: S105 -- the use of a key, not a secret
    LOG = "log"


class KeyState(StrEnum):
    """``current`` signs now, ``next`` will, ``retired`` verifies what it signed."""

    CURRENT = "current"
    NEXT = "next"
    RETIRED = "retired"


class KeyEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One key: its thumbprint and, for the uses of ``KeyUse``, 32 raw Ed25519 public bytes in base64url."""

    use: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}\Z")]
    state: KeyState
    kid: Thumbprint
    public: Annotated[str, msgspec.Meta(max_length=4096)]


class KeysPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All public keys of a server for one organisation.

    ``log`` is the name in the audit log's checkpoints; ``tls`` holds SHA-256 of the SubjectPublicKeyInfo of
    each accepted TLS key (empty: the public certificate authorities decide); ``previous`` the SHA-256 of the
    page before (zeros for version 1).
    """

    v: Literal[1]
    tenant: UUID
    version: Seq
    issued_ms: Count
    previous: Sha256Hex
    log: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9.:/-]{1,255}\Z")]
    keys: Annotated[tuple[KeyEntry, ...], msgspec.Meta(max_length=64)]
    tls: Annotated[tuple[Sha256Hex, ...], msgspec.Meta(max_length=8)]

    def current(self, use: KeyUse) -> Ed25519PublicKey:
        """The key that signs now for this use.

        Raises:
            SignatureError: the page has none.
        """
        for entry in self.keys:
            if entry.use == use and entry.state is KeyState.CURRENT:
                return public_key(entry.public)
        raise SignatureError(f"the keys page has no current {use} key")

    def find(self, use: KeyUse, kid: str) -> Ed25519PublicKey:
        """A key by its thumbprint, for verifying: current, next or retired.

        Raises:
            SignatureError: not on this page for this use.
        """
        for entry in self.keys:
            if entry.use == use and entry.kid == kid:
                return public_key(entry.public)
        raise SignatureError(f"this {use} key is not on the keys page")

    def sealing_key(self) -> SealingKey | None:
        """The key that objects are sealed to now; ``None`` where there is none, or none of a form known here."""
        for entry in self.keys:
            if entry.use == SEALING and entry.state is KeyState.CURRENT:
                return _read_sealing(entry)
        return None


def key_entry(use: KeyUse, key: Ed25519PublicKey, state: KeyState = KeyState.CURRENT) -> KeyEntry:
    """The entry of a key."""
    return KeyEntry(use=use.value, state=state, kid=thumbprint(key), public=public_text(key))


def sealing_entry(key: X25519PublicKey, state: KeyState = KeyState.CURRENT) -> KeyEntry:
    """The entry of a sealing key."""
    return KeyEntry(use=SEALING, state=state, kid=sealing_kid(key), public=sealing_text(key))


def page_hash(signed: str) -> str:
    """SHA-256 of a signed page, by which the next one names it."""
    return sha256_hex(signed.encode("ascii"))


def sign_keys_page(page: KeysPage, root: Ed25519PrivateKey) -> str:
    """The page as a compact JWS by the organisation's root key."""
    return jws.sign(exact_json.encode(page), typ=TYP, key=root)


def open_keys_page(signed: str, *, root: Ed25519PublicKey, tenant: UUID) -> KeysPage:
    """Verify a page against the pinned root.

    Raises:
        LimitError: larger than 512 KiB.
        EncodingError: not a page in its exact form, or entries that contradict one another.
        SignatureError: another root or organisation.
    """
    if len(signed) > MAX_PAGE_BYTES:
        raise LimitError("a keys page has more than 512 KiB")
    payload = jws.verify(signed, typ=TYP, key=root, what="a keys page")
    page = exact_json.decode(payload, KeysPage, what="a keys page")
    if page.tenant != tenant:
        raise SignatureError("the keys page is of another organisation")
    if page.version == 1 and page.previous != ZERO_SHA256:
        raise EncodingError("the first keys page names a page before it")
    _check_entries(page, thumbprint(root))
    return page


def _read_sealing(entry: KeyEntry) -> SealingKey | None:
    # Later forms (hybrids with ML-KEM, say) must not keep an older kiosk from following the page.
    try:
        key = read_sealing_key(entry.public)
    except EncodingError:
        return None
    return key if key.kid == entry.kid else None


def _check_entries(page: KeysPage, root_kid: str) -> None:
    """One key has one use, so that a signature can never be taken for one of another purpose."""
    kids = [entry.kid for entry in page.keys]
    if len(set(kids)) != len(kids) or root_kid in kids:
        raise EncodingError("a key has two uses on the keys page")
    known = [entry for entry in page.keys if entry.use in set(KeyUse)]
    active = [(entry.use, entry.state) for entry in known if entry.state is not KeyState.RETIRED]
    if len(set(active)) != len(active):
        raise EncodingError("the keys page has two keys of one use in one state")
    for entry in known:
        if thumbprint(public_key(entry.public)) != entry.kid:
            raise EncodingError("a key on the keys page has another thumbprint")
