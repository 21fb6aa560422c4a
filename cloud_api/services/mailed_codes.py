"""Visitors without their code have another one mailed, while the kiosk has a network (F04).

Whether an address is known is told to nobody but whoever reads its mail: what is done at the kiosk's request is the
same either way, and the letter is written, or not, by the worker.
"""

import hmac
from datetime import timedelta
from uuid import UUID, uuid4

from cloud_api.services.devices import Device
from cloud_api.services.letters import LetterPorts, post
from cloud_api.services.mailed_code_words import address_mac, code_of, invitations_of
from cloud_api.store import data_keys, mailed_codes
from cloud_api.store.mailed_codes import WantedCode

VALID = timedelta(minutes=10)
MOST_TRIES = 5
MOST_INVITATIONS = 8


class MailedCodes:
    """Has them mailed, and judges what is typed."""

    def __init__(self, ports: LetterPorts) -> None:
        self._ports = ports

    async def address_key(self, device: Device, email: str) -> str:
        """By what requests for an address are counted, without it."""
        async with self._ports.db.tenant(device.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            return f"{device.tenant}|{address_mac(cipher, email).hex()}"

    async def want(self, device: Device, email: str) -> None:
        """Have a code mailed to an address if somebody of it is invited to this kiosk's location."""
        now = self._ports.clock.now()
        async with self._ports.db.tenant(device.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            mac = address_mac(cipher, email)
            wanted = WantedCode(uuid4(), device.site_id, device.kiosk_id, now, now + VALID, email, mac)
            await mailed_codes.add(tx, cipher, wanted)
            await post(self._ports, tx, "visitor_code", wanted.id)

    async def try_code(self, device: Device, email: str, code: str) -> tuple[UUID, ...]:
        """The invitations that a code opens at the kiosk that asked for it; none where it is wrong, used or over, or
        was tried too often. A try is counted, durably, before it is looked at.
        """
        now = self._ports.clock.now()
        async with self._ports.db.tenant(device.tenant) as tx:
            cipher = await data_keys.open_organisation_key(tx, self._ports.ring)
            mac = address_mac(cipher, email)
            tried = await mailed_codes.count_try(tx, device.kiosk_id, mac, most=MOST_TRIES, now=now)
        if tried is None or not hmac.compare_digest(code_of(cipher, tried), code):
            return ()
        async with self._ports.db.tenant(device.tenant) as tx:
            if not await mailed_codes.use(tx, tried, now):
                return ()
            found = await invitations_of(tx, cipher, device.site_id, email, now)
        return tuple(invitation for invitation, _ in found[:MOST_INVITATIONS])
