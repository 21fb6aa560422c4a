"""What a route of the API may refuse, for its description."""

from collections.abc import Mapping
from typing import Any

from cloud_api.http.problems import TYPE_PREFIX
from sync.protocol.exchange import PROBLEM_MEDIA_TYPE

_SAID: Mapping[int, tuple[str, str, str]] = {
    401: (
        "No token, or one that opens nothing (any more)",
        "token-refused",
        "The token is missing, or opens nothing (any more)",
    ),
    403: ("Not allowed by this token", "forbidden", "This token does not allow it"),
    404: ("Not there, or not for whoever asks", "not-found", "There is no such visit"),
    408: ("The request took too long to arrive", "too-slow", "The request body took too long"),
    409: ("It does not fit what is there", "request-in-progress", "The first such request is still being answered"),
    412: ("Changed since it was read", "changed", "It was changed since you read it"),
    413: ("Larger than may be: 64 KiB, a picture 50 MiB", "too-large", "The request body is too large"),
    422: ("Not valid; a query parameter that is not described is not either", "invalid", "The request is not valid"),
    428: ("If-Match is missing", "if-match-needed", "Name the version that you change in If-Match"),
    429: ("Too many requests; Retry-After says when to go on", "too-many-requests", "Too many requests"),
    503: ("Out of reach for a moment", "unavailable", "The server cannot reach its database"),
}
_ALWAYS = (422, 429, 503)
_WITH_BODY = (408, 413)


def refusals(*statuses: int, body: bool = False, public: bool = False) -> dict[int | str, dict[str, Any]]:
    """These, those that every route has, and those of a request with a body."""
    own = () if public else (401, 403)
    found = sorted({*statuses, *own, *_ALWAYS, *(_WITH_BODY if body else ())})
    return {status: _describe(status) for status in found}


def _describe(status: int) -> dict[str, Any]:
    what, name, title = _SAID[status]
    example = {"type": TYPE_PREFIX + name, "title": title, "status": status}
    return {
        "description": what,
        "content": {
            PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example},
        },
    }
