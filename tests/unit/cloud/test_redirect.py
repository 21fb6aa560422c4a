"""The plain port answers people by a redirect to the origin, programs by a refusal, nobody otherwise: R16."""

import asyncio

import pytest

from cloud_api.http.redirect import Redirecting, redirect_for

ORIGIN = "https://lodge.example.org"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (b"GET /sign-in?next=/board HTTP/1.1", "/sign-in?next=/board"),
        (b"GET //elsewhere.example.org/ HTTP/1.1", "/"),
        (b"GET /\\elsewhere.example.org HTTP/1.1", "/"),
        (b"GET http://elsewhere.example.org/ HTTP/1.1", "/"),
        (b"CONNECT elsewhere.example.org:443 HTTP/1.1", "/"),
        (b"GET /\xc3\xa9 HTTP/1.1", "/"),
        (b"GET /a\rb HTTP/1.1", "/"),
        (b"\x16\x03\x01\x02\x00", "/"),
    ],
)
def test_r16_whatever_is_asked_leads_to_the_origin(line: bytes, path: str) -> None:
    answer = redirect_for(line + b"\r\nHost: elsewhere.example.org\r\n\r\n", ORIGIN).decode("ascii")
    assert answer.startswith("HTTP/1.1 308 ")
    assert f"\r\nLocation: {ORIGIN}{path}\r\n" in answer
    assert "elsewhere" not in answer


@pytest.mark.parametrize(
    "line",
    [
        b"POST /device/v1/events HTTP/1.1",
        b"GET /device/v1/feed HTTP/1.1",
        b"GET /api/v1/visits HTTP/1.1",
        b"POST /sign-in HTTP/1.1",
        b"TRACE / HTTP/1.1",
    ],
)
def test_r16_programs_and_whoever_sends_something_are_refused_in_the_clear(line: bytes) -> None:
    answer = redirect_for(line + b"\r\nHost: elsewhere.example.org\r\n\r\n", ORIGIN).decode("ascii")
    assert answer.startswith("HTTP/1.1 403 ")
    assert "Location" not in answer
    head, _, words = answer.partition("\r\n\r\n")
    assert f"Content-Length: {len(words)}" in head
    assert ORIGIN in words


@pytest.mark.anyio
async def test_r16_a_plain_connection_is_redirected_and_closed_and_a_head_without_end_is_left() -> None:
    async with Redirecting(ORIGIN).running("127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for sent, answered in (
            (b"GET /board HTTP/1.1\r\n\r\n", True),
            (b"GET /board HTTP/1.1\r\nx: " + b"y" * 9000, False),
        ):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            got = await asyncio.wait_for(_rest(reader), 5)
            assert (b"Location: https://lodge.example.org/board" in got) is answered
            writer.close()


async def _rest(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""
