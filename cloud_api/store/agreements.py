"""What invited people agreed to before (ADR 98): of each invitation and document the newest."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cloud_api.store.db import Tenant


@dataclass(frozen=True, slots=True)
class Agreement:
    """One. ``sha256``: of the text (32 bytes); ``right``: how many questions were answered as it says; ``name_mac``:
    of the name under which somebody came.
    """

    invitation_id: UUID
    document: str
    stay_id: UUID
    sha256: bytes
    agreed_at: datetime
    signed: bool
    right: int
    name_mac: bytes


async def put(tx: Tenant, agreements: Sequence[Agreement]) -> None:
    """Keep these, each where it is newer than what is there; of stays that were erased none."""
    async with tx.connection.cursor() as cursor:
        await cursor.executemany(
            "insert into lodge.invitation_agreement as a (tenant_id, invitation_id, document, stay_id, sha256,"
            " agreed_at, signed, right_answers, name_mac) select d.tenant_id, %s, %s, d.id, %s, %s, %s, %s, %s"
            " from lodge.data_key d where d.tenant_id = %s and d.id = %s and d.wrapped is not null"
            " on conflict (tenant_id, invitation_id, document) do update set stay_id = excluded.stay_id,"
            " sha256 = excluded.sha256, agreed_at = excluded.agreed_at, signed = excluded.signed,"
            " right_answers = excluded.right_answers, name_mac = excluded.name_mac"
            " where a.agreed_at <= excluded.agreed_at",
            [
                (
                    item.invitation_id,
                    item.document,
                    item.sha256,
                    item.agreed_at,
                    item.signed,
                    item.right,
                    item.name_mac,
                    tx.id,
                    item.stay_id,
                )
                for item in agreements
            ],
        )


async def take_back(tx: Tenant, invitation_id: UUID, document: str, at: datetime) -> None:
    """Forget what was agreed until then: it was declined."""
    await tx.connection.execute(
        "delete from lodge.invitation_agreement where tenant_id = %s and invitation_id = %s and document = %s"
        " and agreed_at <= %s",
        (tx.id, invitation_id, document, at),
    )


async def list_newest(tx: Tenant, documents: Collection[str], *, limit: int) -> list[Agreement]:
    """The newest of all to these documents, newest first."""
    cursor = await tx.connection.execute(
        "select a.invitation_id, a.document, a.stay_id, a.sha256, a.agreed_at, a.signed, a.right_answers, a.name_mac"
        " from lodge.invitation_agreement a join lodge.data_key d on d.tenant_id = a.tenant_id and d.id = a.stay_id"
        " where a.tenant_id = %s and a.document = any(%s) and d.wrapped is not null"
        " order by a.agreed_at desc, a.invitation_id, a.document limit %s",
        (tx.id, list(documents), limit),
    )
    return [
        Agreement(row[0], row[1], row[2], bytes(row[3]), row[4], row[5], row[6], bytes(row[7]))
        for row in await cursor.fetchall()
    ]


async def remove_of_stay(tx: Tenant, stay_id: UUID) -> None:
    """Forget what was agreed at a visit."""
    await tx.connection.execute(
        "delete from lodge.invitation_agreement where tenant_id = %s and stay_id = %s", (tx.id, stay_id)
    )


async def remove_left(tx: Tenant) -> int:
    """Forget those whose invitation is no more, and those whose visit a server of the version before has erased; how
    many there were.
    """
    cursor = await tx.connection.execute(
        "delete from lodge.invitation_agreement a where a.tenant_id = %s and (not exists (select"
        " from lodge.published_entry p"
        " where p.tenant_id = a.tenant_id and p.page = 'invitations' and p.id = a.invitation_id)"
        " or exists (select from lodge.data_key d where d.tenant_id = a.tenant_id and d.id = a.stay_id"
        " and d.wrapped is null))",
        (tx.id,),
    )
    return cursor.rowcount
