"""Passwords: argon2id in a bounded number of threads, never while a transaction is open."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import argon2
import msgspec

from huozhan.kernel.refusals import Refusal, Sort

PASSWORD_MIN = 10
PASSWORD_MAX = 128
DIFFERENT_CHARACTERS_MIN = 5
THREADS = 2

Password = Annotated[str, msgspec.Meta(min_length=1, max_length=PASSWORD_MAX)]
NewPassword = Annotated[str, msgspec.Meta(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]

_hasher = argon2.PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
_NOBODY = _hasher.hash("a password that nobody has")
"""What is compared for an unknown name, so that it takes as long as a known one."""


class PasswordTooSimple(Refusal):
    """The password repeats a few characters or is the sign-in name."""

    code = "parties.password_too_simple"
    sort = Sort.invalid


def check_new_password(password: str, *not_like: str) -> None:
    """Refuses a password that anybody would try first."""
    lowered = password.lower()
    if len(set(lowered)) < DIFFERENT_CHARACTERS_MIN or lowered in {text.lower() for text in not_like}:
        raise PasswordTooSimple


async def hash_password(password: str) -> str:
    """The hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def password_matches(stored: str | None, password: str) -> bool:
    """Compares a password with what is stored; for somebody unknown (None) it takes as long and is wrong."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _matches, stored, password)


def _matches(stored: str | None, password: str) -> bool:
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False
    return stored is not None
