"""Commands to kiosks: signed by a key of their own, for who may publish pages may not wipe kiosks.

What is not handled here: whether a command was obeyed before.
"""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sync.protocol import exact_json, jws
from sync.protocol.errors import SignatureError
from sync.protocol.events import Count
from sync.protocol.feed.texts import Text

TYP = "lodge-command+jws"


class KnownOrder(StrEnum):
    """The orders of version 1. A kiosk passes over any that it does not know, and says so.

    ``CLOSE_STAY`` alone has arguments: ``stay`` (uuid), ``found`` (``Found``) and ``by`` (line): what a person says of
    somebody whose departure was assumed (ADR 100). It is given for one kiosk.
    """

    RESTART = "restart"
    UPDATE = "update"
    REHEARSE = "rehearse"
    BEGIN_EPOCH = "begin_epoch"
    STOP_PHOTOS = "stop_photos"
    ALLOW_PHOTOS = "allow_photos"
    WIPE = "wipe"
    CLOSE_STAY = "close_stay"


class Found(StrEnum):
    """What became of somebody whose departure was assumed."""

    LEFT = "left"
    HERE = "here"


Order = Annotated[str, msgspec.Meta(max_length=40, examples=[order.value for order in KnownOrder])]


class Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One command. ``kiosk``: null for all of the site. A kiosk that does not know the ``order`` passes over it."""

    v: Literal[1]
    tenant: UUID
    site: UUID
    id: UUID
    kiosk: UUID | None
    order: Order
    arguments: dict[str, Text]
    issued_ms: Count
    expires_ms: Count


def sign_command(command: Command, key: Ed25519PrivateKey) -> str:
    """The command as a compact JWS by the organisation's command key."""
    return jws.sign(exact_json.encode(command), typ=TYP, key=key)


def open_command(signed: str, *, key: Ed25519PublicKey, tenant: UUID, site: UUID) -> Command:
    """Verify a command for this organisation and site.

    Raises:
        EncodingError: not a command in its exact form.
        SignatureError: another signer, organisation or site.
    """
    payload = jws.verify(signed, typ=TYP, key=key, what="a command")
    command = exact_json.decode(payload, Command, what="a command")
    if (command.tenant, command.site) != (tenant, site):
        raise SignatureError("the command is for another organisation or site")
    return command
