"""``org logo``: the organisation's logo, put and removed without a browser or a program."""

from pathlib import Path

import click

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
from cloud_api.objects.pictures import Pictures
from cloud_api.services.logos import Logos
from cloud_api.store.logos import LogoFacts

MOST_BYTES = 50 * 1024 * 1024


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--remove", is_flag=True, help="Have none: Lodge's mark stands in its place again.")
@org_option
@json_option
@click.pass_obj
@clear_failures
def logo(frame: Frame, file: Path | None, *, remove: bool, org: str | None, as_json: bool) -> None:
    """Show whether there is a logo, or make FILE (PNG, JPEG or WebP) the organisation's: in the console, on kiosks and
    on badges. It is at most 8 times as wide as high, and twice as high as wide.
    """
    if remove and file is not None:
        raise ConfigurationError("a FILE and --remove say different things")
    picture = None if file is None else _read(file)

    async def run(cloud: Cloud) -> LogoFacts | None:
        tenant = await choose_organisation(cloud, org)
        logos = Logos(cloud.db, cloud.ring, Pictures(), cloud.feed, cloud.trail, cloud.clock)
        if picture is not None:
            await logos.put(tenant, picture, operator())
        elif remove:
            await logos.remove(tenant, operator())
        if picture is not None or remove:
            await cloud.operator.log.record("organisation.logo_set", tenant, operator())
        return await logos.find(tenant)

    found = with_cloud(frame, run)
    facts: dict[str, object] = {"logo": found is not None, "on_kiosks": found is not None and found.on_kiosks}
    tell(facts, _text(found), as_json=as_json)


def _read(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise ConfigurationError(f"{file} has more than {MOST_BYTES >> 20} MiB")
    return file.read_bytes()


def _text(found: LogoFacts | None) -> str:
    if found is None:
        return "There is no logo: kiosks and badges have Lodge's mark."
    if not found.on_kiosks:
        return (
            "The console shows the logo; kiosks and badges do not: in one colour nothing of it is left but perhaps a"
            " thin line, or it was uploaded before they could. Put it again, or another one."
        )
    return "The console, kiosks and badges show the logo; kiosks hear of a change within a minute."
