"""``kiosk``: kiosks and the codes that enrol them."""

import io
from pathlib import Path
from uuid import UUID

import click
import qrcode

from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    operator,
    org_option,
    suspended_note,
    tell,
    with_cloud,
)
from cloud_api.cli.kiosk_choice import choose_kiosk, kiosk_argument
from cloud_api.cli.kiosk_commands import KIOSK_COMMANDS
from cloud_api.cli.kiosk_logs import COMMANDS
from cloud_api.cli.organisation_ends import because, reason_option
from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError
from cloud_api.services.enrolment import IssuedCode
from cloud_api.services.fleet import KioskFacts


@click.group()
def kiosk() -> None:
    """Kiosks: create, enrol, list, command, revoke; their logs, and what could not be read."""


@kiosk.command()
@click.argument("name")
@click.option("--site", metavar="KEY", help="The site, where there are several.")
@click.option("--same-name", is_flag=True, help="Create it although another kiosk has this name.")
@click.option("--qr", type=click.Path(path_type=Path, dir_okay=False), help="Write the code as a QR picture (PNG).")
@org_option
@json_option
@click.pass_obj
@clear_failures
def create(
    frame: Frame, name: str, *, site: str | None, same_name: bool, qr: Path | None, org: str | None, as_json: bool
) -> None:
    """Create a kiosk and show the code that enrols it."""
    _require_folder(qr)

    async def run(cloud: Cloud) -> tuple[IssuedCode, str]:
        tenant = await choose_organisation(cloud, org)
        if not same_name:
            _require_new(name, await cloud.fleet.list(tenant))
        issued = await cloud.fleet.create(tenant, name, site, operator())
        return issued, await suspended_note(cloud, tenant)

    issued, note = with_cloud(frame, run)
    _show(frame, issued, qr, note, as_json=as_json)


@kiosk.command()
@kiosk_argument
@click.option("--qr", type=click.Path(path_type=Path, dir_okay=False), help="Write the code as a QR picture (PNG).")
@org_option
@json_option
@click.pass_obj
@clear_failures
def code(frame: Frame, kiosk: str, *, qr: Path | None, org: str | None, as_json: bool) -> None:
    """Show a new code for a kiosk that exists; earlier ones end."""
    _require_folder(qr)

    async def run(cloud: Cloud) -> tuple[IssuedCode, str]:
        tenant = await choose_organisation(cloud, org)
        issued = await cloud.fleet.renew_code(tenant, await choose_kiosk(cloud, tenant, kiosk), operator())
        return issued, await suspended_note(cloud, tenant)

    issued, note = with_cloud(frame, run)
    _show(frame, issued, qr, note, as_json=as_json)


@kiosk.command(name="list")
@org_option
@json_option
@click.pass_obj
@clear_failures
def list_all(frame: Frame, *, org: str | None, as_json: bool) -> None:
    """List kiosks."""

    async def run(cloud: Cloud) -> list[KioskFacts]:
        return await cloud.fleet.list(await choose_organisation(cloud, org))

    found = with_cloud(frame, run)
    facts = [
        {
            "id": str(item.kiosk.id),
            "name": item.kiosk.name,
            "site": item.site_name,
            "state": item.state,
            "last_seen": item.kiosk.last_seen_at.isoformat() if item.kiosk.last_seen_at else None,
        }
        for item in found
    ]
    lines = [f"{item['id']}  {item['state']:8}  {item['site']}  {item['name']}" for item in facts]
    tell(list(facts), "\n".join(lines) or "There is no kiosk yet.", as_json=as_json)


@kiosk.command()
@kiosk_argument
@reason_option
@org_option
@json_option
@click.pass_obj
@clear_failures
def revoke(frame: Frame, kiosk: str, *, reason: str, org: str | None, as_json: bool) -> None:
    """Believe a kiosk no more."""
    actor = because(reason)

    async def run(cloud: Cloud) -> tuple[UUID, bool]:
        tenant = await choose_organisation(cloud, org)
        chosen = await choose_kiosk(cloud, tenant, kiosk)
        return chosen, await cloud.fleet.revoke(tenant, chosen, actor)

    kiosk_id, done = with_cloud(frame, run)
    if not done:
        raise ConfigurationError("there is no such kiosk, or it was revoked before")
    tell({"id": str(kiosk_id), "state": "revoked"}, f"{kiosk_id} is revoked.", as_json=as_json)


for _command in (*COMMANDS, *KIOSK_COMMANDS):
    kiosk.add_command(_command)


def _require_new(name: str, known: list[KioskFacts]) -> None:
    """Two kiosks of a name cannot be told apart in the organisation's file, nor by people."""
    for item in known:
        if item.kiosk.name == name and item.kiosk.revoked_at is None:
            raise ConfigurationError(
                f"there is a kiosk {name} at {item.site_name} already. For its code: lodge-cloud kiosk code"
                f" {item.kiosk.id}; to create another one of this name: --same-name"
            )


def _require_folder(picture: Path | None) -> None:
    """Before there is a code to lose."""
    if picture is not None and not picture.parent.is_dir():
        raise ConfigurationError(f"there is no folder {picture.parent} to write the QR code to")


def _show(frame: Frame, issued: IssuedCode, picture: Path | None, note: str, *, as_json: bool) -> None:
    origin = frame.settings().origin
    typed = issued.code.typed()
    symbol = qrcode.QRCode(border=2)
    symbol.add_data(f"{origin}/enrol#{typed}")
    if picture is not None:
        with picture.open("wb") as file:
            symbol.make_image().save(file, format="PNG")
    drawn = io.StringIO()
    symbol.print_ascii(out=drawn, invert=True)
    facts: dict[str, object] = {
        "kiosk": str(issued.kiosk_id),
        "server": origin,
        "code": typed,
        "expires": issued.expires_at.isoformat(),
    }
    if picture is not None:
        facts["qr"] = str(picture)
    written = f"\nThe code as a picture is in {picture}: delete it once the kiosk is enrolled." if picture else ""
    text = (
        f"{drawn.getvalue()}\nKiosk {issued.kiosk_id}\nServer {origin}\nCode   {typed}\n\n"
        f"The code works once, until {issued.expires_at:%H:%M} UTC. On the kiosk: scan it, or type server and code."
        f"{written}{note}"
    )
    tell(facts, text, as_json=as_json)
