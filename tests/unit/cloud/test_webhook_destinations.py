"""Where webhooks may lead: C32."""

import socket
from collections.abc import Sequence

import pytest

from cloud_api.notify.destinations import DestinationError, Destinations
from cloud_api.notify.posting import Poster
from cloud_api.notify.webhook_signatures import new_secret, signature


def _names(*addresses: str) -> Destinations:
    def resolve(host: str, port: int) -> Sequence[str]:
        del host, port
        return addresses

    return Destinations(resolve=resolve)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1",
        "::ffff:10.0.0.1", "::ffff:93.184.215.14", "64:ff9b::a00:1", "64:ff9b::5db8:d70e", "2002:a00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fe80::1%eth0", "fec0::1", "3fff::1", "4000::1", "192.88.99.1",
        "168.63.129.16",
    ],
)  # fmt: skip
def test_c32_an_address_that_is_not_public_is_refused_alone_and_beside_a_public_one(address: str) -> None:
    for found in ([address], ["93.184.215.14", address], [address, "93.184.215.14"]):
        with pytest.raises(DestinationError, match="public internet"):
            _names(*found).vet("https://hooks.example.org/lodge")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/", "ftp://hooks.example.org/", "https://", "https:///x", "hooks.example.org/x", "",
        "https://user:secret@hooks.example.org/", "https://hooks.example.org/#x", "https://hooks.example.org:22/",
        "https://hooks.example.org:99999/", "https://hooks.example.org/\r\nHost: x", "https://h\u00f6st.example.org/",
        "https://hooks.example.org\\@10.0.0.1/", "https://hooks.example.org/" + "x" * 2000, "https://[::1/",
        "https://a b/",
        "file:///etc/passwd", "https://127.0.0.1/", "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/",
    ],
)  # fmt: skip
def test_c32_an_address_that_is_no_plain_https_one_is_refused_before_anything_is_asked(url: str) -> None:
    with pytest.raises(DestinationError) as caught:
        Destinations(resolve=_never).check(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_c32_numbers_that_a_resolver_reads_as_this_machine_are_refused(host: str) -> None:
    reading = Destinations(resolve=lambda name, _port: [socket.inet_ntoa(socket.inet_aton(name))])
    with pytest.raises(DestinationError, match="public internet"):
        reading.vet(f"https://{host}/")


def test_c32_this_machine_by_name_is_refused() -> None:
    with pytest.raises(DestinationError, match="public internet"):
        Destinations().vet("https://localhost/")


def test_c32_a_name_is_resolved_once_and_the_vetted_address_is_what_counts() -> None:
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    where = Destinations(resolve=lambda _host, _port: next(answers)).vet("https://hooks.example.org/lodge?a=1")
    assert (where.host, where.port, where.address, where.target) == (
        "hooks.example.org",
        443,
        "93.184.215.14",
        "/lodge?a=1",
    )


def test_what_the_operator_allows_is_reached_on_any_port_and_nothing_beside_it() -> None:
    allowing = Destinations(["10.1.0.0/16"], lambda host, _port: [host])
    assert allowing.vet("https://10.1.2.3:9443/x").port == 9443
    for refused in ("https://10.2.0.1/", "https://[::1]/"):
        with pytest.raises(DestinationError):
            allowing.vet(refused)


@pytest.mark.parametrize("number", [socket.EAI_AGAIN, socket.EAI_NONAME])
def test_r45_a_resolver_that_fails_is_a_failed_try_and_no_refusal(number: int) -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        del host, port
        raise socket.gaierror(number, "no answer")

    for resolve in (unknown, lambda _host, _port: ()):
        posted = Poster(Destinations(resolve=resolve)).post("https://hooks.example.org/", b"{}", {})
        assert (posted.status, posted.fault) == (0, "the host's name could not be resolved")


def test_c32_a_name_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(DestinationError, match="cannot be one"):
        Destinations().vet(f"https://{'x' * 64}.example.org/")


def test_r24_a_signature_is_that_of_the_standard_webhooks_specification() -> None:
    """The example of the specification's reference libraries (Standard Webhooks 1.0, symmetric)."""
    secret, message, at_s = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    made = signature(secret, message, at_s, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert new_secret() != new_secret()
    assert len(new_secret()) > 40


def _never(host: str, port: int) -> Sequence[str]:
    raise AssertionError((host, port))
