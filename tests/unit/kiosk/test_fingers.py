"""What counts as a finger, and what merely lies on the glass (C44)."""

from dataclasses import dataclass, field

from kiosk.views.fingers import LONGEST_SECONDS, RESTING_SECONDS, SLACK, Fingers


@dataclass
class _Touch:
    uid: int
    pos: tuple[float, float] = (100.0, 100.0)
    ud: dict[str, bool] = field(default_factory=dict)


def test_c44_what_does_not_move_rests_and_what_trembles_does_too() -> None:
    fingers, drop, bag = Fingers(), _Touch(1), _Touch(2)
    fingers.lay(drop, 0.0)
    fingers.lay(bag, 0.0)
    for tenth in range(1, int(RESTING_SECONDS * 10)):
        drop.pos = (100.0 + (SLACK - 1) * (tenth % 2), 100.0)
        fingers.moved(drop, tenth / 10)
    assert fingers.awake(RESTING_SECONDS - 0.1) == 2
    assert fingers.awake(RESTING_SECONDS) == 0
    fingers.lift_resting(RESTING_SECONDS)
    assert not fingers
    assert drop.ud == bag.ud == {"cancelled": True}


def test_a_finger_that_draws_or_scrolls_is_awake_but_not_without_end() -> None:
    fingers, pen = Fingers(), _Touch(1)
    fingers.lay(pen, 0.0)
    for second in range(1, int(LONGEST_SECONDS) + 1):
        pen.pos = (100.0 + 2 * SLACK * second, 100.0)
        fingers.moved(pen, float(second))
        fingers.lift_resting(second - 0.5)
        assert fingers.awake(second - 0.5) == 1
    fingers.lift_resting(LONGEST_SECONDS)
    assert not fingers


def test_who_is_lifted_in_time_is_gone_and_forbids_nobody_else() -> None:
    fingers, one, other = Fingers(), _Touch(1), _Touch(2)
    fingers.lay(one, 0.0)
    fingers.lay(other, 4.0)
    fingers.lift_resting(RESTING_SECONDS)
    assert (one.ud, other.ud) == ({"cancelled": True}, {})
    fingers.lift(one)  # its end comes late
    fingers.lift(other)
    assert not fingers


def test_c44_what_is_forbidden_as_it_is_laid_holds_nothing_up() -> None:
    fingers, early = Fingers(), _Touch(1)
    fingers.lay(early, 0.0, forbidden=True)
    assert early.ud == {"cancelled": True}
    assert not fingers.hold_up(int)
