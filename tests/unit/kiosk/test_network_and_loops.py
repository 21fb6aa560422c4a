"""Keeping in step: what is due when, what the status line may say, and threads that wait for no other."""

import threading
from collections.abc import Callable, Sequence

import pytest

from kiosk.flows.network import Network, Stepper
from kiosk.threads import Loop, closing_loops
from sync.device.stepping import LinkState, Step


class _Scripted:
    def __init__(self, *steps: Step) -> None:
        self.steps = list(steps)
        self.calls = 0

    def step(self) -> Step:
        self.calls += 1
        return self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]


class _Time:
    def __init__(self) -> None:
        self.ms = 1_000_000

    def now(self) -> int:
        return self.ms


def _network(
    uploader: Stepper,
    feed: Stepper,
    time: _Time,
    *,
    objects: Stepper | None = None,
    waiting: Callable[[], int] = lambda: 3,
    others: Sequence[Stepper] = (),
) -> Network:
    return Network(
        uploader=uploader,
        feed=feed,
        objects=objects or _Scripted(Step(LinkState.ONLINE, 30)),
        waiting=waiting,
        mono_ms=time.now,
        wall_ms=time.now,
        others=others,
    )


def _step(network: Network) -> float:
    return min(network.step_uploads(), network.step_feed())


def test_offline_is_since_the_first_failure_and_ends_with_the_first_answer() -> None:
    time = _Time()
    uploader = _Scripted(Step(LinkState.OFFLINE, 1), Step(LinkState.OFFLINE, 1), Step(LinkState.ONLINE, 30))
    network = _network(uploader, _Scripted(Step(LinkState.OFFLINE, 600), Step(LinkState.ONLINE, 20)), time)
    _step(network)
    since = network.offline_since_ms
    time.ms += 1500
    _step(network)
    assert (since, network.offline_since_ms) == (1_000_000, 1_000_000)
    time.ms += 1500
    _step(network)
    assert network.offline_since_ms is None
    assert network.waiting == 3


@pytest.mark.parametrize(
    ("state", "calls"),
    [(LinkState.ONLINE, 2), (LinkState.OFFLINE, 2), (LinkState.BUSY, 1), (LinkState.REVOKED, 1)],
)
def test_something_recorded_is_sent_soon_unless_the_server_asked_to_wait(state: LinkState, calls: int) -> None:
    time = _Time()
    uploader = _Scripted(Step(state, 30))
    network = _network(uploader, _Scripted(Step(state, 600)), time)
    _step(network)
    network.hurry()
    _step(network)
    assert uploader.calls == 1
    time.ms += 2001
    _step(network)
    assert uploader.calls == calls


@pytest.mark.parametrize(
    ("state", "calls"),
    [(LinkState.ONLINE, 1), (LinkState.OFFLINE, 2), (LinkState.BUSY, 1), (LinkState.REVOKED, 1)],
)
def test_a_person_at_the_kiosk_is_a_reason_to_look_again_only_while_nobody_answers(
    state: LinkState, calls: int
) -> None:
    time = _Time()
    uploader, feed = _Scripted(Step(state, 300)), _Scripted(Step(state, 300))
    network = _network(uploader, feed, time)
    _step(network)
    time.ms += 2001
    network.look_again()
    network.look_again()
    _step(network)
    network.look_again()
    _step(network)
    assert (uploader.calls, feed.calls) == (calls, calls)


def test_an_early_try_that_fails_does_not_put_off_the_planned_one() -> None:
    time = _Time()
    uploader = _Scripted(Step(LinkState.OFFLINE, 30), Step(LinkState.OFFLINE, 120), Step(LinkState.ONLINE, 30))
    network = _network(uploader, _Scripted(Step(LinkState.OFFLINE, 600)), time)
    _step(network)
    time.ms += 5000
    network.hurry()
    _step(network)
    assert uploader.calls == 2
    time.ms += 25_000
    _step(network)
    assert uploader.calls == 3


def test_when_the_feed_is_answered_again_the_uploader_does_not_sleep_out_its_backoff() -> None:
    time = _Time()
    uploader = _Scripted(Step(LinkState.OFFLINE, 300), Step(LinkState.ONLINE, 30))
    network = _network(uploader, _Scripted(Step(LinkState.OFFLINE, 2), Step(LinkState.ONLINE, 20)), time)
    _step(network)
    time.ms += 2001
    _step(network)
    assert _step(network) <= 20
    assert uploader.calls == 2
    assert network.state is LinkState.ONLINE


_ONLINE, _CALM = Step(LinkState.ONLINE, 30), Step(LinkState.ONLINE, 600)


@pytest.mark.parametrize(("waiting", "state"), [(1, LinkState.ONLINE), (0, LinkState.OFFLINE), (0, LinkState.BUSY)])
def test_photos_are_not_sent_while_an_event_waits_or_nobody_answers(waiting: int, state: LinkState) -> None:
    time, objects = _Time(), _Scripted(Step(LinkState.ONLINE, 0))
    feed = _Scripted(Step(state, 600))
    network = _network(_Scripted(Step(state, 30)), feed, time, objects=objects, waiting=lambda: waiting)
    assert _step(network) == 30, "it must not spin because a photo is due"
    assert objects.calls == 0


