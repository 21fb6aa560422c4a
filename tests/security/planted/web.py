"""A web server that is wrong on purpose: what sqlmap, wapiti and schemathesis must find. For loopback alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel

from tests.fakes.cloud_site import free_port

_TOKEN: dict[str, Any] = {"security": [{"token": []}]}
_INDEX = """<!doctype html><title>Planted</title>
<a href="/search?q=mill">Search</a> <a href="/echo?q=mill">Echo</a> <a href="/file?name=notes.txt">File</a>
<a href="/away?to=/">Away</a>"""


class Thing(BaseModel):
    """What the description promises."""

    id: int
    name: str


def build() -> FastAPI:
    """The application."""
    app = FastAPI(docs_url=None, redoc_url=None)
    _add_pages(app)
    _add_operations(app)
    described = app.openapi()
    described["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return app


def _add_pages(app: FastAPI) -> None:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript("create table person (id integer, name text); insert into person values (1, 'mill')")

    @app.get("/", include_in_schema=False)
    async def index() -> HTMLResponse:
        return HTMLResponse(_INDEX)

    @app.get("/search", include_in_schema=False)
    async def search(q: str = "") -> HTMLResponse:
        try:
            rows = database.execute(f"select id, name from person where name = '{q}'").fetchall()  # noqa: S608  planted
        except sqlite3.Error as error:
            return HTMLResponse(f"<p>sqlite3.OperationalError: {error}</p>", status_code=500)
        return HTMLResponse("".join(f"<p>{row[0]} {row[1]}</p>" for row in rows) or "<p>nobody</p>")

    @app.get("/echo", include_in_schema=False)
    async def echo(q: str = "") -> HTMLResponse:
        return HTMLResponse(f"<!doctype html><title>Echo</title><p>{q}</p>")

    @app.get("/file", include_in_schema=False)
    async def file(name: str = "") -> Response:
        path = Path("/nonexistent") / name
        return Response(path.read_bytes() if path.is_file() else b"", media_type="text/plain")

    @app.get("/away", include_in_schema=False)
    async def away(to: str = "/") -> RedirectResponse:
        return RedirectResponse(to)


def _add_operations(app: FastAPI) -> None:
    @app.get("/api/v1/breaks", response_model=Thing)
    async def breaks(number: int = 0) -> Thing | Response:
        return Response("planted", 500) if number < 0 else Thing(id=number, name="whole")

    @app.get("/api/v1/contradicts", responses={200: {"model": Thing}})
    async def contradicts() -> dict[str, str]:
        return {"id": "no number"}

    @app.get("/api/v1/undeclared", response_model=Thing)
    async def undeclared() -> Response:
        return Response(status_code=418)

    @app.get("/api/v1/open", response_model=Thing, openapi_extra=_TOKEN)
    async def unlocked() -> Thing:
        return Thing(id=1, name="anybody's")


@contextmanager
def serve() -> Iterator[tuple[str, dict[str, Any]]]:
    """Where it is, and its description, for as long as the block lasts."""
    app, port = build(), free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, name="planted")
    thread.start()
    while not server.started:
        assert thread.is_alive()
        threading.Event().wait(0.02)
    try:
        yield f"http://localhost:{port}", app.openapi()
    finally:
        server.should_exit = True
        thread.join(30)
