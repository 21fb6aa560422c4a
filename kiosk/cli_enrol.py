"""``lodge-kiosk enrol``: makes the kiosk one of an organisation's."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from kiosk.command_line import DATA, failing_clearly
from kiosk.composition.station import open_station, open_store
from kiosk.configuration import KioskConfiguration
from kiosk.data_folder import hold_data_folder, require_database
from kiosk.errors import KioskError
from sync.device.clock import SystemClock
from sync.protocol.keys import public_key, thumbprint


@click.command()
@click.argument("code")
@click.option("--server", required=True, metavar="URL", help="The cloud's address, https://...")
@click.option("--again", is_flag=True, help="Where the organisation's root key was lost: keep all records and go on.")
@DATA
def enrol(code: str, server: str, data_folder: Path, *, again: bool) -> None:
    """Enrol this kiosk with the CODE that an administrator made for it (valid for 15 minutes)."""
    from sync.device.enroller import enrol as enrol_kiosk  # noqa: PLC0415 -- status and roster need no network
    from sync.device.https_transport import HttpsTransport  # noqa: PLC0415 -- as above

    with failing_clearly(), _holding(data_folder, again=again):
        if not server.startswith("https://"):
            raise KioskError("The server's address must begin with https://")
        with open_store(KioskConfiguration(data_folder=data_folder)) as (_, settings):
            enrolment = enrol_kiosk(
                code,
                server=server,
                transport=HttpsTransport(trust_any=True),
                settings=settings,
                entropy=secrets.token_bytes,
                now_ms=SystemClock().wall_ms(),
                again=again,
            )
        pages = _fetch_pages(data_folder)
    click.echo(f"Enrolled as kiosk {enrolment.kiosk}.")
    click.echo(f"The organisation's root key is {thumbprint(public_key(enrolment.root))}.")
    if not pages:
        click.echo("Its settings, hosts and documents have not come yet; the kiosk fetches them when it runs.")


@contextmanager
def _holding(data_folder: Path, *, again: bool) -> Iterator[None]:
    """A kiosk that runs would go on in the epoch that it leaves."""
    if not again:
        yield
        return
    require_database(data_folder)
    with hold_data_folder(data_folder):
        yield


def _fetch_pages(data_folder: Path) -> int:
    """Fetch what the organisation published, so that the kiosk can work offline from its first minute."""
    from kiosk.composition.desks import build_feed_reader  # noqa: PLC0415 -- only here does this command need them

    with open_station(KioskConfiguration(data_folder=data_folder)) as station:
        reader = build_feed_reader(station)
        reader.step()
        while reader.more:
            reader.step()
        return len(station.feed.held())
