"""Kiosk and cloud of different versions: each pair goes on working, and what the first release wrote stays readable.

The other half of the matrix, earlier and later kiosks before our cloud, runs on the real one:
``tests/integration/cloud/test_compatibility_matrix.py``.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from sync.device.stepping import LinkState
from sync.protocol.chain import Act
from sync.protocol.feed import Configuration, PageKind
from sync.protocol.kinds import Kind
from tests.fakes.other_versions import CLOUDS, CloudOfVersion
from tests.fakes.sync_kiosk import DeviceRig, enrol_rig
from tests.vectors.stored import FOLDER

RELEASED = FOLDER.parent / "released" / "1"
NAMES = sorted(path.stem for path in RELEASED.glob("*.json"))


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(value, dict):
        for name, member in value.items():
            yield from _leaves(member, (*path, name))
    elif isinstance(value, list):
        yield path, len(value)
        for number, member in enumerate(value):
            yield from _leaves(member, (*path, str(number)))
    else:
        yield path, value


@pytest.mark.parametrize("name", NAMES)
def test_what_the_first_release_wrote_is_what_is_written_and_read_today(name: str) -> None:
    """Vectors may be added. ``test_golden_vectors`` holds today's to what the code makes and opens."""
    released = dict(_leaves(json.loads((RELEASED / f"{name}.json").read_bytes())))
    today = dict(_leaves(json.loads((FOLDER / f"{name}.json").read_bytes())))
    assert {path: today.get(path) for path in released} == released


def test_the_first_release_has_a_vector_of_each_of_its_formats() -> None:
    assert len(NAMES) == 22


@pytest.fixture(params=CLOUDS, ids=lambda cloud: cloud.name)
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DeviceRig]:
    """Our kiosk, enrolled with a cloud of each version."""
    version: CloudOfVersion = request.param
    opened = enrol_rig(tmp_path, version.make())
    yield opened
    opened.close()


def _record(rig: DeviceRig, count: int) -> None:
    for number in range(count):
        rig.log.append([Act(Kind.KIOSK_STARTED, None, full={"version": f"0.{number}"})])


def test_everything_recorded_reaches_a_cloud_of_any_version_once(rig: DeviceRig) -> None:
    """Across a restart of the kiosk too, and its acts of kinds that no cloud knows yet."""
    _record(rig, 3)
    rig.drain()
    rig.log.append([Act("parcel.lifted", UUID(int=7, version=4), muster={"shelf": "B"}, full={"later": [1, 2]})])
    again = rig.restart()
    _record(again, 2)
    again.drain()
    assert again.held() == again.recorded()
    assert len(again.held()) == 6
    assert again.uploader.fault == ""
    again.close()


def test_the_pages_that_a_kiosk_knows_reach_it_from_a_cloud_of_any_version(rig: DeviceRig) -> None:
    """Pages, keys and members that came later are passed over, and hide none of the others."""
    rig.cloud.publish(
        Configuration(
            organisation="Thistledown Works",
            site="Mill Lane",
            time_zone="Europe/London",
            languages=("en",),
            badge_hours=12,
        )
    )
    assert rig.reader.step().state is LinkState.ONLINE
    held = rig.feed.content(PageKind.CONFIGURATION, Configuration)
    assert held is not None
    assert held.organisation == "Thistledown Works"
    page = rig.settings.keys_page()
    assert page is not None
    assert page[1].version == len(rig.cloud.keys_pages)


def test_what_an_older_cloud_does_not_have_is_no_alarm(rig: DeviceRig) -> None:
    """C40: a kiosk that cannot have a proof goes on, and raises nothing."""
    _record(rig, 1)
    rig.drain()
    rig.witness.step()
    assert rig.outbox.memory.alarm() is None
    assert rig.log.incomplete is None
    assert rig.outbox.waiting == 0
