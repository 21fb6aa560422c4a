"""Epochs that a kiosk begins by itself: both keys sign, over the same words, for one server and one kiosk."""

import json
from typing import Any
from uuid import UUID

import pytest

from sync.protocol import exact_json, jws
from sync.protocol.chain import Head
from sync.protocol.epochs import (
    ACCEPTED,
    CERTIFIED,
    MAX_START_BYTES,
    EpochBeginning,
    EpochStart,
    open_epoch_start,
)
from sync.protocol.errors import EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.keys import public_text, thumbprint
from tests.vectors import forked, sample
from tests.vectors.stored import FOLDER

OTHER = UUID("0d9c1a52-8d0e-4a6b-9d53-2f6d3a1c7e10")


def opened(start: EpochStart, **changes: object) -> EpochBeginning:
    given: dict[str, Any] = {
        "preceding": sample.EPOCH_KEY.public_key(),
        "audience": sample.AUDIENCE,
        "site": sample.SITE,
        "kiosk": sample.KIOSK,
        **changes,
    }
    return open_epoch_start(exact_json.encode(start), **given)


def resigned(**changes: object) -> EpochStart:
    """A start whose words were changed before both keys signed them."""
    payload = jws.read_unverified_payload(forked.sample_epoch_start().certified, what="it")
    words = exact_json.encode({**json.loads(payload), **changes})
    return EpochStart(
        v=1,
        certified=jws.sign(words, typ=CERTIFIED, key=sample.EPOCH_KEY),
        accepted=jws.sign(words, typ=ACCEPTED, key=forked.NEXT_KEY),
    )


def test_the_preceding_key_certifies_the_next_one() -> None:
    beginning = opened(forked.sample_epoch_start())
    assert beginning.epoch == thumbprint(forked.NEXT_KEY.public_key())
    assert (beginning.previous, beginning.seq) == (sample.EPOCH, 3)
    assert beginning.head == sample.three_events()[-1].hash


def test_the_frozen_start_still_opens() -> None:
    message = json.loads((FOLDER / "epoch-start.json").read_bytes())["message"]
    assert opened(exact_json.read(message.encode(), EpochStart, what="it")) == opened(forked.sample_epoch_start())


def test_a_reason_that_came_later_is_taken() -> None:
    assert opened(forked.sample_epoch_start(reason="moved_house")).reason == "moved_house"


@pytest.mark.parametrize(
    "changes",
    [
        {"preceding": forked.NEXT_KEY.public_key()},
        {"audience": sample.AUDIENCE.replace("lodge", "other")},
        {"site": OTHER},
        {"kiosk": OTHER},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_c14_c16_a_start_for_somebody_else_is_refused(changes: dict[str, object]) -> None:
    """C14, C16."""
    with pytest.raises(SignatureError):
        opened(forked.sample_epoch_start(), **changes)


def test_c16_neither_signature_can_be_left_out_or_swapped() -> None:
    """C16: a thief of the old key cannot name a new key that he does not hold, nor the other way round."""
    good = forked.sample_epoch_start()
    payload = jws.read_unverified_payload(good.certified, what="it")
    stranger = sample.key_of("a stranger")
    for certified, accepted in [
        (good.accepted, good.certified),
        (good.certified, good.certified),
        (jws.sign(payload, typ=CERTIFIED, key=stranger), good.accepted),
        (good.certified, jws.sign(payload, typ=ACCEPTED, key=stranger)),
        (good.certified, jws.sign(payload, typ=ACCEPTED, key=sample.EPOCH_KEY)),
        (good.certified, resigned(reason="asked").accepted),
    ]:
        with pytest.raises(SignatureError):
            opened(EpochStart(v=1, certified=certified, accepted=accepted))


@pytest.mark.parametrize(
    "changes",
    [
        {"epoch": sample.EPOCH},
        {"epoch": thumbprint(sample.ROOT_KEY.public_key())},
        {"public": public_text(sample.ROOT_KEY.public_key())},
        {"previous": thumbprint(forked.NEXT_KEY.public_key())},
        {"seq": 0},
        {"reason": "Rolled back"},
        {"v": 2},
        {"more": 1},
    ],
    ids=str,
)
def test_words_that_contradict_one_another_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ProtocolError):
        opened(resigned(**changes))


def test_an_epoch_may_begin_where_the_one_before_had_no_events() -> None:
    assert opened(forked.sample_epoch_start(head=Head.genesis(sample.EPOCH))).seq == 0


def test_an_epoch_cannot_certify_itself_nor_be_certified_by_a_stranger() -> None:
    for changes in ({"key": sample.EPOCH_KEY}, {"preceding": sample.ROOT_KEY}):
        with pytest.raises(SignatureError):
            forked.sample_epoch_start(**changes)


def test_c15_flipped_bits_all_over_a_start_are_refused() -> None:
    """C15."""
    raw = exact_json.encode(forked.sample_epoch_start())
    for at in range(0, len(raw) * 8, 7):
        damaged = bytearray(raw)
        damaged[at // 8] ^= 1 << at % 8
        with pytest.raises(ProtocolError):
            open_epoch_start(
                bytes(damaged),
                preceding=sample.EPOCH_KEY.public_key(),
                audience=sample.AUDIENCE,
                site=sample.SITE,
                kiosk=sample.KIOSK,
            )


def test_c25_a_long_message_is_refused_before_it_is_read() -> None:
    """C25."""
    with pytest.raises(LimitError):
        open_epoch_start(
            b"{" * (MAX_START_BYTES + 1),
            preceding=sample.EPOCH_KEY.public_key(),
            audience=sample.AUDIENCE,
            site=sample.SITE,
            kiosk=sample.KIOSK,
        )
    with pytest.raises(EncodingError):
        open_epoch_start(
            b"{",
            preceding=sample.EPOCH_KEY.public_key(),
            audience=sample.AUDIENCE,
            site=sample.SITE,
            kiosk=sample.KIOSK,
        )
