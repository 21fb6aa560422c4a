"""A kiosk asks what the others recorded, keeps what it can verify, and asks again until the lists are equal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from sync.device.backoff import LONGEST_SECONDS
from sync.device.errors import TransportError
from sync.device.muster_asker import IDLE_SECONDS, UNSERVED_SECONDS
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer
from sync.protocol.events import genesis_hash
from sync.protocol.feed import KeyStanding
from sync.protocol.hlc import Hlc
from sync.protocol.muster_exchange import HeardKiosk, MusterAnswer, MusterQuestion, ToldBatch
from tests.fakes.muster_line import AT_MS, Listener, answering, open_listener
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_neighbour import Neighbour
from tests.fakes.sync_records import departure


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    made = open_listener(tmp_path)
    yield made
    made.rig.close()


def test_f14_what_another_kiosk_recorded_is_on_the_list_after_one_step(listener: Listener) -> None:
    """F14."""
    listener.dock.comes("Cleo Sample")
    answering(listener, listener.dock.sent())
    assert listener.asker.step() == Step(LinkState.ONLINE, IDLE_SECONDS)
    assert listener.names() == ["Cleo Sample"]


def test_a_branch_that_was_first_told_for_a_stay_is_named_once_it_is_told_as_one(listener: Listener) -> None:
    """Else the cloud would tell it at every question."""
    listener.dock.comes("Cleo Sample")
    sent = listener.dock.sent()
    for told in ({"wanted": (sent,)}, {"beside": (sent,)}, {"wanted": (sent,)}, {}):
        answering(listener, **told)
        listener.asker.step()
    assert [len(question.logs[0].beside) for question in listener.line.asked] == [0, 0, 1, 1]


def test_it_says_how_far_it_has_heard_and_leaves_its_own_current_log_out(listener: Listener) -> None:
    epoch = listener.dock.key.epoch
    listener.entries.append(
        replace_key(listener.dock, kiosk=listener.rig.enrolment.kiosk, kid=listener.rig.enrolment.epoch)
    )
    listener.dock.comes()
    answering(listener, listener.dock.sent())
    listener.asker.step()
    listener.asker.step()
    first, second = listener.line.asked
    assert [(log.epoch, log.seq, log.head) for log in first.logs] == [(epoch, 0, genesis_hash(epoch))]
    assert [(log.epoch, log.seq, log.head) for log in second.logs] == [(epoch, 1, listener.dock.head.hash)]


def replace_key(dock: Neighbour, *, kiosk: UUID, kid: str, **members: object) -> object:
    entry = dock.listed()
    key = msgspec.structs.replace(entry.keys[0], kid=kid, **members)
    return msgspec.structs.replace(entry, kiosk=kiosk, keys=(key,))


def test_c07_its_own_current_log_is_asked_for_when_the_roster_says_that_it_has_parted(listener: Listener) -> None:
    """C07: an idle kiosk may not have noticed its own copy."""
    own = listener.rig.enrolment
    listener.entries[:] = [replace_key(listener.dock, kiosk=own.kiosk, kid=own.epoch, forked=1)]
    listener.asker.step()
    assert [log.epoch for log in listener.line.asked[0].logs] == [own.epoch]


def test_without_a_roster_nothing_is_asked(listener: Listener) -> None:
    listener.entries.clear()
    assert listener.asker.step() == Step(LinkState.UNKNOWN, IDLE_SECONDS)
    assert listener.line.asked == []


def test_more_is_asked_for_at_once(listener: Listener) -> None:
    listener.dock.comes()
    answering(listener, listener.dock.sent(), more=True)
    assert listener.asker.step() == Step(LinkState.ONLINE, 0.0)


def test_r31_when_nothing_is_new_nothing_is_written(listener: Listener) -> None:
    """R31."""
    listener.dock.comes()
    heard = (HeardKiosk(kiosk=listener.dock.identity.kiosk, at_ms=AT_MS),)
    answering(listener, listener.dock.sent(), heard=heard)
    listener.asker.step()
    before = listener.writes()
    for _ in range(4):
        listener.asker.step()
    assert listener.writes() == before


@pytest.mark.parametrize("damage", ["kiosk", "site", "line"])
def test_c16_what_cannot_be_verified_is_left_and_how_far_it_heard_stands(listener: Listener, damage: str) -> None:
    """C15, C16: by the roster's record of the key; the batches behind it in that log would leave a gap."""
    listener.dock.comes("Cleo Sample")
    listener.dock.comes("Vera Sample")
    sent = [listener.dock.sent(1, 1), listener.dock.sent(2, 2)]
    if damage == "kiosk":
        listener.entries[:] = [msgspec.structs.replace(listener.dock.listed(), kiosk=uuid4())]
    elif damage == "site":
        other = Neighbour(msgspec.structs.replace(listener.rig.enrolment, site=uuid4()))
        other.comes("Ida Elsewhere")
        listener.entries[:] = [other.listed()]
        sent = [other.sent()]
    else:
        sent[0] = msgspec.structs.replace(sent[0], wire=sent[0].wire[:-3] + b"abc")
    answering(listener, *sent)
    step = listener.asker.step()
    assert (step.state, listener.names()) == (LinkState.ONLINE, [])
    assert "could not be believed" in listener.asker.fault
    assert listener.asker.refused >= 1
    listener.asker.step()
    assert listener.line.asked[-1].logs[0].seq == 0


