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
    pairs = await read_pairs(request, most=_FIELDS, limit=limit)
    try:
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise ProblemError(422, "invalid", "The form names a field twice")
        return msgspec.convert(fields, type=shape)
    except ValueError as error:
        raise _not_filled_in(error) from error


async def read_pairs(request: Request, *, most: int, limit: int = _BYTES) -> list[tuple[str, str]]:
    """The fields of a form, which may come several times each.

    Raises:
        ProblemError: 413 too large, 415 not a form, 422 not a form's text or more than ``most`` fields.
    """
    raw = await read_raw(request, limit=limit)
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


async def read_raw(request: Request, *, limit: int = _BYTES) -> bytes:
    """A form as it came. It is kept with the request, for whoever else of ours must read it.

    Raises:
        ProblemError: 413 too large, 415 not a form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _MEDIA_TYPE:
        raise ProblemError(415, "not-a-form", "This page takes forms only")
    if not hasattr(request.state, "form"):
        request.state.form = await read_body(request, limit=limit)
    return bytes(request.state.form)


def _not_filled_in(error: Exception) -> ProblemError:
    return ProblemError(422, "invalid", "The form is not filled in as it must be", detail=str(error))
