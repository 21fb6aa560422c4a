"""Letters about who waits at a kiosk are written with the call, in its transaction: one each call and reader, however
often it is told (ADR 97).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec

from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import KeyRing
from cloud_api.services.call_readers import find_readers
from cloud_api.services.call_readings import ReceptionCall
from cloud_api.store import data_keys, letters, reception_calls
from cloud_api.store.db import Tenant
from cloud_api.store.jobs import JobQueue
from cloud_api.store.letters import Letter, LetterKind
from cloud_api.store.reception_calls import NewCall
from cloud_api.store.users import User

ESCALATED_AFTER = timedelta(minutes=5)
WAITS_AT_MOST = timedelta(hours=4)
"""After this nobody is said to wait any more, and others are not told."""


async def keep_calls(
    tx: Tenant,
    ring: KeyRing,
    jobs: JobQueue,
    ciphers: Mapping[UUID, FieldCipher],
    calls: Sequence[ReceptionCall],
    now: datetime,
) -> None:
    """Keep the calls that are new, and have those told who are to come. ``ciphers``: the keys of their stays."""
    made = await reception_calls.add(tx, ciphers, [_row(call, now) for call in calls], now)
    readers: dict[tuple[UUID, bool], Sequence[User]] = {}
    for call in calls:
        if call.id in made and call.ended_as is None:
            place = call.site_id, call.told.watch
            if place not in readers:
                groups = await find_readers(tx, ring, call.site_id, watch=call.told.watch)
                readers[place] = groups[0] if groups else ()
            await write_letters(tx, ring, jobs, kind="reception_call", call_id=call.id, readers=readers[place], now=now)


async def write_letters(
    tx: Tenant,
    ring: KeyRing,
    jobs: JobQueue,
    *,
    kind: LetterKind,
    call_id: UUID,
    readers: Sequence[User],
    now: datetime,
) -> None:
    """Have one letter sent to each of them. Its id is made from what it is about: a restored server tells again
    of what it forgot, and mail programs see a repetition.
    """
    cipher = await data_keys.open_organisation_key(tx, ring)
    wanted = [
        Letter(uuid5(call_id, f"{kind} {user.id}"), kind, call_id, user.email, "waiting", now) for user in readers
    ]
    for one in wanted:
        await letters.add(tx, cipher, one)
    await jobs.defer_letters(tx, [one.id for one in wanted])


def _row(call: ReceptionCall, now: datetime) -> NewCall:
    waits = call.ended_as is None and (call.asked_at is None or now - call.asked_at < WAITS_AT_MOST)
    return NewCall(
        id=call.id,
        site_id=call.site_id,
        kiosk_id=call.kiosk_id,
        stay_id=call.stay_id,
        told=msgspec.json.encode(call.told).decode("utf-8"),
        asked_at=call.asked_at,
        escalate_at=now + ESCALATED_AFTER if waits else None,
        ended_as=call.ended_as,
    )
