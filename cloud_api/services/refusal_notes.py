"""Requests of kiosks whose signature is wrong, in the operator's log (R27): seldom enough that nobody can fill it."""

from collections import OrderedDict
from datetime import datetime, timedelta

from cloud_api.clock import Clock
from cloud_api.services.security_log import SecurityLog

_EVERY = timedelta(minutes=5)
_MOST = 256


class RefusalNotes:
    """Writes down the first refusal of an address within five minutes, and of 256 addresses at most."""

    def __init__(self, security: SecurityLog, clock: Clock) -> None:
        self._security = security
        self._clock = clock
        self._noted: OrderedDict[str, datetime] = OrderedDict()

    async def note(self, address: str, claimed: str) -> None:
        """A request from ``address`` said that it was of the key ``claimed``, and was not, or of no key we know."""
        if self._is_due(address):
            await self._security.note("device.refused", address=address, name=claimed)

    def _is_due(self, address: str) -> bool:
        now = self._clock.now()
        while self._noted and now - next(iter(self._noted.values())) >= _EVERY:
            self._noted.popitem(last=False)
        if address in self._noted or len(self._noted) >= _MOST:
            return False
        self._noted[address] = now
        return True
