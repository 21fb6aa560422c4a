"""Signed requests of the device routes: method, address, headers and body, in the plain form of HTTP."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sync.protocol.errors import ProtocolError
from sync.signable_request import SignableRequest
from sync.signed_requests import claimed_key, verify_request
from workbench.fuzz.samples import AUDIENCE, EPOCH, EPOCH_KEY, key_of
from workbench.fuzz.samples import vector as golden
from workbench.fuzz.target import Target, promise

_SOUND = golden("request")


def _parts(request: SignableRequest) -> tuple[str, str, str, bytes, str | None]:
    """What a signature must hold fast."""
    address = urlsplit(request.url)
    return (request.method, address.path, address.query, request.body, request.headers.get("lodge-audience"))


def _request(data: bytes) -> SignableRequest:
    """The truly signed request of the vectors with whatever the input says otherwise.

    Lines as in HTTP: ``METHOD URL`` (either may be left out), ``name: value`` (no value takes the header away), an
    empty line, the body (none keeps the signed one).
    """
    head, parted, body = data.partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")
    method, _, url = lines[0].partition(" ")
    headers: dict[str, str] = dict(_SOUND["headers"])
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
        if not value:
            del headers[name.lower()]
    request = SignableRequest(method or _SOUND["method"], url or _SOUND["url"], headers=headers)
    request.body = body if parted else _SOUND["body"].encode()
    return request


def _read_request(data: bytes) -> None:
    request = _request(data)
    # The cloud asks for the name first and goes no further without one; here both are asked, to see more of the second.
    try:
        claimed: str | None = claimed_key(request.headers)
    except ProtocolError:
        claimed = None
    signer = verify_request(request, key=key_of(EPOCH_KEY).public_key(), audience=AUDIENCE)
    promise(signer.kid == EPOCH and claimed in (None, EPOCH), "a request whose key is looked up by another name")
    promise(_parts(request) == _parts(_request(b"")), "a request that was changed after it was signed")


def _seeds() -> Sequence[bytes]:
    lines = [f"{_SOUND['method']} {_SOUND['url']}", *(f"{name}: {value}" for name, value in _SOUND["headers"].items())]
    whole = "\n".join(lines).encode("latin-1")
    return [
        whole + b"\n\n" + _SOUND["body"].encode(),
        b" ",
        b"POST https://other.example.org/device/v1/events",
        b" \nSignature: \n\n",
        b' \nSignature-Input: lodge=("@method" "x";bs;sf;key="a";req "@query-param";name="a");created=1;keyid="a"',
        b" \nContent-Digest: sha-256=:AAAA:, sha-512=:AAAA:\n\n{}",
    ]


TARGETS = (Target("request", "a signed request", _read_request, _seeds),)
