"""Every single bit of every signed message, flipped in turn: nobody takes it (C15, C16). Batches: test_batch_damage."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from sync.protocol import exact_json, feed, keyspage, receipt
from sync.protocol.checkpoint import open_checkpoint
from sync.protocol.codes import check_code, read_code
from sync.protocol.enrolment import StartResponse, Transcript, parse_code, same_mac, server_mac
from sync.protocol.errors import CodeError, ProtocolError
from sync.signable_request import SignableRequest
from sync.signed_requests import verify_request
from tests.vectors.sample import AUDIENCE, EPOCH, EPOCH_KEY, KIOSK, LOG, ROOT_KEY, SITE, TENANT, key_of
from workbench.fuzz.registry import TARGETS
from workbench.fuzz.samples import vector

CODE = parse_code(vector("enrolment")["typed"])
REQUEST = vector("request")


def flips(text: str) -> Iterator[str]:
    """Each text that differs in one bit of its UTF-8 form and is text still."""
    raw = text.encode()
    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        try:
            yield changed.decode()
        except UnicodeDecodeError:
            continue


def taken(opener: Callable[[str], object], text: str) -> bool:
    """Whether it is taken; refusing means a ``ProtocolError`` and no other exception."""
    try:
        opener(text)
    except ProtocolError:
        return False
    return True


def open_receipt(text: str) -> object:
    key = key_of("receipt").public_key()
    return receipt.open_receipt(text, key=key, audience=AUDIENCE, kiosk=KIOSK, epoch=EPOCH)


def open_badge(text: str) -> object:
    code = read_code(text)
    check_code(code, key=EPOCH_KEY.public_key(), tenant=TENANT)
    return code


def open_start(text: str) -> object:
    """As a kiosk takes the cloud's answer: by the MAC over all that it says."""
    said = exact_json.read(text.encode(), StartResponse, what="it")
    transcript = Transcript(
        code=CODE.id,
        kiosk_nonce="11" * 32,
        server_nonce=said.nonce,
        key=vector("keys")["kiosk epoch 1"]["public"],
        origin=said.origin,
        tenant=said.tenant,
        site=said.site,
        kiosk=said.kiosk,
        root=said.root,
    )
    if not same_mac(said.mac, server_mac(CODE.verifier, transcript)):
        raise ProtocolError("whoever answered does not know the code")
    return said


MESSAGES: dict[str, tuple[str, Callable[[str], object]]] = {
    "receipt": (vector("receipt")["jws"], open_receipt),
    "keys page": (
        vector("keys-page")["jws"],
        partial(keyspage.open_keys_page, root=ROOT_KEY.public_key(), tenant=TENANT),
    ),
    "feed page": (
        vector("feed-page")["jws"],
        partial(feed.open_head, key=key_of("feed").public_key(), tenant=TENANT, site=SITE),
    ),
    "checkpoint": (
        vector("checkpoint")["note"],
        partial(open_checkpoint, origin=LOG, key=key_of("log").public_key()),
    ),
    "badge code": (vector("badge-code")["text"], open_badge),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_bit_flip_of_a_signed_message_is_refused(name: str) -> None:
    """C15, C16, C33."""
    text, opener = MESSAGES[name]
    assert taken(opener, text)
    assert [changed for changed in flips(text) if taken(opener, changed)] == []


def test_a_bit_flipped_in_the_answer_to_an_enrolment_is_refused_or_changes_nothing() -> None:
    """The MAC is over what it says, not over its spelling: digits of an id may be upper-case."""
    text = list(TARGETS["enrolment"].seeds())[1][1:].decode()
    said = open_start(text)
    accepted = [changed for changed in flips(text) if taken(open_start, changed)]
    assert [changed for changed in accepted if open_start(changed) != said] == []
    assert all(changed.lower() == text.lower() for changed in accepted)


def test_a_typed_code_with_any_bit_flipped_is_refused_or_the_same_code() -> None:
    """The check symbol finds every single wrong sign; look-alikes, case and spaces are forgiven."""
    others = set()
    for changed in flips(vector("enrolment")["typed"]):
        try:
            others.add(parse_code(changed).id)
        except CodeError:
            continue
    assert others == {CODE.id}


def verified(request: SignableRequest) -> bool:
    return taken(lambda _: verify_request(request, key=EPOCH_KEY.public_key(), audience=AUDIENCE), "")


def changed_requests() -> Iterator[tuple[str, SignableRequest]]:
    """The published request with one bit of one part flipped."""
    path = REQUEST["url"].partition("example.org")[2]
    for part, text in {
        "method": REQUEST["method"],
        "path": path,
        "body": REQUEST["body"],
        **REQUEST["headers"],
    }.items():
        for changed in flips(text):
            request = SignableRequest(
                REQUEST["method"], REQUEST["url"], REQUEST["body"].encode(), dict(REQUEST["headers"])
            )
            if part == "method":
                request.method = changed
            elif part == "path":
                request.url = REQUEST["url"].removesuffix(path) + changed
            elif part == "body":
                request.body = changed.encode()
            else:
                request.headers[part] = changed
            yield part, request


def test_every_bit_flip_of_a_signed_request_is_refused() -> None:
    """C15, C16: but for the spare bits at the end of the signature's base64, which stand for nothing."""
    accepted = [(part, request) for part, request in changed_requests() if verified(request)]
    signature = REQUEST["headers"]["signature"]
    raw = b64decode(re.findall(r":(.*):", signature)[0])
    assert {part for part, _ in accepted} <= {"signature"}
    for _, request in accepted:
        (encoded,) = re.findall(r":(.*):", request.headers["signature"])
        assert b64decode(encoded) == raw
