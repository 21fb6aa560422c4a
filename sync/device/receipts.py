"""Receipts as this kiosk believes them: by a receipt key of its newest keys page, for itself and one of its epochs."""

from sync.device.settings import Enrolment, Settings
from sync.protocol import jws
from sync.protocol.errors import ProtocolError
from sync.protocol.keyspage import KeyUse
from sync.protocol.receipt import Receipt, open_receipt


def open_own_receipt(signed: str, *, epoch: str, settings: Settings, enrolment: Enrolment) -> Receipt:
    """Verify a receipt for events of an epoch of this kiosk.

    Raises:
        ProtocolError: it cannot be believed, or there is no keys page to judge it by.
    """
    keys = settings.keys_page()
    if keys is None:
        raise ProtocolError("the kiosk has no keys page")
    kid = jws.read_header(signed, what="a receipt").kid
    return open_receipt(
        signed,
        key=keys[1].find(KeyUse.RECEIPT, kid),
        audience=enrolment.audience,
        kiosk=enrolment.kiosk,
        epoch=epoch,
    )
