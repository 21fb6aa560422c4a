"""The parts of a device request that the cloud reads before anything of it is proven."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from cloud_api.http import device
from cloud_api.http.problems import ProblemError
from cloud_api.services.nonces import Nonces
from sync.protocol.feed import PageKind

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KNOWN = {kind.value for kind in PageKind}


class StoppedClock:
    """Always noon."""

    def now(self) -> datetime:
        return NOW


NONCES = Nonces(bytes(32), StoppedClock())
ISSUED = NONCES.issue()


@given(st.text(max_size=80))
@example("A" * 40)
@example("=" * 40)
@example("\ud800")
@example("A" * 100_000)
def test_a_nonce_that_we_did_not_issue_is_not_fresh(text: str) -> None:
    """C16: whatever a header holds, the answer is no, and no exception."""
    assert text == ISSUED or not NONCES.is_fresh(text)


@given(st.integers(0, len(ISSUED) - 1), st.characters(max_codepoint=126))
def test_a_nonce_with_another_sign_is_not_fresh(at: int, sign: str) -> None:
    """C16: its time and its random part are under a MAC."""
    changed = ISSUED[:at] + sign + ISSUED[at + 1 :]
    assert NONCES.is_fresh(ISSUED)
    assert changed == ISSUED or not NONCES.is_fresh(changed)


@given(st.text(max_size=60) | st.lists(st.sampled_from([*KNOWN, ":", ",", "3", "-1", "9" * 5000, "٣"])).map("".join))
@example("configuration:" + "9" * 5000)
@example("," * 100_000)
def test_the_versions_that_a_kiosk_names_are_read_or_refused(text: str) -> None:
    assert versions_or_status(text) == 400 or text.count(":") >= len(device._read_have(text))


def versions_or_status(text: str) -> int | None:
    """The status of a refusal; what is read instead holds nothing but known pages and small numbers."""
    try:
        have = device._read_have(text)
    except ProblemError as error:
        return error.status
    assert have.keys() <= KNOWN
    assert all(0 <= version < 2**63 for version in have.values())
    return None
