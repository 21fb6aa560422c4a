"""``./lodge demo --headless`` as somebody starts it, once for all tests here; what comes out is looked at again."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from tests.fakes.started_demo import demo_command, demo_environment, leaves_nothing, temporary_folder

DEMO_SECONDS = 400
pytestmark = pytest.mark.timeout(DEMO_SECONDS + 20)


@dataclass(frozen=True)
class Played:
    """One demo: its exit code, what it said, and its folders for results and for temporary data."""

    exit_code: int
    said: str
    out: Path
    temporary: Path

    def files(self, pattern: str) -> list[Path]:
        return sorted(self.out.glob(pattern))


@pytest.fixture(scope="module")
def temporary() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, temporary: Path) -> Played:
    out = tmp_path_factory.mktemp("out")
    done = subprocess.run(
        demo_command("--headless", "--out", str(out)),
        # A demo that took this database would fail: there is none.
        env={**demo_environment(temporary), "DATABASE_URL": "postgresql://127.0.0.1:9/production"},
        capture_output=True,
        text=True,
        timeout=DEMO_SECONDS,
        check=False,
    )
    return Played(done.returncode, done.stdout + done.stderr, out, temporary)


def test_the_demo_holds_and_its_summary_says_so(played: Played) -> None:
    assert played.exit_code == 0, played.said
    facts = json.loads((played.out / "summary.json").read_bytes())
    assert (facts["ok"], facts["error"]) == (True, None)
    assert len(facts["steps"]) >= 8
    assert all(step["ok"] and step["ms"] >= 0 for step in facts["steps"])
    assert (facts["counts"]["visits"], facts["counts"]["alerts"], facts["counts"]["badges"]) == (3, 3, 3)
    *steps, verdict = played.said.rstrip().split("\n")
    assert verdict.startswith("All steps held.")
    assert all(line.startswith("  ") for line in steps), "it says nothing but its steps and counts"


def test_the_demo_writes_every_picture_message_and_list(played: Played) -> None:
    assert len(played.files("badge-*.png")) == 3
    assert len(played.files("kiosk-*.png")) >= 5
    assert len(played.files("console-*.png")) >= 2
    for path in played.files("*.png"):
        with Image.open(path) as picture:
            assert len(picture.convert("L").getcolors() or []) > 1, f"{path.name} is empty"
    messages = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in played.files("alert-*.eml")]
    subjects = [str(message["subject"]) for message in messages]
    assert ["Odalys Fernhollow" in subject for subject in subjects] == [True, False, False]
    assert ["Bram Oakentide" in subject for subject in subjects] == [False, True, False]
    words = "".join(page.extract_text() for page in PdfReader(played.out / "evacuation.pdf").pages)
    assert "Odalys Fernhollow" in words
    assert "Bram Oakentide" in words


def test_the_audit_export_verifies_until_one_byte_is_changed(played: Played, tmp_path: Path) -> None:
    whole, damaged = played.out / "audit.zip", tmp_path / "damaged.zip"
    with zipfile.ZipFile(whole) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".jsonl"))
        content = {member: bytearray(archive.read(member)) for member in archive.namelist()}
    content[name][len(content[name]) // 2] ^= 1
    with zipfile.ZipFile(damaged, "w") as archive:
        for member, data in content.items():
            archive.writestr(member, bytes(data))
    outcomes = [
        subprocess.run(
            [sys.executable, "-P", "-m", "sync.verify_cli", str(path)],
            env=demo_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        for path in (whole, damaged)
    ]
    assert [outcome.returncode for outcome in outcomes] == [0, 1]
    complaint = outcomes[1].stdout + outcomes[1].stderr
    assert complaint.strip()
    assert "Traceback" not in complaint


def test_the_demo_leaves_no_process_and_no_temporary_folder(played: Played) -> None:
    assert leaves_nothing(played.temporary)
