"""The one file of a form, within limits. What it is called, and what its sender says it is, nobody reads (R22)."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from cloud_api.http.bodies import read_body
from cloud_api.http.problems import ProblemError

_AROUND = 4096
"""Bytes of the form beside its file, at most."""


async def read_file(request: Request, *, limit: int, seconds: float) -> bytes:
    """The bytes of the file, of ``limit`` at most.

    Raises:
        ProblemError: 408 too slow, 413 too large, 415 not such a form, 422 not one file.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise ProblemError(415, "not-a-form", "This page takes forms with a file only")
    body = await read_body(request, limit=limit + _AROUND, seconds=seconds)
    parts: list[list[bytes]] = []
    parser = MultipartParser(
        boundary,
        {
            "on_part_begin": lambda: parts.append([]),
            "on_part_data": lambda data, start, end: parts[-1].append(data[start:end]),
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise _not_one_file() from error
    if len(parts) != 1:
        raise _not_one_file()
    return b"".join(parts[0])


def _not_one_file() -> ProblemError:
    return ProblemError(422, "invalid", "The form does not hold one file")
