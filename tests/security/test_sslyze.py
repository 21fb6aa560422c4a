"""A scanner of TLS against the real server (R16)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.security.conftest import Scan
from tests.security.planted import weak_tls
from tests.security.premises import Scanned
from workbench.scanners.environment import SSLYZE, Scanner
from workbench.scanners.record import Finding

_OLD = ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1", "tls_1_2")
_ATTACKS = {
    "heartbleed": "is_vulnerable_to_heartbleed",
    "openssl_ccs_injection": "is_vulnerable_to_ccs_injection",
    "session_renegotiation": "is_vulnerable_to_client_renegotiation_dos",
    "tls_compression": "supports_compression",
    "tls_1_3_early_data": "supports_early_data",
}
_PLANTED = (
    "version tls_1_0",
    "version tls_1_1",
    "version tls_1_2",
    "certificate_path_validation",
    "ciphers",
    "tls_versions",
)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_r16_sslyze_finds_tls_1_3_alone(scan: Callable[[Scanner], Scan], scanned: Scanned, tmp_path: Path) -> None:
    """``./lodge test --slow sslyze``; both are held against the strictest of Mozilla's configurations."""
    run = scan(SSLYZE)
    with weak_tls.serve(tmp_path) as port:
        run.caught = {finding.rule for finding in _findings(run, tmp_path, f"localhost:{port}")}
    run.planted = list(_PLANTED)
    run.asked = [
        "every version from SSL 2 on with every cipher suite, and curves",
        "compression, renegotiation, early data, Heartbleed, CCS, ROBOT",
        "the certificate, as a client that trusts it sees it",
        "Mozilla's configuration *modern*",
    ]
    run.findings = _findings(run, tmp_path, scanned.origin.removeprefix("https://"), scanned.certificate)
    run.close()


def _findings(run: Scan, folder: Path, where: str, certificate: Path | None = None) -> list[Finding]:
    report = folder / "sslyze.json"
    report.unlink(missing_ok=True)
    trusted = () if certificate is None else ("--certinfo_ca_file", str(certificate))
    said = run.environment.run(
        "sslyze", "--mozilla_config", "modern", "--early_data", *trusted, "--json_out", str(report), where, seconds=120
    )
    scanned = json.loads(report.read_text("utf-8"))["server_scan_results"]
    assert [item["scan_status"] for item in scanned] == ["COMPLETED"], said
    results = scanned[0]["scan_result"]
    found = [
        Finding(f"version {name}", where_of(name))
        for name in _OLD
        if results[f"{name}_cipher_suites"]["result"]["accepted_cipher_suites"]
    ]
    assert results["tls_1_3_cipher_suites"]["result"]["is_tls_version_supported"] is True
    for name, value in _ATTACKS.items():
        answer = results[name]["result"]
        if answer is None or answer[value]:
            found.append(Finding(name, "not answered" if answer is None else value))
    if certificate is not None:
        (deployment, *_) = results["certificate_info"]["result"]["certificate_deployments"]
        found += [
            Finding("refused although trusted", str(tried["validation_error"]))
            for tried in deployment["path_validation_results"]
            if tried["trust_store"]["path"] == str(certificate) and not tried["was_validation_successful"]
        ]
    if results["robot"]["result"]["robot_result"] not in (
        "NOT_VULNERABLE_NO_ORACLE",
        "NOT_VULNERABLE_RSA_NOT_SUPPORTED",
    ):
        found.append(Finding("robot", "robot_result"))
    return [*found, *(Finding(rule, told) for rule, told in re.findall(r"^ +\* ([a-z_]+): (.+)$", said, re.MULTILINE))]


def where_of(name: str) -> str:
    """The version as people write it."""
    return name.replace("_", " ", 1).replace("_", ".").upper()
