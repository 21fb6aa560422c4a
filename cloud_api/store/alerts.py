"""Alerts to hosts: one row an arrival, host and channel, whatever is sent or crashes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from cloud_api.store.db import Tenant

AlertStanding = Literal["waiting", "sending", "sent", "unsure", "failed"]


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it stands. ``unsure``: a crash left open whether the mail server took it; ``muted``: it was not sent
    because the host wants no mail for a while (``failed`` as well, so that the desk knows that nobody was told).
    """

    id: UUID
    stay_id: UUID
    event_id: UUID
    host_id: UUID
    standing: AlertStanding
    attempts: int
    created_at: datetime
    changed_at: datetime
    muted: bool = False


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert to be made for an arrival."""

    id: UUID
    stay_id: UUID
    event_id: UUID
    host_id: UUID


_COLUMNS = "id, stay_id, event_id, host_id, standing, attempts, created_at, changed_at, muted"


async def add(tx: Tenant, alerts: Sequence[NewAlert], now: datetime) -> list[UUID]:
    """Make those that do not exist yet for their stay and host; the ids of the ones made."""
    if not alerts:
        return []
    cursor = await tx.connection.execute(
        "insert into lodge.alert"
        " (tenant_id, id, stay_id, event_id, host_id, channel, standing, created_at, changed_at)"
        " select %s, id, stay, event, host, 'email', 'waiting', %s, %s from unnest("
        "%b::uuid[], %b::uuid[], %b::uuid[], %b::uuid[]) as fresh (id, stay, event, host)"
        " on conflict do nothing returning id",
        (
            tx.id,
            now,
            now,
            [alert.id for alert in alerts],
            [alert.stay_id for alert in alerts],
            [alert.event_id for alert in alerts],
            [alert.host_id for alert in alerts],
        ),
    )
    return [row[0] for row in await cursor.fetchall()]


async def find(tx: Tenant, alert_id: UUID) -> Alert | None:
    """One alert."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.alert where tenant_id = %s and id = %s",  # noqa: S608  constant
        (tx.id, alert_id),
    )
    row = await cursor.fetchone()
    return Alert(*row) if row else None


async def claim(tx: Tenant, alert_id: UUID, now: datetime) -> bool:
    """Take a waiting alert for sending; ``False`` when somebody else has, or it is done."""
    cursor = await tx.connection.execute(
        "update lodge.alert set standing = 'sending', attempts = attempts + 1, changed_at = %s"
        " where tenant_id = %s and id = %s and standing = 'waiting'",
        (now, tx.id, alert_id),
    )
    return cursor.rowcount == 1


async def settle(tx: Tenant, alert_id: UUID, standing: AlertStanding, *, fault: str | None, now: datetime) -> None:
    """Say what became of an alert that was tried; what is final already stays."""
    await tx.connection.execute(
        "update lodge.alert set standing = %s, fault = %s, changed_at = %s"
        " where tenant_id = %s and id = %s and standing in ('waiting', 'sending')",
        (standing, fault, now, tx.id, alert_id),
    )


async def refuse(tx: Tenant, alert_id: UUID, *, fault: str, now: datetime) -> None:
    """Say that an alert cannot be sent at all."""
    await settle(tx, alert_id, "failed", fault=fault, now=now)


async def mute(tx: Tenant, alert_id: UUID, now: datetime) -> None:
    """Say that an alert is not sent because its host wants none."""
    await tx.connection.execute(
        "update lodge.alert set standing = 'failed', muted = true, fault = 'the host wants no mail for a while',"
        " changed_at = %s where tenant_id = %s and id = %s and standing = 'waiting'",
        (now, tx.id, alert_id),
    )


async def give_up_on_lost(tx: Tenant, before: datetime, now: datetime) -> int:
    """Alerts whose sender vanished in mid-sending become ``unsure``: sending again could deliver twice."""
    cursor = await tx.connection.execute(
        "update lodge.alert set standing = 'unsure', changed_at = %s,"
        " fault = 'the sender was cut off; the message may or may not have arrived'"
        " where tenant_id = %s and standing = 'sending' and changed_at < %s",
        (now, tx.id, before),
    )
    return cursor.rowcount


async def expire(tx: Tenant, before: datetime, now: datetime) -> int:
    """Alerts that wait since before then are given up."""
    cursor = await tx.connection.execute(
        "update lodge.alert set standing = 'failed', changed_at = %s,"
        " fault = 'the mail server could not be reached in time'"
        " where tenant_id = %s and standing = 'waiting' and created_at < %s",
        (now, tx.id, before),
    )
    return cursor.rowcount


async def take_up_waiting(tx: Tenant, before: datetime, now: datetime) -> list[UUID]:
    """Alerts that nothing has happened to since before then; they count as touched now."""
    cursor = await tx.connection.execute(
        "update lodge.alert set changed_at = %s where tenant_id = %s and id in (select id from lodge.alert"
        " where tenant_id = %s and standing = 'waiting' and changed_at < %s order by created_at, id limit"
        " 1000"
        " for update skip locked) returning id",
        (now, tx.id, tx.id, before),
    )
    return [row[0] for row in await cursor.fetchall()]


async def of_stays(tx: Tenant, stays: Collection[UUID]) -> dict[UUID, list[Alert]]:
    """The alerts of these stays, for whoever wants to show whether the host knows."""
    cursor = await tx.connection.execute(
        f"select {_COLUMNS} from lodge.alert where tenant_id = %s and stay_id = any(%s)"  # noqa: S608  constant
        " order by created_at, id",
        (tx.id, list(stays)),
    )
    found: dict[UUID, list[Alert]] = {}
    for row in await cursor.fetchall():
        found.setdefault(row[1], []).append(Alert(*row))
    return found
