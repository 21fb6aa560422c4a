"""Mail that tells people of a change to how their account is opened, in case somebody else made it (ADR 69)."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from cloud_api.services.letters import LetterPorts, post
from cloud_api.store.db import Tenant
from cloud_api.store.letters import LetterKind

Notify = Callable[[Tenant, LetterKind, UUID], Awaitable[None]]
"""Has somebody told, once the transaction is committed."""


async def nobody_told(_tx: Tenant, _kind: LetterKind, _user_id: UUID) -> None:
    """For a server without mail."""


def notices_by(ports: LetterPorts) -> Notify:
    """By letters."""

    async def notify(tx: Tenant, kind: LetterKind, user_id: UUID) -> None:
        await post(ports, tx, kind, user_id)

    return notify
