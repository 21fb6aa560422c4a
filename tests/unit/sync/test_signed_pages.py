"""Receipts, keys pages, feed pages and checkpoints: whom they are from, for whom, and in which form."""

from base64 import b64encode
from collections.abc import Callable
from uuid import UUID

import msgspec
import pytest

from sync.protocol import exact_json, jws
from sync.protocol.checkpoint import Checkpoint, key_hash, open_checkpoint, sign_checkpoint
from sync.protocol.errors import EncodingError, LimitError, ProtocolError, SignatureError
from sync.protocol.feed import (
    PageHead,
    PageKind,
    open_head,
    sign_head,
)
from sync.protocol.identifiers import ZERO_SHA256, sha256_hex
from sync.protocol.keys import base64url, thumbprint
from sync.protocol.keyspage import (
    KeyEntry,
    KeysPage,
    KeyState,
    KeyUse,
    key_entry,
    open_keys_page,
    sign_keys_page,
)
from sync.protocol.receipt import Receipt, open_receipt, sign_receipt
from tests.vectors.sample import (
    AUDIENCE,
    EPOCH,
    HOST,
    KIOSK,
    LOG,
    NOW_MS,
    OTHER_TENANT,
    ROOT_KEY,
    SITE,
    TENANT,
    key_of,
    sample_keys_page,
)

RECEIPT_KEY, FEED_KEY, LOG_KEY = key_of("receipt"), key_of("feed"), key_of("log")
RECEIPT = Receipt(
    v=1,
    aud=AUDIENCE,
    kiosk=KIOSK,
    epoch=EPOCH,
    accepted=3,
    durable=2,
    head="ab" * 32,
    manifest="cd" * 32,
    quarantined=(HOST,),
    at_ms=NOW_MS,
    checkpoint=None,
)
CONTENT = b'{"later":"a member that came later","hosts":[]}'
PAGE = PageHead(
    v=1,
    tenant=TENANT,
    site=SITE,
    page=PageKind.HOSTS,
    version=1,
    previous=ZERO_SHA256,
    issued_ms=NOW_MS,
    expires_ms=NOW_MS + 1,
    sha256=sha256_hex(CONTENT),
    size=len(CONTENT),
)


def open_ours(signed: str) -> Receipt:
    return open_receipt(signed, key=RECEIPT_KEY.public_key(), audience=AUDIENCE, kiosk=KIOSK, epoch=EPOCH)


def open_keys(signed: str, tenant: UUID = TENANT) -> KeysPage:
    return open_keys_page(signed, root=ROOT_KEY.public_key(), tenant=tenant)


def open_hosts(signed: str, tenant: UUID = TENANT, site: UUID = SITE) -> PageHead:
    return open_head(signed, key=FEED_KEY.public_key(), tenant=tenant, site=site)


def page_with(*entries: KeyEntry) -> str:
    return sign_keys_page(msgspec.structs.replace(sample_keys_page(), keys=entries), ROOT_KEY)


def test_a_receipt_is_opened_by_the_kiosk_it_is_for() -> None:
    assert open_ours(sign_receipt(RECEIPT, RECEIPT_KEY)) == RECEIPT


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": f"https://lodge.example.org {OTHER_TENANT}"},
        {"kiosk": SITE},
        {"epoch": thumbprint(LOG_KEY.public_key())},
    ],
)
def test_a_receipt_for_another_audience_kiosk_or_epoch_is_refused(changes: dict[str, object]) -> None:
    """C14: else one kiosk's receipt would let another prune what nobody holds."""
    with pytest.raises(SignatureError):
        open_ours(sign_receipt(msgspec.structs.replace(RECEIPT, **changes), RECEIPT_KEY))


@pytest.mark.parametrize(
    "changes", [{"durable": 4}, {"accepted": -1}, {"quarantined": (HOST,) * 257}, {"head": "AB" * 32}, {"v": 2}]
)
def test_a_receipt_that_contradicts_itself_or_its_bounds_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EncodingError):
        open_ours(sign_receipt(msgspec.structs.replace(RECEIPT, **changes), RECEIPT_KEY))


