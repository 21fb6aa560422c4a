"""Which kiosk a command means: by its id, or by its name."""

from uuid import UUID

import click

from cloud_api.composition import Cloud
from cloud_api.errors import ConfigurationError

kiosk_argument = click.argument("kiosk", metavar="NAME|ID")


async def choose_kiosk(cloud: Cloud, tenant: UUID, wanted: str) -> UUID:
    """The id of a kiosk; an id is taken as it is. A name means the kiosk that is not revoked, else the one that was.

    Raises:
        ConfigurationError: there is no kiosk of this name, or it is not clear which.
    """
    try:
        return UUID(wanted)
    except ValueError:
        pass
    named = [item.kiosk for item in await cloud.fleet.list(tenant) if item.kiosk.name == wanted]
    found = [kiosk for kiosk in named if kiosk.revoked_at is None] or named
    if not found:
        raise ConfigurationError(f'there is no kiosk "{wanted}": lodge-cloud kiosk list')
    if len(found) > 1:
        ids = ", ".join(str(kiosk.id) for kiosk in found)
        raise ConfigurationError(f'{len(found)} kiosks are called "{wanted}": name one by its id: {ids}')
    return found[0].id
