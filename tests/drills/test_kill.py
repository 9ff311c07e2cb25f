"""A slice of `bin/drill kill`; the whole drill has two hundred points."""

from bench.drills.kill import kill_drill


def test_ten_kills_lose_nothing_acknowledged_and_pay_nothing_twice() -> None:
    figures = kill_drill(points=10, seed=1)  # where it fails it says at which point, and how to play it again

    assert figures["points"] == 10
    assert figures["orders_by_end"]["received"] > 0
    assert figures["withdrawals"] > 0
