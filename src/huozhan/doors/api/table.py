"""Every operation of API version 1: method and path in front of a use case. The only list of routes there is."""

from huozhan import catalogue, fulfilment, ledger, messaging, operations, ordering, parties, payments, search
from huozhan.doors.api.operations import Operation, delete, get, post, put

PEOPLE: tuple[Operation, ...] = (
    post("/sign-up/code", parties.ask_for_code, "people"),
    post("/sign-up", parties.sign_up, "people", status=201),
    post("/session", parties.sign_in, "people", status=201),
    delete("/session", parties.sign_out, "people"),
    get("/sessions", parties.sessions, "people"),
    delete("/sessions/{session_id}", parties.end_session, "people"),
    post("/sessions/end-others", parties.end_other_sessions, "people"),
    get("/me", parties.profile, "people"),
    put("/me", parties.edit_profile, "people"),
    get("/me/data", parties.my_data, "people"),
    post("/me/sign-in-names", parties.add_sign_in_name, "people", status=201),
    post("/me/sign-in-names/drop", parties.drop_sign_in_name, "people"),
    post("/me/password", parties.change_password, "people"),
    post("/me/two-step", parties.begin_two_step, "people"),
    post("/me/two-step/confirm", parties.confirm_two_step, "people"),
    post("/me/two-step/end", parties.end_two_step, "people"),
    post("/me/erase", operations.erase_me, "people"),
    post("/password-resets", parties.ask_reset, "people"),
    post("/password-resets/finish", parties.reset_password, "people"),
    get("/tokens", parties.tokens, "people"),
    post("/tokens", parties.make_token, "people", status=201),
    delete("/tokens/{token_id}", parties.revoke_token, "people"),
)

ORGANISATIONS: tuple[Operation, ...] = (
    get("/organisations", parties.organisations, "organisations"),
    post("/organisations", parties.found_organisation, "organisations", status=201),
    post("/organisations/{org_id}/switch", parties.switch_organisation, "organisations"),
    get("/organisation", parties.organisation, "organisations"),
    put("/organisation", parties.edit_organisation, "organisations"),
    post("/organisation/leave", parties.leave_organisation, "organisations"),
    get("/members", parties.members, "organisations"),
    put("/members/{person_id}/role", parties.change_role, "organisations"),
    delete("/members/{person_id}", parties.remove_member, "organisations"),
    post("/invitations", parties.invite_member, "organisations", status=201),
    delete("/invitations/{invitation_id}", parties.withdraw_invitation, "organisations"),
    post("/invitations/look", parties.invitation, "organisations"),
    post("/invitations/accept", parties.accept_invitation, "organisations"),
    get("/supplier-application", parties.my_application, "organisations"),
    post("/supplier-application", parties.apply_to_sell, "organisations", status=201),
    post("/supplier-application/withdraw", parties.withdraw_application, "organisations"),
    get("/addresses", parties.addresses, "organisations"),
    post("/addresses", parties.save_address, "organisations"),
    post("/addresses/{address_id}/default", parties.set_default_address, "organisations"),
    post("/addresses/{address_id}/reveal", parties.reveal_address, "organisations"),
    delete("/addresses/{address_id}", parties.remove_address, "organisations"),
    get("/divisions", parties.divisions, "organisations"),
    get("/notices", messaging.notices, "organisations"),
    post("/notices/read", messaging.read_notices, "organisations"),
)

GOODS: tuple[Operation, ...] = (
    get("/search", search.find_offers, "goods"),
    get("/search/suggest", search.suggest, "goods"),
    get("/categories", catalogue.categories, "goods"),
    get("/categories/find", catalogue.find_categories, "goods"),
    get("/categories/{category_id}", catalogue.category, "goods"),
    get("/offers/{offer_id}", catalogue.offer_page, "goods"),
    get("/shops/{seller_id}", catalogue.shop_page, "goods"),
)

SELLING: tuple[Operation, ...] = (
    get("/shop", catalogue.my_shop, "selling"),
    put("/shop", catalogue.edit_shop, "selling"),
    get("/my/offers", catalogue.my_offers, "selling"),
    get("/my/offers/counts", catalogue.offer_counts, "selling"),
    get("/my/offers/{offer_id}", catalogue.offer_to_edit, "selling"),
    post("/my/offers", catalogue.publish_offer, "selling", needs_key=True),
    post("/my/offers/{offer_id}/prices", catalogue.edit_prices, "selling"),
    post("/my/offers/{offer_id}/pause", catalogue.pause_offer, "selling"),
    post("/my/offers/{offer_id}/resume", catalogue.resume_offer, "selling"),
    post("/my/stock/receive", catalogue.receive_stock, "selling", needs_key=True),
    post("/my/stock/adjust", catalogue.adjust_stock, "selling", needs_key=True),
    post("/my/stock/heat", catalogue.heat_stock, "selling", needs_key=True),
    get("/my/stock/{sku_id}/history", catalogue.stock_history, "selling"),
    get("/my/freight", catalogue.my_freight, "selling"),
    post("/my/freight", catalogue.edit_freight, "selling"),
    post("/my/freight/drop", catalogue.drop_freight, "selling"),
)

