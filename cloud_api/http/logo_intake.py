"""Logos as they arrive, from programs and from the console: so many at once, and so often, in all (R22, C25)."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from starlette.requests import Request

from cloud_api.http.backpressure import ArrivingBodies, Turnstile, TurnstileTerms
from cloud_api.http.limits import RateLimit
from cloud_api.http.problems import ProblemError
from cloud_api.services.audit_trail import Actor
from cloud_api.services.logos import Logos
from cloud_api.store.logos import LogoFacts

MOST_BYTES = 50 * 1024 * 1024
UPLOAD_SECONDS = 120.0
UPLOADS_AT_ONCE = TurnstileTerms(at_once=2, waiting=8)
"""How many pictures are drawn anew; each has come whole before."""
BODIES_AT_ONCE = 8
"""Of as many organisations; each is held in memory while it comes, and while it waits to be drawn."""


class LogoIntake:
    """Takes them; one for the whole process."""

    def __init__(self, logos: Logos, limit: RateLimit) -> None:
        self._logos = logos
        self._limit = limit
        self._arriving = ArrivingBodies(BODIES_AT_ONCE)
        self._turnstile = Turnstile(UPLOADS_AT_ONCE)

    async def take(
        self, request: Request, tenant: UUID, account: UUID, actor: Actor, read: Callable[[Request], Awaitable[bytes]]
    ) -> LogoFacts:
        """Keep the picture of a request, which ``read`` finds in it once there is a place for it.

        Raises:
            PictureRefusedError: it is none that can be taken.
            ProblemError: 429 and 503, too many; whatever ``read`` raises.
        """
        wait = await self._limit.check("uploads", str(account))
        if wait is not None:
            raise ProblemError(429, "too-many-requests", "Too many uploads", headers={"Retry-After": str(wait)})
        with self._arriving.place(tenant):
            given = await read(request)
            async with self._turnstile.turn():
                return await self._logos.put(tenant, given, actor)