def test_a_feed_key_signs_no_receipts_and_a_receipt_key_no_pages() -> None:
    """C16: one key, one use."""
    with pytest.raises(SignatureError):
        open_ours(sign_receipt(RECEIPT, FEED_KEY))
    with pytest.raises(SignatureError):
        open_hosts(sign_head(PAGE, RECEIPT_KEY))


@pytest.mark.parametrize("opener", [open_ours, open_keys, open_hosts])
def test_messages_that_are_too_long_are_refused_unread(opener: Callable[[str], object]) -> None:
    """C25."""
    with pytest.raises(LimitError):
        opener("A" * (4 * 1024 * 1024 + 1))


def test_a_keys_page_is_opened_under_its_root() -> None:
    page = open_keys(sign_keys_page(sample_keys_page(), ROOT_KEY))
    assert page == sample_keys_page()
    assert thumbprint(page.current(KeyUse.FEED)) == thumbprint(FEED_KEY.public_key())
    assert thumbprint(page.find(KeyUse.LOG, thumbprint(LOG_KEY.public_key()))) == page.keys[-1].kid


def test_a_keys_page_of_another_root_or_organisation_is_refused() -> None:
    """C14, C46."""
    with pytest.raises(SignatureError):
        open_keys(sign_keys_page(sample_keys_page(), key_of("another root")))
    with pytest.raises(SignatureError):
        open_keys(sign_keys_page(sample_keys_page(), ROOT_KEY), OTHER_TENANT)


def test_a_key_is_found_only_for_the_use_it_is_listed_for() -> None:
    page = sample_keys_page()
    with pytest.raises(SignatureError):
        page.find(KeyUse.RECEIPT, thumbprint(FEED_KEY.public_key()))
    with pytest.raises(SignatureError):
        msgspec.structs.replace(page, keys=()).current(KeyUse.FEED)


def test_rotation_lists_current_next_and_retired_keys_of_one_use() -> None:
    """C46."""
    entries = (
        key_entry(KeyUse.FEED, FEED_KEY.public_key()),
        key_entry(KeyUse.FEED, key_of("feed 2").public_key(), KeyState.NEXT),
        key_entry(KeyUse.FEED, key_of("feed 0").public_key(), KeyState.RETIRED),
        key_entry(KeyUse.FEED, key_of("feed -1").public_key(), KeyState.RETIRED),
    )
    assert len(open_keys(page_with(*entries)).keys) == 4


def test_a_use_that_came_later_is_carried_and_not_judged() -> None:
    """An older kiosk must be able to follow rotations on a page that lists keys of a newer kind."""
    sealing = KeyEntry(use="sealing", state=KeyState.CURRENT, kid="A" * 43, public="B" * 1600)
    page = open_keys(page_with(key_entry(KeyUse.FEED, FEED_KEY.public_key()), sealing))
    assert page.keys[1] == sealing


@pytest.mark.parametrize(
    "entries",
    [
        (key_entry(KeyUse.FEED, FEED_KEY.public_key()), key_entry(KeyUse.RECEIPT, FEED_KEY.public_key())),
        (key_entry(KeyUse.FEED, FEED_KEY.public_key()), key_entry(KeyUse.FEED, LOG_KEY.public_key())),
        (key_entry(KeyUse.FEED, ROOT_KEY.public_key()),),
        (msgspec.structs.replace(key_entry(KeyUse.FEED, FEED_KEY.public_key()), kid=EPOCH),),
        (msgspec.structs.replace(key_entry(KeyUse.FEED, FEED_KEY.public_key()), public="A" * 43),),
        (msgspec.structs.replace(key_entry(KeyUse.FEED, FEED_KEY.public_key()), public="A" * 42),),
        (msgspec.structs.replace(key_entry(KeyUse.FEED, FEED_KEY.public_key()), use="Feed\n"),),
        tuple(key_entry(KeyUse.FEED, key_of(f"feed {n}").public_key(), KeyState.RETIRED) for n in range(65)),
    ],
    ids=["two uses", "two current", "root listed", "other name", "small order", "short", "odd use", "65 keys"],
)
def test_a_keys_page_whose_entries_contradict_one_another_is_refused(entries: tuple[KeyEntry, ...]) -> None:
    with pytest.raises(EncodingError):
        open_keys(page_with(*entries))


