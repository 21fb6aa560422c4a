"""The fold does not depend on the order, repetition or grouping in which events arrive (C11, C21)."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.chain import Act, Identity
from sync.protocol.fold import Fact, Standing, fact, fold
from sync.protocol.keys import thumbprint
from sync.protocol.kinds import Kind
from tests.vectors.sample import ARRIVAL, KIOSK, SITE, STAY, TENANT, key_of, make_chain

OTHER_STAY = UUID("00000000-0000-4000-8000-000000000001")
_KINDS = (
    Kind.VISITOR_ARRIVED,
    Kind.VISITOR_DEPARTED,
    Kind.DEPARTURE_ASSUMED,
    Kind.DEPARTURE_REVOKED,
    Kind.BADGE_PRINTED,
)
KIOSKS = tuple(
    Identity(TENANT, SITE, UUID(int=KIOSK.int + at), thumbprint(key_of(f"kiosk {at}").public_key())) for at in range(3)
)


@st.composite
def some_facts(draw: st.DrawFn) -> list[Fact]:
    """Up to eight events of three kiosks about two stays, with clocks that may disagree, in any standing."""
    found = []
    for at, identity in enumerate(KIOSKS):
        acts, steps = [], []
        for _ in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from(_KINDS))
            stay = draw(st.sampled_from([STAY, STAY, OTHER_STAY, None]))
            acts.append(Act(kind, stay, muster=ARRIVAL.muster))
            steps.append(draw(st.integers(0, 4)))
        chain = make_chain(*acts, identity=identity, name=f"fold {at}", steps=tuple(sorted(steps)))
        found += [fact(event, draw(st.sampled_from([Standing.CLEAR, *Standing]))) for event in chain]
    return found


@given(some_facts(), st.data())
def test_shuffled_and_doubled_facts_give_the_same_state(facts: list[Fact], data: st.DataObject) -> None:
    """C11."""
    doubled = facts + (data.draw(st.lists(st.sampled_from(facts))) if facts else [])
    assert fold(data.draw(st.permutations(doubled))) == fold(facts)


@given(some_facts(), st.data())
def test_facts_heard_in_parts_give_the_same_state_once_all_are_known(facts: list[Fact], data: st.DataObject) -> None:
    """C21: after a partition has healed."""
    cut = data.draw(st.integers(0, len(facts)))
    assert fold(facts[cut:] + facts[:cut]) == fold(facts)


@given(some_facts(), st.data())
def test_copies_in_different_standings_and_with_erased_bodies_do_not_depend_on_order(
    facts: list[Fact], data: st.DataObject
) -> None:
    copies = [
        replace(
            item, standing=data.draw(st.sampled_from(Standing)), muster=data.draw(st.sampled_from([None, item.muster]))
        )
        for item in facts
    ]
    assert fold(facts + copies) == fold(data.draw(st.permutations(copies + facts)))


@given(some_facts())
def test_nobody_who_arrived_is_off_the_list_without_a_clear_departure_by_a_person(facts: list[Fact]) -> None:
    """Uncertainty lists the person."""
    for stay, state in fold(facts).items():
        arrived = any(
            item.header.kind == Kind.VISITOR_ARRIVED and stay in (item.header.stay, item.header.id) for item in facts
        )
        clear = [
            item
            for item in facts
            if item.header.stay == stay
            and item.header.kind == Kind.VISITOR_DEPARTED
            and item.standing is Standing.CLEAR
        ]
        assert state.present or not arrived or (clear and state.departed in clear)
        assert arrived or not state.present


@given(some_facts(), st.data())
def test_a_worse_standing_never_takes_anybody_off_the_list(facts: list[Fact], data: st.DataObject) -> None:
    """Doubt about departures and revocations only ever adds people."""
    doubted = [
        item
        if item.header.kind == Kind.VISITOR_ARRIVED
        else replace(item, standing=data.draw(st.sampled_from(Standing)))
        for item in facts
    ]
    before = {stay for stay, state in fold(facts).items() if state.present}
    after = {stay for stay, state in fold(facts + doubted).items() if state.present}
    assert before <= after


def test_the_properties_can_fail() -> None:
    """A check of the check: taking the last-heard copy of an event makes the result depend on order."""

    def last_heard(facts: list[Fact]) -> object:
        return fold({item.hash: item for item in facts}.values())

    arrival, departure = make_chain(ARRIVAL, Act(Kind.VISITOR_DEPARTED, STAY), name="check")
    facts = [fact(arrival), fact(departure), fact(departure, Standing.FORKED)]
    assert last_heard(facts) != last_heard(facts[::-1])
    assert fold(facts) == fold(facts[::-1])
