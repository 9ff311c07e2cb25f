"""A quarter on credit terms: granted, ordered, received in two parcels, stated, paid in two, and everybody has what is theirs."""

from huozhan import credit, ordering
from huozhan.ordering.asks import OrderRef
from tests.credit.lending import Lending
from tests.ordering.trading import Trade


async def test_a_quarter_on_credit_ends_with_everybody_having_what_is_theirs(trade: Trade) -> None:
    lending = Lending(trade)
    await lending.offer(term_kind=credit.TermKind.monthly, term_day=15, limit_minor=100_000)
    await lending.accept()

    # The clock stands at the first of March; 350.00 leave at once, in two parcels, and nobody has paid.
    order = await lending.order(10_000)
    (first,) = await trade.ship(order, l1=4_000)
    (second,) = await trade.ship(order)
    await trade.confirm(order, first)
    await lending.pass_days(3)
    await trade.confirm(order, second)
    page = await trade.hall.run(ordering.order_page, OrderRef(order_id=order.order_id), trade.li)
    assert (page.state, page.money.where, page.money.owed_minor) == ("success", "owed", 35_000)

    # The statement of the fifteenth comes a week before, over both parcels; half of it is paid in time.
    await lending.pass_days(5)
    (statement,) = (await lending.page()).statements
    assert (statement.amount_minor, statement.bills) == (35_000, 2)
    await lending.repay(17_500)
    assert (await lending.line()).left_minor == 100_000 - 17_500

    # The rest is ten days late: no more orders, and half a permille a day.
    await lending.pass_days(17)
    line = await lending.line()
    assert (line.why, line.overdue_minor) == ("overdue", 17_500)
    late_days = (trade.clock.now().date() - statement.due_on).days
    assert line.interest_minor == 17_500 * late_days * 5 // 10_000 + (
        17_500 * late_days * 5 % 10_000 >= 5_000
    )
    await lending.repay()

    assert (await lending.line()).used_minor == 0
    assert await trade.owed_to(trade.hongfa) == 35_000 - 700 + line.interest_minor
    assert await lending.findings() == []
