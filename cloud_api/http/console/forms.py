"""Forms, within limits of size, number and type (R23)."""

from typing import TypeVar
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import Request

from cloud_api.http.bodies import read_body
from cloud_api.http.problems import ProblemError

_MEDIA_TYPE = "application/x-www-form-urlencoded"
_BYTES = 16 * 1024
_FIELDS = 20

F = TypeVar("F", bound=msgspec.Struct)


async def read_form(request: Request, shape: type[F], *, limit: int = _BYTES) -> F:
    """The fields of a form in its shape, of ``limit`` bytes at most; fields of other names are refused.

    Raises:
        ProblemError: 413 too large, 415 not a form, 422 not of this shape.
    """
    fields = await read_fields(request, limit=limit)
    try:
        return msgspec.convert(fields, type=shape)
    except msgspec.ValidationError as error:
        raise _unfit(error) from error


async def read_fields(request: Request, *, limit: int = _BYTES) -> dict[str, str]:
    """The fields of a form as they came, each once.

    Raises:
        ProblemError: 413 too large, 415 not a form, 422 not well formed.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise ProblemError(415, "not-a-form", "This page takes forms only")
    raw = await read_body(request, limit=limit)
    try:
        pairs = parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            max_num_fields=_FIELDS,
            errors="strict",
        )
    except (ValueError, UnicodeError) as error:
        raise _unfit(error) from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ProblemError(422, "invalid", "The form names a field twice")
    return fields


def _unfit(error: Exception) -> ProblemError:
    return ProblemError(422, "invalid", "The form is not filled in as it must be", detail=str(error))
