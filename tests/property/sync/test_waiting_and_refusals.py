"""Backpressure: how long a kiosk waits, whatever it is answered; and that no answer at all costs an event."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.device.backoff import LONGEST_SECONDS, Backoff, retry_after_seconds
from sync.device.patience import Patience, problem_name
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from tests.fakes.sync_cloud import SyncCloud, problem
from tests.fakes.sync_kiosk import enrol_rig
from tests.fakes.sync_records import arrival

PARTS = st.floats(0.0, 1.0)
STATUSES = st.sampled_from([301, 400, 401, 403, 404, 408, 409, 413, 415, 418, 429, 500, 502, 503, 504])
RETRY_AFTER = st.one_of(st.none(), st.integers(-5, 10**9).map(str), st.text(max_size=8))
BODIES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(["gap", "epoch-taken", "not-frozen", "batch-refused", "", "later"]).map(problem),
    st.integers(-3, 99).map(lambda seq: f'{{"expected_seq":{seq}}}'.encode()),
)


@given(parts=st.lists(PARTS, min_size=1, max_size=40))
def test_each_wait_is_full_jitter_below_a_doubling_bound(parts: list[float]) -> None:
    """1 s, 2 s, 4 s ... 5 min: anything from a tenth of a second up to the bound."""
    given_parts = iter(parts)
    backoff = Backoff(lambda: next(given_parts))
    for failures, part in enumerate(parts):
        bound = min(LONGEST_SECONDS, 2.0**failures)
        assert backoff.fail() == max(0.1, part * bound)


@given(part=PARTS, seconds=st.floats(0, 1000))
def test_a_pause_that_was_asked_for_is_kept_and_spread(part: float, seconds: float) -> None:
    """Never sooner than told, never more than a quarter later."""
    waited = Backoff(lambda: part).spread(seconds)
    assert max(1.0, seconds) <= waited <= 1.25 * max(1.0, seconds)


@given(status=STATUSES, retry_after=RETRY_AFTER, body=BODIES, part=PARTS, failures=st.integers(0, 30))
def test_every_refusal_ends_in_a_bounded_wait(
    status: int, retry_after: str | None, body: bytes, part: float, failures: int
) -> None:
    """429 and 503 wait as told, within bounds; whatever the header holds, nobody is silenced for ever."""
    patience = Patience(lambda: part)
    for _ in range(failures):
        patience.retry(LinkState.OFFLINE, "before")
    headers = {} if retry_after is None else {"retry-after": retry_after}
    step = patience.refuse(Answer(status, headers, body))
    assert 0.1 <= step.wait_seconds <= 1.25 * LONGEST_SECONDS
    assert str(status) in patience.fault
    told = retry_after_seconds(retry_after)
    if status in (429, 503) and told is not None:
        assert step.state is LinkState.BUSY
        assert step.wait_seconds >= told
    else:
        assert step.state is not LinkState.BUSY
    assert len(problem_name(Answer(status, {}, body))) <= len(body)


@settings(max_examples=25, deadline=None)
@given(
    answers=st.lists(st.builds(lambda status, body: Answer(status, {}, body), STATUSES, BODIES), max_size=12),
    losses=st.integers(0, 3),
    silences=st.integers(0, 3),
)
def test_c10_c11_no_series_of_answers_loses_or_doubles_an_event(
    tmp_path_factory: pytest.TempPathFactory, answers: list[Answer], losses: int, silences: int
) -> None:
    """C10, C11, C15: refusals of every kind, lost answers, silence; then all drains, each event once, in order."""
    rig = enrol_rig(tmp_path_factory.mktemp("kiosk"), SyncCloud())
    try:
        rig.log.append(arrival())
        rig.cloud.faults.answers = list(answers)
        rig.cloud.faults.lose_answers, rig.cloud.faults.unreachable = losses, silences
        for _ in range(3):
            rig.uploader.step()
            rig.log.append(arrival())
        rig.drain(60)
        assert rig.held() == rig.recorded()
        assert len(rig.held()) == 16
        assert len(rig.log.epochs.all()) == 1
    finally:
        rig.close()
