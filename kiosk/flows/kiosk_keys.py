"""The key that a code names: this kiosk's own, of today or before, or another's of the site."""

from collections.abc import Iterable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sync.protocol.codes import key_id
from sync.protocol.errors import EncodingError
from sync.protocol.feed import KeyStanding, Roster
from sync.protocol.keys import public_key


def find_kiosk_key(wanted: bytes, own: Iterable[Ed25519PublicKey], roster: Roster | None) -> Ed25519PublicKey | None:
    """The key with this id (``codes.key_id``), ``None`` where nobody here has it or it was revoked."""
    for key in own:
        if key_id(key) == wanted:
            return key
    for kiosk in () if roster is None else roster.kiosks:
        for entry in kiosk.keys:
            try:
                key = public_key(entry.public)
            except EncodingError:
                continue
            if entry.standing != KeyStanding.REVOKED and key_id(key) == wanted:
                return key
    return None
