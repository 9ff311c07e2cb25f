"""One valid post of every form of the pages: who sends it, and what it says; @ and = are as in `recipes`."""

from collections.abc import Mapping
from typing import Any

from huozhan import catalogue
from huozhan.doors.jobs import catalogue as jobs
from tests.catalogue.test_importing import GOOD, table
from tests.doors.api.recipes import RECIPES, Recipe, differing_line, fill
from tests.doors.api.scene import Scene
from tests.doors.api.scene_same import beside_in_form
from tests.ordering.trading import FREIGHT

LI, SELLER, OPERATOR = "li", "chenguang", "operator"
REASON = {"reason": "不需要了"}


def _like(operation_id: str, **more: Any) -> Recipe:
    """The form of an operation whose fields are called the same."""
    recipe = RECIPES[operation_id]
    return Recipe(recipe.owner, {**recipe.fields, **more}, recipe.before)


async def _quoted(scene: Scene) -> dict[str, Any]:
    fields = fill(await RECIPES["place_order"].fields_for(scene), scene.things)
    return {"quote_hash": fields["quote_hash"]}


async def uploaded(scene: Scene) -> dict[str, Any]:
    """A table of 陈掌柜's that was checked; it becomes the scene's `import`."""
    ask = catalogue.UploadImport(file_name="goods.csv", content=table(GOOD))
    taken = await scene.trade.hall.run(catalogue.upload_import, ask, scene.trade.chenguang)
    await jobs.check_import(scene.trade.hall, import_id=taken.import_id)
    scene.things["import"] = taken.import_id
    return {}


async def _cups(scene: Scene) -> dict[str, Any]:
    ask = catalogue.MyOffers(words="CUP")
    found = await scene.trade.hall.run(catalogue.my_offers, ask, scene.trade.chenguang)
    scene.things["cup_offer"] = found.items[0].offer_id
    return {}


