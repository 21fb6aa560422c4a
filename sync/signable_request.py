"""A request before it is signed. Apart from the signing, which loads much: a request is made where it is sent."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field

AUDIENCE_HEADER = "lodge-audience"
NONCE_HEADER = "lodge-nonce"


def _no_headers() -> MutableMapping[str, str]:
    from http_message_signatures.structures import CaseInsensitiveDict  # noqa: PLC0415 -- loads all of the signing

    made: Callable[[], MutableMapping[str, str]] = CaseInsensitiveDict
    return made()


@dataclass(slots=True)
class SignableRequest:
    """A request as RFC 9421 sees it. ``url`` is absolute and encoded; ``headers`` ignore case."""

    method: str
    url: str
    body: bytes = b""
    headers: MutableMapping[str, str] = field(default_factory=_no_headers)
