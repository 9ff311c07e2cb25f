"""A table of moves is checked when it is made."""

from enum import StrEnum

import pytest

from huozhan.kernel.moves import Moves


class Light(StrEnum):
    red = "red"
    amber = "amber"
    green = "green"


def test_every_state_is_reached_from_the_first_be_it_through_others() -> None:
    light = Moves("light", Light.red, {(Light.red, "wait"): Light.amber, (Light.amber, "go"): Light.green})

    assert light.after(Light.amber, "go") is Light.green


@pytest.mark.parametrize(
    "table",
    [
        {(Light.red, "go"): Light.green, (Light.amber, "stop"): Light.red},
        {(Light.amber, "go"): Light.green, (Light.green, "wait"): Light.amber},
        {},
    ],
)
def test_a_machine_with_a_state_that_is_never_reached_is_not_made(
    table: dict[tuple[Light, str], Light],
) -> None:
    with pytest.raises(AssertionError, match="unreachable"):
        Moves("light", Light.red, table)
