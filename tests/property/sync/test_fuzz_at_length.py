"""Half a minute of fuzzing for each target, guided by coverage where the engine is installed (./lodge fuzz does that).

./lodge test --slow fuzz
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vectors import published
from workbench.fuzz.registry import TARGETS

ROOT = Path(published.__file__).parents[3]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", TARGETS)
def test_fuzz_for_half_a_minute(name: str) -> None:
    """C15, C25."""
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "workbench.fuzz", name, "--seconds", "30", "--no-install"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "nothing found" in ended.stdout) == (0, True), ended.stdout + ended.stderr
