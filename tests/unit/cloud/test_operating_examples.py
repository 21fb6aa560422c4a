"""The examples for operators name commands, options and settings that exist."""

import configparser
import shlex
from pathlib import Path

import click
import pytest
import yaml

from cloud_api.cli import main
from cloud_api.config import load_settings
from cloud_api.errors import ConfigurationError
from cloud_api.http.cors import API_PREFIX
from cloud_api.http.security import KIOSK_PREFIXES

_FOLDER = Path(__file__).resolve().parents[3] / "docs" / "operate" / "examples"


def _require_command(words: list[str]) -> None:
    """Click reads the words as it would on the command line, without running anything."""
    group = main
    assert isinstance(group, click.Group)
    with click.Context(group, info_name="lodge-cloud") as context:
        name, command, rest = group.resolve_command(context, words)
        assert command is not None, words
        command.make_context(name, rest, parent=context).close()


@pytest.mark.parametrize("path", sorted(_FOLDER.glob("*.service")), ids=lambda path: path.name)
def test_units_start_what_there_is(path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's names are case-sensitive
    unit.read_string(path.read_text("utf-8"))
    program, option, folder, *words = shlex.split(unit["Service"]["ExecStart"].replace("%i", "8443"))
    assert (Path(program).name, option, folder) == ("lodge-cloud", "--data", "/srv/lodge")
    _require_command(words)
    assert unit["Service"]["NoNewPrivileges"] == "yes"


def test_compose_starts_what_there_is() -> None:
    composed = yaml.safe_load((_FOLDER / "compose.yaml").read_text("utf-8"))
    services = composed["services"]
    ours = {name: service for name, service in services.items() if service["image"] == "lodge-cloud"}
    assert set(ours) == {"migrate", "server-1", "server-2", "worker"}
    for service in ours.values():
        _require_command([str(word) for word in service["command"]])
        assert service["read_only"]
        assert set(service["depends_on"]) <= set(services)
    volumes = {volume.partition(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert {name for name in volumes if not name.startswith("./")} == set(composed["volumes"])
    balanced = (_FOLDER / "haproxy.cfg").read_text("utf-8")
    assert all(f"{name}:8443" in balanced for name in ("server-1", "server-2"))
    plain = balanced.split("frontend plain\n")[1].split("\n\n")[0]
    denied = next(line for line in plain.splitlines() if " deny " in line)
    assert plain.index(denied) < plain.index(" redirect ")  # ASVS 4.1.2
    assert all(f" {prefix} " in denied for prefix in (*KIOSK_PREFIXES, API_PREFIX))


@pytest.mark.parametrize(
    ("lines", "trusted"),
    [
        ("", ("127.0.0.1", "::1")),
        ('trusted_proxies = ["172.16.0.0/12"]\ndrain_seconds = 5\n', ("172.16.0.0/12",)),
        ("trusted_proxies = []\n", ()),
    ],
)
def test_settings_of_the_examples_are_read(tmp_path: Path, lines: str, trusted: tuple[str, ...]) -> None:
    (tmp_path / "lodge-cloud.toml").write_text(f'{lines}origin = "https://lodge.example.org"\n', "utf-8")
    assert load_settings(tmp_path).trusted_proxies == trusted


@pytest.mark.parametrize("word", ["0.0.0.0/0", "::/0", "proxy.example.org", "10.0.0.1/8"])
def test_nobody_is_trusted_by_mistake(tmp_path: Path, word: str) -> None:
    text = f'trusted_proxies = ["{word}"]\norigin = "https://lodge.example.org"\n'
    (tmp_path / "lodge-cloud.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError, match="trusted_proxies"):
        load_settings(tmp_path)
