"""One visit told in plain words: what is known of the person, and what happened, in order."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from uuid import UUID

import msgspec

from cloud_api.clock import Clock, from_unix_ms
from cloud_api.counting import counted
from cloud_api.keys.ring import KeyRing
from cloud_api.policy.reach import NOWHERE, Reach
from cloud_api.services.board_people import read_others
from cloud_api.services.board_rows import Row, details_of, rows_of
from cloud_api.services.closing_orders import read_asked, users_named
from cloud_api.services.languages import language_name
from cloud_api.services.place_zones import place_zone
from cloud_api.services.stored_bodies import first_recorded, read_full_body
from cloud_api.services.visit_answers import Answer, read_answers
from cloud_api.services.visit_copies import AgreedDocument, tell_copies
from cloud_api.services.visit_photos import Photo, Signature, find_photo, find_signatures, titled
from cloud_api.services.visit_steps import Step, alert_steps
from cloud_api.store import alerts, board, catalogue, data_keys, erasures, organisations, stays, users
from cloud_api.store.board import StayEvent
from cloud_api.store.db import Database, Tenant
from cloud_api.store.stays import Stay
from sync.protocol.events import Header, decode_header
from sync.protocol.feed.orders import Found
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.kinds import (
    SEEN,
    ArrivedFull,
    BadgeOutcomeFull,
    BadgeRequestedFull,
    ConsentFull,
    DepartedFull,
    Kind,
    RevokedFull,
)

_WORTH_TELLING = timedelta(minutes=2)
_WAYS_OUT = {
    "badge": "Left, with the badge shown at {kiosk}",
    "name": "Left, by name at {kiosk}",
    "host": "Left, as the host says",
    "desk": "Left, as reception says",
}
_NOT_WANTED = {
    "left": "They had left by then",
    "expired": "Its time was over by then",
    "erased": "Who it was for is erased",
}
_CONTINUED = {Kind.BADGE_PRINTED, Kind.BADGE_SENT, Kind.BADGE_FAILED}


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as staff may read it; ``now`` is the time at its place. ``photo`` is ``None`` where none was taken, and
    ``signatures`` come with the title of what was signed; of ``documents`` that were agreed to there are copies.
    ``asked``: what a kiosk is told to record of it. ``others``: other open visits of the same person (ADR 107).
    """

    now: datetime
    row: Row
    email: str
    phone: str
    answers: tuple[Answer, ...]
    steps: tuple[Step, ...]
    photo: Photo | None
    signatures: tuple[Signature, ...]
    documents: tuple[AgreedDocument, ...]
    site_id: UUID | None
    host_id: UUID | None
    asked: Found | None
    others: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Titles of documents by key and language, and names of users by how bodies name them."""

    titles: Mapping[tuple[str, str], str]
    users: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Told:
    """An event with its body, on its way into words."""

    header: Header
    kiosk: str
    body: msgspec.Struct | None
    at: datetime
    known: _Known


class VisitStories:
    """Tells visits."""

    def __init__(self, db: Database, ring: KeyRing, clock: Clock) -> None:
        self._db = db
        self._ring = ring
        self._clock = clock

    async def tell(self, tenant: UUID, reach: Reach, stay_id: UUID, restricted: Reach = NOWHERE) -> Visit | None:
        """One visit, or ``None`` when there is none of this id within reach. ``restricted``: how far whoever asks may
        read restricted answers.
        """
        async with self._db.tenant(tenant, snapshot=True) as tx:
            stay = (await stays.find_many(tx, self._ring, [stay_id])).get(stay_id)
            if stay is None or not reach.holds_visit(stay.site_id, stay.host_id):
                return None
            sites = await organisations.list_sites(tx, None)
            now = self._clock.now()
            (row,) = await rows_of(tx, self._ring, [stay], sites, now)
            own = (await data_keys.open_keys(tx, self._ring, [stay_id])).get(stay_id)
            others = await read_others(tx, self._ring, stay, reach, sites, now)
            events = await board.list_events(tx, own, stay_id)
            photo, signatures = await find_photo(tx, stay_id, events), await find_signatures(tx, stay_id, events)
            told = (await alerts.of_stays(tx, [stay_id])).get(stay_id, [])
            erased = await erasures.find(tx, stay_id)
            answers = await _answers(tx, stay, restricted)
            asked = (await read_asked(tx, self._ring, now)).get(stay_id) if row.presumed_left else None
            named = await _users(tx, self._ring, events)
            titles = {(text.key, text.language): text.title for text in await catalogue.list_documents(tx)}
            here = [signature.id for signature in signatures if signature.standing == "kept"]
            copies = await tell_copies(tx, stay_id, events, titles, here)
        zone = place_zone(sites, stay.site_id)
        steps = [*_event_steps(events, _Known(titles, named), zone), *alert_steps(told, row.host, zone, now)]
        steps += [Step(one.at.astimezone(zone), one.icon, one.title, one.more, one.wrong) for one in copies.steps]
        if erased is not None:
            at = erased.erased_at.astimezone(zone)
            steps.append(Step(at, "document-no", "Erased on request", "Who it was is gone, here and on the kiosks"))
        return Visit(
            now=now.astimezone(zone),
            row=row,
            email=stay.person.email if stay.person else "",
            phone=details_of(stay.person).phone if stay.person else "",
            answers=answers,
            steps=tuple(sorted(steps, key=lambda step: step.at)),
            photo=photo,
            signatures=titled(signatures, titles),
            documents=copies.documents,
            site_id=stay.site_id,
            host_id=stay.host_id,
            asked=asked,
            others=others,
        )


async def _users(tx: Tenant, ring: KeyRing, events: Iterable[StayEvent]) -> dict[str, str]:
    """The names of those users who said in the console how this visit ended."""
    bodies = [read_full_body(decode_header(event.raw).kind, event.full) for event in events if not event.quarantined]
    ids = users_named(body.by for body in bodies if isinstance(body, DepartedFull | RevokedFull))
    if not ids:
        return {}
    cipher = await data_keys.open_organisation_key(tx, ring)
    names = {user.id: user.name for user in await users.find_many(tx, cipher, set(ids.values()))}
    return {text: names.get(user, "somebody of the team") for text, user in ids.items()}


async def _answers(tx: Tenant, stay: Stay, restricted: Reach) -> tuple[Answer, ...]:
    if stay.person is None:
        return ()
    details, may_read = details_of(stay.person), restricted.holds_visit(stay.site_id, stay.host_id)
    return await read_answers(tx, details.type, details.answers, restricted=may_read)


def _event_steps(events: list[StayEvent], known: _Known, zone: tzinfo) -> Iterable[Step]:
    headers = [decode_header(event.raw) for event in events]
    settled = any(header.kind in _CONTINUED for header in headers)
    for event, header in zip(events, headers, strict=True):
        again = None if event.quarantined else first_recorded(event.full)
        stamps = [header.hlc] if again is None else [header.hlc, again.hlc]
        at = min(event.received_at, *(from_unix_ms(Hlc.parse(stamp).wall_ms) for stamp in stamps)).astimezone(zone)
        if event.quarantined:
            yield Step(
                at, "quarantine", "An entry that could not be read", f"From {event.kiosk}; kept apart", wrong=True
            )
            continue
        body = read_full_body(header.kind, event.full)
        if header.kind == Kind.BADGE_REQUESTED and settled and not _is_by_staff(body):
            continue
        told = _Told(header, event.kiosk, body, at, known)
        step = _SPOKEN.get(header.kind, _other)(told)
        late = event.received_at - at
        if header.kind == Kind.VISITOR_ARRIVED and late >= _WORTH_TELLING:
            heard = f"The server heard of it at {event.received_at.astimezone(zone):%-H:%M}"
            step = replace(step, more=" · ".join(filter(None, (step.more, heard))))
        yield step


def _arrived(told: _Told) -> Step:
    more = (
        ["In " + language_name(told.body.language)] if isinstance(told.body, ArrivedFull) and told.body.language else []
    )
    if told.header.clock is ClockQuality.UNSYNCED:
        more.append("The kiosk's clock was not set")
    return Step(told.at, "arrive", f"Arrived at {told.kiosk}", " · ".join(more))


def _consented(told: _Told) -> Step:
    if not isinstance(told.body, ConsentFull):
        return Step(told.at, "document", "Answered a question of consent", "The details are gone")
    body = told.body
    asked = f"In {language_name(body.language)}"
    if body.purpose == "photo":
        return (
            Step(told.at, "camera", "Agreed to a photo", asked)
            if body.granted
            else Step(told.at, "camera-off", "No photo taken", asked)
        )
    name = f"“{told.known.titles.get((body.document, body.language), body.document)}”, version {body.version}"
    signed = "Signed" if body.signature else ""
    quiz = f"{body.right} of {counted(body.asked, 'question')} answered as it says" if body.asked else ""
    asked = " · ".join(filter(None, (asked, signed, quiz)))
    if body.granted:
        return Step(told.at, "document", f"Agreed to {name}", asked)
    return Step(told.at, "document-no", f"Did not agree to {name}", asked, wrong=True)


def _badge_wanted(told: _Told) -> Step:
    body = told.body
    if not isinstance(body, BadgeRequestedFull) or not body.by:
        return Step(told.at, "printer", "Badge asked for", "Nothing is known of it yet")
    title = "Badge asked for again" if body.copy > 1 else "Badge asked for"
    return Step(told.at, "printer", title, " · ".join(filter(None, (f"By {body.by} at {told.kiosk}", body.why))))


def _badge_printed(told: _Told) -> Step:
    return Step(told.at, "printer", f"{_which(told)} printed", _printer(told))


def _badge_sent(told: _Told) -> Step:
    more = "This printer does not say whether it came out"
    return Step(
        told.at, "printer", f"{_which(told)} sent to the printer", " · ".join(filter(None, (more, _printer(told))))
    )


def _badge_failed(told: _Told) -> Step:
    body = told.body
    if not isinstance(body, BadgeOutcomeFull):
        return Step(told.at, "printer-alert", "Badge not printed", wrong=True)
    if body.abandoned and body.reason in _NOT_WANTED:
        return Step(told.at, "printer", f"{_which(told)} not printed", _NOT_WANTED[body.reason])
    doubt = "paper may have come out" if body.unsure else ""
    more = " · ".join(filter(None, (body.reason, doubt, _printer(told))))
    return Step(told.at, "printer-alert", f"{_which(told)} not printed", more, wrong=True)


def _which(told: _Told) -> str:
    """A visit may have several badges; only those after the first are counted aloud."""
    copy = told.body.copy if isinstance(told.body, BadgeOutcomeFull) else 1
    return "Badge" if copy == 1 else f"Badge {copy}"


def _is_by_staff(body: msgspec.Struct | None) -> bool:
    return isinstance(body, BadgeRequestedFull) and bool(body.by)


def _called(told: _Told) -> Step:
    return Step(told.at, "hand", f"Called reception at {told.kiosk}")


def _held(told: _Told) -> Step:
    return Step(told.at, "waiting", f"Asked to wait for reception at {told.kiosk}")


def _left(told: _Told) -> Step:
    way = told.body.method if isinstance(told.body, DepartedFull) else ""
    title = _WAYS_OUT.get(way, "Left, at {kiosk}").replace("{kiosk}", told.kiosk)
    return Step(told.at, "leave", title, _by_whom(told))


def _assumed(told: _Told) -> Step:
    return Step(told.at, "leave", "Departure assumed", "Their time was over, and nobody saw them go")


def _taken_back(told: _Told) -> Step:
    reason = told.body.reason if isinstance(told.body, RevokedFull) else ""
    if reason == SEEN:
        return Step(told.at, "undo", "Still here", _by_whom(told))
    return Step(told.at, "undo", "Departure taken back", " · ".join(filter(None, (reason, _by_whom(told)))))


def _by_whom(told: _Told) -> str:
    by = told.body.by if isinstance(told.body, DepartedFull | RevokedFull) else ""
    if by in told.known.users:
        return f"By {told.known.users[by]}, in the console"
    return f"By the staff PIN {by}" if by else ""


def _other(told: _Told) -> Step:
    subject, _, verb = told.header.kind.partition(".")
    return Step(told.at, "done", f"{subject.capitalize()} {verb.replace('_', ' ')}", f"At {told.kiosk}")


_SPOKEN: Mapping[str, Callable[[_Told], Step]] = {
    Kind.VISITOR_ARRIVED: _arrived,
    Kind.CONSENT_RECORDED: _consented,
    Kind.RECEPTION_CALLED: _called,
    Kind.VISITOR_HELD: _held,
    Kind.BADGE_REQUESTED: _badge_wanted,
    Kind.BADGE_PRINTED: _badge_printed,
    Kind.BADGE_SENT: _badge_sent,
    Kind.BADGE_FAILED: _badge_failed,
    Kind.VISITOR_DEPARTED: _left,
    Kind.DEPARTURE_ASSUMED: _assumed,
    Kind.DEPARTURE_REVOKED: _taken_back,
}


def _printer(told: _Told) -> str:
    return told.body.printer if isinstance(told.body, BadgeOutcomeFull) else ""
