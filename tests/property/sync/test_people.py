"""Two arrivals by one invitation under one name are one person; nobody is lost by it, in whatever order (F03, C21)."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.people import people

CODES = (None, UUID(int=1), UUID(int=2))
NAMES = (
    "",
    "Odalys Fernhollow",
    "fernhollow, ODALYS",
    "Ódalys Fernhollow",
    "Bram Quillfeather",
    "🦊🦊",
    "🦊",
    "\u202e",
)
Came = tuple[int, UUID | None, str]
arrivals = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(NAMES)), max_size=9)


def _told(came: Came) -> tuple[UUID | None, str]:
    return came[1], came[2]


def _numbered(drawn: list[tuple[UUID | None, str]]) -> list[Came]:
    return [(place, code, name) for place, (code, name) in enumerate(drawn)]


@given(arrivals, st.randoms(use_true_random=False))
def test_every_stay_is_one_persons_whatever_the_order(drawn: list[tuple[UUID | None, str]], chance: object) -> None:
    stays = _numbered(drawn)
    found = people(stays, _told)
    assert sorted(stay for person in found for stay in person) == stays
    assert [person[0] for person in found] == sorted(person[0] for person in found)
    shuffled = list(stays)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random
    assert {frozenset(person) for person in people(shuffled, _told)} == {frozenset(person) for person in found}


@given(arrivals)
def test_nobody_without_an_invitation_or_a_name_is_taken_for_another(drawn: list[tuple[UUID | None, str]]) -> None:
    for person in people(_numbered(drawn), _told):
        if len(person) > 1:
            assert len({code for _, code, _ in person}) == 1
            assert all(code is not None and name for _, code, name in person)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Odalys Fernhollow", "fernhollow, ODALYS", True),
        ("Odalys Fernhollow", "Ódalys  Fernhollow", True),
        ("Odalys Fernhollow", "Odalys Fernhollow-Quill", False),
        ("Odalys Fernhollow", "Bram Quillfeather", False),
        ("🦊", "🦊", True),
        ("🦊", "🦊🦊", False),
        ("", "", False),
    ],
)
def test_names_that_differ_in_writing_alone_are_the_same(one: str, other: str, *, same: bool) -> None:
    assert len(people([(0, CODES[1], one), (1, CODES[1], other)], _told)) == (1 if same else 2)


def test_another_invitation_is_another_person() -> None:
    assert len(people([(0, CODES[1], NAMES[1]), (1, CODES[2], NAMES[1])], _told)) == 2