def test_a_key_that_the_roster_does_not_name_yet_is_no_fault(listener: Listener) -> None:
    stranger = Neighbour(listener.rig.enrolment, "Gate")
    stranger.comes("Vera Sample")
    answering(listener, stranger.sent())
    assert listener.asker.step().state is LinkState.ONLINE
    assert (listener.names(), listener.asker.fault) == ([], "")
    listener.entries.append(stranger.listed())
    listener.asker.step()
    assert listener.names() == ["Vera Sample"]


@pytest.mark.parametrize(
    ("standing", "present"),
    [(KeyStanding.CURRENT, 0), (KeyStanding.FROZEN, 0), (KeyStanding.UNCONFIRMED, 1), (KeyStanding.REVOKED, 1)],
)
def test_c17_a_departure_by_a_key_that_is_not_believed_takes_nobody_off(
    listener: Listener, standing: str, present: int
) -> None:
    """C07, C17: the arrival lists all the same."""
    listener.dock.goes(listener.dock.comes())
    listener.entries[:] = [listener.dock.listed(standing)]
    answering(listener, listener.dock.sent())
    listener.asker.step()
    assert len(listener.names()) == present


@pytest.mark.parametrize("doubt", ["quarantined", "flagged"])
def test_c13_c22_a_departure_that_the_cloud_doubts_takes_nobody_off(listener: Listener, doubt: str) -> None:
    """C13, C22; also when it was heard without the doubt before."""
    listener.dock.goes(listener.dock.comes("Cleo Sample"))
    answering(listener, listener.dock.sent())
    listener.asker.step()
    assert listener.names() == []
    doubted = msgspec.structs.replace(listener.dock.sent(), **{doubt: (2,)})
    answering(listener, doubted)
    listener.asker.step()
    assert listener.names() == ["Cleo Sample"]


@pytest.mark.parametrize("restarted", [False, True])
def test_f13_who_leaves_here_after_arriving_there_leaves_later_whatever_the_clocks_say(
    listener: Listener, *, restarted: bool
) -> None:
    """F13: the other kiosk's clock is fast; also after a restart, before anything is heard again."""
    fast = listener.rig.clock.wall_ms() / 1000 + 420
    listener.dock.at = listener.dock.at.fromtimestamp(fast, tz=listener.dock.at.tzinfo)
    stay = listener.dock.comes()
    answering(listener, listener.dock.sent())
    listener.asker.step()
    if restarted:
        listener.restart()
        listener.line.reply = lambda _question: Answer(500, {}, b"")
        listener.asker.step()
    listener.rig.log.append(departure(stay))
    assert listener.names() == []


def test_c22_a_clock_that_is_far_ahead_never_moves_ours(listener: Listener) -> None:
    """C22."""
    far = listener.rig.clock.wall_ms() + 3_600_000
    listener.dock.at = listener.dock.at.fromtimestamp(far / 1000, tz=listener.dock.at.tzinfo)
    listener.dock.comes()
    answering(listener, listener.dock.sent())
    listener.asker.step()
    assert listener.rig.log.hlc < Hlc(far, 0)


def test_c39_what_is_told_as_gone_is_gone_here(listener: Listener) -> None:
    """C39: the person stays listed, without a name."""
    listener.dock.comes("Cleo Sample")
    answering(listener, listener.dock.sent())
    listener.asker.step()
    gone = ToldBatch(wire=listener.dock.muster(without=(1,)))
    answering(listener, gone)
    listener.asker.step()
    assert listener.names() == ["unnamed"]
    rows = listener.rig.records.database.read("select muster from heard_event")
    assert [row["muster"] for row in rows] == [None]


@pytest.mark.parametrize(
    ("answer", "state", "wait"),
    [
        (Answer(404, {}, b""), LinkState.UNKNOWN, UNSERVED_SECONDS),
        (Answer(403, {}, b""), LinkState.REVOKED, LONGEST_SECONDS),
        (Answer(503, {"retry-after": "7"}, b""), LinkState.BUSY, 7.0),
        (Answer(200, {}, b"<html>"), LinkState.REFUSED, None),
        (Answer(200, {}, b'{"v":1}'), LinkState.REFUSED, None),
        (Answer(500, {}, b""), LinkState.OFFLINE, None),
    ],
)
def test_refusals_and_nonsense_are_waited_out(
    listener: Listener, answer: Answer, state: LinkState, wait: float | None
) -> None:
    """C10, C17, C25: as the uploader waits."""
    listener.line.reply = lambda _question: answer
    step = listener.asker.step()
    assert step.state is state
    assert step.wait_seconds > 0
    assert wait is None or step.wait_seconds >= wait


def test_a_lost_network_and_a_full_disk_are_waited_out_and_nothing_is_passed_over(listener: Listener) -> None:
    """C03: what the disk refused is asked for again."""

    def lose(_question: MusterQuestion) -> MusterAnswer:
        raise TransportError("away")

    listener.line.reply = lose
    assert listener.asker.step().state is LinkState.OFFLINE
    listener.dock.comes("Cleo Sample")
    answering(listener, listener.dock.sent())
    with failing(listener.rig.records.database, "commit"):
        listener.asker.step()
    assert (listener.names(), bool(listener.asker.fault)) == ([], True)
    listener.asker.step()
    assert listener.line.asked[-1].logs[0].seq == 0
    assert listener.names() == ["Cleo Sample"]
