"""Root keys that the key service keeps sealed (R18, C46, ADR 77), by the commands of a server's operator.

``./lodge test --slow kms`` does the same on a server that speaks AWS KMS, and moves a server there from its key file.
"""

import json
import logging
import os
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner, Result
from psycopg import sql

from cloud_api.cli.main import main
from cloud_api.keys.aws_boto import BotoCalls
from cloud_api.keys.settings import AwsKmsSettings
from cloud_api.postgres.cluster import Server
from sync.protocol.keys import from_base64url
from tests.fakes.cloud_postgres import TEMPLATE, create_database, superuser_url
from workbench.kms.environment import KmsServerError, prepare
from workbench.tasks.tree import CHECKOUT

pytestmark = pytest.mark.above_the_store
Run = Callable[..., Result]
_numbers = count()
WHY = ("--reason", "a year is over")


@pytest.fixture
def url(server: Server) -> str:
    """A database of its own: each test brings its own key service."""
    name = f"lodge_custody_{next(_numbers)}"
    create_database(server, name, template=TEMPLATE)
    return superuser_url(server, name)


@pytest.fixture
def run(url: str, tmp_path: Path) -> Iterator[Run]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        yield lambda *words, **more: CliRunner().invoke(main, ["--data", str(tmp_path), *words], **more)


def told(result: Result) -> dict[str, object]:
    assert result.exit_code == 0, result.output
    read: dict[str, object] = json.loads(result.output)
    return read


def live_through_a_root(run: Run, folder: Path, service: str) -> None:
    """From its making to a file, and back into custody."""
    assert told(run("keys", "status", "--json"))["root_sealed_by"] == service
    unasked = run("keys", "rotate", "feed", "--root-key", "kms")
    assert (unasked.exit_code, "say why" in unasked.output) == (1, True)
    assert told(run("keys", "rotate", "feed", "--root-key", "kms", *WHY, "--json"))["page"] == 2
    first = told(run("keys", "status", "--json"))["root"]
    moved = told(run("keys", "move-root", "--root-key", "kms", "--new-root-key", "kms", *WHY, "--json"))
    assert (moved["page"], moved["root"] != first) == (3, True)
    file = folder / "root.key"
    assert told(run("keys", "unseal-root", "-o", str(file), *WHY, "--json"))["root_sealed_by"] is None
    assert (file.stat().st_mode & 0o777, run("keys", "page", "--root-key", "kms", *WHY).exit_code) == (0o600, 1)
    assert told(run("keys", "page", "--root-key", str(file), "--json"))["page"] == 4
    assert told(run("keys", "seal-root", "--root-key", str(file), *WHY, "--json"))["root_sealed_by"] == service
    log = told_list(run("org", "log", "--json"))
    assert [(act["kind"], act["reason"]) for act in log] == [
        ("root.sealed", WHY[1]),
        ("keys.published", ""),
        ("root.opened", WHY[1]),
        ("root.moved", WHY[1]),
        ("root.opened", WHY[1]),
        ("key.rotated", WHY[1]),
        ("root.opened", WHY[1]),
        ("organisation.created", ""),
    ]


