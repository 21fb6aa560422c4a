"""What a kiosk concludes from an answer to hello: nothing that its own chain does not bear out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.device.settlement import Finding, judge
from sync.device.stepping import LinkState
from sync.device.transport import Answer
from sync.protocol.chain import Head
from sync.protocol.exchange import (
    HelloAnswer,
    Verdict,
    settle_heads,
)
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.fakes.sync_records import arrival


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeviceRig]:
    (tmp_path / "kiosk").mkdir()
    made = enrol_rig(tmp_path / "kiosk", SyncCloud())
    yield made
    made.close()


def _say(rig: DeviceRig, change: Callable[[HelloAnswer], msgspec.Struct | bytes]) -> None:
    def mangle(answer: Answer) -> Answer:
        if answer.status != 200:
            return answer
        said = change(msgspec.json.decode(answer.body, type=HelloAnswer))
        return replace(answer, body=said if isinstance(said, bytes) else msgspec.json.encode(said))

    rig.cloud.faults.mangle_hello = mangle


class _Newer(HelloAnswer, frozen=True, kw_only=True):
    surprise: str = "later"


def test_members_of_an_answer_that_came_later_are_ignored(rig: DeviceRig) -> None:
    _say(rig, lambda said: _Newer(**msgspec.structs.asdict(said)))
    rig.log.append(arrival())
    rig.drain()
    assert rig.uploader.fault == ""


CONTRADICTIONS: dict[str, Callable[[HelloAnswer], msgspec.Struct | bytes]] = {
    "an unknown verdict": lambda said: msgspec.structs.replace(said, verdict="perhaps"),
    "forked, with our own head": lambda said: msgspec.structs.replace(said, verdict=Verdict.FORKED),
    "ahead, with our own head": lambda said: msgspec.structs.replace(said, verdict=Verdict.SERVER_AHEAD),
    "in step, with another head": lambda said: msgspec.structs.replace(said, verdict=Verdict.IN_STEP, head="0" * 64),
    "behind, from beyond": lambda said: msgspec.structs.replace(said, accepted=99, verdict=Verdict.SERVER_BEHIND),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_an_answer_that_contradicts_itself_changes_nothing_and_is_told(rig: DeviceRig, case: str) -> None:
    rig.log.append(arrival())
    rig.drain()
    _say(rig, CONTRADICTIONS[case])
    rig.uploader._settlement.reopen()
    accepted = rig.outbox.accepted
    rig.uploader.step()
    assert "contradicts itself" in rig.uploader.fault
    assert (rig.outbox.accepted, len(rig.log.epochs.all()), rig.log.incomplete) == (accepted, 1, None)
    rig.log.append(arrival())
    rig.drain()
    assert rig.held() == rig.recorded()
    rig.cloud.faults.mangle_hello = None
    rig.uploader._settlement.reopen()
    rig.uploader.step()
    assert rig.uploader.fault == ""


@pytest.mark.parametrize("body", [b"", b"\xff[[[", b"[" * 100_000, b'{"v":2}', b"<html>Welcome to our hotel</html>"])
def test_what_is_no_answer_to_hello_settles_nothing(rig: DeviceRig, body: bytes) -> None:
    """A captive portal answers 200 to everything: nothing is sent to it, and hello is said again."""
    rig.log.append(arrival())
    _say(rig, lambda said: body)
    for _ in range(2):
        assert rig.uploader.step().state is LinkState.REFUSED
    assert (rig.sent(), rig.outbox.waiting) == ([], 4)
    rig.cloud.faults.mangle_hello = None
    rig.drain()
    assert rig.held() == rig.recorded()


def test_a_cloud_that_speaks_only_later_versions_is_told_to_staff(rig: DeviceRig) -> None:
    _say(rig, lambda said: msgspec.structs.replace(said, speaks=(2, 3)))
    rig.log.append(arrival())
    rig.drain()
    assert "update the kiosk" in rig.uploader.fault


SHA = st.sampled_from([f"{n:064x}" for n in range(4)])


@given(kiosk_seq=st.integers(0, 6), cloud_seq=st.integers(0, 6), fork_at=st.integers(1, 8))
def test_every_pair_of_ends_is_judged_as_the_table_says(kiosk_seq: int, cloud_seq: int, fork_at: int) -> None:
    """C07, C08, C09: two chains that are one until ``fork_at``; what the honest cloud says, and what follows."""
    epoch = "pziqYvy8YJoj0P9HeM-j2nk0ClUynWy2VPHCUWtVpUQ"

    def hash_of(seq: int, side: int) -> str:
        return Head.genesis(epoch).hash if seq == 0 else f"{seq + (100 * side if seq >= fork_at else 0):064x}"

    kiosk = Head(epoch, kiosk_seq, hash_of(kiosk_seq, 0))
    cloud = Head(epoch, cloud_seq, hash_of(cloud_seq, 1))
    known = hash_of(kiosk_seq, 1) if 0 < kiosk_seq <= cloud_seq else None
    verdict = settle_heads(kiosk=kiosk, cloud=cloud, cloud_hash_at_kiosk_seq=known)
    answer = HelloAnswer(
        v=1, accepted=cloud_seq, durable=0, head=cloud.hash, verdict=verdict, standing="", at_ms=0, speaks=(1,)
    )
    finding = judge(answer, kiosk, lambda seq: hash_of(seq, 0) if 0 < seq <= kiosk_seq else None)
    forked = min(kiosk_seq, cloud_seq) >= fork_at
    if forked:
        assert finding is Finding.FORKED
    elif kiosk_seq == cloud_seq:
        assert finding is Finding.GO_ON
    else:
        assert finding is (Finding.RESEND if kiosk_seq > cloud_seq else Finding.AHEAD)


@given(accepted=st.integers(0, 8), head=SHA, verdict=st.sampled_from([*Verdict, "later", ""]), seq=st.integers(0, 6))
def test_no_answer_whatever_makes_a_kiosk_resend_or_leave_against_its_own_chain(
    accepted: int, head: str, verdict: str, seq: int
) -> None:
    """Resending needs the server's head to be our own hash there; leaving needs a head or a seq that is not ours."""
    epoch = "pziqYvy8YJoj0P9HeM-j2nk0ClUynWy2VPHCUWtVpUQ"
    own = Head(epoch, seq, f"{seq % 4:064x}") if seq else Head.genesis(epoch)
    answer = HelloAnswer(
        v=1, accepted=accepted, durable=0, head=head, verdict=verdict, standing="", at_ms=0, speaks=(1,)
    )
    finding = judge(answer, own, lambda at: f"{at % 4:064x}")
    ours = 0 < accepted <= seq and head == f"{accepted % 4:064x}"
    if finding in (Finding.GO_ON, Finding.RESEND):
        assert ours
    if finding in (Finding.FORKED, Finding.AHEAD):
        assert not ours


@pytest.mark.parametrize(
    ("accepted", "verdict", "expected"),
    [
        (4, Verdict.SERVER_BEHIND, Finding.RESEND),
        (4, Verdict.FORKED, Finding.GO_ON),
        (6, Verdict.SERVER_BEHIND, Finding.GO_ON),
    ],
)
def test_c05_an_end_that_is_lost_here_is_settled_by_what_stands_behind_it(
    accepted: int, verdict: Verdict, expected: Finding
) -> None:
    """C05, C09: sending again doubles nothing; leaving would need a proof."""
    own = Head("pziqYvy8YJoj0P9HeM-j2nk0ClUynWy2VPHCUWtVpUQ", 6, "6" * 64)
    answer = HelloAnswer(
        v=1, accepted=accepted, durable=0, head="4" * 64, verdict=verdict, standing="", at_ms=0, speaks=(1,)
    )
    assert judge(answer, own, lambda _seq: None) is expected
