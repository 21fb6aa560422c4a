"""Encodings and identifiers against values that others published."""

import pytest

from sync.protocol import base32, base45
from sync.protocol.errors import CodeError, EncodingError
from sync.protocol.identifiers import event_id
from sync.protocol.keys import base64url, from_base64url
from tests.vectors.published import load, unhex

TEXTS = load("encodings/texts.json")


@pytest.mark.parametrize("case", TEXTS["base45"], ids=lambda case: case["text"])
def test_base45_agrees_with_its_rfc(case: dict[str, str]) -> None:
    """RFC 9285 section 4.3 and 4.4."""
    assert base45.encode(unhex(case["hex"])) == case["text"]
    assert base45.decode(case["text"]) == unhex(case["hex"])


@pytest.mark.parametrize(
    "text",
    [
        *(case["text"] for case in TEXTS["base45Refused"]),
        *("A", "AAAA", "::", "bb8", "BB8\n", "ÄB8", "BB 8,"),
    ],
)
def test_base45_that_encodes_nothing_is_refused(text: str) -> None:
    """C33: GGW is 65,536, one more than two bytes hold (RFC 9285 section 6)."""
    with pytest.raises(CodeError):
        base45.decode(text)


@pytest.mark.parametrize("case", TEXTS["base64url"], ids=lambda case: case["text"] or "empty")
def test_base64url_agrees_with_its_rfcs_and_takes_no_padding(case: dict[str, str]) -> None:
    """RFC 7515 appendix C and RFC 4648 section 10, without padding."""
    assert base64url(unhex(case["hex"])) == case["text"]
    assert from_base64url(case["text"], what="it") == unhex(case["hex"])
    padding = "=" * (-len(case["text"]) % 4 or 4)
    with pytest.raises(EncodingError):
        from_base64url(case["text"] + padding, what="it")


@pytest.mark.parametrize("case", TEXTS["crockford"], ids=lambda case: case["digits"])
def test_crockford_digits_and_check_symbol_agree_with_the_published_example(case: dict[str, str]) -> None:
    data = int(case["number"]).to_bytes(2, "big")
    assert base32.encode(data).lstrip("0") == case["digits"]
    assert base32.check_symbol(data) == case["check"]
    assert base32.decode(case["digits"], 2) == data


def test_what_people_confuse_is_forgiven_when_typed() -> None:
    assert base32.normalise(" o0-iI lL\t1") == "0011111"


@pytest.mark.parametrize("case", TEXTS["uuid7"], ids=lambda case: case["text"])
def test_event_ids_are_laid_out_as_rfc_9562_shows(case: dict[str, str]) -> None:
    """RFC 9562 appendix A.6; the bits of version and variant do not come from the random source."""
    for fixed in (0x0, 0xF):
        random = (fixed << 12 | int(case["rand_a"], 16)) << 64 | (fixed & 3) << 62 | int(case["rand_b"], 16)
        asked: list[int] = []

        def entropy(size: int, value: int = random, asked: list[int] = asked) -> bytes:
            asked.append(size)
            return value.to_bytes(size, "big")

        made = event_id(int(case["unix_ts_ms"]), entropy)
        assert (str(made), made.version, asked) == (case["text"], 7, [10])
