"""Uncertainty lists the person: the rules of the fold, one by one."""

from dataclasses import replace
from uuid import UUID

import msgspec
import pytest

from sync.protocol.chain import Act
from sync.protocol.commitments import Part, SealedBody, commitment
from sync.protocol.events import Event, Header, encode_header
from sync.protocol.fold import Fact, Standing, Stay, fact, fold, fold_stay
from sync.protocol.kinds import Kind
from tests.vectors.sample import ARRIVAL, DEPARTURE, IDENTITY, STAY, make_chain

ASSUMED = Act(Kind.DEPARTURE_ASSUMED, STAY, full={"method": "automatic"})
REVOKED = Act(Kind.DEPARTURE_REVOKED, STAY, full={"reason": "still in the workshop"})
DOUBTFUL = [standing for standing in Standing if standing is not Standing.CLEAR]


def state(*acts: Act, standings: dict[int, Standing] | None = None, steps: tuple[int, ...] = ()) -> Stay:
    """The one stay that these acts make, recorded a second apart or at the steps given."""
    events = make_chain(*acts, steps=steps)
    facts = [fact(event, (standings or {}).get(at, Standing.CLEAR)) for at, event in enumerate(events)]
    return fold(facts)[STAY]


def test_an_arrival_lists_and_a_departure_takes_off() -> None:
    arrived = state(ARRIVAL)
    assert (arrived.present, arrived.verified, arrived.departed) == (True, True, None)
    assert arrived.muster is not None
    assert arrived.muster.name == "Niamh Ó Súilleabháin"
    left = state(ARRIVAL, DEPARTURE)
    assert (left.present, left.verified) == (False, True)
    assert left.departed is not None


def test_a_departure_before_its_arrival_waits() -> None:
    """A departure heard or stamped before the arrival removes nobody."""
    assert state(DEPARTURE).present is False
    assert state(DEPARTURE).arrived is None
    assert state(DEPARTURE, ARRIVAL).present is True


def test_the_first_departure_wins_and_later_ones_show() -> None:
    stay = state(ARRIVAL, DEPARTURE, DEPARTURE, DEPARTURE)
    assert stay.departed is not None
    assert (stay.departed.header.seq, [item.header.seq for item in stay.later_departures]) == (2, [3, 4])


def test_a_revoked_departure_restores_and_a_new_one_counts_again() -> None:
    assert state(ARRIVAL, DEPARTURE, REVOKED).present is True
    assert state(ARRIVAL, DEPARTURE, REVOKED, DEPARTURE).present is False
    assert state(ARRIVAL, ASSUMED, REVOKED).verified is True


@pytest.mark.parametrize("standing", DOUBTFUL)
def test_a_departure_in_doubtful_standing_never_removes_anybody(standing: Standing) -> None:
    """C07, C13, C17, C22."""
    assert state(ARRIVAL, DEPARTURE, standings={1: standing}).present is True


@pytest.mark.parametrize("standing", DOUBTFUL)
def test_a_revocation_or_an_arrival_in_doubtful_standing_still_lists(standing: Standing) -> None:
    assert state(ARRIVAL, DEPARTURE, REVOKED, standings={2: standing}).present is True
    assert state(ARRIVAL, standings={0: standing}).present is True


def test_a_departure_that_a_timer_assumed_takes_nobody_off_the_list() -> None:
    """Nobody leaves the evacuation list through a timer; F13: it is marked unverified."""
    stay = state(ARRIVAL, ASSUMED)
    assert (stay.present, stay.verified) == (True, False)
    assert stay.departed is not None
    closed = state(ARRIVAL, ASSUMED, DEPARTURE)
    assert (closed.present, closed.verified) == (False, True)
    assert closed.departed is not None
    assert closed.departed.header.kind == Kind.VISITOR_DEPARTED


def test_an_arrival_after_the_departure_lists_again() -> None:
    """A second arrival of one stay is odd, and odd things list the person."""
    assert state(ARRIVAL, DEPARTURE, ARRIVAL).present is True
    assert state(ARRIVAL, DEPARTURE, ARRIVAL, DEPARTURE).present is False


@pytest.mark.parametrize("standing", [Standing.CLOCK_FLAGGED, Standing.REVOKED])
def test_a_disbelieved_later_arrival_cannot_pin_somebody_to_the_list_for_ever(standing: Standing) -> None:
    """C22: a kiosk ten years ahead must not make every later departure wait."""
    flagged = {1: standing}
    assert state(ARRIVAL, ARRIVAL, DEPARTURE, standings=flagged, steps=(0, 900_000, 5)).present is False
    assert state(ARRIVAL, ARRIVAL, standings=flagged, steps=(0, 900_000)).present is True


