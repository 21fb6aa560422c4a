"""sqlmap on every place where a request's text comes near a statement: searches, cursors, ids, filters, forms (R23)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.security.conftest import Scan
from tests.security.planted import web
from tests.security.premises import Scanned
from workbench.scanners.environment import SQLMAP, Scanner
from workbench.scanners.record import Finding

_NOTHING = "all tested parameters do not appear to be injectable"
_INJECTABLE = re.compile(r"^Parameter: (.+)$", re.MULTILINE)
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Question:
    """A request that the server answers well; ``*`` follows each text that is attacked."""

    path: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def name(self) -> str:
        """As the record names it, without what is another one in each run."""
        told = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", self.path)
        told = re.sub(r"cursor=[\w-]+", "cursor=CURSOR", told)
        marked = [name for name, value in self.headers.items() if "*" in value and name != "Accept"]
        return " ".join(["POST" if self.body else "GET", told, *(f"({name})" for name in marked)])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_r23_sqlmap_finds_no_text_that_becomes_a_statement(
    scan: Callable[[Scanner], Scan], scanned: Scanned, tmp_path: Path
) -> None:
    """``./lodge test --slow sqlmap``."""
    run = scan(SQLMAP)
    with web.serve() as (origin, _):
        run.planted = ["GET /search?q=mill*"]
        run.caught = {
            "GET /search?q=mill*"
            for found in _findings(run, tmp_path, origin, Question("/search?q=mill*"), "sqlite")
            if found.rule == "injectable"
        }
    with scanned.client() as client:
        for question in _questions(scanned, client):
            _answers(client, question)
            run.asked.append(f"level 2, risk 2: `{question.name}`")
            run.findings += _findings(run, tmp_path, scanned.origin, question, "postgresql")
    assert scanned.answers_signed_in(), "the session was lost: the console was seen from outside alone"
    run.close()


def _questions(scanned: Scanned, client: httpx.Client) -> Iterator[Question]:
    ids, token = scanned.ids, {"Authorization": f"Bearer {scanned.keys['owner']}"}
    first = client.get("/api/v1/visits?limit=1", headers=token).json()["next"]
    json = {**token, "Content-Type": "application/json"}
    yield Question(f"/api/v1/visits?q=mill*&site={ids['site_id']}*&since=2026-01-01T00:00:00Z*", headers=token)
    yield Question(f"/api/v1/visits?limit=1*&cursor={first}*", headers=token)
    yield Question(f"/api/v1/visits/{ids['stay_id']}*", headers=token)
    yield Question(f"/api/v1/presence?site={ids['site_id']}*", headers=token)
    host = '{"key": "sam*", "name": "Sam Sample*", "email": "sam@example.org*", "department": "Weaving*"}'
    yield Question("/api/v1/hosts", 201, json, host)
    yield Question("/api/v1/me", headers={"Authorization": token["Authorization"] + "*"})
    console = {
        "Cookie": scanned.cookie,
        "Accept": "text/html",
        "Origin": scanned.origin,
        "Sec-Fetch-Site": "same-origin",
    }
    form = {**console, "Content-Type": _FORM}
    stranger = {name: value for name, value in form.items() if name != "Cookie"}
    yield Question("/board", 200, form, "q=mill*&show=on-site")
    yield Question("/audit?who=mill*", headers=console)
    yield Question("/audit/entries/1*", headers=console)
    yield Question("/board", headers={**console, "Cookie": scanned.cookie + "*"})
    yield Question("/invitations/domains", 303, form, "domains=example.org*")
    yield Question("/forgot", 200, stranger, "email=robin@example.org*")


def _answers(client: httpx.Client, question: Question) -> None:
    """A question that is refused from the outset would never reach the database."""
    headers = {name: value.replace("*", "") for name, value in question.headers.items()}
    method = "POST" if question.body else "GET"
    path, body = question.path.replace("*", ""), question.body.replace("*", "")
    answer = client.request(method, path, headers=headers, content=body)
    assert answer.status_code == question.status, (question.name, answer.status_code, answer.text)


def _findings(run: Scan, folder: Path, origin: str, question: Question, dbms: str) -> list[Finding]:
    given = [f"{name}: {value}" for name, value in question.headers.items()]
    options = [
        "-u",
        origin + question.path,
        "--batch",
        "--level",
        "2",
        "--risk",
        "2",
        "--dbms",
        dbms,
        "--flush-session",
    ]
    options += ["--disable-coloring", "--time-sec", "1", "--threads", "2", "--timeout", "20", "--retries", "1"]
    options += ["--ignore-code", "*", "--ignore-redirects", "--output-dir", str(folder / "sqlmap")]
    options += ["-H", "\n".join(given)] if len(given) == 1 else ["--headers", "\n".join(given)] if given else []
    options += ["--data", question.body] if question.body else []
    said = run.environment.run("sqlmap", *options, seconds=180)
    found = [Finding("injectable", f"{question.name}: {parameter}") for parameter in _INJECTABLE.findall(said)]
    if not found and _NOTHING not in said:
        found.append(Finding("not scanned", f"{question.name}: {said.strip()[-600:]}"))
    if "500 (Internal Server Error)" in said:
        found.append(Finding("status 500", question.name))
    return found
