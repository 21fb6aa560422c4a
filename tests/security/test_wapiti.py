"""wapiti on the console, signed in as an owner, and on the pages of strangers (R20)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.security.conftest import Scan
from tests.security.planted import web
from tests.security.premises import Scanned
from workbench.scanners.environment import WAPITI, Scanner
from workbench.scanners.record import Finding

_MODULES = "sql,xss,permanentxss,file,exec,redirect,crlf,csp,http_headers,cookieflags"
_SECONDS = 30
_LEFT_OUT = (
    "/sign-out*",
    "/account/sessions*",
    "/account/password*",
    "/account/email*",
    "/static/*",
    "/board/changes*",
)
"""What ends the session (five wrong passwords do), and what is no page."""
_SEEDS = (
    "/board",
    "/visits/{stay_id}",
    "/team",
    "/team/rules",
    "/team/{user_id}/roles",
    "/team/keys",
    "/invitations/new",
    "/invitations/domains",
    "/audit?who=mill",
    "/audit/export",
    "/audit/consistency?first=1&second=2",
    "/kiosks",
    "/account/programs",
    "/forgot",
    "/sign-in?next=/board",
)
_PLANTED = (
    "SQL Injection: /search (q)",
    "Reflected Cross Site Scripting: /echo (q)",
    "Path Traversal: /file (name)",
    "Open Redirect: /away (to)",
    "Content Security Policy Configuration: / ()",
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_r20_wapiti_finds_nothing_in_the_console(
    scan: Callable[[Scanner], Scan], scanned: Scanned, tmp_path: Path
) -> None:
    """``./lodge test --slow wapiti``."""
    run = scan(WAPITI)
    with web.serve() as (origin, _):
        run.caught = {f"{found.rule}: {found.place}" for found in _findings(run, tmp_path, origin, ("/",), ())}
    run.planted = list(_PLANTED)
    run.asked = [
        f"modules {_MODULES.replace(',', ', ')}",
        "signed in as an owner, the forms and links of: " + ", ".join(f"`{path}`" for path in _SEEDS),
        "left out, for it ends the session or is no page: " + ", ".join(f"`{path}`" for path in _LEFT_OUT),
    ]
    console = (f"Cookie: {scanned.cookie}", f"Origin: {scanned.origin}", "Sec-Fetch-Site: same-origin")
    seeds = [path.format(**scanned.ids) for path in _SEEDS]
    run.findings = _findings(run, tmp_path, scanned.origin, seeds, console)
    assert scanned.answers_signed_in(), "the session was lost: the console was seen from outside alone"
    run.close()


def _findings(run: Scan, folder: Path, origin: str, seeds: Sequence[str], headers: Sequence[str]) -> list[Finding]:
    report = folder / "wapiti.json"
    report.unlink(missing_ok=True)
    options = ["-u", origin + seeds[0], "--scope", "domain", "-d", "1", "-m", _MODULES, "-f", "json", "-o", str(report)]
    for path in seeds[1:]:
        options += ["-s", origin + path]
    for path in _LEFT_OUT:
        options += ["-x", origin + path]
    for header in headers:
        options += ["-H", header]
    options += ["--verify-ssl", "0", "--tasks", "8", "--timeout", "10", "--level", "1", "--no-bugreport", "-v", "1"]
    options += ["--max-links-per-page", "12", "--max-files-per-dir", "2", "--max-scan-time", "60"]
    options += ["--max-attack-time", str(_SECONDS), "--store-session", str(folder / "wapiti"), "--flush-session"]
    said = run.environment.run("wapiti", *options, seconds=600)
    told = json.loads(report.read_text("utf-8"))
    assert told["infos"]["crawled_pages_nbr"] >= len(seeds), said
    cut = sorted(set(re.findall(r"Max attack time was reached for module (\w+)", said)))
    if headers and cut:
        run.asked.append(f"cut off after {_SECONDS} s each: {', '.join(cut)}")
    return [
        Finding(name, f"{item['path']} ({item['parameter']})")
        for part in ("vulnerabilities", "anomalies")
        for name, items in told[part].items()
        for item in items
    ]
