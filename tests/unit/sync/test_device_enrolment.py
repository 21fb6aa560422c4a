"""Enrolment from the kiosk's side: one code, one success, and nobody in the middle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.device.database import DeviceDatabase
from sync.device.enroller import enrol
from sync.device.errors import EnrolmentError, StorageError
from sync.device.settings import Enrolment, Settings
from sync.device.transport import Answer, Transport
from sync.protocol.enrolment import FinishResponse, StartRequest, StartResponse
from sync.protocol.exchange import ENROL_FINISH_PATH, ENROL_START_PATH
from sync.protocol.keys import public_text, thumbprint
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_faulty_disk import failing
from tests.fakes.sync_records import DATABASE_KEY, NOON_MS, Bytes


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    database = DeviceDatabase(tmp_path / "lodge.db", DATABASE_KEY)
    yield Settings(database)
    database.close()


@pytest.fixture
def cloud() -> SyncCloud:
    return SyncCloud()


def _enrol(
    code: str, transport: Transport, settings: Settings, *, seed: int = 5, server: str = "https://lodge.example.org/"
) -> Enrolment:
    return enrol(code, server=server, transport=transport, settings=settings, entropy=Bytes(seed), now_ms=NOON_MS)


@dataclass
class Meddler:
    """Somebody in the middle who changes what goes through; ``seen`` is all that they learn."""

    cloud: SyncCloud
    path: str
    change: Callable[[Answer], Answer]
    meddle_request: Callable[[SignableRequest], SignableRequest] = lambda request: request

    def send(self, request: SignableRequest) -> Answer:
        if not request.url.endswith(self.path):
            return self.cloud.send(request)
        return self.change(self.cloud.send(self.meddle_request(request)))


def _with(kind: type[msgspec.Struct], **changes: object) -> Callable[[Answer], Answer]:
    def change(answer: Answer) -> Answer:
        message = msgspec.structs.replace(msgspec.json.decode(answer.body, type=kind), **changes)
        return replace(answer, body=msgspec.json.encode(message))

    return change


def test_a_code_makes_a_kiosk_that_knows_its_root(cloud: SyncCloud, settings: Settings) -> None:
    enrolment = _enrol(cloud.make_code(), cloud, settings)
    assert settings.enrolment() == enrolment
    assert (enrolment.server, enrolment.tenant, enrolment.site) == (cloud.origin, cloud.tenant, cloud.site)
    assert enrolment.root == public_text(cloud.root.public_key())
    key = settings.epoch_key(enrolment.epoch)
    assert thumbprint(key.public_key()) == enrolment.epoch == next(iter(cloud.devices))
    page = settings.keys_page()
    assert page is not None
    assert page[0] == cloud.keys_pages[0]


def test_the_secret_and_its_verifier_never_travel(cloud: SyncCloud, settings: Settings) -> None:
    typed = cloud.make_code()
    verifier = next(iter(cloud.desk.codes.values())).verifier
    _enrol(typed, cloud, settings)
    sent = b"".join(request.body for request in cloud.requests).decode("ascii").upper()
    assert typed.replace("-", "")[:26] not in sent
    assert verifier.hex().upper() not in sent


def _swap(code: str) -> str:
    plain = code.replace("-", "")
    at = next(at for at in range(20) if plain[at] != plain[at + 1])
    return plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :]


@pytest.mark.parametrize("spoil", [lambda code: code[:-1], _swap, lambda code: "", lambda code: "é" * 27])
def test_a_mistyped_code_is_told_before_anything_is_sent(
    cloud: SyncCloud, settings: Settings, spoil: Callable[[str], str]
) -> None:
    with pytest.raises(EnrolmentError, match="not the code as it was shown"):
        _enrol(spoil(cloud.make_code()), cloud, settings)
    assert cloud.requests == []


def test_a_code_is_read_as_people_type_it(cloud: SyncCloud, settings: Settings) -> None:
    typed = cloud.make_code().lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert _enrol(typed, cloud, settings).tenant == cloud.tenant


def test_c24_a_code_serves_one_kiosk(cloud: SyncCloud, settings: Settings, tmp_path: Path) -> None:
    """C24: reused."""
    code = cloud.make_code()
    _enrol(code, cloud, settings)
    other = DeviceDatabase(tmp_path / "other.db", DATABASE_KEY)
    with pytest.raises(EnrolmentError, match="used already"):
        _enrol(code, cloud, Settings(other), seed=6)
    assert Settings(other).enrolment() is None
    other.close()
    assert len(cloud.devices) == 1


def test_c24_a_race_for_one_code_has_one_winner(cloud: SyncCloud, settings: Settings, tmp_path: Path) -> None:
    """C24: both kiosks have started before either finishes."""
    code = cloud.make_code()
    other = DeviceDatabase(tmp_path / "other.db", DATABASE_KEY)

    def overtake(answer: Answer) -> Answer:
        _enrol(code, cloud, Settings(other), seed=6)
        return answer

    with pytest.raises(EnrolmentError):
        _enrol(code, Meddler(cloud, ENROL_START_PATH, overtake), settings)
    assert settings.enrolment() is None
    assert Settings(other).enrolment() is not None
    assert len(cloud.devices) == 1
    other.close()


def test_c24_two_programs_that_enrol_one_kiosk_agree(cloud: SyncCloud, settings: Settings) -> None:
    """The second one finds the first one's enrolment in its own transaction and changes nothing."""
    second = cloud.make_code()

    def overtake(answer: Answer) -> Answer:
        _enrol(second, cloud, settings, seed=7)
        return answer

    with pytest.raises(EnrolmentError, match="meanwhile"):
        _enrol(cloud.make_code(), Meddler(cloud, ENROL_FINISH_PATH, overtake), settings)
    enrolment = settings.enrolment()
    assert enrolment is not None
    assert settings.epoch_key(enrolment.epoch) is not None


