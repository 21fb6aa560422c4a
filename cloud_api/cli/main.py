"""The command and its groups. Each is loaded when it is asked for: most need no web framework."""

from importlib import import_module
from pathlib import Path

import click

from cloud_api import __version__
from cloud_api.cli.frame import Frame
from cloud_api.config import default_folder

MODULES = {
    "init": "setting_up",
    "migrate": "setting_up",
    "doctor": "setting_up",
    "serve": "running",
    "worker": "running",
    "openapi": "running",
    "org": "organisations",
    "user": "users",
    "api-key": "api_keys",
    "kiosk": "kiosks",
    "visit": "visits",
    "keys": "keys",
    "audit": "audit",
    "backup": "backups",
    "webhook": "webhooks",
    "database": "database",
    "erasures": "erasures",
    "system-log": "system_log",
}
"""Where in this package each command is."""


class _Commands(click.Group):
    """Loads a command's module when it is named; help loads all."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, as help lists them."""
        del ctx
        return sorted(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One command, or ``None`` when there is none of this name."""
        del ctx
        if cmd_name not in MODULES:
            return None
        found = getattr(import_module(f"cloud_api.cli.{MODULES[cmd_name]}"), cmd_name.replace("-", "_"))
        if not isinstance(found, click.Command):
            raise TypeError(f"{cmd_name} is no command")
        return found


@click.group(name="lodge-cloud", cls=_Commands)
@click.option(
    "--data",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The server's data folder (LODGE_CLOUD_DATA; /var/lib/lodge-cloud for root).",
)
@click.version_option(__version__, prog_name="lodge-cloud")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    """Run and look after a Lodge server."""
    context.obj = Frame(folder or default_folder())
