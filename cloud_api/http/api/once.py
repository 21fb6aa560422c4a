"""Requests that may come twice: an ``Idempotency-Key`` lets a program send one again and have it done once."""

from collections.abc import Awaitable, Callable, Collection
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from cloud_api.errors import ConfigurationError, ReasonNeededError
from cloud_api.http.problems import ProblemError
from cloud_api.services.api_callers import Caller
from cloud_api.services.api_requests import Again, ApiRequests, Kept

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Any name for this request, unique to it: sent again within a day it is answered as before, and"
        " done once. A secret in the answer is shown the first time only.",
    ),
]
REPLAYED = "Idempotency-Replayed"
_JSON = "application/json"
M = TypeVar("M", bound=BaseModel)
_REFUSED = (ProblemError, ReasonNeededError, ConfigurationError)
"""What says that nothing was done: refused before the act, or within its transaction, which was then taken back. After
any other error it may have been done.
"""


class Once:
    """Does what was asked once."""

    def __init__(self, requests: ApiRequests) -> None:
        self._requests = requests

    async def answer(
        self,
        request: Request,
        caller: Caller,
        key: str | None,
        act: Callable[[], Awaitable[M]],
        *,
        status: int = 201,
        hidden: Collection[str] = (),
    ) -> Response:
        """The answer of ``act``, or what it was the first time, without the ``hidden`` members.

        Raises:
            ProblemError: what ``act`` raises; 409 or 422 where the key does not fit.
            ReasonNeededError: as ``act`` raises it; the key may be used again.
            ConfigurationError: likewise.
        """
        if key is None:
            return Response((await act()).model_dump_json(), status, media_type=_JSON)
        said = b"\n".join((request.method.encode(), request.url.path.encode(), await request.body()))
        before = await self._requests.begin(caller.tenant, caller.session_id, key, said)
        if isinstance(before, Kept):
            return Response(before.answer, before.status, media_type=_JSON, headers={REPLAYED: "true"})
        if before is not Again.NEW:
            raise _refusal(before)
        try:
            made = await act()
        except _REFUSED:
            await self._requests.release(caller.tenant, caller.session_id, key)
            raise
        kept = made.model_copy(update=dict.fromkeys(hidden))
        thing = getattr(made, "id", None)
        answer = Kept(status, kept.model_dump_json(), thing if isinstance(thing, UUID) else None)
        await self._requests.finish(caller.tenant, caller.session_id, key, answer)
        return Response(made.model_dump_json(), status, media_type=_JSON)


def _refusal(again: Again) -> ProblemError:
    if again is Again.OTHER:
        return ProblemError(422, "idempotency-key-reused", "Another request was sent under this Idempotency-Key")
    if again is Again.GONE:
        return ProblemError(
            409,
            "request-forgotten",
            "What this request made was deleted",
            detail="It was done once and is not done again; its answer went with what it spoke of.",
        )
    if again is Again.UNSURE:
        return ProblemError(
            409,
            "request-unsure",
            "The first such request broke off",
            detail="Whether it was done is not known: look, and ask under another Idempotency-Key if it was not.",
        )
    return ProblemError(
        409, "request-in-progress", "The first such request is still being answered", headers={"Retry-After": "1"}
    )
