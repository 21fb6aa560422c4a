"""Nonces of device requests."""

import pytest

from cloud_api.http.limits import ProcessRateLimit
from cloud_api.services.nonces import Nonces
from tests.fakes.cloud_clock import FrozenClock


def test_a_nonce_is_fresh_for_five_minutes_on_every_replica() -> None:
    clock = FrozenClock()
    issued = Nonces(b"s" * 32, clock).issue()
    replica = Nonces(b"s" * 32, clock)
    clock.advance(seconds=300)
    assert replica.is_fresh(issued)
    clock.advance(seconds=1)
    assert not replica.is_fresh(issued)


def test_a_nonce_of_a_replica_whose_clock_is_ahead_is_fresh() -> None:
    ahead, behind = FrozenClock(), FrozenClock()
    ahead.advance(seconds=60)
    issued = Nonces(b"s" * 32, ahead).issue()
    assert Nonces(b"s" * 32, behind).is_fresh(issued)


@pytest.mark.parametrize("nonce", ["", "x", "A" * 40, "é", "A" * 4000])
def test_a_foreign_nonce_is_never_fresh(nonce: str) -> None:
    assert not Nonces(b"s" * 32, FrozenClock()).is_fresh(nonce)


def test_a_nonce_of_another_server_is_never_fresh() -> None:
    clock = FrozenClock()
    assert not Nonces(b"s" * 32, clock).is_fresh(Nonces(b"t" * 32, clock).issue())


def test_nonces_differ() -> None:
    nonces = Nonces(b"s" * 32, FrozenClock())
    assert len({nonces.issue() for _ in range(100)}) == 100


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
async def test_the_sixth_attempt_waits_and_others_do_not(anyio_backend: str) -> None:
    """R05."""
    clock = FrozenClock()
    limit = ProcessRateLimit(clock)
    assert [await limit.check("enrolment", "10.0.0.1") for _ in range(5)] == [None] * 5
    assert await limit.check("enrolment", "10.0.0.1") == 300
    assert await limit.check("enrolment", "10.0.0.2") is None
    clock.advance(seconds=301)
    assert await limit.check("enrolment", "10.0.0.1") is None
