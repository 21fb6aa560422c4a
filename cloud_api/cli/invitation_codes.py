"""``org invitation-code``: the code of an announced visitor, to send or print without a program."""

from pathlib import Path

import click

from cloud_api.api import build_invitation_codes
from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    operator,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError
from cloud_api.services.code_pictures import draw_code
from cloud_api.services.invitation_codes import InvitationCode
from cloud_api.services.not_done import NotDone


@click.command(name="invitation-code")
@click.argument("key")
@click.option(
    "-o",
    "--output",
    "picture",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.png",
    help="Write the QR code as a picture, too.",
)
@org_option
@json_option
@click.pass_obj
@clear_failures
def invitation_code(frame: Frame, key: str, *, picture: Path | None, org: str | None, as_json: bool) -> None:
    """Show the code of the invitation that the organisation's file, or the API, calls KEY."""
    if picture is not None and not picture.parent.is_dir():
        raise ConfigurationError(f"there is no folder {picture.parent} to write the QR code to")

    async def run(cloud: Cloud) -> InvitationCode | NotDone:
        tenant = await choose_organisation(cloud, org)
        found = await build_invitation_codes(cloud).of_key(tenant, key)
        if isinstance(found, InvitationCode):
            detail = {"invitation": str(found.invitation)}
            await cloud.operator.log.record("invitation.code_shown", tenant, operator(), detail)
        return found

    code = with_cloud(frame, run)
    if code is NotDone.OVER:
        raise ConfigurationError("the last day of this invitation is over: announce the visitor anew")
    if isinstance(code, NotDone):
        raise ConfigurationError("there is no invitation of this key: it may have been called off, or be long over")
    if picture is not None:
        picture.write_bytes(draw_code(code.text))
    facts: dict[str, object] = {
        "invitation": str(code.invitation),
        "text": code.text,
        "readable": code.readable,
        "expires": code.expires_at.isoformat(),
        **({} if picture is None else {"qr": str(picture)}),
    }
    written = "" if picture is None else f"\nThe QR code is in {picture}."
    text = (
        f"{code.text}\nTo type: {code.readable}\nUntil:   {code.expires_at:%Y-%m-%d %H:%M} UTC\n"
        f"Whoever has it comes in as the one who is invited: send it to nobody else.{written}"
    )
    tell(facts, text, as_json=as_json)
