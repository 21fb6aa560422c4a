"""Turning facts into pages: templates, icons, and how moments and names are written."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2_fragments import render_block
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from cloud_api.counting import counted
from cloud_api.policy.permissions import Permission
from cloud_api.policy.roles import SUMMARIES
from cloud_api.services.sign_in import Staff

_STEERING = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_REFERENCE = Markup("&#{};")
STATIC_FOLDER = Path(str(files("cloud_api") / "static"))


class Pages:
    """Renders templates. Everything that is put into one is escaped; nothing opts out but icons of ours."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=PackageLoader("cloud_api", "templates"),
            autoescape=True,
            finalize=without_controls,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            clock=clock,
            moment=moment,
            day=day,
            initials=initials,
            thousands=thousands,
            title_of=first_word_capital,
            counted=counted,
            kept=kept,
            merged=merged,
        )
        self._environment.globals.update(icon=icon, asset=asset, permission=Permission, role_words=SUMMARIES)

    def page(
        self,
        request: Request,
        template: str,
        facts: Mapping[str, Any],
        *,
        staff: Staff | None = None,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> HTMLResponse:
        """A whole page, or the block ``fragment`` of its template where htmx asks for it."""
        contests = getattr(request.state, "contests", ())
        logo = getattr(request.state, "logo", "")
        context = {"staff": staff, "path": request.url.path, "contests": contests, "logo": logo, **facts}
        if is_fragment(request) and status == HTTPStatus.OK:
            text = render_block(self._environment, template, "fragment", context)
        else:
            text = self._environment.get_template(template).render(context)
        return HTMLResponse(text, status_code=status, headers={"Vary": "HX-Request", **(headers or {})})


def without_controls(value: object) -> object:
    """A text without signs that steer a screen: controls, and those that turn the order of what follows (C36, C37)."""
    if isinstance(value, Markup):
        return Markup(value.translate(_STEERING))  # noqa: S704 -- was safe before, and only lost signs
    return value.translate(_STEERING) if isinstance(value, str) else value


def merged(first: Mapping[str, str], then: Mapping[str, str]) -> dict[str, str]:
    """One after the other."""
    return {**first, **then}


def kept(text: str) -> Markup:
    """A text of the organisation's own within an input, which must come back as it was: signs that steer are written as
    references, and turn nothing but the input's own content.
    """
    signs = (_REFERENCE.format(ord(sign)) if ord(sign) in _STEERING else escape(sign) for sign in text)
    return escape("").join(signs)


def is_fragment(request: Request) -> bool:
    """Whether htmx asks, and so only for the part that changes."""
    return request.headers.get("hx-request") == "true"


def clock(at: datetime | None) -> str:
    """``9:12``."""
    return f"{at:%-H:%M}" if at else "time unknown"


def day(at: datetime) -> str:
    """``Saturday 21 November``."""
    return f"{at:%A %-d %B}"


def moment(at: datetime | None, now: datetime) -> str:
    """``9:12`` today, else ``yesterday, 9:12`` or ``20 Nov, 9:12``."""
    if at is None:
        return "time unknown"
    if at.date() == now.date():
        return clock(at)
    if at.date() == now.date() - timedelta(days=1):
        return f"yesterday, {clock(at)}"
    year = f" {at:%Y}" if at.year != now.year else ""
    return f"{at:%-d %b}{year}, {clock(at)}"


def initials(name: str | None) -> str:
    """Two letters of a name; one where letters join or stand for syllables."""
    parts = [part for part in (name or "").split() if part[0].isalnum()]
    if not parts:
        return "?"
    letters = parts[0][0] if len(parts) == 1 or not parts[-1][0].isascii() else parts[0][0] + parts[-1][0]
    return letters.upper()


def thousands(number: int) -> str:
    """``48,211``."""
    return f"{number:,}"


def first_word_capital(text: str) -> str:
    """A sentence's beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def icon(name: str) -> Markup:
    """One of the icons of ``static/icons.svg``; decoration, so the words beside it must say the same."""
    picture = Markup('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>')
    return picture.format(asset("icons.svg"), name)


@cache
def asset(path: str) -> str:
    """The address of a static file, which changes with its content."""
    digest = hashlib.sha256((STATIC_FOLDER / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={digest}"
