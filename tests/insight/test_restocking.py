"""When goods come due: by the median time between one's own orders, a part of it early; what was bought once never does."""

from datetime import UTC, datetime, timedelta

from huozhan.insight.restocking import restocks_of
from huozhan.ordering import Purchase

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def bought(offer_id: int, days_ago: float, quantity: int = 10, sku_id: int = 0) -> Purchase:
    return Purchase(
        offer_id=offer_id,
        sku_id=sku_id or offer_id,
        quantity=quantity,
        paid_at=NOW - timedelta(days=days_ago),
    )


def test_the_longest_overdue_comes_first_and_what_was_bought_once_last() -> None:
    found = restocks_of(
        [
            *(bought(1, days) for days in (90, 60, 30)),
            *(bought(2, days) for days in (40, 20)),
            *(bought(3, days) for days in (50, 1)),
            bought(4, 300),
        ],
        NOW,
        2_000,
    )

    assert [(one.offer_id, one.is_due) for one in found] == [(1, True), (2, True), (3, False), (4, False)]
    assert found[0].every == timedelta(days=30)
    assert found[0].due_at == NOW - timedelta(days=6)
    assert (found[3].every, found[3].due_at) == (None, None)


def test_lines_of_one_day_are_one_restocking_and_the_usual_quantity_is_of_the_last_option() -> None:
    (one,) = restocks_of(
        [
            bought(1, 40, 5, 11),
            bought(1, 39.5, 900, 12),
            bought(1, 20, 7, 11),
            bought(1, 10, 9, 11),
            bought(1, 10, 900, 12),
            bought(1, 9.9, 8, 11),
        ],
        NOW,
        0,
    )

    assert one.times == 3
    assert (one.sku_id, one.quantity) == (11, 8)
    assert one.every == timedelta(days=20)
