"""Codes of an authenticator app (R07)."""

from datetime import UTC, datetime

import pytest

from cloud_api.services import totp

SECRET = b"12345678901234567890"
# RFC 6238, appendix B: the last six of its eight digits, for a code is the number modulo ten to the count of digits.
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


@pytest.mark.parametrize(("seconds", "code"), VECTORS.items())
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    """R07."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert totp.code_at(SECRET, totp.step_at(now)) == code
    assert totp.matching_step(SECRET, f" {code[:3]} {code[3:]} ", now) == seconds // 30


def test_one_step_on_either_side_is_taken_and_no_more() -> None:
    """R07."""
    now = datetime.fromtimestamp(2_000_000_010, UTC)
    here = totp.step_at(now)
    taken = [off for off in range(-3, 4) if totp.matching_step(SECRET, totp.code_at(SECRET, here + off), now)]
    assert taken == [-1, 0, 1]


@pytest.mark.parametrize("typed", ["", "27903", "2790370", "٢٧٩٠٣٧", "27903x", "²79037"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert totp.matching_step(SECRET, typed, datetime.fromtimestamp(2_000_000_000, UTC)) is None
