"""Clouds of another version than the kiosk's: an earlier one, which knows less, and a later one, which says more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import msgspec

from sync.device.transport import Answer
from sync.protocol.exchange import ENROL_FINISH_PATH, ENROL_START_PATH, EVENTS_PATH, FEED_PATH, HELLO_PATH
from sync.protocol.feed import Hosts
from sync.protocol.keyspage import KeyEntry, KeyState
from sync.signable_request import SignableRequest
from tests.fakes.sync_cloud import SyncCloud

_FIRST_PATHS = frozenset({ENROL_START_PATH, ENROL_FINISH_PATH, EVENTS_PATH, FEED_PATH})
_FIRST_FEED = ("keys", "pages")
_LATER = {"mood": "sunny", "weather": {"rain": [1, 2.5, None]}}


def same_cloud() -> SyncCloud:
    """A cloud of the kiosk's own version."""
    return SyncCloud()


class EarlierCloud(SyncCloud):
    """It takes batches and serves pages, whole and at once; it never heard of hello, epochs, objects or proofs."""

    def __init__(self) -> None:
        super().__init__()
        self.old = True

    def send(self, request: SignableRequest) -> Answer:
        """Answer with what the first clouds answered with."""
        path = urlsplit(request.url).path
        if path not in _FIRST_PATHS:
            return self._answer(404)
        answer = super().send(request)
        if path != FEED_PATH or answer.status != 200:
            return answer
        members = msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])
        kept = {name: members[name] for name in _FIRST_FEED}
        return Answer(answer.status, answer.headers, msgspec.json.encode(kept))


class LaterCloud(SyncCloud):
    """It speaks version 2 too, says more in every answer, and has pages and keys that came later."""

    def __init__(self) -> None:
        super().__init__()
        public = "L" * 43
        self.other_keys = (KeyEntry(use="later", state=KeyState.CURRENT, kid="K" * 42 + "A", public=public),)
        self.publish_keys()
        self.publish(Hosts(hosts=()), page="lockers", raw=b'{"lockers":[]}')

    def send(self, request: SignableRequest) -> Answer:
        """Answer with members that nobody here knows."""
        answer = super().send(request)
        if answer.status != 200 or not answer.body.startswith(b"{"):
            return answer
        members = msgspec.json.decode(answer.body, type=dict[str, object])
        if urlsplit(request.url).path == HELLO_PATH:
            members["speaks"] = [1, 2]
        return Answer(answer.status, answer.headers, msgspec.json.encode({**_LATER, **members, **_LATER}))


@dataclass(frozen=True)
class CloudOfVersion:
    """A name for a test's id, and how to make one."""

    name: str
    make: Callable[[], SyncCloud]


CLOUDS = (
    CloudOfVersion("earlier-cloud", EarlierCloud),
    CloudOfVersion("same-cloud", same_cloud),
    CloudOfVersion("later-cloud", LaterCloud),
)
