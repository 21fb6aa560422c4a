"""The port of a rate limit, and how routes ask it."""

from collections import OrderedDict
from typing import Protocol

from starlette.requests import Request

from cloud_api.clock import Clock
from cloud_api.http.problems import ProblemError
from cloud_api.services.sign_in_guard import network_of


class RateLimit(Protocol):
    """Counts attempts; shared by all replicas."""

    async def check(self, name: str, who: str) -> int | None:
        """``None`` when this attempt is allowed, else the seconds to wait."""
        ...

    async def give_back(self, name: str, who: str) -> None:
        """Uncount one attempt that was allowed and did no harm; only ever after ``check`` allowed it."""
        ...


class ProcessRateLimit:
    """Counts in this process alone, for a server without replicas: so many attempts in so many seconds."""

    def __init__(self, clock: Clock, *, allowed: int = 5, seconds: int = 300, keep: int = 10_000) -> None:
        self._clock = clock
        self._allowed = allowed
        self._seconds = seconds
        self._keep = keep
        self._attempts: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    async def check(self, name: str, who: str) -> int | None:
        """``None`` when this attempt is allowed, else the seconds to wait."""
        now = self._clock.now().timestamp()
        recent = [moment for moment in self._attempts.pop((name, who), []) if moment > now - self._seconds]
        self._attempts[name, who] = recent
        while len(self._attempts) > self._keep:
            self._attempts.popitem(last=False)
        if len(recent) >= self._allowed:
            return max(1, int(recent[0] + self._seconds - now))
        recent.append(now)
        return None

    async def give_back(self, name: str, who: str) -> None:
        """Uncount one attempt that was allowed and did no harm."""
        recent = self._attempts.get((name, who))
        if recent:
            recent.pop()


def client_address(request: Request) -> str:
    """The address that a request came from, as the server (or its trusted proxy settings) knows it."""
    return request.client.host if request.client else "unknown"


def client_network(request: Request) -> str:
    """What strangers' requests are counted by: an IPv4 address itself, of an IPv6 address its network."""
    return network_of(client_address(request))


async def require_allowance(limit: RateLimit, name: str, request: Request) -> None:
    """Let a request of a stranger pass, or refuse it.

    Raises:
        ProblemError: 429 with ``Retry-After``.
    """
    wait = await limit.check(name, client_network(request))
    if wait is not None:
        raise ProblemError(
            429, "too-many-requests", "Too many attempts; wait a little", headers={"Retry-After": str(wait)}
        )
