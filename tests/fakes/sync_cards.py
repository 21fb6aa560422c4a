"""Copies of a kiosk's card, and what of its events is where."""

from __future__ import annotations

import shutil
from pathlib import Path

from sync.device.event_log import EventLog
from sync.protocol.chain import Head, follow
from tests.fakes.sync_cloud import SyncCloud
from tests.fakes.sync_kiosk import DeviceRig, open_rig
from tests.fakes.sync_records import arrival

FILES = ("lodge.db", "lodge.db-wal", "witness")


def copy_files(folder: Path, names: tuple[str, ...] = FILES) -> dict[str, bytes]:
    """The content of a kiosk's files."""
    return {name: (folder / name).read_bytes() for name in names if (folder / name).exists()}


def put_files(folder: Path, files: dict[str, bytes]) -> None:
    """These files and no others."""
    for name in FILES:
        (folder / name).unlink(missing_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def roll_back(rig: DeviceRig) -> Path:
    """Record 4 events, take a copy of the database alone, record 4 more, and put the copy back."""
    folder = rig.records.folder
    rig.log.append(arrival())
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    before = copy_files(folder, ("lodge.db",))
    rig.log.append(arrival())
    rig.close()
    put_files(folder, before | copy_files(folder, ("witness",)))
    return folder


def copy_card(rig: DeviceRig, name: str) -> DeviceRig:
    """A copy of the whole card, running beside the original."""
    folder = rig.records.folder
    rig.records.database.read("pragma wal_checkpoint(truncate)")
    target = folder.parent / name
    shutil.copytree(folder, target)
    return open_rig(target, rig.cloud)


def assert_chains(log: EventLog) -> None:
    """Every epoch's events are one chain up to its head."""
    for epoch in log.epochs.all():
        head = Head.genesis(epoch)
        for event in log.after(0, limit=100_000, epoch=epoch):
            head = follow(head, event)
        assert head == log.head_of(epoch)


def recorded_in(log: EventLog) -> set[str]:
    """All that a kiosk has, of every epoch."""
    return {event.hash for epoch in log.epochs.all() for event in log.after(0, limit=100_000, epoch=epoch)}


def taken_by(cloud: SyncCloud) -> set[str]:
    """All that the cloud has, in logs and beside them, and nothing in both."""
    found: set[str] = set()
    for device in cloud.devices.values():
        assert not set(device.branch) & {event.hash for event in device.events}
        found |= {event.hash for event in device.events} | set(device.branch)
    return found
