"""What a letter about a call says, as things stand when it is sent: the place and the time, and neither who nor why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from cloud_api.keys.ring import KeyRing
from cloud_api.notify.letter_words import late_words
from cloud_api.notify.words import DELAY_WORTH_TELLING
from cloud_api.services.call_readers import find_readers
from cloud_api.services.call_readings import Occasion, ToldCall
from cloud_api.services.sign_in_names import normal_email
from cloud_api.store import kiosks, organisations, reception_calls, users
from cloud_api.store.db import Tenant
from cloud_api.store.letters import Letter
from cloud_api.store.reception_calls import StoredCall


@dataclass(frozen=True, slots=True)
class CallWords:
    """The kind of letter, its language, its words, and the path of the page that it leads to. ``kiosk_id``: where."""

    kind: str
    language: str | None
    words: Mapping[str, str]
    page: str
    kiosk_id: UUID


def told_of(call: StoredCall) -> ToldCall:
    """What a call tells; of one that cannot be read, that somebody waits."""
    try:
        return msgspec.json.decode(call.told, type=ToldCall)
    except msgspec.MsgspecError:
        return ToldCall(occasion=Occasion.HELD)


async def find_call_words(tx: Tenant, ring: KeyRing, found: Letter, now: datetime) -> CallWords | None:
    """``None`` where nobody is to be told: somebody goes there, it is over, or this reader is none any more."""
    call = await reception_calls.find(tx, ring, found.subject_id)
    if call is None or call.ended_at is not None or call.taken_at is not None or found.recipient is None:
        return None
    told = told_of(call)
    wanted = normal_email(found.recipient)
    groups = await find_readers(tx, ring, call.site_id, watch=told.watch)
    reader = next((user for group in groups for user in group if normal_email(user.email) == wanted), None)
    kiosk = await kiosks.find(tx, call.kiosk_id)
    site = next((site for site in await organisations.list_sites(tx, None) if site.id == call.site_id), None)
    if reader is None or kiosk is None or site is None:
        return None
    _, language = await users.mail_facts(tx, reader.id)
    words = {
        "kiosk": kiosk.name,
        "site": site.name,
        "time": f"{call.since.astimezone(ZoneInfo(site.time_zone)):%-H:%M}",
        "late": _late(call, language, now),
    }
    return CallWords(_kind(found.kind, told), language, words, f"/board?site={site.id}", kiosk.id)


def _kind(kind: str, told: ToldCall) -> str:
    if kind == "reception_call_again":
        return "call_again"
    if told.watch:
        return "call_watch"
    return "call_help" if told.occasion is Occasion.HELP else "call_held"


def _late(call: StoredCall, language: str | None, now: datetime) -> str:
    """How old it is, where that is more than half a minute; no age is invented."""
    if call.asked_at is None:
        return late_words(language, "")
    age = now - call.asked_at
    if age <= DELAY_WORTH_TELLING:
        return ""
    seconds = int(age.total_seconds())
    hours, minutes = divmod(seconds // 60, 60)
    told = f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{seconds} s"
    return late_words(language, told)
