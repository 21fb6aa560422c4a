"""``visit``: what an operator may have to do with one visit."""

from uuid import UUID

import click

from cloud_api.cli.frame import (
    Frame,
    choose_organisation,
    clear_failures,
    json_option,
    org_option,
    tell,
    with_cloud,
)
from cloud_api.cli.organisation_ends import acting
from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError
from cloud_api.services.erasing import Erased


@click.group()
def visit() -> None:
    """Visits: erase one on request."""


@visit.command()
@click.argument("stay", type=click.UUID)
@click.option("--reason", required=True, help="Why, for the audit log (the request, not the person).")
@click.confirmation_option(prompt="This cannot be undone, not from a backup either. Erase this visit?")
@org_option
@json_option
@click.pass_obj
@clear_failures
def erase(frame: Frame, stay: UUID, *, reason: str, org: str | None, as_json: bool) -> None:
    """Erase whom the visit STAY was of: here at once, on every kiosk when it next hears of the cloud.

    STAY is the id in the address of the visit's page. The audit log and its proofs stay valid.
    """

    async def run(cloud: Cloud) -> Erased:
        return await cloud.erasing.erase(await choose_organisation(cloud, org), stay, acting(reason))

    outcome = with_cloud(frame, run)
    if outcome is Erased.UNKNOWN:
        raise ConfigurationError(f"there is no visit {stay}")
    before = outcome is Erased.BEFORE
    said = f"{stay} was erased before." if before else f"{stay} is erased. Kiosks are told by the feed."
    tell({"stay": str(stay), "erased": outcome.value}, said, as_json=as_json)
