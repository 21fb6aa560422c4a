"""Refusals of strangers in the operator's log (R27): seldom enough that nobody can fill it."""

from collections import OrderedDict
from datetime import datetime, timedelta

from cloud_api.clock import Clock
from cloud_api.errors import StoreError
from cloud_api.services.security_log import SecurityLog

_EVERY = timedelta(minutes=5)
_MOST = 256


class RefusalNotes:
    """Writes down the first refusal of a kind and an address within five minutes, and 256 at most.

    Kinds: ``device.refused`` (a request said that it was of a key, and was not, or of no key we know),
    ``enrolment.refused`` (a code that is wrong, used up or over), ``origin.refused`` (another server's page),
    ``token.refused`` (an API key that opens nothing, or no token at all; what is noted says which, never the text).
    """

    def __init__(self, security: SecurityLog, clock: Clock) -> None:
        self._security = security
        self._clock = clock
        self._noted: OrderedDict[tuple[str, str], datetime] = OrderedDict()

    async def note(self, kind: str, address: str, claimed: str) -> None:
        """A request from ``address`` was refused; ``claimed`` is what it said of itself. Never fails: whoever asked
        has their refusal also where the database cannot be reached.
        """
        if not self._is_due(kind, address):
            return
        try:
            await self._security.note(kind, address=address, name=claimed)
        except StoreError:
            self._noted.pop((kind, address), None)

    def _is_due(self, kind: str, address: str) -> bool:
        now = self._clock.now()
        while self._noted and now - next(iter(self._noted.values())) >= _EVERY:
            self._noted.popitem(last=False)
        if (kind, address) in self._noted or len(self._noted) >= _MOST:
            return False
        self._noted[kind, address] = now
        return True