TRADE: tuple[Operation, ...] = (
    get("/cart", ordering.cart, "trade"),
    post("/cart", ordering.put_in_cart, "trade"),
    put("/cart", ordering.change_cart, "trade"),
    post("/cart/remove", ordering.remove_from_cart, "trade"),
    post("/quote", ordering.quote, "trade"),
    post("/orders", ordering.place_order, "trade", status=201, needs_key=True),
    get("/orders", ordering.my_orders, "trade"),
    get("/sales", ordering.my_sales, "trade"),
    get("/orders/counts", ordering.order_counts, "trade"),
    get("/orders/export", ordering.export_orders, "trade"),
    get("/orders/{order_id}", ordering.order_page, "trade"),
    post("/orders/{order_id}/amend", ordering.amend_price, "trade", needs_key=True),
    post("/orders/{order_id}/accept", ordering.accept_amendment, "trade", needs_key=True),
    post("/orders/{order_id}/cancel", ordering.cancel_order, "trade", needs_key=True),
    post("/orders/{order_id}/refund", ordering.refund_unshipped, "trade", needs_key=True),
    post("/orders/{order_id}/lack", ordering.declare_lack, "trade", needs_key=True),
    post("/orders/{order_id}/refund/answer", ordering.answer_refund, "trade", needs_key=True),
    post("/orders/{order_id}/refund/take-back", ordering.take_back_refund, "trade", needs_key=True),
    post("/orders/{order_id}/note", ordering.note_order, "trade"),
    post("/orders/{order_id}/reorder", ordering.reorder, "trade"),
    post("/payments", ordering.pay_orders, "trade", status=201, needs_key=True),
    get("/payments", payments.my_payments, "trade"),
    get("/payments/{payment_id}", payments.payment, "trade"),
)

SHIPPING: tuple[Operation, ...] = (
    get("/carriers", fulfilment.carriers, "shipping"),
    post("/orders/{order_id}/ship", fulfilment.ship, "shipping", needs_key=True),
    post("/shipments", fulfilment.ship_many, "shipping", needs_key=True),
    get("/orders/{order_id}/parcels", fulfilment.parcels_of, "shipping"),
    post("/orders/{order_id}/confirm", fulfilment.confirm_receipt, "shipping", needs_key=True),
    post("/orders/{order_id}/extend", fulfilment.extend_receipt, "shipping", needs_key=True),
)

FUNDS: tuple[Operation, ...] = (
    get("/funds", payments.funds, "funds"),
    get("/funds/lines", payments.fund_lines, "funds"),
    get("/funds/export", payments.export_funds, "funds"),
    get("/bank-accounts", payments.bank_accounts, "funds"),
    post("/bank-accounts", payments.add_bank_account, "funds", needs_key=True),
    get("/withdrawals", payments.my_withdrawals, "funds"),
    post("/withdrawals", payments.withdraw, "funds", status=201, needs_key=True),
)

MARKET: tuple[Operation, ...] = (
    get("/market/applications", parties.supplier_applications, "market"),
    get("/market/applications/{application_id}", parties.supplier_application, "market"),
    post("/market/applications/review", operations.review_supplier, "market", needs_key=True),
    post("/market/offers/{offer_id}/take-down", operations.take_down_offer, "market"),
    post("/market/offers/{offer_id}/restore", operations.restore_offer, "market"),
    get("/market/receipts", payments.parked_receipts, "market"),
    post("/market/receipts/{receipt_id}/return", operations.return_receipt, "market", needs_key=True),
    get("/market/doubts", fulfilment.doubts, "market"),
    post("/market/doubts/settle", operations.settle_doubt, "market"),
    post("/market/reconciliations", payments.reconcile, "market"),
    get("/market/trial-balance", ledger.trial_balance, "market"),
    get("/market/rules", operations.rules, "market"),
    post("/market/rules", operations.publish_rule, "market", needs_key=True),
    get("/market/chores", operations.chores, "market"),
    post("/market/jobs/{job_id}/retry", operations.retry_job, "market"),
    post("/market/jobs/{job_id}/discard", operations.discard_job, "market"),
    get("/market/audit", operations.audit_log, "market"),
    get("/market/pulse", operations.pulse, "market"),
    get("/market/verify", operations.verify, "market"),
)

OPERATIONS: tuple[Operation, ...] = (
    *PEOPLE, *ORGANISATIONS, *GOODS, *SELLING, *TRADE, *SHIPPING, *FUNDS, *MARKET,
)  # fmt: skip
