"""The feed's page of commands: what is valid and not answered yet, signed by today's command key (ADR 57)."""

from datetime import datetime
from uuid import UUID

import msgspec

from cloud_api.clock import unix_ms
from cloud_api.keys.ring import KeyRing
from cloud_api.services.signatures import Signatures
from cloud_api.store import commands, data_keys
from cloud_api.store.commands import StoredAnswer, StoredCommand
from cloud_api.store.db import Tenant
from cloud_api.store.kiosks import Kiosk
from sync.protocol import exact_json
from sync.protocol.commitments import SealedBody
from sync.protocol.errors import ProtocolError
from sync.protocol.feed import Commands, SentCommand
from sync.protocol.feed.orders import Command, KnownOrder
from sync.protocol.kinds import CommandAnsweredFull

Answer = tuple[CommandAnsweredFull, StoredAnswer]


async def command_page(tx: Tenant, ring: KeyRing, signatures: Signatures, site_id: UUID, now: datetime) -> Commands:
    """The content of the page for a site.

    A kiosk's own command goes off the page once it has answered: a card that is put back has forgotten that.
    """
    valid = await commands.list_valid(tx, site_id, now)
    if not valid:
        return Commands(commands=())
    answers = await read_answers(tx, ring, min(command.issued_at for command in valid))
    answered = {(told.command, answer.kiosk_id) for told, answer in answers}
    sent = [
        SentCommand(
            id=command.id,
            kiosk=command.kiosk_id,
            signed=await signatures.sign_command(tx, _as_sent(tx.id, command)),
        )
        for command in valid
        if (command.id, command.kiosk_id) not in answered
    ]
    return Commands(commands=tuple(sorted(sent, key=lambda item: str(item.id))))


async def read_answers(tx: Tenant, ring: KeyRing, since: datetime) -> list[Answer]:
    """What kiosks said of commands since then, with the entry that says it, in the order in which it came."""
    cipher = await data_keys.open_organisation_key(tx, ring)
    found: list[Answer] = []
    for answer in await commands.list_answers(tx, cipher, since):
        try:
            raw = exact_json.read(answer.body, SealedBody, what="a stored body").bytes()
            found.append((exact_json.read(raw, CommandAnsweredFull, what="an answer"), answer))
        except ProtocolError:
            continue  # a hostile kiosk's answer is nobody's
    return found


async def wipe_is_open(tx: Tenant, ring: KeyRing, kiosk: Kiosk, now: datetime) -> bool:
    """Whether a kiosk was told to wipe itself and has not answered: whatever machine speaks for it will be wiped."""
    valid = await commands.list_valid(tx, kiosk.site_id, now)
    wipes = {given.id: given for given in valid if given.order == KnownOrder.WIPE and given.kiosk_id == kiosk.id}
    if not wipes:
        return False
    answers = await read_answers(tx, ring, min(given.issued_at for given in wipes.values()))
    return bool(wipes.keys() - {told.command for told, answer in answers if answer.kiosk_id == kiosk.id})


def read_arguments(command: StoredCommand) -> dict[str, str]:
    """A command's arguments."""
    return msgspec.json.decode(command.arguments, type=dict[str, str])


def _as_sent(tenant: UUID, command: StoredCommand) -> Command:
    return Command(
        v=1,
        tenant=tenant,
        site=command.site_id,
        id=command.id,
        kiosk=command.kiosk_id,
        order=command.order,
        arguments=read_arguments(command),
        issued_ms=unix_ms(command.issued_at),
        expires_ms=unix_ms(command.expires_at),
    )
