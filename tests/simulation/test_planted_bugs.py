"""A simulator that finds nothing proves nothing: each known failure, planted, is found within the ordinary seeds."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.simulation import planted_between_kiosks as between
from tests.simulation import planted_in_photos as photos
from tests.simulation import planted_in_salvages as salvages
from tests.simulation import planted_in_the_cloud as cloud
from tests.simulation import planted_in_the_log as log
from tests.simulation import planted_on_the_kiosk as kiosk
from tests.simulation.conftest import ORDINARY_SEEDS
from tests.simulation.invariants import (
    ACKNOWLEDGED_ONCE,
    AT_MOST_ONCE,
    AUDITED_ONCE,
    DRAINS,
    EPOCH_HAS_CAUSE,
    EQUAL_LISTS,
    EQUAL_PEOPLE,
    EQUAL_ROSTERS,
    HONEST_LOG,
    LOG_IS_A_CHAIN,
    NO_SURPRISE,
    NOBODY_MISSING,
    NOTHING_DROPPED,
    ONE_ALERT,
    ONE_CALL,
    ONE_PAGE_IS_NO_END,
    PHOTO_SEALED,
    PHOTO_THERE,
    RECEIPTS_AGREE,
)
from tests.simulation.run import run_seed
from tests.simulation.test_simulated_runs import test_whatever_happens_every_promise_is_kept as simulated_runs

Plant = Callable[[], AbstractContextManager[object]]

LOST = {ACKNOWLEDGED_ONCE, DRAINS, NOTHING_DROPPED, NOBODY_MISSING}
PLANTED: dict[Plant, set[str]] = {
    kiosk.accepted_past_a_failed_send: LOST,
    kiosk.queue_dropped_on_a_refusal: LOST,
    kiosk.crash_blocks_the_queue: LOST,
    kiosk.restore_wipes_the_kiosk: LOST,
    kiosk.receipt_believed_unread: LOST,
    kiosk.packed_anew_after_a_crash: {AT_MOST_ONCE},
    kiosk.witness_leads: {EPOCH_HAS_CAUSE},
    kiosk.done_before_the_commit: LOST,
    kiosk.synced_at_checkpoints_only: {EPOCH_HAS_CAUSE, *LOST},
    kiosk.never_sent_again: LOST,
    kiosk.rollback_unnoticed: {NOBODY_MISSING},
    cloud.accepted_past_a_failed_write: {EPOCH_HAS_CAUSE, LOG_IS_A_CHAIN, NO_SURPRISE, *LOST},
    cloud.clones_merge: {RECEIPTS_AGREE, *LOST},
    cloud.any_departure_counts: {EQUAL_ROSTERS},
    cloud.alert_again_on_replay: {ONE_ALERT},
    cloud.half_a_transaction: {ONE_ALERT, ONE_CALL, AUDITED_ONCE, LOG_IS_A_CHAIN, NO_SURPRISE, *LOST},
    cloud.quarantine_blocks: LOST,
    cloud.wrong_clocks_refused: LOST,
    cloud.gap_taken_for_a_fork: {EPOCH_HAS_CAUSE},
    between.any_heard_departure_counts: {EQUAL_LISTS},
    between.codes_of_others_unread: {EQUAL_PEOPLE},
    between.doubts_unheard: {EQUAL_LISTS},
    between.clear_branch_unfollowed: {EQUAL_LISTS},
    between.branches_unheard: {EQUAL_LISTS},
    between.never_compared: {EQUAL_LISTS},
    salvages.fewer_than_none_waiting: LOST,
    salvages.second_copy_unread: {ONE_PAGE_IS_NO_END},
    photos.deleted_before_the_receipt: {PHOTO_THERE},
    photos.dropped_on_a_refusal: {PHOTO_THERE},
    photos.offset_unchecked: {PHOTO_THERE},
    photos.kept_unsealed: {PHOTO_SEALED},
    log.history_rewritten: {HONEST_LOG},
}
CASES: dict[str, Plant] = {
    "C01": kiosk.crash_blocks_the_queue,
    "C02": kiosk.synced_at_checkpoints_only,
    "C03": kiosk.done_before_the_commit,
    "C04": kiosk.rollback_unnoticed,
    "C05": salvages.fewer_than_none_waiting,
    "C06": cloud.wrong_clocks_refused,
    "C07": cloud.clones_merge,
    "C08": kiosk.rollback_unnoticed,
    "C09": kiosk.never_sent_again,
    "C10": cloud.alert_again_on_replay,
    "C11": cloud.alert_again_on_replay,
    "C12": cloud.gap_taken_for_a_fork,
    "C13": cloud.quarantine_blocks,
    "C21": between.never_compared,
    "C40": log.history_rewritten,
}
"""By which planted bug the seeds show that they meet a numbered fault and judge what becomes of it."""
FOUND_LAST = {
    kiosk.queue_dropped_on_a_refusal: 19,
    kiosk.restore_wipes_the_kiosk: 19,
    kiosk.receipt_believed_unread: 19,
    kiosk.witness_leads: 97,
    kiosk.never_sent_again: 19,
    kiosk.rollback_unnoticed: 16,
    cloud.half_a_transaction: 6,
    cloud.quarantine_blocks: 7,
    cloud.wrong_clocks_refused: 35,
    cloud.gap_taken_for_a_fork: 100,
    between.doubts_unheard: 19,
    between.never_compared: 87,
    salvages.fewer_than_none_waiting: 9,
    photos.deleted_before_the_receipt: 8,
    photos.dropped_on_a_refusal: 7,
    photos.offset_unchecked: 30,
}
"""The first seed that found it when this was written: tried first, to save time. Any of the ordinary ones will do."""


@pytest.mark.parametrize("plant", PLANTED, ids=[plant.__name__ for plant in PLANTED])
def test_a_planted_bug_is_found_by_the_promise_that_it_breaks(plant: Plant) -> None:
    """The failure classes that the best sync engines are known for, one by one."""
    for seed in (FOUND_LAST.get(plant, 0), *range(ORDINARY_SEEDS)):
        with plant():
            broken = run_seed(seed).broken
        if broken is not None:
            assert broken.name in PLANTED[plant], str(broken)
            return
    pytest.fail(f"{plant.__name__} was not found in {ORDINARY_SEEDS} seeds", pytrace=False)


def test_the_seeds_claim_the_cases_that_a_planted_bug_was_found_for_and_no_others() -> None:
    """What docs/reliability.md says of the simulator: a case that nothing would be found for is proved elsewhere."""
    assert re.findall(r"C\d\d", simulated_runs.__doc__ or "") == list(CASES)
    assert set(CASES.values()) <= set(PLANTED)