def test_c24_a_guessed_code_is_unknown(cloud: SyncCloud, settings: Settings) -> None:
    guessed = SyncCloud(seed=99).make_code()
    with pytest.raises(EnrolmentError, match="does not know this code"):
        _enrol(guessed, cloud, settings)


def test_an_expired_code_is_told_apart(cloud: SyncCloud, settings: Settings) -> None:
    code = cloud.make_code()
    cloud.now_ms += 15 * 60 * 1000
    with pytest.raises(EnrolmentError, match="expired"):
        _enrol(code, cloud, settings)


def test_an_enrolled_kiosk_is_not_enrolled_again(cloud: SyncCloud, settings: Settings) -> None:
    _enrol(cloud.make_code(), cloud, settings)
    before = len(cloud.requests)
    with pytest.raises(EnrolmentError, match="enrolled already"):
        _enrol(cloud.make_code(), cloud, settings)
    assert len(cloud.requests) == before


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (429, b"<html>", "Too many attempts"),
        (418, b"<html>", "status 418"),
        (302, b"<html>", "status 302"),
        (500, b"<html>", "fault of its own"),
        (403, b'{"type":"urn:lodge:problem:organisation-suspended"}', "is suspended on this server"),
    ],
)
def test_refusals_say_what_to_do(cloud: SyncCloud, settings: Settings, status: int, body: bytes, words: str) -> None:
    cloud.faults.answers = [Answer(status, {}, body)]
    with pytest.raises(EnrolmentError, match=words):
        _enrol(cloud.make_code(), cloud, settings)
    assert settings.enrolment() is None


def test_a_server_that_does_not_know_the_code_gets_no_proof(cloud: SyncCloud, settings: Settings) -> None:
    """An impostor answers in form, with a MAC of its own making: the kiosk's MAC is never sent."""
    change = _with(StartResponse, mac="ab" * 32)
    with pytest.raises(EnrolmentError, match="not your cloud"):
        _enrol(cloud.make_code(), Meddler(cloud, ENROL_START_PATH, change), settings)
    assert [request.url.rpartition("/")[2] for request in cloud.requests] == ["start"]
    assert cloud.devices == {}


_STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(32))

SWAPPED: dict[str, dict[str, object]] = {
    "the root": {"root": public_text(_STRANGER.public_key())},
    "the organisation": {"tenant": UUID(int=5, version=4)},
    "the site": {"site": UUID(int=5, version=4)},
    "the kiosk": {"kiosk": UUID(int=5, version=4)},
    "the origin": {"origin": "https://evil.example.org"},
    "the nonce": {"nonce": "00" * 32},
}


