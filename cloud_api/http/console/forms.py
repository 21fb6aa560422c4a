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


async def read_form(request: Request, shape: type[F]) -> F:
    """The fields of a form in its shape; fields of other names are refused.

    Raises:
        ProblemError: 413 too large, 415 not a form, 422 not of this shape.
    """
    pairs = await read_pairs(request, most=_FIELDS)
    try:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise ProblemError(422, "invalid", "The form names a field twice")
        return msgspec.convert(fields, type=shape)
    except ValueError as error:
        raise _not_filled_in(error) from error


async def read_pairs(request: Request, *, most: int) -> list[tuple[str, str]]:
    """The fields of a form, which may come several times each.

    Raises:
        ProblemError: 413 too large, 415 not a form, 422 not a form's text or more than ``most`` fields.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise ProblemError(415, "not-a-form", "This page takes forms only")
    raw = await read_body(request, limit=_BYTES)
    try:
        return parse_qsl(
            raw.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            max_num_fields=most,
            errors="strict",
        )
    except (ValueError, UnicodeError) as error:
        raise _not_filled_in(error) from error


def _not_filled_in(error: Exception) -> ProblemError:
    return ProblemError(422, "invalid", "The form is not filled in as it must be", detail=str(error))
