"""Which accounts this process has lately found behind which session: their requests are counted by account, so that
nobody who shares their address uses up what they may ask (R06).

Nothing is asked of the database for that: a cookie that this process has not seen to be good counts for its network, so
that whoever makes cookies up gains nothing and costs nothing.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from starlette.requests import Request

from cloud_api.clock import Clock
from cloud_api.services.session_tokens import digest, may_be_token

_LASTS = timedelta(minutes=240)  # the longest that any organisation lets a session rest
_KEEP = 10_000


class LiveSessions:
    """Remembers them in this process, the latest ten thousand. ``cookie`` is the name of the one that bears a session.

    A session that has ended meanwhile still counts for its account: it opens nothing, and has no allowance of its own.
    """

    def __init__(self, clock: Clock, *, cookie: str) -> None:
        self._clock = clock
        self._cookie = cookie
        self._accounts: OrderedDict[bytes, tuple[UUID, datetime]] = OrderedDict()

    def note(self, token: str, account: UUID) -> None:
        """Remember that this session is good."""
        key = digest(token)
        self._accounts[key] = (account, self._clock.now())
        self._accounts.move_to_end(key)
        while len(self._accounts) > _KEEP:
            self._accounts.popitem(last=False)

    def account_of(self, request: Request) -> UUID | None:
        """Whose session a request bears, where that is known here."""
        token = request.cookies.get(self._cookie, "")
        account, seen = self._accounts.get(digest(token), (None, None)) if may_be_token(token) else (None, None)
        return account if seen is not None and self._clock.now() - seen < _LASTS else None

    def follow(self, account: UUID, headers: Iterable[tuple[bytes, bytes]]) -> None:
        """Remember the session's other token, where the answer to a request of this account gives it one."""
        start = f"{self._cookie}=".encode()
        for name, value in headers:
            token = value.removeprefix(start).partition(b";")[0].decode("ascii", "replace").strip('"')
            if name == b"set-cookie" and value.startswith(start) and may_be_token(token):
                self.note(token, account)
