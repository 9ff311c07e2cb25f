"""Guards of the code: conditions, locks and refusals that stand between money or stock and a wrong hand.

Each is taken out by changing its module's text as it is imported; the named test must then fail.
"""

import msgspec

from tests.guards.taking_out import Cut

_RACES = "tests/ordering/test_races.py"
_SETTLE = "tests/payments/test_settle.py"
_WITHDRAW = "tests/payments/test_withdraw.py"
_RELEASE = "tests/payments/test_release.py"
_STOCK = "tests/catalogue/test_stock.py"
_STAGED = "tests/ordering/test_staged.py"
_STOPPING = "tests/ordering/test_stopping.py"


class CodeGuard(msgspec.Struct, frozen=True):
    """What it is called, how it is taken out, and who notices."""

    name: str
    cut: Cut
    noticed_by: str


def _guard(name: str, file: str, old: str, new: str, noticed_by: str) -> CodeGuard:
    return CodeGuard(name, Cut(file, old, new), noticed_by)


CODE_GUARDS: tuple[CodeGuard, ...] = (
    # After-sales
    _guard(
        "aftersales.no_more_freight_than_is_kept", "aftersales/released.py",
        "min(_more(line, line.freight_minor, units, gone), line.kept_freight_minor)",
        "_more(line, line.freight_minor, units, gone)",
        "tests/aftersales/test_released.py::test_freight_that_went_back_on_the_way_is_not_given_back_again_after_release",
    ),
    _guard(
        "aftersales.a_promised_return_is_not_refused", "aftersales/promised.py",
        "if case.reason == NO_REASON and not goods_seen:", "if False:",
        "tests/aftersales/test_promised.py::test_without_an_address_the_seller_names_one_and_cannot_say_no",
    ),
    _guard(
        "aftersales.a_replacement_is_in_stock", "aftersales/replacing.py", "    if not await reserve(work, case):",
        "    if False:",
        "tests/aftersales/test_replacing.py::test_nothing_is_promised_that_is_not_in_stock",
    ),
    _guard(
        "aftersales.a_difference_is_what_the_buyer_saw", "aftersales/swapping.py",
        "    if found_minor != difference_minor:", "    if False:",
        "tests/aftersales/test_cheaper.py::test_the_buyer_has_to_say_which_difference_was_seen",
    ),
    _guard(
        "aftersales.a_difference_comes_back_no_more_than_was_paid", "aftersales/swap.py",
        "return -min(divide_half_up(-more_e4 * paid_minor, of_e4), most_minor)",
        "return -divide_half_up(-more_e4 * paid_minor, of_e4)",
        "tests/aftersales/test_swap.py::test_no_difference_gives_back_more_than_could_be_asked",
    ),
    _guard(
        "aftersales.a_difference_is_paid_by_its_own_payment", "aftersales/topping.py",
        "    if is_its_own and case.state is CaseState.wait_buyer_pay:", "    if case.state is CaseState.wait_buyer_pay:",
        "tests/aftersales/test_dearer_faults.py::test_of_two_payments_at_the_channel_the_one_that_was_replaced_pays_nothing",
    ),
    _guard(
        "aftersales.a_difference_is_the_sellers_only_with_the_goods", "aftersales/going.py",
        "to_seller=bool(case.again_waybill))", "to_seller=True)",
        "tests/aftersales/test_dearer.py::test_what_was_paid_goes_back_where_nothing_was_sent",
    ),
    _guard(
        "credit.a_note_gives_no_more_than_was_paid", "credit/noting.py",
        "back_minor = min(left_minor, gone.goods_minor)", "back_minor = left_minor",
        "tests/aftersales/test_without_escrow.py::test_a_part_that_was_forgiven_is_not_given_back_once_more",
    ),
    _guard(
        "operations.a_shop_waits_for_its_cases", "operations/closing.py", "    if cases:", "    if False:",
        "tests/payments/test_deposit.py::test_a_shop_closes_once_nothing_is_open_and_its_deposit_comes_back",
    ),
    # A funder advances
    _guard(
        "finance.an_advance_is_no_more_than_goods_under_way_bring", "finance/advancing.py",
        "amount_minor = min(parcel.brings_minor, parcel.on_its_way_minor - spoken_for)", "amount_minor = parcel.brings_minor",
        "tests/finance/test_fast.py::test_all_parcels_together_are_advanced_no_more_than_they_bring",
    ),
    _guard(
        "finance.a_funders_answer_fits_what_was_asked", "finance/funder_hearing.py",
        "    elif not _fits(work, one, row, ask.told):", "    elif False:",
        "tests/finance/test_fast_faults.py::test_an_answer_that_does_not_fit_moves_nothing_and_waits_for_a_person",
    ),
    _guard(
        "finance.what_goods_no_longer_bring_is_the_funders_loss", "finance/advancing.py",
        "            await _bear(work, after, parcel.left_minor, key)", "            pass",
        "tests/finance/test_fast.py::test_of_a_part_given_back_the_funder_bears_what_the_rest_does_not_bring",
    ),
    _guard(
        "finance.an_advance_is_agreed_to", "finance/advancing.py",
        '    return "fee_moved" if fee_bp > switch["fee_bp"] else ""', '    return ""',
        "tests/finance/test_fast.py::test_without_agreement_limit_or_at_a_higher_fee_nothing_is_advanced",
    ),
    # An insurer pays the freight of goods sent back
    _guard(
        "insurance.an_answer_fits_what_was_asked", "insurance/hearing.py",
        "    elif not _fits(work, one, row, kind, ask.told):", "    elif False:",
        "tests/insurance/test_faults.py::test_an_answer_that_does_not_fit_moves_nothing_and_waits_for_a_person",
    ),
    _guard(
        "insurance.a_sum_is_shared_by_its_cases", "insurance/claiming.py",
        "    return one.sum_minor - sum(claim.spoken_for_minor for claim in claims)", "    return one.sum_minor",
        "tests/insurance/test_insurance.py::test_the_insured_sum_is_shared_by_the_cases_of_an_order_and_never_passed",
    ),
    _guard(
        "insurance.a_premium_goes_back_where_nothing_was_sent", "insurance/insuring.py",
        "    if not was_sent:", "    if False:",
        "tests/insurance/test_insurance.py::test_an_order_cancelled_whole_before_shipping_gives_the_premium_back",
    ),
    _guard(
        "insurance.a_supplier_pays_for_what_was_sent", "insurance/insuring.py",
        "    elif one.payer is Payer.seller and not one.taken_minor:", "    elif False:",
        "tests/insurance/test_insurance.py::test_a_supplier_whose_goods_all_came_back_pays_the_premium_out_of_what_it_has",
    ),
    # A lender pays
    _guard(
        "finance.nobody_has_back_what_nobody_paid", "finance/ending.py",
        "    back_minor = max(min(lost_minor, given_minor, wallet.free_minor), 0)", "    back_minor = 0",
        "tests/finance/test_ending.py::test_what_a_refund_gave_for_goods_that_nobody_paid_is_taken_from_the_loss",
    ),
    _guard(
        "finance.a_word_can_be_true", "finance/hearing.py",
        "if told.version <= loan.version or not _can_be(work, loan, told):", "if told.version <= loan.version:",
        "tests/finance/test_faults.py::test_a_word_that_cannot_be_true_is_not_taken",
    ),
    _guard(
        "finance.an_answer_fits_what_was_asked", "finance/hearing.py",
        "    if told is None or not _fits(work, loan, row, told):", "    if told is None:",
        "tests/finance/test_faults.py::test_an_answer_that_does_not_fit_moves_nothing_and_waits_for_a_person",
    ),
    _guard(
        "finance.a_second_person_agrees", "finance/ending.py",
        '        if known["proposed_by"] == work.actor.person_id:', "        if False:",
        "tests/finance/test_ending.py::test_a_large_difference_needs_the_same_word_of_a_second_person",
    ),
    _guard(
        "finance.a_settlement_is_there_before_it_is_empty", "payments/funding.py",
        "    if not lines and not is_believed and await _is_not_there_yet(work, on, funder_id):", "    if False:",
        "tests/finance/test_loan_files.py::test_an_empty_settlement_is_not_there_yet_while_a_capture_waits_for_it",
    ),
    _guard(
        "finance.no_more_is_repaid_than_is_owed", "finance/repaying.py", "    if amount_minor > owed_minor:", "    if False:",
        "tests/finance/test_lending.py::test_nothing_more_than_what_is_owed_is_repaid",
    ),
    _guard(
        "ordering.a_lender_pays_its_orders_and_no_others", "ordering/ways.py",
        "        if way_of(order).is_lent is not (method is PaymentMethod.lender):", "        if False:",
        "tests/finance/test_lending.py::test_what_a_lender_pays_nobody_else_pays_and_nothing_else",
    ),
    # One call, one effect
    _guard(
        "run.a_key_is_taken", "doors/run.py", "            if stored is not None:", "            if False:",
        "tests/kernel/test_run.py::test_answers_a_repeat_with_the_first_answer",
    ),
    _guard(
        "run.a_key_fits_its_input", "doors/run.py", 'if row["fingerprint"] != fingerprint:', "if False:",
        "tests/kernel/test_run.py::test_refuses_a_key_used_with_another_input",
    ),
    _guard(
        "work.the_permission", "kernel/work.py", "            work.actor.must(permission)\n", "",
        "tests/kernel/test_run.py::test_asks_a_visitor_to_sign_in_and_refuses_a_role",
    ),
    # Prices
    _guard(
        "pricing.the_order_of_price_books", "catalogue/booked.py",
        "(PRIORITY.index(one.source), -one.from_quantity)", "-one.from_quantity",
        "tests/pricebook/test_priced.py::test_the_first_book_that_says_anything_prices_a_line",
    ),
    _guard(
        "quote.its_hash_covers_the_source", "ordering/quoting.py",
        "                        book_of(line.priced),\n", "",
        "tests/pricebook/test_ordering.py::test_a_price_that_changes_between_quote_and_order_shows_a_new_quote",
    ),
    _guard(
        "amend.the_coupon_is_asked_again", "ordering/discounting.py", "    if is_cheaper and not", "    if False and not",
        "tests/promotion/test_market_coupons.py::test_goods_that_no_longer_reach_the_coupon_lose_it_and_the_buyer_has_it_back",
    ),
    _guard(
        "amend.the_coupon_is_locked", "promotion/using.py",
        '    await uses.spent_on(work, row["buyer_id"], row["coupon_id"])\n    others_minor', "    others_minor",
        "tests/promotion/test_amending_at_once.py::test_two_orders_of_one_purchase_made_cheaper_at_once_count_each_other",
    ),
    # The ledger
    _guard(
        "ledger.the_journals_table", "ledger/posting.py", "        _assert_lawful(entry)", "        pass",
        "tests/ledger/test_post.py::test_the_journal_names_the_only_lawful_moves",
    ),
    _guard(
        "ledger.a_key_fits_its_content", "ledger/posting.py",
        "await _assert_same(work, [entry for entry in entries if entry.business_key in repeated])", "pass",
        "tests/ledger/test_post.py::test_a_key_used_for_other_content_is_a_bug",
    ),
    _guard(
        "ledger.a_hold_is_locked_before_it_ends", "ledger/store/writing.py", ' FOR UPDATE OF h"', '"',
        "tests/ledger/test_at_once.py::test_a_hold_that_many_end_at_once_ends_once",
    ),
    _guard(
        "ledger.a_hold_counts_at_once", "ledger/store/writing.py", "SET held_minor = held_minor + $9",
        "SET held_minor = held_minor + 0 * $9",
        "tests/ledger/test_hold.py::test_a_hold_counts_against_the_balance_at_once",
    ),
    _guard(
        "ledger.no_more_is_posted_than_was_held", "ledger/holding.py",
        'assert 0 < amount_minor <= row["amount_minor"]', "assert True",
        "tests/ledger/test_hold.py::test_no_more_is_posted_than_was_held",
    ),
    # Stock
    _guard(
        "stock.only_what_is_free_is_reserved", "catalogue/store/stock.py",
        "AND s.stripe = w.stripe AND s.on_hand - s.reserved >= w.quantity", "AND s.stripe = w.stripe",
        f"{_STOCK}::test_what_an_order_reserves_is_free_for_nobody_else",
    ),
    _guard(
        "stock.what_is_reserved_stays", "catalogue/store/stock.py",
        "AND s.stripe = c.stripe AND s.on_hand + c.quantity >= s.reserved", "AND s.stripe = c.stripe",
        f"{_STOCK}::test_a_count_meets_a_reservation_and_asks_for_another_try",
    ),
    _guard(
        "stock.no_more_leaves_than_was_reserved", "catalogue/stock.py", "assert lines is None or sum(", "assert True or sum(",
        f"{_STOCK}::test_taking_more_than_was_reserved_is_a_bug_and_stops",
    ),
    _guard(
        "stock.a_shop_counts_its_own", "catalogue/store/stock.py",
        '"SELECT true FROM stock WHERE sku_id = $1 AND stripe = 0 AND seller_id = $2"',
        '"SELECT true FROM stock WHERE sku_id = $1 AND stripe = 0 AND seller_id <> -$2"',
        f"{_STOCK}::test_the_stock_of_another_shop_is_not_found",
    ),
    # Orders
    _guard(
        "order.locked_before_it_changes", "ordering/store/orders.py",
        'FROM trade_order WHERE order_id = $1{scope} FOR UPDATE"', 'FROM trade_order WHERE order_id = $1{scope}"',
        f"{_RACES}::test_an_order_is_worked_by_one_hand_at_a_time",
    ),
    _guard(
        "order.the_price_that_was_shown", "ordering/placing.py", "if now_hash != ask.quote_hash:", "if False:",
        "tests/ordering/test_placing.py::test_refuses_when_the_price_moved_and_tells_what_it_is_now",
    ),
    _guard(
        "order.not_from_oneself", "ordering/placing.py",
        "if any(share.seller_id == work.actor.org_id for share in made.shares):", "if False:",
        "tests/ordering/test_placing.py::test_nobody_buys_from_the_own_shop",
    ),
    _guard(
        "order.not_paid_while_it_closes", "ordering/order.py", "        if self.is_closing:\n", "        if False:\n",
        "tests/ordering/test_closing.py::test_cancelling_waits_for_the_channel_where_a_payment_is_open",
    ),
    _guard(
        "order.takes_only_its_amount", "ordering/paying.py", "            and order.amount_minor == part.amount_minor\n", "",
        "tests/ordering/test_amending.py::test_money_of_a_closed_payment_that_comes_after_all_does_not_pay_another_price",
    ),
    _guard(
        "order.one_question_for_money_back", "ordering/refunding.py", "    if order.asked:\n        raise RefundOpen",
        "    if False:\n        raise RefundOpen",
        "tests/ordering/test_refunding.py::test_no_more_is_given_back_than_is_not_shipped_and_only_one_question_at_a_time",
    ),
    _guard(
        "order.no_more_back_than_is_unshipped", "ordering/refunding.py",
        "if quantity > order.line(line_no).to_ship:", "if False:",
        "tests/ordering/test_refunding.py::test_no_more_is_given_back_than_is_not_shipped_and_only_one_question_at_a_time",
    ),
    _guard(
        "order.unasked_refunds_are_small_and_young", "ordering/refunding.py",
        "and order.amount_minor <= up_to.value", "", "tests/ordering/test_refunding.py::test_the_rule_knows_its_limits",
    ),
    _guard(
        "order.reopens_soon_or_never", "ordering/reopening.py", "        and work.now - order.ended_at < span\n", "",
        "tests/ordering/test_reopening.py::test_half_an_hour_later_it_is_too_late",
    ),
    _guard(
        "samples.places_are_claimed_once", "ordering/store/samples.py",
        " WHERE sample_claim.claimed_at <= $2::timestamptz - $7::interval\n", " WHERE true OR $2 IS NULL OR $7 IS NULL\n",
        "tests/ordering/test_sampling.py::test_the_key_holds_where_two_buyers_clerks_claim_at_the_same_moment",
    ),
    _guard(
        "parcel.a_waybill_stands_for_one", "fulfilment/store/parcels.py",
        " WHERE waybill_claim.claimed_at <= $2::timestamptz - $6::interval\n", " WHERE true OR $6 IS NULL\n",
        "tests/fulfilment/test_shipping.py::test_a_waybill_is_not_used_again_within_half_a_year",
    ),
    _guard(
        "timer.a_closing_asks_whether_it_is_due", "ordering/closing.py", "await work.timer_is_due(PAY_CLOSE, about=order.order_id)", "True",
        "tests/ordering/test_timers.py::test_a_timer_that_is_not_due_changes_nothing",
    ),
    _guard(
        "timer.a_receipt_asks_whether_it_is_due", "fulfilment/receiving.py",
        "[p for p in waiting if p.confirm_due_at <= work.now]", "waiting",
        "tests/ordering/test_timers.py::test_a_timer_that_is_not_due_changes_nothing",
    ),
    # Money that comes
    _guard(
        "payment.hearsay_is_asked_about", "payments/settling.py",
        "and (told.paid_amount_minor, told.paid_currency) == (payment.amount_minor, payment.currency)", "",
        f"{_SETTLE}::test_hearsay_of_another_amount_moves_nothing_and_is_asked_about",
    ),
    _guard(
        "payment.a_message_is_genuine", "payments/settling.py", "    if not ask.is_genuine:", "    if False:",
        f"{_SETTLE}::test_forged_foreign_and_unreadable_messages_are_kept_and_do_nothing",
    ),
    _guard(
        "payment.a_message_is_for_this_merchant", "payments/settling.py", "about.merchant != ask.merchant", "False",
        f"{_SETTLE}::test_forged_foreign_and_unreadable_messages_are_kept_and_do_nothing",
    ),
    _guard(
        "payment.a_callback_is_judged_once", "payments/store/callbacks.py", ' AND done_at IS NULL FOR UPDATE"', '"',
        f"{_SETTLE}::test_one_callback_is_judged_once",
    ),
    _guard(
        "payment.a_transaction_pays_once", "payments/store/payments.py",
        "     WHERE payment_id = $1 AND EXISTS (SELECT 1 FROM claimed) RETURNING 1", "     WHERE payment_id = $1 RETURNING 1",
        f"{_SETTLE}::test_one_transaction_of_the_channel_pays_one_payment",
    ),
    _guard(
        "payment.a_part_is_decided_once", "payments/store/payments.py", " AND t.state = 'waiting'\"", '"',
        f"{_SETTLE}::test_a_part_is_decided_once",
    ),
    _guard(
        "payment.locked_before_it_changes", "payments/store/payments.py",
        "FROM payment p WHERE payment_id = $1 FOR UPDATE OF p", "FROM payment p WHERE payment_id = $1",
        "tests/payments/test_at_once.py::test_a_payment_that_is_told_of_many_times_at_once_is_paid_once",
    ),
    # Money that goes
    _guard(
        "refund.a_key_is_one_refund", "payments/refunding.py", '    if row["state"] != "asked":\n        return Outcome.duplicate',
        "    if False:\n        return Outcome.duplicate",
        f"{_RELEASE}::test_a_refund_leaves_escrow_once_and_ends_at_the_channel",
    ),
    _guard(
        "refund.locked_before_it_ends", "payments/store/refunds.py", ' FOR UPDATE OF r"', '"',
        "tests/payments/test_at_once.py::test_a_refund_is_ended_by_one_hand_at_a_time",
    ),
    _guard(
        "refund.an_impossible_answer_moves_nothing", "payments/refunding.py",
        ' or refunded_minor > row["amount_minor"]:', ":",
        f"{_RELEASE}::test_an_impossible_answer_moves_nothing",
    ),
    _guard(
        "foreign.what_falls_short_is_in_no_wallet", "payments/refunding.py",
        'if row["currency"] != work.terms.currency and wallet_minor:', "if False:",
        "tests/payments/test_foreign.py::test_what_a_channel_refuses_outright_is_in_nobodys_wallet",
    ),
    _guard(
        "foreign.two_people_end_much", "payments/foreign.py",
        'elif row["proposed_by"] == work.actor.person_id:', "elif False:",
        "tests/payments/test_foreign.py::test_much_is_ended_by_two",
    ),
    _guard(
        "foreign.money_of_the_book_goes_through_the_channel", "payments/foreign.py",
        'if row["currency"] == work.terms.currency:', "if False:",
        "tests/payments/test_foreign.py::test_money_of_the_book_is_not_ended_so",
    ),
    _guard(
        "release.waits_for_its_hold", "payments/store/releases.py", ' AND settled_at IS NULL AND due_at <= $2"', '"',
        f"{_RELEASE}::test_a_settlement_hold_keeps_the_money_pending_until_it_is_over",
    ),
    _guard(
        "withdrawal.no_more_than_is_available", "payments/withdrawing.py", "if free_minor < ask.amount_minor:", "if False:",
        f"{_WITHDRAW}::test_no_more_than_is_available_can_leave",
    ),
    _guard(
        "withdrawal.the_holder_is_the_organisation", "payments/withdrawing.py",
        'if _plain(holder) not in {_plain(face.name.zh), _plain(face.name.en)} - {""}:', "if False:",
        f"{_WITHDRAW}::test_the_account_must_be_in_the_organisations_own_name",
    ),
    _guard(
        "withdrawal.a_new_account_cools_off", "payments/withdrawing.py", 'if account["usable_at"] > work.now:', "if False:",
        f"{_WITHDRAW}::test_a_changed_account_cools_off_and_the_old_one_is_no_longer_paid",
    ),
    _guard(
        "withdrawal.the_second_step", "payments/withdrawing.py", "await parties.pass_second_step(work, ask.code)", "pass",
        f"{_WITHDRAW}::test_money_leaves_by_whatever_door_only_after_the_second_step",
    ),
    _guard(
        "withdrawal.the_bank_names_the_account", "payments/withdrawing.py", "        if not fits:\n            return Outcome.impossible",
        "        pass", f"{_WITHDRAW}::test_another_amount_or_account_is_doubted_and_then_impossible",
    ),
    _guard(
        "withdrawal.ends_once", "payments/withdrawing.py", '    if row["state"] != WithdrawalState.asked:\n        return Outcome.duplicate',
        "    if False:\n        return Outcome.duplicate", f"{_WITHDRAW}::test_a_withdrawal_is_held_then_paid_out",
    ),
    _guard(
        "withdrawal.locked_before_it_ends", "payments/store/withdrawals.py", 'AND w.withdrawal_id = $2 FOR UPDATE OF w"',
        'AND w.withdrawal_id = $2"',
        "tests/payments/test_at_once.py::test_a_withdrawal_that_ends_many_times_at_once_ends_once",
    ),
    _guard(
        "parked.locked_before_it_goes_back", "payments/store/receipts.py", "WHERE receipt_id = $1 FOR UPDATE", "WHERE receipt_id = $1",
        "tests/payments/test_parking.py::test_two_operators_at_once_send_it_back_once",
    ),
    # Who acts for money
    _guard(
        "tries.counted_one_after_another", "parties/store/people.py",
        " ON CONFLICT (key) DO UPDATE SET key = EXCLUDED.key RETURNING tries", " ON CONFLICT (key) DO NOTHING RETURNING tries",
        "tests/parties/test_at_once.py::test_many_guesses_at_once_find_the_same_wall",
    ),
    _guard(
        "uscc.one_organisation", "parties/store/organisations.py", "return bool(holder == org_id)", "return True",
        "tests/parties/test_at_once.py::test_one_credit_code_is_approved_once",
    ),
    # Stages
    _guard(
        "staged.the_gate", "ordering/staged.py", "STAGE_GATE: (OrderEvent.ship_all,),", "STAGE_GATE: (),",
        f"{_STAGED}::test_an_order_goes_through_all_its_stages",
    ),
    _guard(
        "staged.equal_amounts_are_two_payments", "ordering/paying.py", "== stage.stage_no else None",
        "is not None else None", f"{_STAGED}::test_money_for_a_stage_that_was_paid_before_goes_back",
    ),
    _guard(
        "staged.the_deposits_cap", "staging/plan.py", "return min(deposit_minor, share_bp",
        "return max(deposit_minor, share_bp", f"{_STOPPING}::test_a_buyer_who_stops_leaves_a_fifth_of_the_contract",
    ),
    _guard(
        "staged.what_was_read", "ordering/stopping.py",
        "if ask.kept_minor not in (None, kept_in_all(order, ending)):", "if False:",
        f"{_STOPPING}::test_a_buyer_who_stops_leaves_a_fifth_of_the_contract",
    ),
    _guard(
        "staged.what_is_direct_is_not_taken_back_alone", "ordering/stopping.py", "raise PaidDirect(", "PaidDirect(",
        f"{_STOPPING}::test_a_buyer_cannot_take_back_alone_what_was_paid_direct",
    ),
    _guard(
        "staged.the_channel_closes_first", "ordering/stopping.py",
        "    if order.payments:\n        return await close_payments_first(work, order, event, reason)\n", "",
        f"{_STOPPING}::test_an_open_payment_is_closed_before_the_order_ends",
    ),
    _guard(
        "staged.commission_runs_on", "staging/plan.py", "return before, before + stage.goods_minor",
        "return 0, stage.goods_minor",
        "tests/stories/test_staged_trade.py::test_four_months_of_trade_in_stages",
    ),
    # Invoices
    _guard(
        "invoicing.nothing_twice",
        "invoicing/requesting.py",
        'if rooms[order_id]["room_minor"] <= 0:',
        "if False:",
        "tests/invoicing/test_asking.py::test_nothing_is_invoiced_twice",
    ),
    _guard(
        "invoicing.another_amount_counts_for_nothing",
        "invoicing/hearing.py",
        "same = (told.amount_minor, told.tax_minor) == (invoice.amount_minor, invoice.tax_minor)",
        "same = True",
        "tests/invoicing/test_red_letters.py::test_an_answer_about_another_amount_counts_for_nothing",
    ),
    _guard(
        "invoicing.an_answer_is_to_the_last_question",
        "invoicing/hearing.py",
        'if what == "issue" and invoice.state is InvoiceState.issuing and int(ids[-1]) == invoice.tries:',
        'if what == "issue":',
        "tests/invoicing/test_red_letters.py::"
        "test_a_refused_invoice_may_be_asked_for_again_and_a_late_word_about_the_first_changes_nothing",
    ),
)  # fmt: skip

TRIGGERS: tuple[str, ...] = (
    "ledger_block.never_empties",
    "ledger_block.only_adds",
    "ledger_claim.never_empties",
    "ledger_claim.only_adds",
    "ledger_entry.only_adds",
    "ledger_posting.never_empties",
    "ledger_posting.only_adds",
)
"""Triggers that let the book only grow; `tests/ledger/test_post.py` tries to shrink it."""
IMPLIED_TRIGGERS = {
    "ledger_entry.never_empties": "entries cannot be emptied without their postings, which refuse",
}
NOTICES_TRIGGERS = "tests/ledger/test_post.py::test_the_book_refuses_to_be_changed"