def test_photos_go_up_one_part_at_a_time_and_an_event_goes_between_two_parts() -> None:
    time, objects, uploader = _Time(), _Scripted(Step(LinkState.ONLINE, 0)), _Scripted(_ONLINE)
    waits = [0]
    network = _network(uploader, _Scripted(_CALM), time, objects=objects, waiting=lambda: waits[0])
    assert _step(network) == 0
    time.ms += 2500
    assert (_step(network), objects.calls) == (0, 2)
    waits[0] = 1
    network.hurry()
    _step(network)
    assert (uploader.calls, objects.calls) == (2, 2)
    waits[0] = 0
    _step(network)
    assert objects.calls == 3


def test_c13_photos_do_not_wait_for_events_that_the_cloud_refuses() -> None:
    """C13: they go in the pause before those are tried again."""
    time, objects, uploader = _Time(), _Scripted(Step(LinkState.ONLINE, 0)), _Scripted(Step(LinkState.REFUSED, 30))
    network = _network(uploader, _Scripted(_CALM), time, objects=objects, waiting=lambda: 1)
    for _ in range(3):
        _step(network)
    assert (uploader.calls, objects.calls) == (1, 3)


@pytest.mark.parametrize("state", [LinkState.OFFLINE, LinkState.REFUSED, LinkState.BUSY, LinkState.REVOKED])
def test_what_becomes_of_photos_says_nothing_of_the_line_to_the_cloud(state: LinkState) -> None:
    objects = _Scripted(Step(state, 100))
    network = _network(_Scripted(_ONLINE), _Scripted(_CALM), _Time(), objects=objects, waiting=lambda: 0)
    _step(network)
    assert (network.state, network.offline_since_ms, objects.calls) == (LinkState.ONLINE, None, 1)


def test_a_new_photo_does_not_wait_out_the_idle_pause_but_a_pause_that_was_asked_for_it_does() -> None:
    for state, calls in ((LinkState.ONLINE, 2), (LinkState.BUSY, 1), (LinkState.OFFLINE, 1)):
        time, objects = _Time(), _Scripted(Step(state, 300))
        network = _network(_Scripted(_ONLINE), _Scripted(_CALM), time, objects=objects, waiting=lambda: 0)
        _step(network)
        time.ms += 2500
        network.hurry()
        _step(network)
        assert objects.calls == calls


class _Held:
    """A feed whose request the cloud holds until it is let go."""

    def __init__(self) -> None:
        self.asked, self.let_go = threading.Event(), threading.Event()

    def step(self) -> Step:
        self.asked.set()
        self.let_go.wait(30)
        return Step(LinkState.ONLINE, 1)


def test_an_upload_does_not_wait_for_a_feed_request_that_the_cloud_holds() -> None:
    time, feed, sent = _Time(), _Held(), threading.Semaphore(0)

    class Uploads:
        def step(self) -> Step:
            sent.release()
            return Step(LinkState.ONLINE, 300)

    network = _network(Uploads(), feed, time, waiting=lambda: 0)
    due, feed_due = threading.Event(), threading.Event()
    network.uploads.wake, network.feed.wake = due.set, feed_due.set
    loops = [Loop("feed", network.step_feed, feed_due), Loop("network", network.step_uploads, due)]
    with closing_loops(loops):
        assert feed.asked.wait(5)
        assert sent.acquire(timeout=5)
        time.ms += 2001
        network.hurry()
        assert sent.acquire(timeout=5)
        assert not feed.let_go.is_set()
        feed.let_go.set()


def test_what_is_recorded_while_an_upload_runs_is_sent_soon_after_it() -> None:
    time = _Time()

    class Uploads:
        calls = 0

        def step(self) -> Step:
            self.calls += 1
            if self.calls == 1:
                network.hurry()
            return Step(LinkState.ONLINE, 300)

    uploads = Uploads()
    network = _network(uploads, _Scripted(Step(LinkState.ONLINE, 300)), time, waiting=lambda: 0)
    assert network.step_uploads() <= 2
    time.ms += 2001
    network.step_uploads()
    assert uploads.calls == 2


def test_c40_a_witness_of_the_log_is_stepped_and_says_nothing_about_the_line_to_the_cloud() -> None:
    """C40: whatever it finds, uploads and the status line go their way."""
    time = _Time()
    uploader, feed, witness = (
        _Scripted(Step(state, 30)) for state in (LinkState.ONLINE, LinkState.ONLINE, LinkState.REFUSED)
    )
    network = _network(uploader, feed, time, waiting=lambda: 0, others=(witness,))
    _step(network)
    assert (network.state, witness.calls) == (LinkState.ONLINE, 1)
    time.ms += 31_000
    _step(network)
    assert (uploader.calls, feed.calls, witness.calls) == (2, 2, 2)
