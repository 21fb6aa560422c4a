"""The command and its groups."""

from pathlib import Path

import click

from cloud_api import __version__
from cloud_api.cli.audit import audit
from cloud_api.cli.frame import Frame
from cloud_api.cli.keys import keys
from cloud_api.cli.kiosks import kiosk
from cloud_api.cli.organisations import org
from cloud_api.cli.running import openapi, serve, worker
from cloud_api.cli.setting_up import doctor, init, migrate
from cloud_api.cli.users import user
from cloud_api.config import default_folder


@click.group(name="lodge-cloud")
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


for command in (init, migrate, doctor, serve, worker, openapi, org, user, kiosk, keys, audit):
    main.add_command(command)
