"""Fields at rest, whatever they hold (R17)."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_api.errors import SealedFieldError
from cloud_api.keys.fields import FieldCipher

TENANT, KEY_ID = uuid4(), uuid4()
CIPHER = FieldCipher(TENANT, KEY_ID, b"k" * 32)
PLACE = {"table": "stay", "column": "name", "row": "r1"}


@given(st.binary(max_size=300))
def test_what_is_sealed_opens_again(plain: bytes) -> None:
    assert CIPHER.open(CIPHER.seal(plain, **PLACE), **PLACE) == plain


@given(st.text(max_size=100))
def test_text_opens_as_the_same_text(plain: str) -> None:
    if any(0xD800 <= ord(sign) <= 0xDFFF for sign in plain):
        return
    assert CIPHER.open_text(CIPHER.seal_text(plain, **PLACE), **PLACE) == plain


@given(st.binary(min_size=12, max_size=60))
def test_a_sealed_field_does_not_show_its_content(plain: bytes) -> None:
    assert plain not in CIPHER.seal(plain, **PLACE)


@given(st.binary(max_size=40), st.integers(min_value=0))
def test_no_flipped_bit_opens(plain: bytes, position: int) -> None:
    sealed = bytearray(CIPHER.seal(plain, **PLACE))
    sealed[position // 8 % len(sealed)] ^= 1 << position % 8
    with pytest.raises(SealedFieldError):
        CIPHER.open(bytes(sealed), **PLACE)


@pytest.mark.parametrize("moved", [{"table": "host"}, {"column": "company"}, {"row": "r2"}])
def test_a_field_moved_elsewhere_does_not_open(moved: dict[str, str]) -> None:
    sealed = CIPHER.seal(b"Ada", **PLACE)
    with pytest.raises(SealedFieldError):
        CIPHER.open(sealed, **{**PLACE, **moved})


def test_another_organisation_or_key_does_not_open_a_field() -> None:
    sealed = CIPHER.seal(b"Ada", **PLACE)
    for other in (FieldCipher(uuid4(), KEY_ID, b"k" * 32), FieldCipher(TENANT, KEY_ID, b"x" * 32)):
        with pytest.raises(SealedFieldError):
            other.open(sealed, **PLACE)


def test_the_same_content_is_never_sealed_alike() -> None:
    assert CIPHER.seal(b"Ada", **PLACE) != CIPHER.seal(b"Ada", **PLACE)


@given(st.binary(max_size=40))
def test_foreign_bytes_are_refused_and_nothing_else_is_raised(raw: bytes) -> None:
    with pytest.raises(SealedFieldError):
        CIPHER.open(raw, **PLACE)
