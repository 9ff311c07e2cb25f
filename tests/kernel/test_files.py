"""A line of a party's file that nobody can read stays as it came, and keeps no other line from being read."""

from datetime import datetime

import msgspec
import pytest

from huozhan.kernel.files import RAW_MAX, decode_rows, raw_text, read_rows


class Line(msgspec.Struct):
    name: str
    amount_minor: int
    at: datetime | None = None


GOOD = b'{"name": "a", "amount_minor": 1, "at": "2026-03-01T08:00:00+08:00"}'


@pytest.mark.parametrize(
    "odd",
    [
        b"{", b"[]", b"7", b'"\xff"', b'{"name": "a"}', b'{"name": "a", "amount_minor": "1"}',
        b'{"name": "a", "amount_minor": 1.5}', b'{"name": "a\\u0000", "amount_minor": 1}',
        b'{"name": "a", "amount_minor": 99999999999999999999}', b'{"name": "a", "amount_minor": -2000000000000000}',
        b'{"name": "a", "amount_minor": 1, "at": "2026-03-01T08:00:00"}',
        b'{"name": "a", "amount_minor": 1, "at": "0001-01-01T00:00:00+08:00"}',
        b'{"name": "' + b"a" * 201 + b'", "amount_minor": 1}', b"[" * 3_000,
    ],
)  # fmt: skip
def test_an_odd_line_is_kept_and_the_others_are_read(odd: bytes) -> None:
    good, raw = read_rows(decode_rows(b"\n".join([GOOD, odd, b"", GOOD])), Line)

    assert [line.amount_minor for line in good] == [1, 1]
    assert len(raw) == 1
    assert "\0" not in raw[0]


def test_what_is_kept_of_a_line_is_what_came() -> None:
    assert raw_text({"name": "货\0"}) == '{"name":"货\\u0000"}'
    assert raw_text("no json at all") == "no json at all"
    assert len(raw_text("x" * 5_000)) == RAW_MAX
