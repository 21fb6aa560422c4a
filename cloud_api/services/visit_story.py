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
from cloud_api.services.board import Row, details_of, is_overdue, rows_of
from cloud_api.services.languages import language_name
from cloud_api.services.place_zones import place_zone
from cloud_api.services.stored_bodies import first_recorded, read_full_body
from cloud_api.services.visit_answers import Answer, read_answers
from cloud_api.services.visit_copies import AgreedDocument, tell_copies
from cloud_api.services.visit_photos import Photo, Signature, find_photo, find_signatures
from cloud_api.store import alerts, board, catalogue, data_keys, erasures, organisations, stays
from cloud_api.store.alerts import Alert
from cloud_api.store.board import StayEvent
from cloud_api.store.db import Database, Tenant
from cloud_api.store.stays import Stay
from sync.protocol.events import Header, decode_header
from sync.protocol.hlc import ClockQuality, Hlc
from sync.protocol.kinds import (
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
class Step:
    """Something that happened: an icon's name, a line, and what else there is to say."""

    at: datetime
    icon: str
    title: str
    more: str = ""
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit as staff may read it; ``now`` is the time at its place. ``photo`` is ``None`` where none was taken, and
    ``signatures`` come with the title of what was signed; of ``documents`` that were agreed to there are copies.
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


@dataclass(frozen=True, slots=True)
class _Told:
    """An event with its body, on its way into words."""

    header: Header
    kiosk: str
    body: msgspec.Struct | None
    at: datetime
    titles: Mapping[tuple[str, str], str]


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
            (row,) = await rows_of(tx, [stay], sites, now)
            own = (await data_keys.open_keys(tx, self._ring, [stay_id])).get(stay_id)
            events = await board.list_events(tx, own, stay_id)
            photo, signatures = await find_photo(tx, stay_id, events), await find_signatures(tx, stay_id, events)
            told = (await alerts.of_stays(tx, [stay_id])).get(stay_id, [])
            erased = await erasures.find(tx, stay_id)
            answers = await _answers(tx, stay, restricted)
            titles = {(text.key, text.language): text.title for text in await catalogue.list_documents(tx)}
            here = [signature.id for signature in signatures if signature.standing == "kept"]
            copies = await tell_copies(tx, stay_id, events, titles, here)
        zone = place_zone(sites, stay.site_id)
        steps = [*_event_steps(events, titles, zone), *_alert_steps(told, row.host, zone, now)]
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
            signatures=_titled(signatures, titles),
            documents=copies.documents,
            site_id=stay.site_id,
            host_id=stay.host_id,
        )


async def _answers(tx: Tenant, stay: Stay, restricted: Reach) -> tuple[Answer, ...]:
    if stay.person is None:
        return ()
    details, may_read = details_of(stay.person), restricted.holds_visit(stay.site_id, stay.host_id)
    return await read_answers(tx, details.type, details.answers, restricted=may_read)


def _titled(signatures: Iterable[Signature], titles: Mapping[tuple[str, str], str]) -> tuple[Signature, ...]:
    return tuple(replace(one, title=titles.get((one.document, one.language), one.document)) for one in signatures)


def _event_steps(events: list[StayEvent], titles: Mapping[tuple[str, str], str], zone: tzinfo) -> Iterable[Step]:
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
        told = _Told(header, event.kiosk, body, at, titles)
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
    name = f"“{told.titles.get((body.document, body.language), body.document)}”, version {body.version}"
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
    by = told.body.by if isinstance(told.body, DepartedFull) else ""
    return Step(told.at, "leave", title, f"By the staff PIN {by}" if by else "")


def _assumed(told: _Told) -> Step:
    return Step(told.at, "leave", "Departure assumed", "Nobody has confirmed it")


def _taken_back(told: _Told) -> Step:
    reason = told.body.reason if isinstance(told.body, RevokedFull) else ""
    return Step(told.at, "undo", "Departure taken back", reason)


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


def _alert_steps(told: Iterable[Alert], host: str, zone: tzinfo, now: datetime) -> Iterable[Step]:
    who = host or "The host"
    for alert in told:
        at = alert.changed_at.astimezone(zone)
        match alert.standing:
            case "sent":
                yield Step(at, "message", f"{who} was told", "By e-mail")
            case "failed" if alert.muted:
                more = "They want no mail of arrivals at present"
                yield Step(at, "message-failed", f"{who} was not told", more, wrong=True)
            case "failed":
                yield Step(at, "message-failed", f"{who} could not be told", "The e-mail was not taken", wrong=True)
            case "unsure":
                more = "The server was cut off while sending the e-mail"
                yield Step(at, "message-failed", f"{who} may not have been told", more, wrong=True)
            case _ if is_overdue(alert, now):
                more = "The mail server does not take the e-mail; it is tried again"
                yield Step(at, "message-failed", f"{who} is not told yet", more, wrong=True)
            case _:
                yield Step(at, "message-waiting", f"{who} is being told", "By e-mail")


def _printer(told: _Told) -> str:
    return told.body.printer if isinstance(told.body, BadgeOutcomeFull) else ""
