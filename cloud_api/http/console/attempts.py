"""Tries of strangers at links and addresses: five from one network in five minutes (R05)."""

from starlette.requests import Request

from cloud_api.counting import counted
from cloud_api.http.limits import RateLimit, client_address
from cloud_api.http.problems import ProblemError
from cloud_api.services.sign_in_guard import network_of


class Attempts:
    """Counts a try before it is looked at; one that was right is given back, so that only guessing is slowed down."""

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit

    async def begin(self, name: str, request: Request) -> None:
        """Count a try.

        Raises:
            ProblemError: 429 with ``Retry-After``.
        """
        wait = await self._limit.check(name, _who(request))
        if wait is not None:
            raise ProblemError(
                429,
                "too-many-requests",
                "Too many attempts from this address",
                detail=f"There were five tries from your address within five minutes. Go on in {_span(wait)}.",
                headers={"Retry-After": str(wait)},
            )

    async def give_back(self, name: str, request: Request) -> None:
        """Uncount a try that was right."""
        await self._limit.give_back(name, _who(request))


def _span(seconds: int) -> str:
    return counted(seconds, "second") if seconds < 60 else counted(-(-seconds // 60), "minute")  # noqa: PLR2004


def _who(request: Request) -> str:
    return network_of(client_address(request))
