"""Asking why, before an act that wants a reason (``policy/reasons``)."""

from starlette.requests import Request

from cloud_api.http.console.forms import read_pairs
from cloud_api.http.problems import ProblemError
from cloud_api.policy.reasons import MAX_REASON

FIELD = "reason"
_MOST_FIELDS = 20


async def reason_of(request: Request) -> str:
    """Why, as the form says.

    Raises:
        ProblemError: 422, it says nothing, or more than a line.
    """
    said = [value for name, value in await read_pairs(request, most=_MOST_FIELDS) if name == FIELD]
    return sound_reason(said[0] if len(said) == 1 else "")


def sound_reason(text: str) -> str:
    """A reason as it is kept: one line.

    Raises:
        ProblemError: 422, it is none.
    """
    reason = " ".join(text.split())
    if not reason or len(reason) > MAX_REASON or not reason.isprintable():
        detail = f"Write in a line of at most {MAX_REASON} letters why. It stands in the audit log, beside your name."
        raise ProblemError(422, "reason-needed", "This act wants a reason", detail=detail)
    return reason
