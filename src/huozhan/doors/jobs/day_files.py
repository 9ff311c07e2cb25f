"""The files that outside parties tell of a day, as errands read them."""

from collections.abc import Awaitable, Iterable
from datetime import timedelta
from typing import Any, TypeVar

import msgspec

from huozhan.doors.jobs.queue import TryLater
from huozhan.kernel.files import read_rows
from huozhan.kernel.signed_http import PartySilent

T = TypeVar("T", bound=msgspec.Struct)

SILENCE = timedelta(seconds=5)
"""After so long a party that said nothing is asked again."""


async def lines_of(told: Awaitable[Iterable[Any]], kind: type[T]) -> tuple[list[T], list[str]]:
    """What a party tells, as lines of `kind` and as raw text what is none; asked again later where it is silent."""
    try:
        rows = await told
    except PartySilent as silent:
        raise TryLater(SILENCE) from silent
    return read_rows(rows, kind)
