"""What events do beyond being kept: rows of people, words to find them by, and alerts to their hosts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from cloud_api.clock import from_unix_ms
from cloud_api.services.call_readings import ReceptionCall, call_id, ended_by
from cloud_api.services.event_standings import KeyStandings
from cloud_api.services.ingest_store import ArrivalAlert, HeldStays, IngestTransaction, ToldConsent, WantedCopy
from cloud_api.services.presence import project, stored_fact
from cloud_api.services.readings import Arrival, Reading, stay_of
from cloud_api.services.wanted_copies import find_copies
from cloud_api.store.kiosks import Epoch
from cloud_api.store.reception_calls import Ending
from cloud_api.store.stays import Stay
from sync.protocol.events import decode_header
from sync.protocol.fold import Fact, Standing
from sync.protocol.hlc import Hlc
from sync.protocol.kinds import ArrivedMuster

_STAYS_AT_ONCE = 500
MOST_RIGHT = 1_000_000
"""Answers that were right: no quiz has more, and a count of the protocol may be larger than the column holds."""


@dataclass(frozen=True, slots=True)
class Calls:
    """Who is wanted at a kiosk, and which of the calls known before are over, by how they ended."""

    made: Sequence[ReceptionCall] = ()
    ended: Mapping[Ending, Sequence[UUID]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effects:
    """What new events come to. Alerts, consents and copies are of stays that are written with them, ``calls`` of those
    of them that can be told of.
    """

    stays: Sequence[Stay]
    words: Mapping[UUID, Sequence[str]]
    alerts: Sequence[ArrivalAlert]
    calls: Calls
    consents: Sequence[ToldConsent] = ()
    copies: Sequence[WantedCopy] = ()


async def find_effects(
    tx: IngestTransaction, readings: Sequence[Reading], standings: KeyStandings, record: Epoch, now: datetime
) -> Effects:
    """What these events do, which are not stored yet; their stays are held from here on."""
    held = await tx.lock_stays(told_stays(readings), now)
    facts = await _gather_facts(tx, readings, held, standings)
    return Effects(
        project(facts, _readable(readings, held), now),
        find_words(readings, held),
        find_alerts(readings, held),
        find_calls(readings, held, record),
        find_consents(readings, held, now),
        find_copies(readings, held),
    )


async def refold(
    tx: IngestTransaction, stays: Collection[UUID], readings: Sequence[Reading], now: datetime
) -> HeldStays:
    """Fold these stays anew from what is stored, a part at a time. ``readings``: events whose bodies are at hand."""
    held = await tx.lock_stays(stays, now)
    arrivals, words = _readable(readings, held), find_words(readings, held)
    standings = KeyStandings(tx)
    ordered = sorted(held.known | held.erased)
    for start in range(0, len(ordered), _STAYS_AT_ONCE):
        part = ordered[start : start + _STAYS_AT_ONCE]
        facts = await _read_facts(tx, part, standings)
        told = {stay: words[stay] for stay in part if stay in words}
        await tx.put_stays(project(facts, arrivals, now), told, now)
    return held


def told_stays(readings: Sequence[Reading]) -> set[UUID]:
    """The stays that these events speak of."""
    return {reading.row.stay_id for reading in readings if reading.row.stay_id is not None}


def find_words(readings: Sequence[Reading], held: HeldStays) -> dict[UUID, list[str]]:
    """Texts by which the stays that these events tell of can be found."""
    words: dict[UUID, list[str]] = {}
    for stay, arrival in _arrivals(readings, held):
        if arrival.muster is not None:
            words.setdefault(stay, []).extend((arrival.muster.name, arrival.muster.company, arrival.muster.host))
    return words


def find_alerts(readings: Sequence[Reading], held: HeldStays) -> list[ArrivalAlert]:
    """Which hosts these events give reason to tell."""
    return [
        ArrivalAlert(stay, arrival.event_id, arrival.host_id)
        for stay, arrival in _arrivals(readings, held)
        if arrival.host_id is not None
    ]


def find_calls(readings: Sequence[Reading], held: HeldStays, record: Epoch) -> Calls:
    """Who is wanted at the kiosk of this epoch, and what these events end, in their order."""
    made: dict[UUID, ReceptionCall] = {}
    ended: dict[Ending, list[UUID]] = {}
    for reading in readings:
        stay = reading.row.stay_id
        if stay is None or stay not in held.known:
            continue
        over = ended_by(reading.row.kind, stay) if reading.fact is not None else None
        if over is not None:
            ended.setdefault(over[0], []).extend(over[1])
            for each in over[1]:
                if each in made:
                    made[each] = replace(made[each], ended_as=over[0])
        asked = reading.asked
        if asked is not None and call_id(stay, asked.told.occasion) not in made:
            call = ReceptionCall(stay, record.kiosk_id, record.site_id, asked.asked_at, asked.told)
            made[call.id] = call
    return Calls(list(made.values()), ended)


async def call_reception(tx: IngestTransaction, calls: Calls, now: datetime) -> None:
    """Have those told who are to come, and nobody any more where it is over."""
    for ending, ids in calls.ended.items():
        await tx.end_calls(ids, ending, now)
    if calls.made:
        await tx.add_calls(calls.made, now)


def find_consents(readings: Sequence[Reading], held: HeldStays, now: datetime) -> list[ToldConsent]:
    """What people who came by invitation said of documents, where neither key nor clock is in doubt (ADR 98)."""
    invited: dict[UUID, ArrivedMuster] = {
        reading.row.stay_id: reading.arrival.muster
        for reading in readings
        if reading.arrival is not None
        and reading.arrival.muster is not None
        and reading.arrival.muster.invitation is not None
        and reading.fact is not None
        and reading.fact.standing is Standing.CLEAR
        and reading.row.stay_id is not None
        and reading.row.stay_id in held.known
    }
    found: list[ToldConsent] = []
    for reading in readings if invited else ():
        stay, said = reading.row.stay_id, reading.consent
        who = None if stay is None else invited.get(stay)
        if stay is None or said is None or who is None or who.invitation is None:
            continue
        found.append(
            ToldConsent(
                invitation_id=who.invitation,
                name=who.name,
                stay_id=stay,
                document=said.document,
                sha256=said.sha256,
                at=min(from_unix_ms(Hlc.parse(decode_header(reading.row.raw).hlc).wall_ms), now),
                granted=said.granted,
                signed=said.signature is not None,
                right=min(said.right, MOST_RIGHT),
            )
        )
    return found


async def alert_hosts(tx: IngestTransaction, alerts: Sequence[ArrivalAlert], now: datetime) -> None:
    """Have those hosts told who can be."""
    if not alerts:
        return
    reachable = await tx.reachable_hosts({alert.host_id for alert in alerts})
    await tx.add_alerts([alert for alert in alerts if alert.host_id in reachable], now)


async def _gather_facts(
    tx: IngestTransaction, readings: Sequence[Reading], held: HeldStays, standings: KeyStandings
) -> dict[UUID, list[Fact]]:
    facts: dict[UUID, list[Fact]] = {}
    for reading in readings:
        if reading.fact is not None and reading.row.stay_id is not None:
            # A kiosk that has not heard of the erasure yet still tells who it was.
            told = replace(reading.fact, muster=None) if reading.row.stay_id in held.erased else reading.fact
            facts.setdefault(reading.row.stay_id, []).append(told)
    for stay, stored in (await _read_facts(tx, [stay for stay in facts if stay not in held.fresh], standings)).items():
        facts[stay] += stored
    return facts


async def _read_facts(
    tx: IngestTransaction, stays: Collection[UUID], standings: KeyStandings
) -> dict[UUID, list[Fact]]:
    facts: dict[UUID, list[Fact]] = {}
    if not stays:
        return facts
    found = [(stored, decode_header(stored.raw)) for stored in await tx.list_facts(stays)]
    await standings.learn(header.epoch for _, header in found)
    for stored, header in found:
        stay = stay_of(header)
        if stay is not None:
            key = standings.of(header.epoch, header.seq, stored.hash, in_log=stored.in_log)
            facts.setdefault(stay, []).append(stored_fact(stored, header, key))
    return facts


def _readable(readings: Sequence[Reading], held: HeldStays) -> dict[str, Arrival]:
    """The arrivals whose bodies are at hand, by header hash; of an erased stay nothing is read."""
    return {
        reading.row.hash: reading.arrival
        for reading in readings
        if reading.arrival is not None and reading.row.stay_id in held.known
    }


def _arrivals(readings: Sequence[Reading], held: HeldStays) -> list[tuple[UUID, Arrival]]:
    return [
        (reading.row.stay_id, reading.arrival)
        for reading in readings
        if reading.arrival is not None and reading.row.stay_id is not None and reading.row.stay_id in held.known
    ]
