"""Two genuine messages cut up and put together are no third one (C14, C15, C16)."""

from collections.abc import Callable
from functools import partial
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol import feed, jws, keyspage, receipt
from sync.protocol.archive import MANIFEST
from sync.protocol.batch import open_batch, read_manifest, seal_batch
from sync.protocol.chain import Head
from sync.protocol.errors import ProtocolError
from tests.vectors.sample import (
    ARRIVAL,
    AUDIENCE,
    CONSENT,
    DEPARTURE,
    EPOCH,
    EPOCH_KEY,
    EXPECTED,
    KIOSK,
    ROOT_KEY,
    SITE,
    TENANT,
    key_of,
    make_chain,
    sample_archive,
)
from workbench.fuzz.samples import vector

FIRST = make_chain(ARRIVAL, CONSENT)
SECOND = make_chain(DEPARTURE, head=Head(EPOCH, 2, FIRST[-1].hash), name="more")
BATCHES = [
    seal_batch(events, key=EPOCH_KEY, audience=AUDIENCE, hlc=events[-1].header.hlc) for events in (FIRST, SECOND)
]


def taken(reader: Callable[[], object]) -> bool:
    """Whether it is taken; refusing means a ``ProtocolError`` and no other exception."""
    try:
        reader()
    except ProtocolError:
        return False
    return True


def test_two_batches_that_follow_one_another_are_each_taken() -> None:
    assert [open_batch(wire, EXPECTED).manifest.first for wire in BATCHES] == [1, 3]


@pytest.mark.parametrize(("head", "tail"), [(0, 1), (1, 0), (0, 0), (1, 1)])
def test_every_change_over_from_one_batch_to_another_is_refused(head: int, tail: int) -> None:
    """C15: at each byte, and at the manifest's line feed with the other's whole lines."""
    begin, end = BATCHES[head], BATCHES[tail]
    found = []
    for at in range(len(begin) + 1):
        for rest in (end[at:], end[len(end) - len(begin) + at :] if len(end) > len(begin) - at else b"", end):
            wire = begin[:at] + rest
            if wire not in BATCHES and taken(partial(open_batch, wire, EXPECTED)):
                found.append(at)
    assert found == []


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 900), st.integers(1, 900)), min_size=2, max_size=5))
def test_pieces_of_two_batches_in_any_order_are_refused(pieces: list[tuple[int, int, int]]) -> None:
    """C15."""
    wire = b"".join(BATCHES[number][start : start + size] for number, start, size in pieces)
    assert wire in BATCHES or not taken(partial(open_batch, wire, EXPECTED))


def messages() -> dict[str, str]:
    """One genuine message of each kind."""
    return {
        "manifest": BATCHES[0].partition(b"\n")[0].decode(),
        "manifest 2": BATCHES[1].partition(b"\n")[0].decode(),
        "receipt": vector("receipt")["jws"],
        "keys": vector("keys-page")["jws"],
        "feed": vector("feed-page")["jws"],
        "archive": sample_archive()[MANIFEST].decode(),
    }


READERS: dict[str, Callable[[str], object]] = {
    "manifest": lambda text: read_manifest(text, EXPECTED),
    "receipt": lambda text: receipt.open_receipt(
        text, key=key_of("receipt").public_key(), audience=AUDIENCE, kiosk=KIOSK, epoch=EPOCH
    ),
    "keys": lambda text: keyspage.open_keys_page(text, root=ROOT_KEY.public_key(), tenant=TENANT),
    "feed": lambda text: feed.open_head(text, key=key_of("feed").public_key(), tenant=TENANT, site=SITE),
}


def test_headers_payloads_and_signatures_of_different_messages_make_no_message() -> None:
    """C16: of all 216 combinations each reader takes its own genuine messages, and nothing else."""
    genuine = messages()
    parts = {name: text.split(".") for name, text in genuine.items()}
    mixed = {".".join(parts[name][at] for at, name in enumerate(names)) for names in product(parts, repeat=3)}
    accepted = {(reader, text) for text in mixed for reader in READERS if taken(partial(READERS[reader], text))}
    assert accepted == {(name.partition(" ")[0], text) for name, text in genuine.items() if name != "archive"}


def test_the_splicing_test_notices_a_verifier_that_skips_the_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    """A check of the check."""

    def trusting(message: str, *, typ: str, key: object, what: str) -> bytes:
        return jws.read_unverified_payload(message, what=what)

    monkeypatch.setattr(jws, "verify", trusting)
    text = messages()
    header, payload = text["manifest"].split(".")[:2]
    assert taken(partial(READERS["manifest"], f"{header}.{payload}.{text['receipt'].split('.')[2]}"))
