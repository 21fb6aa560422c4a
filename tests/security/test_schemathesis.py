"""schemathesis on every operation of the API, as each role: the description is what the server does (F21, R23)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cloud_api.http.api.description import describe
from cloud_api.serving import describe_http
from tests.security.conftest import Scan
from tests.security.planted import web
from tests.security.premises import Scanned
from workbench.scanners.environment import SCHEMATHESIS, Scanner
from workbench.scanners.record import Finding

_SEED = "1"
_MANY, _FEW = 20, 5
_MEANING = [*("2xx", "3xx", 401, 403, 404, 409, 412, 422, 428, 429)]
"""What may be said to a request of the right form: it names what is not there, was changed, or goes on a list that is
another one.
"""
_PLANTED = (
    "Server error: GET /api/v1/breaks",
    "Response violates schema: GET /api/v1/contradicts",
    "Undocumented status code: GET /api/v1/undeclared",
    "API accepts requests without authentication: GET /api/v1/open",
)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_f21_schemathesis_finds_the_api_as_it_is_described(
    scan: Callable[[Scanner], Scan], scanned: Scanned, tmp_path: Path
) -> None:
    """``./lodge test --slow schemathesis``."""
    run = scan(SCHEMATHESIS)
    with web.serve() as (origin, described):
        run.caught = {
            f"{finding.rule}: {finding.place}"
            for finding in _findings(run, tmp_path, described, {"base-url": origin}, "planted", 25)
        }
    run.planted = list(_PLANTED)
    described = describe(describe_http())
    described["paths"] = {path: item for path, item in described["paths"].items() if path.startswith("/api/")}
    count = sum(len(item) for item in described["paths"].values())
    server = {"base-url": scanned.origin, "tls-verify": str(scanned.certificate)}
    _name_apart(described)
    for role, key in scanned.keys.items():
        settings = {**server, "headers": {"Authorization": f"Bearer {key}"}, "parameters": _real(scanned.ids)}
        first = role == "owner"
        run.asked.append(
            f"{count} operations as {role}, with ids that are there and {'right and wrong' if first else 'right'} data"
        )
        mode = () if first else ("--mode", "positive")
        run.findings += _findings(run, tmp_path, described, settings, role, _MANY if first else _FEW, *mode)
    settings = {**server, "headers": {"Authorization": f"Bearer {scanned.keys['owner']}"}}
    run.asked.append(f"the same {count} operations as owner, with ids of any form, right and wrong data")
    run.findings += _findings(run, tmp_path, described, settings, "owner", _FEW)
    run.findings = sorted(set(run.findings))
    run.close()


def _name_apart(described: dict[str, Any]) -> None:
    """Entries of the audit log and invitations have ids of one name in paths."""
    text = json.dumps(described["paths"]["/api/v1/invitations/{entry_id}"])
    del described["paths"]["/api/v1/invitations/{entry_id}"]
    described["paths"]["/api/v1/invitations/{invitation_id}"] = json.loads(
        text.replace('"entry_id"', '"invitation_id"')
    )


def _real(ids: Mapping[str, str]) -> dict[str, str]:
    return {f"path.{name}": value for name, value in ids.items()}


def _findings(
    run: Scan,
    folder: Path,
    described: Mapping[str, Any],
    settings: Mapping[str, Any],
    who: str,
    examples: int,
    *more: str,
) -> list[Finding]:
    place = folder / who
    place.mkdir(exist_ok=True)
    (place / "openapi.json").write_text(json.dumps(described), "utf-8")
    (place / "schemathesis.toml").write_text(_settings(settings), "utf-8")
    report = place / "report.json"
    said = run.environment.run(
        *("schemathesis", "--config-file", str(place / "schemathesis.toml"), "run", str(place / "openapi.json")),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", str(examples), "--seed", _SEED, "--no-shrink"),
        *("--workers", "2", "--suppress-health-check", "all", "--generation-database", "none"),
        *more,
        *("--report", "json", "--report-json-path", str(report)),
        seconds=240,
        cwd=place,
    )
    told = json.loads(report.read_text("utf-8"))
    assert told["complete"], said
    assert told["operations"]["tested"] == told["operations"]["total"], said
    (place / "said.txt").write_text(said, "utf-8")
    found = [Finding(item["title"], operation) for item in told["failures"] for operation in item["operations"]]
    return [*found, *(Finding("not tested", json.dumps(item)) for item in told["errors"])]


def _settings(settings: Mapping[str, Any]) -> str:
    """TOML, by hand: the standard library only reads it."""
    plain = [f"{name} = {json.dumps(value)}" for name, value in settings.items() if isinstance(value, str)]
    tables = [
        f"[{name}]\n" + "\n".join(f"{json.dumps(key)} = {json.dumps(item)}" for key, item in value.items())
        for name, value in settings.items()
        if isinstance(value, dict)
    ]
    checks = f"[checks.positive_data_acceptance]\nexpected-statuses = {json.dumps(_MEANING)}\n"
    # A body that breaks a bound by being too large is refused as such.
    refusals = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]
    checks += f"[checks.negative_data_rejection]\nexpected-statuses = {json.dumps(refusals)}\n"
    checks += f"[checks.missing_required_header]\nexpected-statuses = {json.dumps([401, 403, 404, 422, 428])}\n"
    return "\n".join([*plain, *tables, checks])
