"""How moments and names are written, and where one may be sent after signing in."""

from datetime import UTC, datetime

import pytest
from starlette.requests import Request

from cloud_api.http.console.failures import wants_page
from cloud_api.http.console.forms import read_form
from cloud_api.http.console.gate import safe_next
from cloud_api.http.console.pages import Pages, clock, day, initials, moment
from cloud_api.http.console.sign_in_pages import SignInForm
from cloud_api.http.problems import ProblemError


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


NOW = datetime(2026, 11, 21, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Odalys Fernhollow", "OF"),
        ("Annelise-Marguerite Wrexleigh-Castellanos", "AW"),
        ("Pim", "P"),
        ("ليان وادي النسيم", "ل"),
        ("王小明", "王"),
        ("<script>alert</script>", "?"),
        ("^XA~JA", "?"),
        ("", "?"),
        (None, "?"),
    ],
)
def test_initials_are_letters_or_a_question_mark(name: str | None, letters: str) -> None:
    assert initials(name) == letters


def test_moments_are_written_as_people_say_them() -> None:
    assert clock(NOW) == "9:12"
    assert clock(None) == "time unknown"
    assert day(NOW) == "Saturday 21 November"
    assert moment(NOW.replace(hour=0, minute=5), NOW) == "0:05"
    assert moment(NOW.replace(day=20, hour=17), NOW) == "yesterday, 17:12"
    assert moment(NOW.replace(month=9, day=3), NOW) == "3 Sep, 9:12"
    assert moment(NOW.replace(year=2025), NOW) == "21 Nov 2025, 9:12"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/board?x=<",
        "/a\r\nb",
        "/%2f",
    ],
)
def test_nobody_is_sent_to_another_server_after_signing_in(wanted: str) -> None:
    assert safe_next(wanted) == "/board"


def test_a_page_of_ours_is_gone_on_to() -> None:
    assert safe_next("/visits/2f6a2b6e-2f0c-4f43-9d9e-1f2f6a2b6e2f") == "/visits/2f6a2b6e-2f0c-4f43-9d9e-1f2f6a2b6e2f"


def test_templates_escape_what_they_are_given() -> None:
    """C36."""
    request = Request({"type": "http", "path": "/x", "headers": [], "query_string": b""})
    facts = {"status": 404, "title": "<script>1</script>", "advice": '"><img src=x>', "number": ""}
    shown = bytes(Pages().page(request, "failure.html", facts).body).decode()
    assert "<script>1" not in shown
    assert "<img src=x>" not in shown
    assert "&lt;script&gt;1&lt;/script&gt;" in shown


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, text/html;q=0.5", True),
        ("text/html;q=0, application/json", False),
        ("TEXT/HTML", True),
        ("*/*", False),
        ("application/json", False),
        ("application/problem+json", False),
        ("", False),
    ],
)
def test_a_page_is_for_who_asks_for_one(accept: str, page: bool) -> None:
    headers = [(b"accept", accept.encode())]
    assert wants_page(Request({"type": "http", "path": "/x", "headers": headers})) is page
    assert not wants_page(Request({"type": "http", "path": "/x", "headers": [*headers, (b"hx-request", b"true")]}))


def form_request(body: bytes, media_type: str = "application/x-www-form-urlencoded") -> Request:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", media_type.encode())]
    return Request({"type": "http", "method": "POST", "path": "/sign-in", "headers": headers}, receive)


@pytest.mark.anyio
async def test_a_form_is_read_in_its_shape() -> None:
    said = await read_form(form_request(b"email=a%40example.org&password=%C3%A9t%C3%A9"), SignInForm)
    assert said == SignInForm("a@example.org", "été", "/board")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"email=a&password=b&role=owner", 422),
        (b"email=a", 422),
        (b"email=a&email=b&password=c", 422),
        (b"email=%ff&password=b", 422),
        (b"nonsense", 422),
        (b"&".join(b"a%d=1" % number for number in range(50)), 422),
        (b"email=" + b"a" * 20_000 + b"&password=b", 413),
    ],
)
@pytest.mark.anyio
async def test_a_form_of_another_shape_is_refused(body: bytes, status: int) -> None:
    """R23, C29: no field is taken that the page does not have."""
    with pytest.raises(ProblemError) as refused:
        await read_form(form_request(body), SignInForm)
    assert refused.value.status == status


@pytest.mark.anyio
async def test_what_is_no_form_is_refused() -> None:
    with pytest.raises(ProblemError) as refused:
        await read_form(form_request(b"{}", "application/json"), SignInForm)
    assert refused.value.status == 415
