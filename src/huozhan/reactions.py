"""One table: fact → who reacts to it after commit.

A reaction is `async (work, facts)`: it gets the facts of its kind that one relay round carries, inside the
round's transaction. One that fails is tried again alone, as a job, until it is parked for the operator.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from huozhan.kernel.facts import Fact
from huozhan.kernel.work import Work

Reaction = Callable[[Work, Sequence[Any]], Awaitable[None]]

REACTIONS: dict[type[Fact], tuple[Reaction, ...]] = {}
