"""How addresses are compared, and the blind token that finds an account before its organisation is known."""

import hmac
import unicodedata
from hashlib import sha256

from cloud_api.services.mail_addresses import is_mailable
from cloud_api.services.server_keys import ServerKeys

MAX_EMAIL = 254
_SECRET = "sign-in-names"  # noqa: S105  the name of a secret, not the secret


class SignInNames:
    """Makes blind tokens of e-mail addresses under a secret of the server."""

    def __init__(self, keys: ServerKeys) -> None:
        self._keys = keys

    async def token(self, email: str) -> bytes:
        """32 bytes; the same for every way of writing an address."""
        key = await self._keys.get(_SECRET)
        return hmac.new(key, normal_email(email).encode("utf-8"), sha256).digest()


def normal_email(email: str) -> str:
    """An address as it is compared: composed, case folded, without blanks around it."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def email_fault(email: str) -> str | None:
    """Why this cannot be an address that somebody signs in with, or ``None``."""
    if email.isprintable() and is_mailable(email.strip()) and len(email) <= MAX_EMAIL:
        return None
    return "This is not an e-mail address such as name@example.org."
