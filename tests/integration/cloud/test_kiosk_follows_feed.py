"""A kiosk's own feed reader, over TLS, against the server's process: a change reaches it within the held request."""

import copy
import json
import secrets
import threading
from pathlib import Path

from sync.device.database import DeviceDatabase
from sync.device.enroller import enrol
from sync.device.feed_reader import FEED_READ_SECONDS, FeedReader
from sync.device.feed_store import FeedStore
from sync.device.following_transport import FollowingTransport
from sync.device.https_transport import HttpsTransport
from sync.device.settings import Settings
from sync.device.signed_channel import SignedChannel
from sync.device.stepping import LinkState, Step
from sync.device.transport import Answer, TransportLimits
from sync.protocol.feed import Hosts, PageKind
from sync.signable_request import SignableRequest
from tests.fakes.cloud_site import ORGANISATION, Site

NOW_S = 1_790_000_000


class Watched:
    """Tells when a request is on its way."""

    def __init__(self, inner: FollowingTransport) -> None:
        self._inner = inner
        self.sent = threading.Event()

    def send(self, request: SignableRequest) -> Answer:
        self.sent.set()
        return self._inner.send(request)


def _enrolled(site: Site, folder: Path) -> tuple[DeviceDatabase, FeedStore, FeedReader, Watched]:
    database = DeviceDatabase(folder / "lodge.db", secrets.token_bytes(32))
    settings = Settings(database)
    code = site.facts("kiosk", "create", "Following kiosk")["code"]
    server = f"https://localhost:{site.port}"
    transport = HttpsTransport(trust_any=True)
    enrol(code, server=server, transport=transport, settings=settings, entropy=secrets.token_bytes, now_ms=NOW_S * 1000)
    transport.close()
    enrolment = settings.enrolment()
    assert enrolment is not None
    line = Watched(FollowingTransport(settings, TransportLimits(read_seconds=FEED_READ_SECONDS)))
    channel = SignedChannel(
        transport=line,
        server=server,
        audience=enrolment.audience,
        key=lambda: settings.epoch_key(enrolment.epoch),
        now_s=lambda: NOW_S,
    )
    store = FeedStore(database, enrolment)
    reader = FeedReader(store=store, settings=settings, enrolment=enrolment, channel=channel, random=lambda: 0.5)
    return database, store, reader, line


def test_a_kiosk_follows_a_change_within_the_request_that_the_cloud_holds(site: Site, tmp_path: Path) -> None:
    """F01: live on kiosks within a minute; here within one request, without a poll between."""
    with site.process("serve"):
        site.wait_until_ready()
        database, store, reader, line = _enrolled(site, tmp_path)
        try:
            assert reader.step().state is LinkState.ONLINE
            assert len(store.held()) == len(PageKind)
            before = store.held()[PageKind.HOSTS].version
            line.sent.clear()
            steps: list[Step] = []
            waiting = threading.Thread(target=lambda: steps.append(reader.step()))
            waiting.start()
            assert line.sent.wait(20)
            wanted = copy.deepcopy(ORGANISATION)
            wanted["hosts"] = [*ORGANISATION["hosts"], {"key": "newly", "name": "Newly Come"}]
            changed = site.folder / "changed.json"
            changed.write_text(json.dumps(wanted))
            site.run("org", "apply", str(changed))
            waiting.join(60)
            assert [step.wait_seconds for step in steps] == [1.0]
            hosts = store.content(PageKind.HOSTS, Hosts)
            assert hosts is not None
            assert "Newly Come" in [host.name for host in hosts.hosts]
            assert store.held()[PageKind.HOSTS].version > before
        finally:
            database.close()
            site.run("org", "apply", str(site.folder / "organisation.json"))
