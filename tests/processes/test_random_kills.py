"""SIGKILL, again and again, of kiosk, server, worker and database while visitors keep coming (C01, C10, C11)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.premises import Premises, UnseenKiosk, await_true

VICTIMS = ("kiosk", "kiosk", "serve", "worker", "database")
ROUNDS, MANY_ROUNDS = 20, 200
VISITS_A_ROUND = 6


def _restart(premises: Premises, kiosk: UnseenKiosk, victim: str) -> None:
    if victim == "kiosk":
        kiosk.kill()
        kiosk.start()
    else:
        premises.kill(victim)
        if victim != "database":  # that one is started again by the processes that need it
            premises.start(victim)


def _kill_for_rounds(premises: Premises, kiosk: UnseenKiosk, rounds: int, dice: random.Random) -> None:
    for number in range(rounds):
        victim = VICTIMS[number % len(VICTIMS)]
        premises.revive()
        strike = dice.randrange(VISITS_A_ROUND)
        for visit in range(VISITS_A_ROUND):
            kiosk.visit()
            time.sleep(dice.uniform(0.0, 0.15))  # when it strikes is the point: at any step of anything
            if visit == strike:
                _restart(premises, kiosk, victim)


def _revived(premises: Premises, test: Callable[[], bool]) -> bool:
    premises.revive()
    return test()


def _judge(premises: Premises, kiosk: UnseenKiosk) -> None:
    def await_in_the_end(what: str, test: Callable[[], bool]) -> None:
        """The last database's death may end a worker long after the server has answered again."""
        await_true(what, lambda: _revived(premises, test))

    premises.await_ready()
    kiosk.kill()
    kiosk.start()  # a new start tries at once; an old one may be pausing after many failures
    await_in_the_end("everything is sent", kiosk.has_sent_everything)
    kiosk.stop()
    arrivals, told = premises.arrivals(), kiosk.told
    assert len(told) == len(set(told))
    assert set(told) <= set(arrivals)
    assert set(arrivals.values()) == {1}
    assert premises.present() == set(arrivals)
    assert {person["stay"] for person in kiosk.facts("roster")["people"]} == {str(stay) for stay in arrivals}
    await_in_the_end("no alert waits", lambda: not premises.alerts().keys() & {"waiting", "sending"})
    alerts, messages = premises.alerts(), premises.messages()
    assert sum(alerts.values()) == len(arrivals)
    assert alerts.keys() <= {"sent", "unsure"}
    assert set(messages.values()) == {1}
    assert alerts["sent"] <= len(messages) <= len(arrivals)
    recorded = int(kiosk.facts("status")["recorded"])
    await_in_the_end("every event is in the audit log, once", lambda: premises.verified_events() == recorded)


@pytest.mark.timeout(600)
def test_c01_c10_c11_random_kills_lose_and_double_nothing(premises: Premises, tmp_path: Path) -> None:
    """C01, C10, C11: whoever was told "done" is in the cloud's log once, on both lists, and told of at most once."""
    kiosk = premises.enrol(tmp_path / "lobby")
    kiosk.start()
    _kill_for_rounds(premises, kiosk, ROUNDS, random.Random(20))
    _judge(premises, kiosk)
    assert len(kiosk.told) > ROUNDS


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_c01_c10_c11_many_random_kills_lose_and_double_nothing(premises: Premises, tmp_path: Path) -> None:
    """C01, C10, C11: ten times as many, at other moments."""
    kiosk = premises.enrol(tmp_path / "lobby")
    kiosk.start()
    _kill_for_rounds(premises, kiosk, MANY_ROUNDS, random.Random(200))
    _judge(premises, kiosk)