def told_list(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    read: list[dict[str, object]] = json.loads(result.output)
    return read


def test_r18_a_sealed_root_is_used_by_commands_that_say_why_and_by_no_server(
    run: Run, url: str, tmp_path: Path
) -> None:
    """R18: with the key file; a key that wraps a root is not dropped, and the application cannot read one."""
    assert run("init").exit_code == 0
    made = told(run("org", "create", "Thistledown Works", "--root-key", "kms", "--json"))
    key_file = tmp_path / "kms.json"
    live_through_a_root(run, tmp_path, f"local:{json.loads(key_file.read_bytes())['current']}")
    with psycopg.connect(url, autocommit=True) as connection:
        for role in ("lodge_app", "lodge_worker", "lodge_analytics"):
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(role)))
            for question in ("select wrapped from ops.sealed_root", "delete from ops.sealed_root"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(question.encode())
            connection.execute("reset role")
    assert told(run("keys", "rotate-master", "--json"))["roots"] == 1
    os.utime(key_file, (1, 1))
    assert told(run("keys", "rotate-master", "--drop-old", "--json"))["kept"] == 0
    assert told(run("keys", "rotate", "log", "--root-key", "kms", *WHY, "--json"))["page"] == 5
    exported = tmp_path / "all.zip"
    closed = run("org", "close", "--yes", "Thistledown Works", *WHY, "-o", str(exported), "--json")
    assert told(closed)["organisation"] == str(UUID(str(made["id"])))
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from ops.sealed_root").fetchone() == (0,)


def test_r18_no_page_route_or_round_reaches_a_sealed_root() -> None:
    """R18: commands do, and the composition that joins it for them."""
    sources = (CHECKOUT / "cloud_api").rglob("*.py")
    found = {str(path.relative_to(CHECKOUT / "cloud_api")) for path in sources if "root_custody" in path.read_text()}
    reaching = {place for place in found if not place.startswith("cli/")}
    assert reaching == {"operating.py"}
    assert "cli/running.py" not in found


def test_r18_a_root_that_comes_into_use_by_no_page_is_not_the_one_that_signs(run: Run, tmp_path: Path) -> None:
    """R18: a new root is sealed before the page that names it; where that fails, the old one is still there."""
    assert run("init").exit_code == 0
    told(run("org", "create", "Thistledown Works", "--root-key", "kms", "--json"))
    assert run("org", "create", "Larkspur Looms", "--root-key", str(tmp_path / "other.key")).exit_code == 0
    org = ("--org", "Thistledown Works")
    failed = run("keys", "move-root", "--root-key", str(tmp_path / "other.key"), "--new-root-key", "kms", *org)
    assert (failed.exit_code, "not the organisation's root key" in failed.output) == (1, True)
    assert told(run("keys", "page", "--root-key", "kms", *WHY, *org, "--json"))["page"] == 2
    assert run("keys", "seal-root", "--root-key", str(tmp_path / "other.key"), *WHY, *org).exit_code == 1


@pytest.fixture
def kms() -> Iterator[AwsKmsSettings]:
    """A key on a server that speaks AWS KMS, for boto3 of its environment."""
    try:
        server = prepare(CHECKOUT / ".lodge" / "kms")
    except KmsServerError as error:
        pytest.skip(str(error))
    with pytest.MonkeyPatch.context() as patch, server.running() as endpoint:
        patch.setattr(sys, "path", [*sys.path, str(server.packages)])
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        import boto3  # noqa: PLC0415  of the environment that was just made

        client = boto3.client("kms", region_name="eu-central-1", endpoint_url=endpoint)
        yield AwsKmsSettings(client.create_key()["KeyMetadata"]["Arn"], "eu-central-1", endpoint=endpoint)


@pytest.mark.slow
def test_r18_a_server_begins_with_aws_kms(
    run: Run, tmp_path: Path, kms: AwsKmsSettings, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R18: no key file is made, doctor tells of the key, and no key stands in the most talkative log."""
    caplog.set_level(logging.DEBUG)
    plain: list[bytes] = []
    encrypt = BotoCalls.encrypt

    def heard(calls: BotoCalls, key: str, text: bytes, context: Mapping[str, str]) -> bytes:
        plain.append(text)
        return encrypt(calls, key, text, context)

    monkeypatch.setattr(BotoCalls, "encrypt", heard)
    named = ("--kms-key", kms.key, "--kms-region", kms.region, "--kms-endpoint", kms.endpoint)
    assert run("init", *named).exit_code == 0, run("init", *named).output
    assert not (tmp_path / "kms.json").exists()
    told(run("org", "create", "Thistledown Works", "--root-key", "kms", "--json"))
    live_through_a_root(run, tmp_path, f"aws:{kms.key}")
    found = json.loads(run("doctor", "--json").output)["findings"]
    assert any(kms.key in item["what"] and "enabled" in item["what"] for item in found)
    root = from_base64url((tmp_path / "root.key").read_text().strip(), what="the root")
    assert len(plain) >= 4
    for key in (*plain, root):
        assert all(text not in caplog.text for text in (b64encode(key).decode(), key.hex(), repr(key)[2:-1]))


@pytest.mark.slow
def test_r18_a_server_moves_from_its_key_file_to_aws_kms(run: Run, tmp_path: Path, kms: AwsKmsSettings) -> None:
    """R18: nothing is rewritten but wrapped keys; the file goes when nothing depends on it, and the root stays."""
    assert run("init").exit_code == 0
    told(run("org", "create", "Thistledown Works", "--root-key", "kms", "--json"))
    settings = tmp_path / "lodge-cloud.toml"
    added = f'\n[kms]\nprovider = "local"\nkey = "{kms.key}"\nregion = "{kms.region}"\nendpoint = "{kms.endpoint}"\n'
    settings.write_text(settings.read_text() + added)
    moved = told(run("keys", "rotate-master", "--to", "aws", "--json"))
    assert (moved["keks"], moved["roots"], moved["kept"]) == (1, 1, 1)
    early = run("keys", "rotate-master", "--to", "aws", "--drop-old")
    assert (early.exit_code, "provider" in early.output) == (1, True)
    settings.write_text(settings.read_text().replace('"local"', '"aws"'))
    os.utime(settings, (1, 1))
    assert told(run("keys", "rotate-master", "--drop-old", "--json"))["kept"] == 0
    assert not (tmp_path / "kms.json").exists()
    status = told(run("keys", "status", "--json"))
    assert status["root_sealed_by"] == f"aws:{kms.key}"
    assert told(run("keys", "rotate", "log", "--root-key", "kms", *WHY, "--json"))["page"] == 2
