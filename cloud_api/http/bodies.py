"""Reading request bodies within limits of size and time (C25, C27)."""

import asyncio

from starlette.requests import ClientDisconnect, Request

from cloud_api.http.problems import ProblemError

BODY_SECONDS = 30.0


async def read_body(request: Request, *, limit: int, seconds: float = BODY_SECONDS) -> bytes:
    """The whole body.

    Raises:
        ProblemError: 413 when it is larger than ``limit`` bytes, 408 when it takes longer than ``seconds``.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            return await _collect(request, limit)
    except TimeoutError as error:
        raise ProblemError(408, "too-slow", "The request body took too long") from error
    except ClientDisconnect as error:
        raise ProblemError(400, "broken-off", "The request body broke off") from error


def too_large(limit: int) -> ProblemError:
    """The refusal of a body that is too large."""
    return ProblemError(413, "too-large", "The request body is too large", members={"limit_bytes": limit})


async def _collect(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)
