"""64-bit ids that sort by time: 41 bits of milliseconds, 10 of node, 12 of sequence.

Rights never rest on an id being hard to guess; numbers that people see are made elsewhere.
"""

import time
from collections.abc import Callable, Iterable

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
NODES_MAX = 1024
_SEQUENCE_MASK = 0xFFF
BACKWARDS_WAIT_MS_MAX = 5_000

ID_DIGITS_MAX = 19
NUMBER_BITS = 60
NUMBER_DIGITS = 19
_NUMBER_MASK = (1 << NUMBER_BITS) - 1
_MIXER = 0x9E3779B97F4A7C15
_UNMIXER = pow(_MIXER, -1, 1 << NUMBER_BITS)


class ClockWentBack(RuntimeError):
    """The machine's clock stepped back further than an id may wait for."""


class IdMint:
    """Makes ids for one node; two mints with different nodes never make the same id."""

    def __init__(self, node: int, wall_ms: Callable[[], int] | None = None) -> None:
        assert 0 <= node < NODES_MAX
        self._node = node << 12
        self._wall_ms = wall_ms or (lambda: time.time_ns() // 1_000_000)
        self._last_ms = 0
        self._sequence = 0

    def new(self) -> int:
        """The next id; waits where the clock stepped back or the millisecond is used up."""
        ms = self._wall_ms()
        if ms < self._last_ms:
            ms = self._wait_until(self._last_ms)
        if ms == self._last_ms:
            self._sequence = (self._sequence + 1) & _SEQUENCE_MASK
            if self._sequence == 0:
                ms = self._wait_until(ms + 1)
        else:
            self._sequence = 0
        self._last_ms = ms
        return ((ms - EPOCH_MS) << 22) | self._node | self._sequence

    def _wait_until(self, target_ms: int) -> int:
        while (ms := self._wall_ms()) < target_ms:
            if target_ms - ms > BACKWARDS_WAIT_MS_MAX:
                raise ClockWentBack
            time.sleep((target_ms - ms) / 1000)
        return ms


def is_id(text: str) -> bool:
    """Tells whether what an outside party, or a stranger, names can be an id of ours: ASCII digits of 63 bits at most."""
    return text.isascii() and text.isdigit() and len(text) <= ID_DIGITS_MAX and int(text) < 1 << 63


def ids_in(refs: Iterable[str], parts: int) -> list[list[int]]:
    """The ids in references that are so many joined by hyphens, as one column each; what is no such reference is left out."""
    split = [ref.split("-") for ref in refs]
    known = [one for one in split if len(one) == parts and all(map(is_id, one))]
    return [[int(one[i]) for one in known] for i in range(parts)]


def human_number(id_: int, prefix: str = "") -> str:
    """A number people can read aloud, made from an id without showing how many there are.

    The id's bits are multiplied by an odd constant modulo 2^60 (a bijection), so that two
    consecutive orders get far apart numbers and no count can be read off them.
    """
    mixed = (id_ * _MIXER) & _NUMBER_MASK
    return f"{prefix}{mixed:019d}"


def ids_of_human_number(number: str) -> list[int]:
    """The ids that may stand behind a number without prefix, to be compared with the stored number.

    A number keeps the lower 60 bits of an id; the few upper ones are tried.
    """
    if not (number.isascii() and number.isdigit() and len(number) == NUMBER_DIGITS):
        return []
    low = (int(number) * _UNMIXER) & _NUMBER_MASK
    return [low | high << NUMBER_BITS for high in range(1 << (63 - NUMBER_BITS))]
