"""Ids, and what could be one."""

import pytest

from huozhan.kernel.ids import ID_DIGITS_MAX, IdMint, ids_in, is_id

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


def test_references_of_several_ids_are_read_in_columns_and_others_left_out() -> None:
    assert ids_in(["1-2", "3", "4-x", "5-6-7", "8-9", ""], 2) == [[1, 8], [2, 9]]
    assert ids_in(["²-1"], 2) == [[], []]