@pytest.mark.parametrize("what", SWAPPED)
def test_a_man_in_the_middle_swaps_nothing(cloud: SyncCloud, settings: Settings, what: str) -> None:
    with pytest.raises(EnrolmentError, match="not your cloud"):
        _enrol(cloud.make_code(), Meddler(cloud, ENROL_START_PATH, _with(StartResponse, **SWAPPED[what])), settings)
    assert (settings.enrolment(), cloud.devices) == (None, {})


def test_a_kiosk_that_compared_no_macs_would_pin_the_wrong_root(
    cloud: SyncCloud, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: with the comparison gone, the swap gets as far as the kiosk's own proof."""
    monkeypatch.setattr("sync.protocol.enrolment.same_mac", lambda given, expected: True)
    change = _with(StartResponse, root=public_text(_STRANGER.public_key()))
    with pytest.raises(EnrolmentError):
        _enrol(cloud.make_code(), Meddler(cloud, ENROL_START_PATH, change), settings)
    assert [request.url.rpartition("/")[2] for request in cloud.requests] == ["start", "finish"]


def test_a_man_in_the_middle_cannot_put_his_key_in_place_of_the_kiosks(cloud: SyncCloud, settings: Settings) -> None:
    def swap(request: SignableRequest) -> SignableRequest:
        start = msgspec.json.decode(request.body, type=StartRequest)
        swapped = msgspec.structs.replace(start, key=public_text(_STRANGER.public_key()))
        return replace(request, body=msgspec.json.encode(swapped))

    with pytest.raises(EnrolmentError, match="not your cloud"):
        _enrol(cloud.make_code(), Meddler(cloud, ENROL_START_PATH, lambda answer: answer, swap), settings)
    assert cloud.devices == {}


def test_a_keys_page_by_another_root_is_refused(cloud: SyncCloud, settings: Settings) -> None:
    stranger = SyncCloud(seed=2)
    change = _with(FinishResponse, keys=stranger.keys_pages[0])
    with pytest.raises(EnrolmentError, match="changed on the way"):
        _enrol(cloud.make_code(), Meddler(cloud, ENROL_FINISH_PATH, change), settings)
    assert settings.enrolment() is None


@pytest.mark.parametrize("path", [ENROL_START_PATH, ENROL_FINISH_PATH])
@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b"<html>", b"[" * 50_000])
def test_garbage_is_not_an_answer(cloud: SyncCloud, settings: Settings, path: str, body: bytes) -> None:
    with pytest.raises(EnrolmentError, match="not from your cloud"):
        _enrol(cloud.make_code(), Meddler(cloud, path, lambda answer: replace(answer, body=body)), settings)
    assert settings.enrolment() is None


@pytest.mark.parametrize("fault", ["lose_answers", "fail_after_commit"])
def test_a_lost_last_answer_is_asked_for_again(cloud: SyncCloud, settings: Settings, fault: str) -> None:
    """The first finish spends the code; the same message is answered alike."""

    def begin(answer: Answer) -> Answer:
        setattr(cloud.faults, fault, 2)
        return answer

    enrolment = _enrol(cloud.make_code(), Meddler(cloud, ENROL_START_PATH, begin), settings)
    assert settings.enrolment() == enrolment
    finishes = [request.body for request in cloud.requests if request.url.endswith(ENROL_FINISH_PATH)]
    assert (len(finishes), len(set(finishes))) == (3, 1)
    assert len(cloud.devices) == 1


def test_an_unreachable_cloud_is_told_with_what_to_check(cloud: SyncCloud, settings: Settings) -> None:
    cloud.faults.unreachable = 1
    with pytest.raises(EnrolmentError, match="Check the address"):
        _enrol(cloud.make_code(), cloud, settings)


def test_a_full_disk_leaves_no_half_enrolment(cloud: SyncCloud, settings: Settings) -> None:
    with failing(settings._database, "commit"), pytest.raises(StorageError):
        _enrol(cloud.make_code(), cloud, settings)
    assert (settings.enrolment(), settings.keys_page()) == (None, None)
    assert settings._database.read("select * from epoch") == []
    assert _enrol(cloud.make_code(), cloud, settings, seed=8).tenant == cloud.tenant


def test_an_unknown_epoch_has_no_key(settings: Settings) -> None:
    with pytest.raises(KeyError):
        settings.epoch_key("unknown")
    assert settings.keys_page() is None
