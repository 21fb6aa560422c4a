"""AES-GCM and AES key wrap as Wycheproof published them, through the calls that open fields and keys at rest."""

from uuid import UUID

from cloud_api.errors import KeyServiceError, SealedFieldError
from cloud_api.keys.fields import FieldCipher
from cloud_api.keys.ring import Kek
from tests.vectors.published import load, unhex

SEALED = load("wycheproof/aes_gcm.json")
WRAPPED = [case for case in load("wycheproof/aes_wrap.json") if case["result"] != "acceptable"]
"""All but one, a data key of 8 bytes, about which RFC 3394 leaves the answer open; ours have 32."""
VERSION = b"\x01"


class PublishedPlace(FieldCipher):
    """A field whose place is the published associated data instead of organisation, table, column and row."""

    def _place(self, table: str, column: str, row: str) -> bytes:
        return unhex(row)


def opened(case: dict[str, str]) -> str | None:
    """The field's content in hex, or ``None`` when it does not open."""
    cipher = PublishedPlace(UUID(int=0), UUID(int=0), unhex(case["key"]))
    sealed = VERSION + unhex(case["iv"]) + unhex(case["ct"]) + unhex(case["tag"])
    try:
        return cipher.open(sealed, table="", column="", row=case["aad"]).hex()
    except SealedFieldError:
        return None


def test_sealed_fields_are_judged_as_published() -> None:
    """AES-256-GCM, nonces of 12 bytes, tags of 16: the forms that fields have at rest."""
    assert {case["result"] for case in SEALED} == {"valid", "invalid"}
    wrong = [case["tcId"] for case in SEALED if opened(case) != (case["msg"] if case["result"] == "valid" else None)]
    assert (len(SEALED), wrong) == (66, [])


def unwrapped(case: dict[str, str]) -> str | None:
    """The data key in hex, or ``None`` when it does not open."""
    try:
        return Kek(1, unhex(case["key"])).unwrap(unhex(case["ct"])).hex()
    except KeyServiceError:
        return None


def test_wrapped_keys_are_judged_as_published() -> None:
    """RFC 3394 with keys of 256 bits: wrong and modified paddings, sizes and initial values."""
    assert {case["result"] for case in WRAPPED} == {"valid", "invalid"}
    wrong = [
        case["tcId"] for case in WRAPPED if unwrapped(case) != (case["msg"] if case["result"] == "valid" else None)
    ]
    assert (len(WRAPPED), wrong) == (67, [])
    for case in WRAPPED:
        if case["result"] == "valid":
            assert Kek(1, unhex(case["key"])).wrap(unhex(case["msg"])).hex() == case["ct"]