_TARIFF = {
    "first_unit": "1", "first_fee": str(FREIGHT.first_fee_minor // 100), "next_unit": "1",
    "next_fee": str(FREIGHT.next_fee_minor // 100),
}  # fmt: skip

FORMS: Mapping[str, Recipe] = {
    # web: buying
    "/preferences": Recipe("nobody", {"lang": "en"}),
    "/cart": Recipe(LI, {"qty[=sku]": "120"}),
    "/cart/change": _like("change_cart", **{"qty[=sku]": "9"}),
    "/cart/remove": _like("remove_from_cart", sku="=sku"),
    "/checkout": Recipe(LI, {"address_id": "@address", "lines": "=sku:120"}, _quoted),
    "/coupons": _like("claim_coupon"),
    "/favourites": Recipe(LI, {"offer": "=offer", "next": "/favourites"}),
    "/favourites/remove": Recipe(LI, {"offer": "=offer", "next": "/favourites"}),
    "/assortments": Recipe(
        LI,
        {"budget": "5000", "to": "510100", "offer": "=offer", "offers_least": "1", "offers_most": "5", "share": "100"},
    ),
    "/assortments/{assortment_id:str}/edit": Recipe(LI, {"assortment_id": "@assortment", "qty[@assortment_sku]": "120"}),
    "/assortments/{assortment_id:str}/cart": Recipe(LI, {"assortment_id": "@assortment"}),
    "/assortments/{assortment_id:str}/drop": Recipe(LI, {"assortment_id": "@assortment"}),
    "/watches": Recipe(LI, {"offer": "=offer", "kind": "price", "pieces": "120", "limit": "5.00"}),
    "/watches/{watch_id:str}": Recipe(LI, {"watch_id": "@watch", "pieces": "9000000"}),
    "/watches/{watch_id:str}/end": _like("end_watch"),
    "/history/forget": Recipe(LI, {"offer": "=offer"}),
    "/searches": Recipe(LI, {"address": "q=杯&has=sample", "name": "杯子", "watch": "on"}),
    "/searches/{search_id:str}": Recipe(LI, {"search_id": "@saved_search", "name": "好杯子", "watch": "off"}),
    "/searches/{search_id:str}/drop": _like("drop_search"),
    "/prices/{book_id:str}/accept": _like("accept_contract"),
    "/prices/{book_id:str}/decline": _like("decline_contract"),
    "/prices/{book_id:str}/end": _like("end_contract"),
    "/pay": Recipe(LI, {"order": "@open_order", "method": "bank"}),
    "/pay/{payment_id:str}/renew": _like("renew_bank_payment"),
    "/orders/{order_id:str}/reorder": _like("reorder"),
    "/orders/{order_id:str}/cancel": _like("cancel_order"),
    "/orders/{order_id:str}/accept": _like("accept_amendment"),
    "/orders/{order_id:str}/refund": _like("refund_unshipped"),
    "/orders/{order_id:str}/refund/take-back": _like("take_back_refund"),
    "/orders/{order_id:str}/leave": _like("leave_disrupted"),
    "/orders/{order_id:str}/longer": _like("answer_longer_promise", agree="1"),
    "/orders/{order_id:str}/confirm": Recipe(LI, {"order_id": "@sent_order", "parcel": "@parcel"}),
    "/orders/{order_id:str}/extend": _like("extend_receipt"),
    "/orders/{order_id:str}/note": _like("note_order"),
    "/money/account": Recipe(
        LI, {"number": "6222021208007654321", "holder": "小李杂货店", "bank_name": "建设银行"}
    ),
    "/money/records/files": Recipe(LI, RECIPES["ask_export"].fields),
    "/money/withdraw": Recipe(LI, {"account_id": "@buyers_account", "amount": "1", "sure": "1"}),
    "/money/withdrawals/{withdrawal_id:str}/approve": Recipe(
        SELLER, {"withdrawal_id": "@large_withdrawal"}, RECIPES["approve_withdrawal"].before
    ),
    "/money/withdrawals/{withdrawal_id:str}/refuse": _like("refuse_withdrawal"),
    "/money/withdrawals/{withdrawal_id:str}/take-back": _like("take_back_withdrawal"),
    "/orders/{order_id:str}/reviews": _like("write_review"),
    "/orders/{order_id:str}/reviews/follow-up": _like("follow_up", order_id="@reviewed_order", line_no="1"),
    "/orders/{order_id:str}/reviews/appeal": _like("appeal_hiding", order_id="@hidden_order", line_no="1"),
    "/reviews/{review_id:str}/report": _like("report_review"),
    "/desk/reviews": _like("reply_to_review"),
    "/console/reviews": _like("judge_review"),
    "/orders/{order_id:str}/aftersales": Recipe(
        LI,
        {"order_id": "@sent_order", "kind": "exchange", "reason": "received:quality", "quantity[1]": "1",
         "wanted[1]": "@blue_sku", "pieces[1]": "1"},
    ),
    "/cases/{case_id:str}/modify": Recipe(LI, {"case_id": "@case", "kind": "refund_only", "goods": "1.00"}),
    "/cases/{case_id:str}/cancel": _like("cancel_case"),
    "/cases/{case_id:str}/send-back": Recipe(
        LI, {"case_id": "@case_to_send", "carrier": "SF", "waybill": "SF1234567890555"}
    ),
    "/cases/{case_id:str}/receive-replacement": _like("receive_replacement"),
    "/cases/{case_id:str}/pay-difference": _like("pay_difference"),
    "/cases/{case_id:str}/decline-difference": _like("decline_difference"),
    "/desk/cases/{case_id:str}/send-replacement": Recipe(
        SELLER, {"case_id": "@case_to_replace", "carrier": "SF", "waybill": "SF1234567890999"}
    ),
    "/desk/cases/{case_id:str}/refund-instead": _like("refund_instead"),
    "/cases/{case_id:str}/evidence": _like("give_evidence"),
    "/cases/{case_id:str}/address": _like("reveal_return_address"),
    "/cases/{case_id:str}/escalate": _like("escalate_case"),
    "/cases/{case_id:str}/extend": _like("extend_evidence"),
    "/cases/{case_id:str}/appeal": Recipe(LI, {"case_id": "@case_ruled", "note": "有新的照片"}),
    "/desk/cases/{case_id:str}/extend": Recipe(SELLER, {"case_id": "@case_in_dispute"}),
    "/desk/cases/{case_id:str}/appeal": _like("appeal_ruling"),
    "/console/cases/{case_id:str}/rule": Recipe(
        OPERATOR,
        {"case_id": "@case_to_rule", "outcome": "full", "liability": "quality", "rules": "B1.6", "reason": "照片可见瑕疵",
         "freight_bearer": "seller"},
    ),
    "/desk/cases/{case_id:str}/answer": Recipe(SELLER, {"case_id": "@case", "answer": "agree"}),
    "/desk/cases/{case_id:str}/receive": Recipe(SELLER, {"case_id": "@case_sent", "answer": "accept"}),
    "/desk/cases/{case_id:str}/evidence": Recipe(SELLER, {"case_id": "@case", "note": "请看照片"}),
    "/orders/{order_id:str}/stages/confirm": _like("confirm_stage"),
    "/orders/{order_id:str}/stages/reject": _like("reject_stage"),
    "/orders/{order_id:str}/stages/stop": _like("stop_order"),
    # web: invoices
    "/orders/{order_id:str}/invoice/drop-wish": _like("drop_wish"),
    "/invoices/{invoice_id:str}/withdraw": _like("withdraw_invoice"),
    "/invoices/{invoice_id:str}/confirm-red": _like("confirm_red"),
    "/orders/{order_id:str}/invoice": Recipe(
        LI, {"order_id": "@received_order", "title_id": "@title", "invoice_kind": "special"}
    ),
    "/invoice-titles": _like("save_title"),
    "/invoice-titles/{title_id:str}/default": _like("set_default_title"),
    "/invoice-titles/{title_id:str}/drop": _like("drop_title"),
    # web and desk: conversations
    "/messages/new": Recipe(LI, {"about": "order:@paid_order", "text": "什么时候发货"}),
    "/messages/{conversation_id:str}": _like("write_message"),
    "/messages/{conversation_id:str}/read": _like("read_messages", up_to="4"),
    "/messages/{conversation_id:str}/recall": _like("recall_message", message_no="4"),
    "/messages/{conversation_id:str}/report": _like("report_conversation"),
    "/desk/messages/{conversation_id:str}/report": Recipe(
        SELLER, {"conversation_id": "@conversation", "cause": "fraud"}
    ),
    "/console/reports/{report_id:str}": _like("judge_report"),
    "/console/cases/{case_id:str}/talk": _like("read_talk"),
    "/messages/{conversation_id:str}/block": _like("block_conversation"),
    "/messages/{conversation_id:str}/unblock": _like("unblock_conversation"),
    "/desk/messages/{conversation_id:str}/block": Recipe(SELLER, {"conversation_id": "@conversation"}),
    "/desk/messages/{conversation_id:str}/unblock": Recipe(SELLER, {"conversation_id": "@conversation"}),
    "/desk/messages/settings": Recipe(
        SELLER, {"greeting": "您好，已下班", "is_on": "1", "from": "09:00", "until": "18:00", "replies": "发货 | 48 小时内"}
    ),
    "/desk/messages/new": Recipe(SELLER, {"about": "order:@paid_order", "text": "已备货"}),
    "/desk/messages/{conversation_id:str}": Recipe(
        SELLER, {"conversation_id": "@conversation", "text": "好的"}
    ),
    "/desk/messages/{conversation_id:str}/read": Recipe(
        SELLER, {"conversation_id": "@conversation", "up_to": "4"}
    ),
    "/desk/messages/{conversation_id:str}/recall": Recipe(
        SELLER, {"conversation_id": "@conversation", "message_no": "3"}
    ),
    # web: people and organisations
    "/addresses": _like("save_address"),
    "/addresses/{address_id:str}/default": _like("set_default_address"),
    "/addresses/{address_id:str}/remove": _like("remove_address"),
    "/addresses/{address_id:str}/reveal": _like("reveal_address"),
    "/notices/read": _like("read_notices"),
    "/organisation": _like("edit_organisation"),
    "/organisation/new": _like("found_organisation"),
    "/organisation/switch": _like("switch_organisation"),
    "/organisation/leave": _like("leave_organisation"),
    "/organisation/invite": _like("invite_member"),
    "/organisation/invitations/{invitation_id:str}/withdraw": _like("withdraw_invitation"),
    "/organisation/members/{person_id:str}/role": _like("change_role"),
    "/organisation/members/{person_id:str}/remove": _like("remove_member"),
    "/organisation/apply": _like("apply_to_sell"),
    "/organisation/apply/withdraw": _like("withdraw_application"),
    "/account/profile": _like("edit_profile"),
    "/account/password": _like("change_password"),
    "/account/two-step": _like("begin_two_step"),
    "/account/two-step/confirm": _like("confirm_two_step"),
    "/account/two-step/end": _like("end_two_step"),
    "/account/sessions/{session_id:str}/end": _like("end_session"),
    "/account/sessions/end-others": _like("end_other_sessions"),
    "/account/tokens": _like("make_token", scopes="order.view"),
    "/account/tokens/{token_id:str}/revoke": _like("revoke_token"),
    "/prove/code": Recipe(LI, {"sign_in_name": "li2@example.cn"}),
    "/prove": _like("add_sign_in_name"),
    "/account/names/drop": _like("drop_sign_in_name"),
    "/account/erase": _like("erase_me"),
    "/sign-in": _like("sign_in"),
    "/sign-out": _like("sign_out"),
    "/sign-up/code": _like("ask_for_code"),
    "/sign-up": _like("sign_up"),
    "/reset": _like("ask_reset"),
    "/reset/{token:str}": _like("reset_password"),
    "/invitations/{token:str}": _like("accept_invitation"),
    # contracts
    "/orders/{order_id:str}/contract": _like("ask_contract"),
    "/contracts/{contract_id:str}/{deed:str}": _like("sign_contract", deed="sign"),
    "/desk/orders/{order_id:str}/contract": Recipe(SELLER, {"order_id": "@open_order"}),
    "/desk/contracts/{contract_id:str}/{deed:str}": _like("refuse_contract", deed="refuse"),
    # web: buy now, pay later
    "/pay-later/apply": _like("apply_for_limit"),
    "/pay-later/debit": Recipe(LI, {"is_on": "1"}),
    "/pay-later/{order_id:str}/repay": Recipe(LI, {"order_id": "@lent_order", "amount": "10"}),
    # web: credit terms
    "/credit/{agreement_id:str}/accept": _like("accept_credit"),
    "/credit/{agreement_id:str}/decline": _like("decline_credit"),
    "/credit/{agreement_id:str}/pay": Recipe(LI, {"agreement_id": "@agreement", "amount": "100"}),
    "/credit/{agreement_id:str}/dispute": Recipe(
        LI, {"agreement_id": "@agreement", "bill_id": "@bill", "amount": "5", **REASON}
    ),
    # desk
    "/desk/fast-arrival": Recipe(SELLER, {"is_on": "0", "fee_bp": "40"}),
    "/desk/fast-arrival/apply": _like("apply_for_fast_arrival"),
    "/console/funder/deeds/{deed_id:str}": _like("end_funder_deed"),
    "/desk/insurance": Recipe(SELLER, {"is_on": "0", "premium_bp": "60"}),
    "/console/insurer/deeds/{deed_id:str}": _like("end_insurer_deed"),
    "/desk/logistics": Recipe(SELLER, {"is_on": "1", "address_id": "@seller_address"}),
    "/desk/orders/{order_id:str}/waybills": _like("ask_waybill"),
    "/desk/orders/{order_id:str}/waybills/{waybill_id:str}": _like("send_waybill", do="send"),
    "/desk/orders/{order_id:str}/waybills/{waybill_id:str}/label": _like("waybill_label"),
    "/console/carriers": _like("make_carrier_contract"),
    "/console/carriers/{carrier_id:str}/terms": Recipe(
        OPERATOR,
        {"carrier_id": "@carrier", "reason": "旺季价目", "regions[0]": "", "first_kg[0]": "1", "first[0]": "9",
         "next_kg[0]": "1", "next[0]": "2", "regions[1]": "广东、浙江", "first_kg[1]": "1", "first[1]": "6.50",
         "next_kg[1]": "0.5", "next[1]": "1"},
    ),
    "/console/carrier-bills": Recipe(
        OPERATOR, {"deed": "accept_market", "reason": "核对过底单"}, differing_line
    ),
    "/console/carrier-bills/payouts": _like("pay_carrier"),
    "/console/carrier-bills/payouts/{payout_id:str}": _like("approve_carrier_payout", do="approve"),
    "/desk/finance": Recipe(SELLER, {"what": "pay_later", "is_on": "0", "fee_bp": "50"}),
    "/desk/invoices/{invoice_id:str}/issue": _like("issue_invoice"),
    "/desk/invoices/{invoice_id:str}/refuse": _like("refuse_invoice"),
    "/desk/invoices/{invoice_id:str}/void": _like("void_invoice"),
    "/desk/invoices/{invoice_id:str}/retry-red": _like("retry_red"),
    "/console/tax-reports": Recipe(OPERATOR, {"year": "2025", "quarter": "4", "format": "csv"}),
    "/desk/invoice-rates": Recipe(SELLER, {"rate_bp": "300", "scope": "offer", "code": "CUP", "own_rate": "1300"}),
    "/desk/credit": Recipe(
        SELLER,
        {"buyer_id": "=li_org", "limit": "20000", "term_kind": "monthly", "term_day": "25", "seller_size": "small",
         "expires_on": "2026-12-31"},
    ),
    "/desk/credit/open": _like("say_open_credit", yearly_from="10000"),
    "/desk/credit/{agreement_id:str}/suspend": _like("suspend_credit"),
    "/desk/credit/{agreement_id:str}/resume": _like("resume_credit"),
    "/desk/credit/{agreement_id:str}/end": _like("end_credit"),
    "/desk/credit/{agreement_id:str}/answer": Recipe(
        SELLER, {"agreement_id": "@agreement", "dispute_id": "@dispute", "agree": "yes"}
    ),
    "/desk/orders/{order_id:str}/amend": Recipe(
        SELLER, {"order_id": "@open_order", "goods[1]": "800", **REASON}
    ),
    "/desk/orders/{order_id:str}/ship": Recipe(
        SELLER,
        {"order_id": "@paid_order", "quantity[0-1]": "100", "carrier[0]": "SF", "waybill[0]": "SF1234567890123"},
    ),
    "/desk/orders/{order_id:str}/refund": Recipe(
        SELLER, {"order_id": "@asked_order", "refund_id": "@refund", "answer": "agree"}
    ),
    "/desk/orders/{order_id:str}/lack": Recipe(
        SELLER, {"order_id": "@paid_order", "lack[1]": "10", "reason": "仓库缺货"}
    ),
    "/desk/orders/{order_id:str}/extend": Recipe(
        SELLER, {"order_id": "@sent_order", "parcel_id": "@parcel", "days": "3"}
    ),
    "/desk/orders/{order_id:str}/note": Recipe(SELLER, {"order_id": "@paid_order", "text": "已备货"}),
    "/desk/orders/{order_id:str}/cancel": Recipe(SELLER, {"order_id": "@open_order", **REASON}),
    "/desk/orders/{order_id:str}/stages/declare": _like("declare_stage"),
    "/desk/orders/{order_id:str}/stages/push": _like("push_stage"),
    "/desk/orders/{order_id:str}/stages/give-up": _like("give_up_order"),
    "/desk/stages": Recipe(SELLER, {"offered": "3-7", "gate[3-7]": "2", "condition[3-7]": "sample_approved"}),
    "/desk/orders/{order_id:str}/reveal": Recipe(SELLER, {"order_id": "@paid_order", **REASON}),
    "/desk/shipping": Recipe(SELLER, {"rows": "@paid_number\tSF\tSF1234567890123"}),
    "/desk/shipping/paper": Recipe(SELLER, {"order_id": "@paid_order", "paper": "waybills"}),
    "/desk/offers/{offer_id:str}/quick": Recipe(SELLER, {"offer_id": "@own_offer", "stock": "9", "was": ""}),
    "/desk/offers/bulk": Recipe(SELLER, {"offer_id": "@own_offer", "do": "pause"}),
    "/desk/offers/new": Recipe(
        SELLER,
        {"title_zh": "毛巾", "offer_code": "TOWEL", "unit": "piece", "category_id": "aa-1-13-8", "do": "publish",
         "quote_type": "fixed", "step_from[0]": "1", "step_price[0]": "5", "stock[]": "9"},
    ),
    "/desk/offers/{offer_id:str}/edit": Recipe(SELLER, {"offer_id": "@own_offer", "do": "grid"}),
    "/desk/import/{import_id:str}/apply": Recipe(SELLER, {"import_id": "@import"}, uploaded),
    "/desk/stock/{offer_id:str}": Recipe(
        SELLER,
        {"offer_id": "@cup_offer", "sku_id": "@own_sku", "quantity": "5", "reason": "盘点", "deed": "receive"},
        _cups,
    ),
    "/desk/freight/edit": Recipe(
        SELLER, {"code": "FAST", "name_zh": "快", "charge_by": "weight", "elsewhere": "1", **_TARIFF}
    ),
    "/desk/promotions/new": Recipe(
        SELLER,
        {"kind": "full", "name_zh": "春季满减", "starts_at": "2026-03-02T10:00", "ends_at": "2026-03-20T10:00",
         "step[0-from]": "500", "step[0-off]": "30", "offer_codes": "CUP"},
    ),
    "/desk/promotions/{promotion_id:str}/stop": _like("stop_promotion"),
    "/desk/prices/members": _like("assign_level"),
    "/desk/prices/levels/{level:str}/rule": Recipe(
        "chenguang", {"level": "vip", "least": "1000", "days": "90"}
    ),
    "/desk/prices/levels/{level:str}": Recipe(
        SELLER, {"level": "vip", "off_rate": "5", "rows": "CUP-R;8.50", "offers": "CUP;8"}
    ),
    "/desk/prices/new": Recipe(
        SELLER, {"kind": "negotiated", "buyer_id": "=li_org", "rows": "CUP-R;9.95;500", "ends_at": "2026-06-20T10:00"}
    ),
    "/desk/prices/{book_id:str}/take-back": _like("take_price_back"),
    "/desk/freight/drop": _like("drop_freight"),
    "/desk/funds/account": _like("add_bank_account"),
    "/desk/funds/withdraw": Recipe(SELLER, {"account_id": "@account", "amount": "1", "sure": "1"}),
    "/desk/funds/withdrawals/{withdrawal_id:str}/approve": _like("approve_withdrawal"),
    "/desk/funds/withdrawals/{withdrawal_id:str}/refuse": _like("refuse_withdrawal"),
    "/desk/funds/withdrawals/{withdrawal_id:str}/take-back": _like("take_back_withdrawal"),
    "/desk/goodwill": Recipe(SELLER, {"order_id": "@paid_order", "amount": "0.01", "reason": "补运费差价"}),
    "/desk/funds/deposit": Recipe(SELLER, {"amount": "500"}),
    "/desk/funds/deposit/{deed:str}": Recipe(SELLER, {"deed": "open"}),
    "/console/deposits/pool": Recipe(OPERATOR, {"amount": "1000", "reason": "开业备付"}),
    "/console/deposits/penalties": Recipe(
        OPERATOR, {"org_id": "=seller_org", "amount": "1", "reason": "虚假发货"}
    ),
    "/desk/funds/records/files": _like("ask_export"),
    "/desk/shop": Recipe(SELLER, {"mix_amount": "100"}),
    "/desk/orders/{order_id:str}/longer": _like("ask_longer_promise"),
    "/desk/orders/{order_id:str}/exemption": _like(
        "file_exemption", from_at="2026-03-10T00:00", until_at="2026-03-12T00:00"
    ),
    # console
    "/console/suppliers/{application_id:str}": _like("review_supplier"),
    "/console/offers/{offer_id:str}": Recipe(OPERATOR, {"offer_id": "=offer", "reason": "涉嫌侵权"}),
    "/console/jobs/{job_id:str}": Recipe(OPERATOR, {"job_id": "@job", "do": "retry", "reason": "对方已恢复"}),
    "/console/receipts/{receipt_id:str}": _like("return_receipt"),
    "/console/receipts/{receipt_id:str}/settle": _like("settle_receipt"),
    "/console/bank/{receipt_id:str}/assign": _like("assign_bank_receipt"),
    "/console/bank/{receipt_id:str}/return": _like("return_bank_receipt"),
    "/console/bank/{receipt_id:str}/retry": _like("retry_payout"),
    "/console/lender/{deed_id:str}": _like("end_lender_deed", taken="0"),
    "/console/fee-invoices/issuer": _like("set_fee_issuer"),
    "/console/fee-invoices/{document_id:str}/retry": _like("retry_fee_invoice"),
    "/console/reconciliation/files": _like("believe_empty"),
    "/console/reconciliation/{difference_id:str}": _like("end_difference"),
    "/console/doubts": _like("settle_doubt"),
    "/console/disruptions": _like(
        "draft_disruption", regions="西藏自治区", from_at="2026-03-10T00:00", until_at="2026-04-20T00:00"
    ),
    "/console/disruptions/{suspension_id:str}": _like("approve_disruption", deed="approve"),
    "/console/shelves": _like("arrange_shelf", version="0", position="9", rule="/search?q=杯"),
    "/console/filings": _like("decide_filing", decision="grant"),
    "/desk/certificates": _like("declare_certificate"),
    "/desk/certificates/{certificate_id:str}/withdraw": _like("withdraw_certificate"),
    "/console/certificates": _like("judge_certificate", decision="verify"),
    "/console/same": _like("decide_same_report", decision="refuse"),
    "/console/same/{offer_id:str}/apart": Recipe(
        OPERATOR, {"offer_id": "=offer", "reason": "材质不同"}, beside_in_form
    ),
    "/console/same/{offer_id:str}/join": _like("join_same"),
    "/desk/offers/{offer_id:str}/same": _like("report_not_same"),
    "/console/service-appeals": _like("decide_service_appeal", decision="accept"),
    "/desk/service/orders": _like("appeal_mark"),
    "/console/promotions/new": Recipe(
        OPERATOR,
        {"name_zh": "开市券", "starts_at": "2026-03-02T10:00", "ends_at": "2026-03-20T10:00", "off": "20",
         "coupons_total": "100", "budget": "1000", "reason": "开市活动"},
    ),
    "/console/promotions/{promotion_id:str}/stop": _like("stop_market_coupon"),
    "/console/ranking": _like("start_ranking_trial"),
    "/console/ranking/{trial_id:str}/end": _like("end_ranking_trial", do="keep"),
    "/console/synonyms/new": Recipe(OPERATOR, {"words": "热水壶\n电水壶", "reason": "买家叫法不同"}),
    "/console/synonyms/{group_id:str}": Recipe(
        OPERATOR, {"group_id": "1", "words": "圣诞节\n圣诞\n圣诞季", "reason": "买家叫法不同"}
    ),
    "/console/synonyms/{group_id:str}/remove": _like("remove_synonyms"),
    "/console/rules/{code:str}": Recipe(
        OPERATOR, {"code": "pay_close.spot", "value": "30", "reason": "旺季缩短", "effective_from": "2026-06-01T00:00"}
    ),
    "/console/books": Recipe(OPERATOR),
}  # fmt: skip
