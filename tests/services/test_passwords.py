"""What a password must be, and that the stored hash says nothing to anybody."""

import subprocess
import sys
import time
import unicodedata

import pytest

from services import passwords

GOOD = 'correct horse battery'


@pytest.mark.parametrize(
    'password, key',
    [
        ('k7-Vbn!qL2z', 'password.too_short'),
        ('k7-Vbn!qL2zw', None),
        ('жё-Vbn!qL2zw', None),
        ('🐎🔋k7-Vbn!qL2', None),
        ('kVb7' * 4 + 'x' * 48, None),
        ('a1b2c3d4' * 31 + 'e5f6g7h8', None),
        ('a1b2c3d4' * 32 + 'x', 'password.too_long'),
        ('with\0nul-inside', 'password.unprintable'),
        ('1q2w3e4r5t6y', 'password.common'),
        ('Qwerty 123456', 'password.common'),
        ('aaaaaaaaaaaa', 'password.common'),
        ('abcdabcdabcd', 'password.common'),
        ('123412341234', 'password.common'),
        ('!@#$%^&*()_+', 'password.common'),
        ('ООО Ромашка 2026', 'password.common'),
        ('alice@romashka.test', 'password.common'),
        ('demo-portal-2026', None),
    ],
)
def test_rules_for_a_chosen_password(password, key):
    problem = passwords.problem_of(password, 'alice@romashka.test', 'Алиса', 'ООО «Ромашка»')
    assert (problem.key if problem else None) == key


def test_a_password_of_ten_megabytes_is_refused_at_once():
    started = time.perf_counter()
    assert passwords.problem_of('я' * 5_000_000) is not None
    assert time.perf_counter() - started < 0.5  # the service alone; the request is cut off far earlier


async def test_only_the_password_itself_fits():
    kept = await passwords.hashed(GOOD)
    assert kept.startswith('$argon2id$v=19$m=19456,t=2,p=1$')
    assert GOOD not in kept
    assert await passwords.fits(GOOD, kept)
    assert not await passwords.fits(GOOD + ' ', kept)
    assert not await passwords.fits(GOOD[:-1], kept)
    assert not await passwords.fits('', kept)


async def test_composed_and_decomposed_letters_are_the_same_password():
    kept = await passwords.hashed(unicodedata.normalize('NFD', 'ёлка-йод-Äpfel-2026'))
    assert await passwords.fits(unicodedata.normalize('NFC', 'ёлка-йод-Äpfel-2026'), kept)


async def test_the_whole_password_counts():
    long = 'a1b2c3d4' * 32
    kept = await passwords.hashed(long)
    assert await passwords.fits(long, kept)
    assert not await passwords.fits(long[:-1] + 'x', kept)


@pytest.mark.parametrize('password', ['x' * 10_000, 'with\0nul-inside'])
async def test_impossible_passwords_do_not_fit(password):
    assert not await passwords.fits(password, await passwords.hashed(GOOD))


async def test_nobody_has_no_password():
    assert not await passwords.fits(GOOD, None)
    assert not await passwords.fits('nobody', None)


async def test_old_parameters_are_noticed():
    from passlib.hash import argon2

    assert not passwords.outdated(await passwords.hashed(GOOD))
    assert passwords.outdated(argon2.using(type='ID', memory_cost=1024, time_cost=1, parallelism=1).hash(GOOD))


def test_the_very_first_question_of_a_process_may_be_about_nobody():
    question = "import asyncio; from services import passwords; assert not asyncio.run(passwords.fits('x' * 12, None))"
    assert subprocess.run([sys.executable, '-c', question], check=False).returncode == 0
