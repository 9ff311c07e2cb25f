"""Reading the book: what is free, pages of a statement, both sides of the chart, how far it is sealed."""

from huozhan.doors.hall import Hall
from huozhan.kernel.shapes import Nothing
from huozhan.ledger import (
    balance,
    chain_state,
    draw_trial_balance,
    escrow,
    hold,
    payable_available,
    payable_pending,
    post,
    seal_chain,
    statement,
    withdrawal,
)
from tests.ledger.books import CHENGUANG, earned, freed, paid, working

MONEY = payable_available(CHENGUANG)


async def test_what_is_free_is_what_is_there_and_not_held(hall: Hall) -> None:
    work = working(hall)
    await post(work, [paid(11, 100), earned(11, CHENGUANG, 100), freed(CHENGUANG, 100)])
    await hold(work, "W:1", MONEY, withdrawal(1), 30)

    found = await balance(work, MONEY)

    assert (found.posted_minor, found.held_minor, found.free_minor) == (100, 30, 70)


async def test_a_statement_is_read_page_by_page_to_its_last_line(hall: Hall) -> None:
    work, accounts = working(hall), [escrow(11), payable_pending(CHENGUANG)]
    await post(work, [paid(11, 100)])
    await post(work, [earned(11, CHENGUANG, 60)])
    whole = await statement(work, accounts, None, 3)
    assert [(line.account_code, line.change_minor) for line in whole.items] == [
        (203, 60),
        (202, -60),
        (202, 100),
    ]
    assert whole.next_cursor is None, "there is nothing after the last line"

    first = await statement(work, accounts, None, 2)
    then = await statement(work, accounts, first.next_cursor, 2)

    assert [*first.items, *then.items] == whole.items
    assert (len(first.items), then.next_cursor) == (2, None)


async def test_each_line_of_the_chart_stands_on_one_side_and_both_are_equal(hall: Hall) -> None:
    work = working(hall)
    await post(work, [paid(11, 100), earned(11, CHENGUANG, 60)])

    drawn = await draw_trial_balance(work)

    sides = {line.code: (line.debit_minor, line.credit_minor) for line in drawn.lines}
    assert {code: side for code, side in sides.items() if any(side)} == {
        101: (100, 0), 202: (0, 40), 203: (0, 60),
    }  # fmt: skip
    assert (drawn.debit_minor, drawn.credit_minor, drawn.difference_minor) == (100, 100, 0)


async def test_it_is_shown_how_far_the_book_is_sealed(hall: Hall) -> None:
    work = working(hall)
    await post(work, [paid(11, 100)])
    before = await chain_state(work, Nothing())
    assert (before.blocks, before.last_hash, before.sealed_at, before.entries_waiting) == (0, "", None, 1)

    await seal_chain(work)

    after = await chain_state(work, Nothing())
    assert (after.blocks, len(after.last_hash), after.sealed_at) == (1, 64, work.now)
    assert (after.entries_waiting, after.waiting_since) == (0, None)