def test_c06_within_a_chain_no_clock_turns_the_order_around() -> None:
    """C06: who arrived while the clock was ahead and leaves there when it is right has left; elsewhere they wait."""
    ahead = {0: Standing.CLOCK_FLAGGED}
    assert state(ARRIVAL, DEPARTURE, standings=ahead, steps=(9000, 1)).present is False
    assert state(ARRIVAL, REVOKED, DEPARTURE, steps=(1, 9000, 2)).present is False
    assert state(ARRIVAL, DEPARTURE, REVOKED, steps=(1, 9000, 2)).present is True
    (arrived,) = make_chain(ARRIVAL, steps=(9000,))
    (left,) = make_chain(DEPARTURE, identity=replace(IDENTITY, kiosk=UUID(int=9, version=4)), steps=(1,))
    assert fold([fact(arrived, Standing.CLOCK_FLAGGED), fact(left)])[STAY].present is True


def test_an_event_heard_in_two_standings_counts_in_the_worse_one() -> None:
    arrival, departure = make_chain(ARRIVAL, DEPARTURE)
    for standing in DOUBTFUL:
        twice = [fact(departure), fact(departure, standing)]
        for facts in (twice, twice[::-1]):
            assert fold([fact(arrival), *facts])[STAY].present is True
            assert fold_stay(STAY, [fact(arrival), *facts]).present is True


def test_repetition_makes_no_second_departure() -> None:
    arrival, departure = make_chain(ARRIVAL, DEPARTURE)
    stay = fold_stay(STAY, [fact(departure), fact(arrival), fact(departure)])
    assert (stay.present, stay.later_departures) == (False, ())


def unnamed(event: Event) -> Fact:
    item = fact(event)
    assert item.muster is None
    return item


def _committed(event: Event, muster: SealedBody) -> tuple[bytes, Header, SealedBody]:
    header = msgspec.structs.replace(event.header, muster=commitment(Part.MUSTER, muster))
    return encode_header(header), header, muster


def test_an_arrival_whose_body_is_gone_broken_or_not_its_own_is_an_unnamed_person() -> None:
    arrival, other = make_chain(ARRIVAL, Act(Kind.VISITOR_ARRIVED, STAY, muster={"name": "A"}))
    assert arrival.muster is not None
    assert other.muster is not None
    large = SealedBody(
        arrival.muster.salt, msgspec.Raw(arrival.muster.bytes()[:-1] + b',"x":"' + b"y" * 65_536 + b'"}')
    )
    swapped = msgspec.structs.replace(arrival.muster, body=msgspec.Raw(arrival.muster.bytes().replace(b"N", b"M")))
    for event in (
        Event(arrival.raw_header, arrival.header, None, None),
        Event(arrival.raw_header, arrival.header, swapped, arrival.full),
        Event(arrival.raw_header, arrival.header, other.muster, None),
        other,
        Event(*_committed(arrival, large), arrival.full),
    ):
        stay = fold([unnamed(event)])[STAY]
        assert (stay.present, stay.muster) == (True, None)


def test_a_copy_that_still_has_the_name_serves_one_that_does_not() -> None:
    arrival = make_chain(ARRIVAL)[0]
    bare = Event(arrival.raw_header, arrival.header, None, None)
    for facts in ([fact(bare), fact(arrival)], [fact(arrival), fact(bare)]):
        assert fold(facts)[STAY].muster is not None


def test_an_arrival_without_a_stay_is_listed_all_the_same() -> None:
    """A kiosk's fault must not make somebody invisible in a fire."""
    event = make_chain(Act(Kind.VISITOR_ARRIVED, None, muster=ARRIVAL.muster))[0]
    stays = fold([fact(event)])
    assert [(key, stay.present) for key, stay in stays.items()] == [(event.header.id, True)]


def test_other_events_list_nobody_and_take_nobody_off() -> None:
    others = [Act(kind, STAY) for kind in ("badge.printed", "visitor.vanished", "consent.recorded")]
    assert state(*others).present is False
    assert state(ARRIVAL, *others).present is True
    assert fold([fact(make_chain(Act(Kind.KIOSK_STARTED, None))[0])]) == {}
    assert isinstance(STAY, UUID)
