"""Orders to kiosks by which a departure that was assumed is closed, and who gave them (ADR 100)."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from cloud_api.keys.ring import KeyRing
from cloud_api.services.command_page import read_answers, read_arguments
from cloud_api.store import commands
from cloud_api.store.db import Tenant
from sync.protocol.feed.orders import Found, KnownOrder

BY_CONSOLE = "console:"
"""Before the id of the user who said so, in the body of what the kiosk records."""


async def read_asked(tx: Tenant, ring: KeyRing, now: datetime) -> dict[UUID, Found]:
    """Of which visits a kiosk was told what to record, and has not answered."""
    given = await commands.list_valid_orders(tx, KnownOrder.CLOSE_STAY, now)
    if not given:
        return {}
    answered = {told.command for told, _ in await read_answers(tx, ring, min(each.issued_at for each in given))}
    waiting = [read_arguments(each) for each in given if each.id not in answered]
    return {UUID(told["stay"]): Found(told["found"]) for told in waiting}


def users_named(said: Iterable[str]) -> dict[str, UUID]:
    """Those of these texts that name a user of the console, with the user."""
    found: dict[str, UUID] = {}
    for text in said:
        name = text.removeprefix(BY_CONSOLE)
        if name != text and _is_id(name):
            found[text] = UUID(name)
    return found


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
