"""Whatever answers a kiosk, it neither breaks nor loses anything, and goes on when the true cloud answers again."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.device.database import DeviceDatabase
from sync.device.enroller import enrol
from sync.device.errors import EnrolmentError
from sync.device.settings import Settings
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.feed import Host, Hosts, PageKind
from sync.signable_request import NONCE_HEADER, SignableRequest
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import DATABASE_KEY, NOON_MS, Bytes, arrival
from workbench.fuzz.mutations import mutate

STATUSES = (100, 200, 200, 200, 204, 301, 400, 401, 403, 404, 409, 409, 410, 413, 429, 500, 503, 999)
NONCES = ("", "n", "a" * 300, "é", 'x"y', "\r\n", "\x00", "~._-+/=")
PAUSES = ("", "0", "5", "-1", "1e9", "9" * 5000, "Fri, 15 Jul 2022 14:24:55 GMT", "٣", "\x00")

SEEDS = st.integers(0, 2**32)
"""Seeds and no drawn chances: what a kiosk signs has another length each time, and so would the draws."""

Mangler = Callable[[Answer], Answer]


def mangler(chance: random.Random) -> Mangler:
    """Turns each true answer into another: its body damaged or exchanged, any status, any headers."""
    seen: list[bytes] = [b"", b"{}", b'{"expected_seq":1}', b'{"expected_seq":99999999999999999999}', b"[" * 5000]

    def mangle(answer: Answer) -> Answer:
        seen.append(answer.body)
        body = mutate(chance, seen) if chance.random() < 0.7 else answer.body
        status = chance.choice(STATUSES) if chance.random() < 0.5 else answer.status
        headers: Mapping[str, str] = {**answer.headers, "retry-after": chance.choice(PAUSES)}
        if chance.random() < 0.3:
            headers = {**headers, NONCE_HEADER: chance.choice(NONCES)}
        return Answer(status, headers, body)

    return mangle


def check_nothing_lost(rig: DeviceRig) -> None:
    """All that was recorded reaches the cloud once, in order, when the true cloud answers again."""
    rig.cloud.faults.mangle_answer = None
    rig.drain(steps=50)
    assert rig.held() == rig.recorded()


@settings(max_examples=25)
@given(seed=SEEDS)
def test_a_server_that_answers_anything_costs_no_event(seed: int) -> None:
    """C15: no answer deletes an event or stops the queue for good."""
    with TemporaryDirectory() as folder:
        rig = enrol_rig(Path(folder), SyncCloud())
        try:
            rig.cloud.faults.mangle_answer = mangler(random.Random(seed))
            for visitor in range(3):
                rig.log.append(arrival(f"Visitor {visitor}"))
                for _ in range(4):
                    step = rig.uploader.step()
                    assert isinstance(step.state, LinkState)
                    assert 0 <= step.wait_seconds <= 400
                    assert rig.uploader.fault.isprintable()
            check_nothing_lost(rig)
        finally:
            rig.close()


@settings(max_examples=25)
@given(seed=SEEDS)
def test_a_server_that_answers_anything_changes_no_page(seed: int) -> None:
    """C23, C46: a page is the one that the feed's key signed, or the one held before."""
    with TemporaryDirectory() as folder:
        rig = enrol_rig(Path(folder), SyncCloud())
        try:
            names = [f"Host {number}" for number in range(6)]
            for number, name in enumerate(names):
                rig.cloud.publish(Hosts(hosts=(Host(id=rig.enrolment.kiosk, name=name, department=""),)))
                rig.cloud.faults.mangle_answer = mangler(random.Random(seed + number))
                for _ in range(3):
                    step = rig.reader.step()
                    assert 0 <= step.wait_seconds <= 400
                    assert rig.reader.fault.isprintable()
                    held = rig.feed.content(PageKind.HOSTS, Hosts)
                    assert held is None or [host.name for host in held.hosts] in [
                        [name] for name in names[: number + 1]
                    ]
            rig.cloud.faults.mangle_answer = None
            rig.reader.step()
            held = rig.feed.content(PageKind.HOSTS, Hosts)
            assert held is not None
            assert [host.name for host in held.hosts] == names[-1:]
        finally:
            rig.close()


@settings(max_examples=60)
@given(seed=SEEDS, honest=st.integers(0, 1))
def test_an_enrolment_that_anybody_answers_ends_in_the_true_one_or_in_words(seed: int, honest: int) -> None:
    """A kiosk pins the root that the code vouches for, or none, and says why in a sentence."""
    cloud = SyncCloud()
    cloud.faults.mangle_answer = after(honest, mangler(random.Random(seed)))
    with TemporaryDirectory() as folder:
        database = DeviceDatabase(Path(folder) / "lodge.db", DATABASE_KEY)
        kept = Settings(database)
        try:
            enrol(
                cloud.make_code(),
                server=cloud.origin,
                transport=cloud,
                settings=kept,
                entropy=Bytes(5),
                now_ms=NOON_MS,
            )
        except EnrolmentError as error:
            refused = str(error)
        else:
            refused = ""
        enrolment = kept.enrolment()
        database.close()
    if refused:
        assert (enrolment, refused.isprintable()) == (None, True)
    else:
        assert enrolment is not None
        assert enrolment.root_key.public_bytes_raw() == cloud.root.public_key().public_bytes_raw()


def after(count: int, mangle: Mangler) -> Mangler:
    """Leave the first answers alone."""
    answers = 0

    def maybe(answer: Answer) -> Answer:
        nonlocal answers
        answers += 1
        return mangle(answer) if answers > count else answer

    return maybe


def test_the_mangler_does_mangle(tmp_path: Path) -> None:
    """A check of the check: a kiosk that believed whatever is said would be caught by it."""
    rig = enrol_rig(tmp_path, SyncCloud())
    truth: list[Answer] = []

    def watch(answer: Answer) -> Answer:
        truth.append(answer)
        return answer

    rig.cloud.faults.mangle_answer = watch
    rig.log.append(arrival())
    rig.uploader.step()
    mangle = mangler(random.Random(1))
    assert len({(mangle(truth[-1]).status, mangle(truth[-1]).body) for _ in range(50)}) > 30
    rig.close()


def test_losing_an_event_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of the check: a cloud that forgot one event does not pass."""
    rig = enrol_rig(tmp_path, SyncCloud())
    rig.log.append(arrival())
    monkeypatch.setattr(rig.cloud.device, "events", [])
    original = SyncCloud.send

    def forgetful(cloud: SyncCloud, request: SignableRequest) -> Answer:
        answer = original(cloud, request)
        cloud.device.events[1:2] = []
        return answer

    monkeypatch.setattr(SyncCloud, "send", forgetful)
    with pytest.raises(AssertionError):
        check_nothing_lost(rig)
    rig.close()