@pytest.mark.parametrize(
    "changes", [{"previous": "ab" * 32}, {"log": "lodge.example.org\n5"}, {"version": 0}, {"tls": ("x",)}]
)
def test_a_keys_page_out_of_its_bounds_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EncodingError):
        open_keys(sign_keys_page(msgspec.structs.replace(sample_keys_page(), **changes), ROOT_KEY))


NOTE = sign_checkpoint(Checkpoint(LOG, 42, bytes(range(32))), LOG_KEY)


def open_log(note: str, origin: str = LOG) -> Checkpoint:
    return open_checkpoint(note, origin=origin, key=LOG_KEY.public_key())


def test_a_checkpoint_is_opened_and_other_witnesses_may_sign_it_too() -> None:
    assert open_log(NOTE) == Checkpoint(LOG, 42, bytes(range(32)))
    witnessed = NOTE + "— witness.example.org " + NOTE.rpartition(" ")[2]
    assert open_log(witnessed).size == 42


@pytest.mark.parametrize(
    "note",
    [
        "",
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "x\n",
        NOTE.replace("\n42\n", "\n042\n"),
        NOTE.replace("\n42\n", "\n43\n"),
        NOTE.replace("\n42\n", "\n٤٢\n"),
        NOTE.replace("\n42\n", "\n" + "9" * 3000 + "\n"),
        NOTE.replace("\n42\n", "\n-42\n"),
        NOTE.replace("\n42\n", "\n42\nextension\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("\n\n", "\n"),
        NOTE.replace("\n", "\r\n"),
        NOTE.replace("AAECAwQ", "AAECAwR"),
        NOTE.replace("Hh8=\n", "Hh9=\n"),
        NOTE.replace(LOG, "lodge.example.org/another/1"),
        NOTE.split("\n\n")[0] + "\n\n" + "— " + LOG + " AAAA\n",
        NOTE + "\ud800 \n",
        "x" * 5000,
    ],
)
def test_a_checkpoint_in_another_form_or_of_another_log_is_refused(note: str) -> None:
    """C40: the text that is signed has one form."""
    assert note != NOTE
    with pytest.raises(ProtocolError):
        open_log(note)


def test_a_checkpoint_of_another_log_or_key_is_refused() -> None:
    other = sign_checkpoint(Checkpoint("other.example.org", 42, bytes(32)), LOG_KEY)
    with pytest.raises(SignatureError):
        open_log(other)
    with pytest.raises(SignatureError):
        open_log(sign_checkpoint(Checkpoint(LOG, 42, bytes(32)), FEED_KEY))


def test_a_payload_must_be_exact_even_when_it_is_signed() -> None:
    """A signature says who wrote a text, not that two readers read the same in it."""
    exact = exact_json.encode(RECEIPT)
    for payload in (exact + b" ", exact.replace(b'{"v":1,', b'{"v":1,"v":1,'), exact[:-1] + b',"x":1}', b""):
        with pytest.raises(EncodingError):
            open_ours(jws.sign(payload, typ="lodge-receipt+jws", key=RECEIPT_KEY))
    assert open_ours(jws.sign(exact, typ="lodge-receipt+jws", key=RECEIPT_KEY)) == RECEIPT
    assert base64url(exact) in sign_receipt(RECEIPT, RECEIPT_KEY)


def test_a_checkpoint_whose_text_names_another_log_than_its_signature_is_refused() -> None:
    """C40: one key may serve two generations of a log; each names itself in what is signed."""
    body = Checkpoint("other.example.org", 42, bytes(32)).body()
    blob = b64encode(key_hash(LOG, LOG_KEY.public_key()) + LOG_KEY.sign(body.encode())).decode()
    with pytest.raises(SignatureError, match="another log"):
        open_log(f"{body}\n— {LOG} {blob}\n")
