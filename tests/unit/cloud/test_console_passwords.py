"""Passwords: which are refused, how they are hashed, how many at once (R01)."""

import asyncio

import bcrypt
import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hypothesis import given
from hypothesis import strategies as st

from cloud_api.services.passwords import (
    HashTerms,
    Passwords,
    PasswordsBusyError,
    bcrypt_fault,
    common_passwords,
    find_fault,
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


CHEAP = HashTerms(memory_kib=64)


@pytest.mark.anyio
async def test_the_stored_hash_names_argon2id_with_the_required_costs() -> None:
    """R01: read from the hash, not from our own settings."""
    found = extract_parameters(await Passwords().hash("seven lamps over the weir"))
    assert (found.type, found.memory_cost, found.time_cost, found.parallelism) == (Type.ID, 47104, 1, 1)


@pytest.mark.anyio
async def test_only_the_right_password_fits() -> None:
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("seven lamps over the weir")
    assert (await passwords.check(stored, "seven lamps over the weir")).fits
    assert not (await passwords.check(stored, "seven lamps over the Weir")).fits
    assert not (await passwords.check(None, "nobody has this password")).fits
    assert not (await passwords.check("not a hash", "seven lamps over the weir")).fits


@pytest.mark.anyio
async def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    passwords = Passwords(CHEAP)
    stored = await passwords.hash("caf\u00e9 on the mill pond")
    assert (await passwords.check(stored, "cafe\u0301 on the mill pond")).fits


@pytest.mark.anyio
async def test_an_older_hash_is_renewed_once_its_password_is_known() -> None:
    older = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash("seven lamps over the weir")
    passwords = Passwords(CHEAP)
    match = await passwords.check(older, "seven lamps over the weir")
    assert match.fits
    assert match.rehash is not None
    assert extract_parameters(match.rehash).memory_cost == 64
    assert (await passwords.check(match.rehash, "seven lamps over the weir")).rehash is None
    assert (await passwords.check(older, "something else entirely")).rehash is None


@pytest.mark.anyio
async def test_a_burst_beyond_the_bound_is_told_to_come_again() -> None:
    passwords = Passwords(HashTerms(memory_kib=1024, passes=20, at_once=1, waiting=3))
    tried = [passwords.check(None, "seven lamps over the weir") for _ in range(8)]
    answers = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(answer, PasswordsBusyError) for answer in answers) == 5
    assert not (await passwords.check(None, "afterwards it works again")).fits


@pytest.mark.parametrize(
    "password",
    [
        "short one",
        "elevenletrs",
        "password1234",
        "P@ssw0rd!2024",
        "Password Password",
        "qwertyuiopasd",
        "098765432109",
        "abcdefghijklmn",
        "aaaaaaaaaaaaaaa",
        "lodgelodgelodge",
        "!!Reception2026!!",
        "ines@example.org",
        "Ines Caldermoor",
        "ines@example.org2026",
        "Thistledown-Works 2026!",
        "x" * 257,
    ],
)
def test_a_password_that_strangers_try_first_is_refused(password: str) -> None:
    assert find_fault(password, about=("ines@example.org", "Ines Caldermoor", "Thistledown Works")) is not None


@pytest.mark.parametrize(
    "password",
    [
        "seven lamps over the weir",
        "correct horse battery",
        "zwölf Boxkämpfer",
        "密码不是这样的吗我想不是",
        "k9-Vx!7_qLm2",
    ],
)
def test_any_other_password_is_accepted_without_rules_of_composition(password: str) -> None:
    assert find_fault(password) is None


def test_every_entry_of_the_list_is_refused_with_digits_behind_it() -> None:
    known = common_passwords()
    assert len(known) > 20_000  # ASVS 6.2.4 asks for the 3,000 most common
    assert {"baseball", "letmein", "monkey"} <= known
    spelt = [word for word in known if word.isalpha()]
    assert [word for word in spelt if find_fault(word + "1234567890!!") is None] == []
    assert [word for word in known - set(spelt) if len(word) >= 12 and find_fault(word) is None] == []


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(password: str) -> None:
    fault = find_fault(password, about=("ines@example.org",))
    assert fault is None or fault.endswith(".")


@pytest.mark.anyio
async def test_r01_another_systems_bcrypt_hash_fits_once_and_is_replaced_by_todays() -> None:
    """A password of the length that bcrypt cuts off too, and one that was not typed in normal form."""
    passwords = Passwords(HashTerms(memory_kib=64))
    for typed in ("seven lamps over the weir", "x" * 80, "zwo\u0308lf Boxka\u0308mpfer"):
        stored = bcrypt.hashpw(typed.encode()[:72], bcrypt.gensalt(10)).decode()
        assert bcrypt_fault(stored) is None
        match = await passwords.check(stored, typed)
        assert match.rehash is not None
        assert match.rehash.startswith("$argon2id$")
        assert (await passwords.check(match.rehash, typed)).fits
        assert not (await passwords.check(stored, typed[:-1] if len(typed) < 72 else "y" * 80)).fits
    assert not (await passwords.check("$2b$12$broken", "seven lamps over the weir")).fits
    passwords.close()


@pytest.mark.parametrize(
    "stored",
    [
        "", "seven lamps over the weir", "$2b$04$" + "a" * 53, "$2b$13$" + "a" * 53, "$2x$12$" + "a" * 53,
        "$2b$12$" + "a" * 52, "$2b$12$" + "a" * 53 + "\n", "$argon2id$v=19$m=47104,t=1,p=1$c29tZXNhbHQ$aGFzaA",
    ],
)  # fmt: skip
def test_r01_a_hash_of_another_kind_or_cost_is_not_taken_over(stored: str) -> None:
    assert bcrypt_fault(stored) is not None
