"""A file that somebody takes away: who may read it, what a loss of power left, and links that lead nowhere."""

from pathlib import Path

import pytest

from kiosk.whole_file import write_whole


def test_a_file_that_only_its_owner_may_read_stays_so(tmp_path: Path) -> None:
    """R17: the list of everybody in the building is somebody's secret."""
    target = tmp_path / "list.pdf"
    target.write_bytes(b"before")
    target.chmod(0o600)
    write_whole(target, b"after")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"after", 0o600)


def test_what_a_loss_of_power_left_of_a_file_goes_with_the_next(tmp_path: Path) -> None:
    target = tmp_path / "list [1].pdf"
    left = tmp_path / ".list [1].pdf.0123abcd.part"
    other = tmp_path / ".list 2.pdf.0123abcd.part"
    for part in (left, other):
        part.write_bytes(b"Odalys")
    write_whole(target, b"after")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([target.name, other.name])


def test_a_link_that_leads_to_itself_is_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    target = tmp_path / "list.pdf"
    target.symlink_to(target)
    with pytest.raises(OSError, match=r"list\.pdf"):
        write_whole(target, b"after")


def test_a_link_is_kept_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    place, target = tmp_path / "place.pdf", tmp_path / "list.pdf"
    place.write_bytes(b"before")
    target.symlink_to(place)
    write_whole(target, b"after")
    assert target.is_symlink()
    assert place.read_bytes() == b"after"
