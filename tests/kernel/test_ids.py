"""Ids, and what could be one."""

import pytest

from huozhan.kernel.ids import ID_DIGITS_MAX, IdMint, is_id

LAST_MS = (1 << 41) - 1 + 1_767_225_600_000


@pytest.mark.parametrize("text", ["", "²", "٣", "-1", "+1", "1_0", " 1", "1e3", str(1 << 63), "9" * 30])
def test_what_no_id_can_be(text: str) -> None:
    assert not is_id(text)


def test_every_id_that_is_ever_made_can_be_one() -> None:
    """Ids have a digit more from 2033 on."""
    last = IdMint(1023, lambda: LAST_MS).new()

    assert is_id("0")
    assert is_id(str(10**18))
    assert is_id(str(last))
    assert len(str(last)) == ID_DIGITS_MAX
