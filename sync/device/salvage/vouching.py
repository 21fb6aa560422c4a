"""Whether rows that were read are what they must be: keys, batches, receipts, pages and objects prove themselves."""

from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from typing import cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.salvage.tables import Row
from sync.device.settings import Enrolment, Settings
from sync.protocol import jws
from sync.protocol.batch import Expectation, OpenedBatch, open_batch
from sync.protocol.errors import ProtocolError
from sync.protocol.feed import open_head, read_head, require_content
from sync.protocol.keys import private_key, thumbprint
from sync.protocol.keyspage import KeysPage, KeyUse
from sync.protocol.receipt import Receipt, open_receipt

_DISTRUSTED = -1


class Vouching:
    """Judges rows of the other tables by what the settings say of this kiosk. ``keys``: the private ones, by epoch."""

    def __init__(self, enrolment: Enrolment, keys_page: KeysPage | None, keys: dict[str, Ed25519PrivateKey]) -> None:
        self._enrolment = enrolment
        self._page = keys_page
        self._keys = keys
        self._judges: dict[str, Callable[[Row], bool]] = {
            "batch": lambda row: self.open_batch(row) is not None,
            "receipt": self._is_receipt,
            "feed_page": self._is_page,
            "object": _is_object,
        }

    def takes(self, table: str, row: Row) -> bool:
        """Whether a row is good, as far as rows of its table prove themselves."""
        judge = self._judges.get(table)
        try:
            return judge is None or judge(row)
        except (ProtocolError, KeyError, TypeError, ValueError):
            return False

    def proven(self, table: str, row: Row) -> Row:
        """A row that was taken, as far as what was signed bears it out: ``durable`` may be of an earlier receipt."""
        if table != "receipt":
            return row
        return {**row, "durable": min(cast("int", row["durable"]), self._open_receipt(row).durable)}

    def open_batch(self, row: Row) -> OpenedBatch | None:
        """A packed batch, verified, or ``None``."""
        enrolment = self._enrolment
        key = self._keys.get(str(row["epoch"]))
        if key is None:
            return None
        expected = Expectation(enrolment.tenant, enrolment.site, enrolment.kiosk, key.public_key(), enrolment.audience)
        with suppress(ProtocolError):
            batch = open_batch(cast("bytes", row["wire"]), expected)
            told = (batch.manifest_hash, batch.manifest.first, batch.manifest.last)
            return batch if told == (row["manifest"], row["first"], row["last"]) else None
        return None

    def _is_receipt(self, row: Row) -> bool:
        """Believed up to what was signed; less may be noted, since a cloud that was restored is sent more again."""
        accepted, durable = cast("int", row["accepted"]), cast("int", row["durable"])
        return durable <= accepted <= self._open_receipt(row).accepted

    def _open_receipt(self, row: Row) -> Receipt:
        signed = str(row["signed"])
        return open_receipt(
            signed,
            key=self._listed().find(KeyUse.RECEIPT, jws.read_header(signed, what="a receipt").kid),
            audience=self._enrolment.audience,
            kiosk=self._enrolment.kiosk,
            epoch=str(row["epoch"]),
        )

    def _is_page(self, row: Row) -> bool:
        signed, content = str(row["signed"]), cast("bytes", row["content"])
        head = read_head(jws.read_unverified_payload(signed, what="a feed page"))
        require_content(head, content)
        if row["version"] == _DISTRUSTED:
            return True  # its key is listed no more, and the kiosk knows
        kid = jws.read_header(signed, what="a feed page").kid
        key = self._listed().find(KeyUse.FEED, kid)
        opened = open_head(signed, key=key, tenant=self._enrolment.tenant, site=self._enrolment.site)
        return (opened.page, opened.version) == (row["kind"], row["version"])

    def _listed(self) -> KeysPage:
        if self._page is None:
            raise ProtocolError("no keys page could be read")
        return self._page


def key_of(row: Row) -> Ed25519PrivateKey | None:
    """An epoch's private key, if it is the one that the epoch is named after."""
    raw = row["private"]
    if not isinstance(raw, bytes):
        return None
    with suppress(ProtocolError, ValueError):
        key = private_key(raw)
        return key if thumbprint(key.public_key()) == row["kid"] else None
    return None


def read_keys_page(settings: Settings) -> KeysPage | None:
    """The keys page, verified, or ``None``: the kiosk fetches it anew under the root that is pinned."""
    with suppress(ProtocolError, UnicodeDecodeError):
        known = settings.keys_page()
        return None if known is None else known[1]
    return None


def _is_object(row: Row) -> bool:
    sealed = row["sealed"]
    if not isinstance(sealed, bytes):
        return False
    return (sha256(sealed).hexdigest(), len(sealed)) == (row["sha256"], row["size"])
