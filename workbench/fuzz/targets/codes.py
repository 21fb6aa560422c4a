"""Codes that people scan and type, enrolment, and the plain messages of the device routes."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

import msgspec

from sync.device.backoff import LONGEST_SECONDS, retry_after_seconds
from sync.protocol import base32, base45, enrolment, exact_json, exchange
from sync.protocol.codes import check_code, read_code
from sync.protocol.errors import ProtocolError
from sync.protocol.hlc import Hlc
from sync.protocol.keys import from_base64url, public_key
from workbench.fuzz.samples import EPOCH_KEY, KIOSK, SITE, TENANT, key_of
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_CODE = enrolment.EnrolmentCode(bytes.fromhex(golden("enrolment")["secret_hex"]))
_MESSAGES = (enrolment.StartRequest, enrolment.StartResponse, enrolment.FinishRequest, enrolment.FinishResponse)
_SHAPES = (
    exchange.Hello,
    exchange.HelloAnswer,
    exchange.FeedAnswer,
    exchange.GapProblem,
    exchange.EpochAnswer,
)
_PUBLIC = str(golden("keys")[EPOCH_KEY]["public"])
_ROOT = str(golden("keys")["root"]["public"])


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _read_badge(data: bytes) -> None:
    code = read_code(_text(data))
    promise(base45.encode(code.signed_bytes() + code.signature).encode() == data, "a code in two spellings")
    check_code(code, key=key_of(EPOCH_KEY).public_key(), tenant=TENANT)


def _read_typed(data: bytes) -> None:
    code = enrolment.parse_code(_text(data))
    promise(base32.normalise(code.typed()) == base32.normalise(_text(data)), "a code that reads as another")
    promise(enrolment.parse_code(code.typed()) == code, "a code that cannot be typed again")


def _transcript(said: object) -> enrolment.Transcript:
    """What both sides would agree on if the other side had said this."""

    def word(name: str, ours: str) -> str:
        return str(getattr(said, name, ours))

    return enrolment.Transcript(
        code=word("code", _CODE.id),
        kiosk_nonce=word("nonce", "11" * 32),
        server_nonce=word("server_nonce", "22" * 32),
        key=word("key", _PUBLIC),
        origin=word("origin", "https://lodge.example.org"),
        tenant=getattr(said, "tenant", TENANT),
        site=getattr(said, "site", SITE),
        kiosk=getattr(said, "kiosk", KIOSK),
        root=word("root", _ROOT),
    )


def _read_enrolment(data: bytes) -> None:
    shape = _MESSAGES[(data[0] if data else 0) % len(_MESSAGES)]
    said = exact_json.read(data[1:], shape, what="it")
    exact_json.read(exact_json.encode(said), shape, what="what it was read as")
    transcript = _transcript(said)
    proof = enrolment.kiosk_mac(_CODE.verifier, transcript)
    promise(proof != enrolment.server_mac(_CODE.verifier, transcript), "one proof for both sides")
    enrolment.same_mac(str(getattr(said, "mac", "")), proof)
    public_key(transcript.root)
    signature = from_base64url(str(getattr(said, "signature", "")), what="a signature")
    enrolment.check_possession(transcript, signature)


def _read_exchange(data: bytes) -> None:
    shape = _SHAPES[(data[0] if data else 0) % len(_SHAPES)]
    seconds = retry_after_seconds(_text(data[1:]))
    promise(seconds is None or 0 <= seconds <= LONGEST_SECONDS, "a pause without bound")
    with suppress(ProtocolError):
        promise(str(Hlc.parse(_text(data[1:]))).encode() == data[1:], "a stamp in two forms")
    said = exact_json.read(data[1:], shape, what="it")
    exact_json.read(exact_json.encode(said), shape, what="what it was read as")


def _messages() -> Sequence[bytes]:
    words = {"nonce": "22" * 32, "origin": "https://lodge.example.org", "tenant": TENANT, "site": SITE, "kiosk": KIOSK}
    sound = golden("enrolment")
    made = (
        {"v": 1, "code": _CODE.id, "nonce": "11" * 32, "key": _PUBLIC},
        {"v": 1, **words, "root": _ROOT, "mac": sound["server_mac"]},
        {
            "v": 1,
            "code": _CODE.id,
            "nonce": "11" * 32,
            "server_nonce": "22" * 32,
            "key": _PUBLIC,
            "mac": sound["kiosk_mac"],
            "signature": sound["signature"],
        },
        {"v": 1, "keys": golden("keys-page")["jws"]},
    )
    return _numbered(made)


def _answers() -> Sequence[bytes]:
    made = (
        {
            "v": 1,
            "epoch": golden("keys")[EPOCH_KEY]["thumbprint"],
            "seq": 3,
            "head": "0" * 64,
            "speaks": [1],
            "software": "lodge-kiosk 0.1.0",
            "waiting": 2,
            "checkpoint": golden("checkpoint")["note"],
        },
        {
            "v": 1,
            "accepted": 3,
            "durable": 2,
            "head": "0" * 64,
            "verdict": "in_step",
            "standing": "current",
            "at_ms": 1,
            "speaks": [1],
        },
        {"keys": golden("keys-page")["jws"], "pages": [golden("feed-page")["jws"]]},
        {"expected_seq": 4},
        {"v": 1, "standing": "unconfirmed"},
    )
    return [*_numbered(made), b"\x00120", b"\x000001a3185b65a0007467"]


def _numbered(messages: Sequence[object]) -> Sequence[bytes]:
    return [bytes([number]) + msgspec.json.encode(message) for number, message in enumerate(messages)]


def _words(name: str, member: str) -> Sequence[bytes]:
    return [str(golden(name)[member]).encode()]


TARGETS = (
    Target("badge-code", "the code on a badge", _read_badge, partial(_words, "badge-code", "text")),
    Target("enrolment-code", "a typed enrolment code", _read_typed, partial(_words, "enrolment", "typed")),
    Target("enrolment", "the messages of an enrolment", _read_enrolment, _messages),
    Target("exchange", "plain messages and headers of the device routes", _read_exchange, _answers),
)
