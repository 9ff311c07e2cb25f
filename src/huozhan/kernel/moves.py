"""A state machine as one table: (state, event) → state. Status is assigned nowhere else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Generic, TypeVar

from huozhan.kernel.refusals import Refusal

State = TypeVar("State", bound=StrEnum)


class NoSuchMove(Refusal):
    """The thing is in a state from which this cannot happen."""

    code = "no_such_move"


class Moves(Generic[State]):
    """The moves of one machine, checked when it is made: every state is reachable from the first."""

    def __init__(self, name: str, first: State, table: Mapping[tuple[State, str], State]) -> None:
        self.name = name
        self.first = first
        self.table = dict(table)
        reached, grew = {first}, True
        while grew:
            new = {to for (start, _), to in self.table.items() if start in reached} - reached
            reached |= new
            grew = bool(new)
        missing = set(type(first)) - reached
        assert not missing, f"{name}: unreachable {missing}"

    def after(self, state: State, event: str, **facts: Any) -> State:
        """The state that follows; refuses where the table is silent."""
        following = self.table.get((state, event))
        if following is None:
            raise NoSuchMove(machine=self.name, state=state.value, event=event, **facts)
        return following

    def allows(self, state: State, event: str) -> bool:
        """Tells whether `event` may happen in `state`."""
        return (state, event) in self.table
