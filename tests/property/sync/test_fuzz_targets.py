"""Every target of the fuzzer on anything at all, on damaged messages, and on what is made to exhaust a reader.

A reader answers with a value or with an error of its own family; the targets check what a value promises.
"""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from http_message_signatures.algorithms import ED25519
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.protocol import archive, exact_json
from tests.vectors import published
from workbench.fuzz.bombs import bombs
from workbench.fuzz.campaign import failure_of, run_blind
from workbench.fuzz.mutations import mutate
from workbench.fuzz.registry import TARGETS
from workbench.fuzz.target import Target

ROOT = Path(published.__file__).parents[3]
SEEDS = {name: list(target.seeds()) for name, target in TARGETS.items()}
MEMORY_MIB = 96
by_target = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())


@by_target
def test_the_first_seed_of_each_target_is_taken(target: Target) -> None:
    """Else a target would only ever see refusals, and prove little."""
    sound = SEEDS[target.name][2] if target.name == "enrolment" else SEEDS[target.name][0]
    assert target.attempt(sound)


@by_target
@settings(max_examples=60)
@given(data=st.binary(max_size=300))
def test_bytes_that_are_anything_are_taken_whole_or_refused(target: Target, data: bytes) -> None:
    """C15."""
    assert failure_of(target, data) == ""


@by_target
@settings(max_examples=120)
@given(chance=st.randoms(use_true_random=False))
def test_damaged_messages_are_taken_whole_or_refused(target: Target, chance: random.Random) -> None:
    """C15: bits flipped, parts cut, doubled, moved and exchanged, numbers and nesting beyond all bounds."""
    assert failure_of(target, mutate(chance, SEEDS[target.name])) == ""


def stream_of_bombs(child: "subprocess.Popen[bytes]") -> int:
    """Give a reading process every bomb of every target."""
    assert child.stdin is not None
    count = 0
    with child.stdin:
        for name in TARGETS:
            for data in bombs(name):
                child.stdin.write(f"{name} {len(data)}\n".encode() + data)
                count += 1
    return count


def test_nothing_makes_a_reader_use_much_memory_or_stack() -> None:
    """C15, C25: compressed bombs, deep nesting, endless numbers, in 96 MiB beyond what the program begins with."""
    command = [sys.executable, "-P", "-m", "workbench.fuzz", "all", "--replay", "-", "--memory-mib", str(MEMORY_MIB)]
    child = subprocess.Popen(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with child:
        try:
            count = stream_of_bombs(child)
        except BrokenPipeError:
            count = 0
        assert child.stdout is not None
        said = child.stdout.read().decode()
    assert (child.returncode, said) == (0, f"{count} replayed\n")


def test_a_reader_that_lets_a_foreign_exception_out_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A check of the check."""
    monkeypatch.setattr(exact_json, "_FOREIGN", (KeyError,))
    outcome = run_blind(TARGETS["header"], seconds=60, seed=1, keep=tmp_path)
    assert outcome.found is not None
    assert "Error" in outcome.account
    assert outcome.found.read_bytes() not in SEEDS["header"]


def test_a_reader_that_takes_two_forms_of_one_message_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A check of the check: without the comparison, a header with white space would have two hashes."""
    monkeypatch.setattr(exact_json, "decode", exact_json.read)
    outcome = run_blind(TARGETS["header"], seconds=60, seed=1, keep=tmp_path)
    assert "two forms" in outcome.account


def test_a_verifier_that_skips_the_signature_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A check of the check: requests would then be taken that are not the one that was signed."""
    monkeypatch.setattr(ED25519, "verify", lambda *_, **__: None)
    outcome = run_blind(TARGETS["request"], seconds=60, seed=1, keep=tmp_path)
    assert "changed after it was signed" in outcome.account


def test_a_reader_that_takes_any_amount_of_memory_is_found() -> None:
    """A check of the check: within a mebibyte, the largest inputs cannot even be held."""
    command = [sys.executable, "-P", "-m", "workbench.fuzz", "all", "--replay", "-", "--memory-mib", "1"]
    data = b'"' + b"a" * 4 * 1024 * 1024 + b'"'
    ended = subprocess.run(
        command,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input=f"receipt {len(data)}\n".encode() + data,
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1


def test_the_sound_proofs_among_the_seeds_hold_and_no_changed_one_does() -> None:
    for seed in SEEDS["proof"]:
        assert TARGETS["proof"].attempt(seed)
        assert not TARGETS["proof"].attempt(seed[:-1] + bytes([seed[-1] ^ 1]))


def test_every_member_of_an_export_is_among_the_seeds() -> None:
    assert [seed[0] for seed in SEEDS["archive"]] == list(range(len(archive.SIGNED_MEMBERS)))
