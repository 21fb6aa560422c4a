"""Where the server may connect to for somebody else: the public internet, and networks that the operator allows.

A webhook's address is chosen by an administrator of one organisation, the server stands in the operator's network:
without this check it would knock on doors there that no administrator can reach (C32).
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from cloud_api.errors import CloudError

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host name; ``OSError`` where it has none."""

PORTS = frozenset({443, 8443})
_LONGEST = 2000
_TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))  # NAT64: an IPv4 address is inside
_GLOBAL = ip_network("2000::/3")  # all that is assigned of IPv6; site-local and the rest lie outside
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carriers' own; not private by name, and not public either
        "168.63.129.16/32",  # Azure's own services, of public form and reached from its machines alone
        "192.0.0.0/24",  # set aside for protocols (RFC 6890), and not known to every Python as such
        "192.88.99.0/24",  # relays of 6to4, withdrawn (RFC 7526)
        "3fff::/20",  # documentation (RFC 9637), younger than Python's table
        "5f00::/16",  # segment routing within one network (RFC 9602)
    )
)


class DestinationError(CloudError):
    """The server does not connect there; the words say why and repeat nothing secret."""


class UnresolvedError(CloudError):
    """The resolver gave no address for the host's name: its own hiccup, maybe, so a failed try and no refusal (R45)."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A vetted one: connect to ``address`` and to nothing else, whatever the name says by then."""

    host: str
    port: int
    address: str
    target: str
    """Path and query."""


@dataclass(frozen=True, slots=True)
class _Parts:
    host: str
    port: int
    target: str


class Destinations:
    """Vets addresses. ``allowed``: networks of the operator's own that webhooks may reach as well, on any port."""

    def __init__(self, allowed: Iterable[str] = (), resolve: Resolve | None = None) -> None:
        self._allowed = [ip_network(text) for text in allowed]
        self._resolve = resolve or _resolve

    def check(self, url: str) -> str:
        """Whether an address could be connected to, as far as its text tells; its host.

        Raises:
            DestinationError: not an address such as ``https://hooks.example.org/lodge``, or one that never is allowed.
        """
        parts = self._split(url)
        literal = _literal(parts.host)
        if literal is not None:
            self._require_allowed(literal, parts.port)
        elif parts.port not in PORTS and not self._allowed:
            raise DestinationError("webhooks go to port 443 or 8443")
        return parts.host

    def vet(self, url: str) -> Destination:
        """Resolve a host name once and choose an address; all that it has must be allowed. Blocks while it asks.

        Raises:
            DestinationError: as ``check``, or the name is none, or leads where the server must not go.
            UnresolvedError: the resolver knows no address of it at present.
        """
        parts = self._split(url)
        try:
            texts = list(dict.fromkeys(self._resolve(parts.host, parts.port)))
        except UnicodeError as error:
            raise DestinationError("the host's name cannot be one") from error
        except OSError as error:
            raise UnresolvedError("the host's name could not be resolved") from error
        if not texts:
            raise UnresolvedError("the host's name could not be resolved")
        # All of them: a name that has a private address beside a public one is up to something.
        for text in texts:
            self._require_allowed(ip_address(text.partition("%")[0]), parts.port)
        return Destination(parts.host, parts.port, texts[0], parts.target)

    def _split(self, url: str) -> _Parts:
        unfit = DestinationError("a webhook's address is such as https://hooks.example.org/lodge")
        if len(url) > _LONGEST or not url.isascii() or any(sign <= " " or sign in '\\"<>^`{|}\x7f' for sign in url):
            raise unfit
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise unfit from error
        if parts.scheme != "https" or not parts.hostname or parts.fragment:
            raise unfit
        if parts.username is not None or parts.password is not None:
            raise DestinationError("a webhook's address bears no password: deliveries are signed")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return _Parts(parts.hostname, 443 if port is None else port, target)

    def _require_allowed(self, address: Address, port: int) -> None:
        inner = _inner(address)
        if any(inner in network for network in self._allowed):
            return
        if not _is_public(inner) or inner is not address:
            raise DestinationError("the address is not on the public internet, and the operator has not allowed it")
        if port not in PORTS:
            raise DestinationError("webhooks go to port 443 or 8443")


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 address carries, if it does (C32)."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if any(isinstance(network, IPv6Network) and address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: Address) -> bool:
    if any(address in network for network in _NOT_PUBLIC) or (
        isinstance(address, IPv6Address) and address not in _GLOBAL
    ):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(item[4][0]) for item in found]
