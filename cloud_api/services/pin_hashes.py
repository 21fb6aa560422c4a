"""Staff PINs as they are kept: Argon2id hashes, by which digits are compared without being known."""

from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from cloud_api.keys.fields import FieldCipher
from cloud_api.services.feed_contents import StoredPin
from cloud_api.store import published
from cloud_api.store.db import Tenant
from sync.protocol import exact_json

_HASHER = PasswordHasher(time_cost=1, memory_cost=47104, parallelism=1)


def pin_hash(pin: str, before: str) -> str:
    """The old hash while it fits: a new one would send every kiosk a new page for nothing."""
    return before if before and fits(pin, before) else _HASHER.hash(pin)


def fits(pin: str, held: str) -> bool:
    """Whether a hash is of these digits."""
    try:
        return _HASHER.verify(held, pin)
    except (Argon2Error, InvalidHashError):
        return False


async def is_taken(tx: Tenant, cipher: FieldCipher, site_id: UUID, pin: str) -> bool:
    """Whether the PIN of somebody at a site has these digits already: a kiosk knows people by them alone.

    Whose it is, is not told. One hash is computed for each PIN of the site, of which an organisation has at most 50.
    """
    items = await published.list_page(tx, cipher, "staff_pins", site=site_id)
    return any(fits(pin, exact_json.read(item.entry, StoredPin, what="a staff PIN").hash) for item in items)
