"""Cookies beside the session's: the second step that is owed, and what a browser is known by."""

from starlette.requests import Request
from starlette.responses import Response

from cloud_api.services.known_browsers import KEPT_DAYS
from cloud_api.services.second_step import LASTS, SecondStepOwed

STEP = "__Host-lodge-step"
KNOWN = "__Host-lodge-known"
_DAY_SECONDS = 86_400


def step_of(request: Request) -> str:
    """What leads to the second step, or nothing."""
    return request.cookies.get(STEP, "")


def known_of(request: Request) -> str:
    """What the browser is known by, or nothing."""
    return request.cookies.get(KNOWN, "")


def owe(response: Response, owed: SecondStepOwed) -> None:
    """Lead the browser to the second step."""
    _set(response, STEP, owed.token, int(LASTS.total_seconds()))


def owe_no_more(response: Response) -> None:
    """The second step is taken, or over."""
    response.delete_cookie(STEP, path="/", secure=True, httponly=True, samesite="lax")


def know(response: Response, cookie: str) -> None:
    """Let the browser be known. It stays when its session ends, and opens nothing."""
    _set(response, KNOWN, cookie, KEPT_DAYS * _DAY_SECONDS)


def _set(response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")
