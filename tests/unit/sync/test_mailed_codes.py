"""The kiosk's line for codes by mail: one question, answered once, forgotten with its visitor (F04)."""

from dataclasses import dataclass, field
from math import inf
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.flows.mailed_codes import MailedCodeLine
from kiosk.mailed_code_values import CodeOnItsWay, CodeOpens, MailedCodeProblem
from sync.device.errors import TransportError
from sync.device.mailed_codes import UNSERVED_MS, MailedCodes
from sync.device.signed_channel import SignedChannel
from sync.device.transport import Answer
from sync.protocol import exact_json
from sync.protocol.exchange import CodeTryAnswer, CodeWantedAnswer
from sync.signable_request import SignableRequest

ID = UUID(int=7, version=4)


@dataclass
class Script:
    """A transport that answers in order, and fails where there is nothing to say."""

    answers: list[tuple[int, object]] = field(default_factory=list)
    asked: list[tuple[str, bytes]] = field(default_factory=list)

    def send(self, request: SignableRequest) -> Answer:
        self.asked.append((request.url.removeprefix("https://lodge.example.org"), request.body or b""))
        if not self.answers:
            raise TransportError("no answer")
        status, body = self.answers.pop(0)
        return Answer(status, {}, body if isinstance(body, bytes) else exact_json.encode(body))


@dataclass
class Bench:
    script: Script = field(default_factory=Script)
    now_ms: int = 0
    online: bool = True

    def __post_init__(self) -> None:
        key = Ed25519PrivateKey.generate()
        channel = SignedChannel(
            transport=self.script,
            server="https://lodge.example.org",
            audience="https://lodge.example.org tenant",
            key=lambda: key,
            now_s=lambda: 1_800_000_000,
        )
        self.line = MailedCodes(channel, lambda: self.now_ms)
        self.desk = MailedCodeLine(self.line, lambda: self.online)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_f04_a_question_is_asked_by_the_lines_own_thread_and_answered_once(bench: Bench) -> None:
    bench.script.answers = [(200, CodeWantedAnswer(v=1, seconds=600)), (200, CodeTryAnswer(v=1, invitations=(ID,)))]
    woken: list[bool] = []
    bench.line.wake = lambda: woken.append(True)
    question = bench.desk.want("ada@example.org")
    assert (bench.desk.outcome(question), bench.script.asked, woken) == (None, [], [True])
    assert bench.line.step() == inf
    assert bench.script.asked == [("/device/v1/mailed-codes", b'{"v":1,"email":"ada@example.org"}')]
    assert (bench.desk.outcome(question), bench.desk.outcome(question)) == (CodeOnItsWay(10), None)
    question = bench.desk.try_code("ada@example.org", "123456")
    bench.line.step()
    assert bench.script.asked[1][0] == "/device/v1/mailed-codes/tries"
    assert bench.desk.outcome(question) == CodeOpens((str(ID),))
    assert bench.line.step() == inf, "nothing is asked twice"
    assert len(bench.script.asked) == 2


def test_f04_nothing_is_asked_or_told_after_the_visitor_has_gone(bench: Bench) -> None:
    """F04: neither the question that waits nor the answer that is on its way."""
    question = bench.desk.want("ada@example.org")
    bench.desk.forget()
    bench.line.step()
    assert (bench.script.asked, bench.desk.outcome(question)) == ([], None)
    bench.script.answers = [(200, CodeTryAnswer(v=1, invitations=(ID,)))]
    question = bench.desk.try_code("ada@example.org", "123456")
    asking, bench.script.send = bench.script.send, lambda request: _leave_then(bench, asking, request)  # type: ignore[method-assign]  # the visitor leaves meanwhile
    bench.line.step()
    assert (bench.desk.outcome(question), bench.desk.outcome(question + 1)) == (None, None)


def _leave_then(bench: Bench, asking: object, request: SignableRequest) -> Answer:
    bench.desk.forget()
    found = asking(request)  # type: ignore[operator]  # the transport's own
    assert isinstance(found, Answer)
    return found


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (None, MailedCodeProblem.OFFLINE),
        ((503, b"{}"), MailedCodeProblem.OFFLINE),
        ((200, b"<html>"), MailedCodeProblem.OFFLINE),
        ((200, b"x" * 10_000), MailedCodeProblem.OFFLINE),
        ((429, b"{}"), MailedCodeProblem.RESTING),
        ((404, b"{}"), MailedCodeProblem.UNSERVED),
    ],
)
def test_f04_whatever_is_no_answer_is_a_problem_in_words(
    bench: Bench, answer: tuple[int, object] | None, problem: MailedCodeProblem
) -> None:
    """F04: an older cloud (404) is not offered again for ten minutes."""
    bench.script.answers = [answer] if answer else []
    question = bench.desk.want("ada@example.org")
    bench.line.step()
    assert bench.desk.outcome(question) is problem
    assert bench.desk.offered() is (problem is not MailedCodeProblem.UNSERVED)
    bench.now_ms = UNSERVED_MS
    assert bench.desk.offered()
    bench.online = False
    assert not bench.desk.offered()
