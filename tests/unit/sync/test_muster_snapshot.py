"""The evacuation list in codes on paper (ADR 0089)."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard

from sync.protocol import base45
from sync.protocol.errors import CodeError, LimitError
from sync.protocol.muster_snapshot import ListedPerson, check_part, join_parts, read_part, seal_snapshot
from tests.vectors import forked, sample, snapshots
from tests.vectors.stored import FOLDER

KEY = sample.EPOCH_KEY.public_key()
CODES = snapshots.sealed()


def open_codes(codes: list[str] | tuple[str, ...]) -> object:
    return snapshots.opened(list(codes))


def test_the_frozen_codes_are_read_with_what_the_document_says_alone() -> None:
    vector = json.loads((Path(FOLDER) / "muster-snapshot.json").read_bytes())
    people = []
    for text, head in zip(vector["codes"], vector["heads_hex"], strict=True):
        data = base45.decode(text)
        assert data[:28].hex() == head
        assert data[0] == 0x21
        assert int.from_bytes(data[18:22], "big") == vector["as_of_s"]
        KEY.verify(data[-64:], b"lodge-muster-snapshot-v1\x00" + sample.TENANT.bytes + data[:-64])
        site, listed = json.loads(zstandard.ZstdDecompressor().decompress(data[28:-64]))
        assert site == vector["site"]
        people += listed
    assert people == vector["people"]
    assert bytes.fromhex(vector["heads_hex"][0])[10:18] == bytes.fromhex(_digest(vector["stays"]))[:8]


def _digest(stays: list[str]) -> str:
    ids = sorted(bytes.fromhex(stay.replace("-", "")) for stay in stays)
    return sha256(b"lodge-present-v1\x00" + b"".join(ids)).hexdigest()


def test_f14_a_list_comes_back_whole_from_its_parts_in_any_order_and_seen_twice() -> None:
    assert len(CODES) > 1
    snapshot = join_parts(
        [read_part(text) for text in (*reversed(CODES), CODES[0])],
        checked=lambda part: check_part(part, key=KEY, tenant=sample.TENANT),
    )
    assert snapshot.people == snapshots.PEOPLE
    assert snapshot.missing == ()
    assert snapshot.head == snapshots.HEAD


def test_f14_a_burnt_label_costs_its_own_people_and_is_told() -> None:
    snapshot = join_parts([read_part(CODES[0])], checked=lambda part: None)
    assert snapshot.missing == tuple(range(2, len(CODES) + 1))
    assert 0 < len(snapshot.people) < snapshot.total == len(snapshots.PEOPLE)


def test_c16_every_changed_byte_is_refused() -> None:
    data = base45.decode(CODES[-1])
    for at in range(len(data)):
        damaged = base45.encode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        with pytest.raises(CodeError):
            check_part(read_part(damaged), key=KEY, tenant=sample.TENANT)


def test_c14_another_organisation_and_another_key_are_refused() -> None:
    part = read_part(CODES[0])
    with pytest.raises(CodeError, match="another place"):
        check_part(part, key=KEY, tenant=sample.OTHER_TENANT)
    with pytest.raises(CodeError, match="another key"):
        check_part(part, key=forked.NEXT_KEY.public_key(), tenant=sample.TENANT)


def test_parts_of_two_lists_are_not_put_together() -> None:
    later = replace(snapshots.HEAD, as_of_s=snapshots.HEAD.as_of_s + 60)
    other = seal_snapshot(
        later, snapshots.PEOPLE, most_signs=snapshots.MOST_SIGNS, tenant=sample.TENANT, key=sample.EPOCH_KEY
    )
    with pytest.raises(CodeError, match="two different lists"):
        open_codes([CODES[0], other[1]])


@pytest.mark.parametrize("most_signs", [400, 734, 1451])
def test_no_code_is_longer_than_the_paper_has_room_for(most_signs: int) -> None:
    long = ListedPerson("林" * 200, "溪" * 200, "柳" * 200, "x" * 300, 1, False, "K7QF2M9D")
    people = [*snapshots.PEOPLE, long]
    codes = seal_snapshot(snapshots.HEAD, people, most_signs=most_signs, tenant=sample.TENANT, key=sample.EPOCH_KEY)
    assert max(map(len, codes)) <= most_signs
    listed = [person for text in codes for person in read_part(text).people]
    assert listed[:-1] == list(snapshots.PEOPLE)
    assert listed[-1].name.startswith("林" * 40)


def test_a_code_too_small_for_a_person_is_refused() -> None:
    with pytest.raises(LimitError):
        seal_snapshot(snapshots.HEAD, snapshots.PEOPLE, most_signs=200, tenant=sample.TENANT, key=sample.EPOCH_KEY)


def test_c25_a_frame_that_claims_gigabytes_is_refused_unread() -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(1 << 24))
    head = base45.decode(CODES[0])[:28]
    with pytest.raises(CodeError):
        read_part(base45.encode(head + bomb + bytes(64)))


def test_nobody_on_site_is_a_list_too() -> None:
    (code,) = seal_snapshot(snapshots.HEAD, (), most_signs=400, tenant=sample.TENANT, key=sample.EPOCH_KEY)
    assert read_part(code).total == 0
