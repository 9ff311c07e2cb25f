"""One valid call of every operation: who makes it, and what it says.

A value that begins with @ names a private thing of the scene, one with = a public one. An operation that lacks a row
here fails the matrix.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import msgspec
import pyotp

from huozhan import carriage, catalogue, credit, operations, ordering, parties, search
from huozhan.catalogue.freight import ChargeBy
from huozhan.catalogue.freighting import EditFreight, FreightTerms
from huozhan.catalogue.offer import Name
from huozhan.kernel.actor import anonymous
from huozhan.kernel.rules import Rule, RuleBook
from huozhan.kernel.shapes import Nothing
from huozhan.ordering.asks import QuoteAsk
from tests import world
from tests.conftest import OPENING
from tests.doors.api.picking_rows import PICKING_ROWS
from tests.doors.api.price_rows import PRICE_ROWS
from tests.doors.api.review_rows import REVIEW_ROWS
from tests.doors.api.scene import Scene, offer_credit
from tests.doors.api.scene_certificates import CERTIFICATE_ROWS
from tests.doors.api.scene_disruption import FROM, NOBODYS_PLACE, OTHER_END, PROOF, UNTIL
from tests.doors.api.scene_logistics import terms
from tests.doors.api.scene_photo import PHOTO
from tests.doors.api.scene_same import SAME_ROWS
from tests.doors.api.search_rows import SEARCH_ROWS
from tests.ordering.trading import CUPS, FREIGHT

Prepare = Callable[[Scene], Awaitable[dict[str, Any]]]


class Recipe(msgspec.Struct, frozen=True):
    """Who may, what they say, and what must be done just before."""

    owner: str
    fields: Mapping[str, Any] = {}
    before: Prepare | None = None

    async def fields_for(self, scene: Scene) -> dict[str, Any]:
        """The fields, with what was prepared."""
        return {**self.fields, **(await self.before(scene) if self.before else {})}


def fill(value: Any, things: Mapping[str, str]) -> Any:
    """A value of a recipe, with the things it names."""
    if isinstance(value, str) and value[:1] in ("@", "="):
        return things[value[1:]]
    if isinstance(value, dict):
        return {name: fill(inner, things) for name, inner in value.items()}
    return [fill(inner, things) for inner in value] if isinstance(value, list | tuple) else value


def names_private(value: Any) -> bool:
    """Tells whether a recipe's value names a private thing."""
    if isinstance(value, str):
        return value.startswith("@")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return any(names_private(one) for one in inner)


async def _last_secret(scene: Scene) -> str:
    return (await world.mailed(scene.trade.hall))[-1].secret


def _code_for(name: str, of: str = "") -> Prepare:
    """A code that proves an address, for a visitor or for somebody who is known."""

    async def prepare(scene: Scene) -> dict[str, Any]:
        asking = scene.actors[of] if of else anonymous()
        await scene.trade.hall.run(parties.ask_for_code, parties.AskForCode(name), asking)
        return {"sign_in_name": name, "code": await _last_secret(scene)}

    return prepare


async def _reset_link(scene: Scene) -> dict[str, Any]:
    await scene.trade.hall.run(parties.ask_reset, parties.AskReset("li@example.cn"), anonymous())
    return {"token": await _last_secret(scene)}


async def _invitation_link(scene: Scene) -> dict[str, Any]:
    ask = parties.InviteMember(sign_in_name="newcomer@example.cn", role=parties.Role.viewer)
    await scene.trade.hall.run(parties.invite_member, ask, scene.trade.li)
    return {"token": await _last_secret(scene)}


async def _authenticator(scene: Scene) -> dict[str, Any]:
    hall, li = scene.trade.hall, scene.trade.li
    shown = await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), li)
    return {"code": pyotp.TOTP(shown.secret).at(hall.clock.now())}


def _second_step(of: str) -> Prepare:
    """A code of somebody's authenticator, who has just turned the second step on."""

    async def prepare(scene: Scene) -> dict[str, Any]:
        hall, owner = scene.trade.hall, scene.actors[of]
        # Twenty calls at once are twenty tries; the wall against guessing has tests of its own.
        free = Rule(code="tries.sign_in.free", version=9, value=100, unit="count", effective_from=OPENING)
        hall.rules = RuleBook([*hall.rules, free])
        shown = await hall.run(parties.begin_two_step, parties.BeginTwoStep(world.PASSWORD), owner)
        totp = pyotp.TOTP(shown.secret)
        await hall.run(parties.confirm_two_step, parties.ConfirmTwoStep(totp.at(hall.clock.now())), owner)
        return {"code": totp.at(hall.clock.now() + timedelta(seconds=30))}

    return prepare


async def differing_line(scene: Scene) -> dict[str, Any]:
    """The line of a carrier's bill that differs."""
    ask = carriage.asks.ListBillLines()
    (line,) = (await scene.trade.hall.run(carriage.carrier_desk, ask, scene.trade.people.operator)).lines
    return {"on": line.on.isoformat(), "nth": line.nth}


async def payable_and_code(scene: Scene) -> dict[str, Any]:
    """What may be paid to the carrier, and the operator's second step."""
    ask = carriage.asks.ListBillLines()
    owed = (await scene.trade.hall.run(carriage.carrier_desk, ask, scene.trade.people.operator)).owed
    amount_minor = next(one.payable_minor for one in owed if one.payable_minor)
    return {"amount_minor": amount_minor, **(await _second_step("operator")(scene))}


async def _second_name(scene: Scene) -> dict[str, Any]:
    more = await _code_for("li2@example.cn", of="li")(scene)
    await scene.trade.hall.run(parties.add_sign_in_name, parties.AddSignInName(**more), scene.trade.li)
    return {"sign_in_name": "li2@example.cn"}


async def _quoted(scene: Scene) -> dict[str, Any]:
    lines = scene.trade.want(red=120)
    ask = QuoteAsk(address_id=scene.things["address"], lines=lines)
    quote = await scene.trade.hall.run(ordering.quote, ask, scene.trade.li)
    return {"quote_hash": quote.quote_hash}


async def _offered(scene: Scene) -> dict[str, Any]:
    line = await offer_credit(scene.trade)
    assert line.offered
    return {"version": line.offered.version}


async def _suspended(scene: Scene) -> dict[str, Any]:
    ask = credit.asks.StopCredit(agreement_id=scene.things["agreement"], reason="对账中")
    await scene.trade.hall.run(credit.suspend_credit, ask, scene.trade.chenguang)
    return {}


async def _in_a_year(scene: Scene) -> dict[str, Any]:
    return {"expires_on": (scene.trade.clock.now().date() + timedelta(days=365)).isoformat()}


async def _in_cart(scene: Scene) -> dict[str, Any]:
    ask = ordering.asks.PutInCart(lines=scene.trade.want(red=7))
    await scene.trade.hall.run(ordering.put_in_cart, ask, scene.trade.li)
    return {}


async def _old_freight(scene: Scene) -> dict[str, Any]:
    terms = FreightTerms(charge_by=ChargeBy.weight, tariff=FREIGHT)
    ask = EditFreight(code="OLD", name=Name("旧", "Old"), terms=terms)
    await scene.trade.hall.run(catalogue.edit_freight, ask, scene.trade.chenguang)
    return {}


async def _soon(scene: Scene) -> dict[str, Any]:
    return {"effective_from": (scene.trade.clock.now() + timedelta(days=60)).isoformat()}


async def _trial(scene: Scene) -> dict[str, Any]:
    hall, operator = scene.trade.hall, scene.trade.people.operator
    for one in (await hall.run(search.ranking_trials, Nothing(), operator)).trials:
        if one.ended_at is None:
            return {"trial_id": one.trial_id}
    ask = search.OpenTrial(name="新权重", people=50, reason="试一试", **_RANKING)
    return {"trial_id": (await hall.run(operations.start_ranking_trial, ask, operator)).trial_id}


_RANKING = {"conversion": 5_000, "service": 2_000, "repurchase": 2_000, "freshness": 1_000}
_PASSWORD = {"password": world.PASSWORD}
_SAMPLE_OFFER = msgspec.to_builtins(CUPS) | {"offer_code": "CUP-2"}
_WANTED = [{"sku_id": "=sku", "quantity": 120}]
_NOTICE = {
    "title_zh": "西藏大雪", "kind": "weather", "regions": [NOBODYS_PLACE], "direction": "both", "from_at": FROM,
    "until_at": UNTIL, "evidence_url": PROOF,
}  # fmt: skip
_STOCK = {"sku_id": "@own_sku", "quantity": 5, "reason": "盘点"}

STATEMENT = (
    "交易流水号,收支,金额,币种,对方账号,对方户名,交易时间\n"
    "bf-1,收入,88.00,CNY,6222021208000000002,某某商行,2026-03-01 10:00:00\n"
)

RECIPES: Mapping[str, Recipe] = {
    # people
    "ask_for_code": Recipe("nobody", {"sign_in_name": "somebody@example.cn"}),
    "sign_up": Recipe("nobody", {**_PASSWORD, "name": "某人"}, _code_for("somebody@example.cn")),
    "sign_in": Recipe("nobody", {"sign_in_name": "li@example.cn", **_PASSWORD}),
    "sign_out": Recipe("li"),
    "sessions": Recipe("li"),
    "end_session": Recipe("li", {"session_id": "@session"}),
    "end_other_sessions": Recipe("li"),
    "profile": Recipe("li"),
    "edit_profile": Recipe("li", {"name": "小李", "lang": "zh"}),
    "my_data": Recipe("li"),
    "add_sign_in_name": Recipe("li", {}, _code_for("li2@example.cn", of="li")),
    "drop_sign_in_name": Recipe("li", {}, _second_name),
    "change_password": Recipe("li", {**_PASSWORD, "new_password": "another-good-one-7"}),
    "begin_two_step": Recipe("li", _PASSWORD),
    "confirm_two_step": Recipe("li", {}, _authenticator),
    "end_two_step": Recipe("li", _PASSWORD),
    "erase_me": Recipe("newcomer", _PASSWORD),
    "ask_reset": Recipe("nobody", {"sign_in_name": "li@example.cn"}),
    "reset_password": Recipe("nobody", {"new_password": "another-good-one-7"}, _reset_link),
    "tokens": Recipe("li"),
    "make_token": Recipe("li", {"label": "till", "scopes": ["order.view"]}),
    "revoke_token": Recipe("li", {"token_id": "@token"}),
    # organisations
    "organisations": Recipe("li"),
    "found_organisation": Recipe("newcomer", {"name_zh": "新来的店"}),
    "switch_organisation": Recipe("li", {"org_id": "@li_own_org"}),
    "organisation": Recipe("li"),
    "edit_organisation": Recipe("li", {"name_zh": "小李杂货铺"}),
    "leave_organisation": Recipe("clerk"),
    "members": Recipe("li"),
    "change_role": Recipe("li", {"person_id": "@clerk_person", "role": "finance"}),
    "remove_member": Recipe("li", {"person_id": "@clerk_person"}),
    "invite_member": Recipe("li", {"sign_in_name": "next@example.cn", "role": "buyer"}),
    "withdraw_invitation": Recipe("li", {"invitation_id": "@invitation"}),
    "invitation": Recipe("nobody", {}, _invitation_link),
    "accept_invitation": Recipe("newcomer", {}, _invitation_link),
    "my_application": Recipe("applicant"),
    "apply_to_sell": Recipe(
        "li",
        {"uscc": "91330100799655058B", "supplier_kind": "trader", "province_code": "510000",
         "city_code": "510100", "contact": "李经理", "phone": "13900003333"},
    ),
    "withdraw_application": Recipe("applicant", {"application_id": "@application"}),
    "addresses": Recipe("li"),
    "save_address": Recipe(
        "li",
        {"address_id": "@address", "division_code": "510104", "receiver": "李四", "phone": "13812340000",
         "street": "人民路 1 号"},
    ),
    "set_default_address": Recipe("li", {"address_id": "@address"}),
    "reveal_address": Recipe("li", {"address_id": "@address", "reason": "核对收货人"}),
    "remove_address": Recipe("li", {"address_id": "@address"}),
    "divisions": Recipe("nobody", {"parent": "510000"}),
    "notices": Recipe("li"),
    "read_notices": Recipe("li", {"up_to": "=notice"}),
    # goods
    "find_offers": Recipe("nobody", {"q": "杯"}),
    "suggest": Recipe("nobody", {"q": "杯"}),
    "keep_photo": Recipe("nobody", {"photo": PHOTO}),
    "find_by_photo": Recipe("nobody", {"photo_id": "=photo"}),
    "hot_words": Recipe("nobody", {}),
    "related_words": Recipe("nobody", {"q": "杯"}),
    "suppliers_to_ask": Recipe("nobody", {"q": "杯"}),
    "categories": Recipe("nobody"),
    "find_categories": Recipe("nobody", {"words": "shirt"}),
    "category": Recipe("nobody", {"category_id": "aa-1-13-8"}),
    "offer_page": Recipe("nobody", {"offer_id": "=offer"}),
    "alike_offers": Recipe("nobody", {"offer_id": "=offer"}),
    "shop_page": Recipe("nobody", {"seller_id": "=seller_org"}),
    "shop_promotions": Recipe("nobody", {"seller_id": "=seller_org"}),
    "disruptions": Recipe("nobody"),
    "belts": Recipe("nobody"),
    "belt": Recipe("nobody", {"belt": "义乌小商品"}),
    "entrances": Recipe("nobody"),
    "shelf": Recipe("nobody", {"shelf_key": "dropship"}),
    # selling
    "my_shop": Recipe("chenguang"),
    "edit_shop": Recipe("chenguang", {"mix": {"amount_minor": 10_000}}),
    "my_stage_plans": Recipe("chenguang"),
    "edit_stage_plans": Recipe(
        "chenguang",
        {"plans": [{"plan_code": "3-7", "gate": 2, "condition": "sample_approved", "from_minor": 50_000}]},
    ),
    "my_promises": Recipe("chenguang"),
    "my_offers": Recipe("chenguang"),
    "explain_rank": Recipe("chenguang", {"offer_id": "@own_offer", "q": "cup"}),
    "offer_counts": Recipe("chenguang"),
    "offer_to_edit": Recipe("chenguang", {"offer_id": "@own_offer"}),
    "publish_offer": Recipe("chenguang", _SAMPLE_OFFER),
    "edit_prices": Recipe(
        "chenguang", {"offer_id": "@own_offer", "ladder": [{"from_quantity": 2, "price_e4": 120_000}]}
    ),
    "pause_offer": Recipe("chenguang", {"offer_id": "@own_offer"}),
    "resume_offer": Recipe("chenguang", {"offer_id": "@paused_offer"}),
    "receive_stock": Recipe("chenguang", _STOCK),
    "adjust_stock": Recipe("chenguang", _STOCK),
    "heat_stock": Recipe("chenguang", {"sku_id": "@own_sku"}),
    "stock_history": Recipe("chenguang", {"sku_id": "@own_sku"}),
    "my_freight": Recipe("chenguang"),
    "edit_freight": Recipe(
        "chenguang",
        {"code": "FAST", "name": {"zh": "快", "en": "Fast"},
         "terms": {"charge_by": "weight", "tariff": {"first_unit": 1000, "first_fee_minor": 900,
                                                     "next_unit": 1000, "next_fee_minor": 300}}},
    ),
    "drop_freight": Recipe("chenguang", {"code": "OLD"}, _old_freight),
    # trade
    "cart": Recipe("li"),
    "put_in_cart": Recipe("li", {"lines": _WANTED}),
    "change_cart": Recipe("li", {"lines": _WANTED}, _in_cart),
    "remove_from_cart": Recipe("li", {"lines": [{"sku_id": "=sku"}]}, _in_cart),
    "quote": Recipe("li", {"address_id": "@address", "lines": _WANTED}),
    "place_order": Recipe("li", {"address_id": "@address", "lines": _WANTED}, _quoted),
    "my_orders": Recipe("li"),
    "my_sales": Recipe("chenguang"),
    "order_counts": Recipe("li"),
    "export_orders": Recipe("li"),
    "order_page": Recipe("li", {"order_id": "@paid_order"}),
    "amend_price": Recipe(
        "chenguang", {"order_id": "@open_order", "reason": "老客户优惠", "goods_minor": 80_000}
    ),
    "accept_amendment": Recipe("li", {"order_id": "@dearer_order"}),
    "cancel_order": Recipe("li", {"order_id": "@open_order", "reason": "拍错了"}),
    "refund_unshipped": Recipe("li", {"order_id": "@paid_order", "reason": "不需要了"}),
    "answer_refund": Recipe(
        "chenguang", {"order_id": "@asked_order", "refund_id": "@refund", "agree": True}
    ),
    "declare_lack": Recipe("chenguang", {"order_id": "@paid_order", "reason": "仓库缺货"}),
    "take_back_refund": Recipe("li", {"order_id": "@asked_order", "refund_id": "@refund"}),
    "declare_stage": Recipe(
        "chenguang", {"order_id": "@acting_order", "stage_no": 1, "note": "样品已寄出，单号 SF1"}
    ),
    "confirm_stage": Recipe("li", {"order_id": "@declared_order", "stage_no": 1}),
    "reject_stage": Recipe("li", {"order_id": "@declared_order", "stage_no": 1, "reason": "颜色不对"}),
    "push_stage": Recipe("chenguang", {"order_id": "@pushing_order", "stage_no": 2}),
    "stop_order": Recipe("li", {"order_id": "@acting_order", "reason": "不做了", "kept_minor": 18_600}),
    "give_up_order": Recipe("chenguang", {"order_id": "@acting_order", "reason": "做不了"}),
    "leave_disrupted": Recipe("li", {"order_id": "@held_order"}),
    "ask_longer_promise": Recipe("chenguang", {"order_id": "@held_order", "days": 3, "reason": "原料晚到"}),
    "answer_longer_promise": Recipe(
        "li", {"order_id": "@longer_order", "request_id": "@longer", "agree": True}
    ),
    "file_exemption": Recipe(
        "chenguang",
        {"order_id": "@paid_order", "kind": "traffic", "from_at": FROM, "until_at": "2026-03-12T00:00:00Z",
         "reason": "道路塌方", "evidence_url": PROOF},
    ),
    "note_order": Recipe("li", {"order_id": "@paid_order", "text": "周五前要"}),
    "reorder": Recipe("li", {"order_id": "@done_order"}),
    "pay_orders": Recipe("li", {"order_ids": ["@open_order"]}),
    "my_payments": Recipe("li"),
    "payment": Recipe("li", {"payment_id": "@payment"}),
    "ways_to_pay": Recipe("li", {"amount_minor": 10_800}),
    "renew_bank_payment": Recipe("li", {"payment_id": "@bank_payment"}),
    # shipping
    "carriers": Recipe("nobody"),
    "ship": Recipe(
        "chenguang",
        {"order_id": "@paid_order", "parcels": [{"carrier_code": "SF", "waybill": "SF1234567890123"}]},
    ),
    "ship_many": Recipe(
        "chenguang",
        {"rows": [{"number": "@paid_number", "carrier_code": "SF", "waybill": "SF1234567890123"}]},
    ),
    "parcels_of": Recipe("li", {"order_id": "@sent_order"}),
    "confirm_receipt": Recipe("li", {"order_id": "@sent_order", "parcel_ids": ["@parcel"]}),
    "extend_receipt": Recipe("li", {"order_id": "@sent_order", "parcel_id": "@parcel"}),
    # after-sales
    "my_cases": Recipe("li"),
    "cases_of_order": Recipe("li", {"order_id": "@complained_order"}),
    "apply_case": Recipe(
        "li",
        {"order_id": "@sent_order", "kind": "exchange", "goods_status": "received", "reason_code": "quality",
         "lines": [{"line_no": 1, "quantity": 1}], "wanted": [{"line_no": 1, "sku_id": "@blue_sku", "quantity": 1}], "note": "有划痕"},
    ),
    "case_page": Recipe("li", {"case_id": "@case"}),
    "my_contracts": Recipe("li"),
    "contract_of_order": Recipe("li", {"order_id": "@paid_order"}),
    "ask_contract": Recipe("li", {"order_id": "@open_order"}),
    "contract_page": Recipe("li", {"contract_id": "@contract"}),
    "contract_text": Recipe("li", {"contract_id": "@contract", "version_no": 1}),
    "sign_contract": Recipe(
        "li", {"contract_id": "@contract", "version_no": 1, "sha256": "@contract_text"}, _second_step("li")
    ),
    "refuse_contract": Recipe("chenguang", {"contract_id": "@contract", "reason": "条款需要再谈"}),
    "withdraw_contract": Recipe("li", {"contract_id": "@contract", "reason": "条款需要再谈"}),
    "ask_package": Recipe("li", {"contract_id": "@contract"}),
    "revoke_certificate": Recipe("li", {"reason": "密钥可能外泄"}),
    "check_contract": Recipe("nobody", {"sha256": "0" * 64}),
    "contracts_on_file": Recipe("operator"),
    "contract_on_file": Recipe("operator", {"contract_id": "@contract"}),
    "text_on_file": Recipe("operator", {"contract_id": "@contract", "version_no": 1}),
    "modify_case": Recipe("li", {"case_id": "@case", "kind": "refund_only", "goods_minor": 100}),
    "cancel_case": Recipe("li", {"case_id": "@case"}),
    "answer_case": Recipe("chenguang", {"case_id": "@case", "agree": True}),
    "send_back": Recipe(
        "li", {"case_id": "@case_to_send", "carrier_code": "SF", "waybill": "SF1234567890555"}
    ),
    "receive_back": Recipe("chenguang", {"case_id": "@case_sent", "accept": True, "restock": True}),
    "send_replacement": Recipe(
        "chenguang", {"case_id": "@case_to_replace", "carrier_code": "SF", "waybill": "SF1234567890888"}
    ),
    "pay_difference": Recipe("li", {"case_id": "@case_to_pay", "method": "channel"}),
    "decline_difference": Recipe("li", {"case_id": "@case_to_pay"}),
    "receive_replacement": Recipe("li", {"case_id": "@case_on_its_way_again"}),
    "refund_instead": Recipe("chenguang", {"case_id": "@case_to_replace"}),
    "give_evidence": Recipe("li", {"case_id": "@case", "note": "补充说明"}),
    "escalate_case": Recipe("li", {"case_id": "@case_refused", "note": "请平台处理"}),
    "extend_evidence": Recipe("li", {"case_id": "@case_in_dispute"}),
    "appeal_ruling": Recipe("chenguang", {"case_id": "@case_ruled", "note": "有新的检验报告"}),
    "reveal_return_address": Recipe("li", {"case_id": "@case_to_send", "reason": "寄回货品"}),
    # conversations
    "conversations": Recipe("li"),
    "unread_conversations": Recipe("li"),
    "find_conversation": Recipe("li", {"org_id": "=seller_org"}),
    "conversation": Recipe("li", {"conversation_id": "@conversation"}),
    "write_message": Recipe("li", {"conversation_id": "@conversation", "text": "好的"}),
    "read_messages": Recipe("li", {"conversation_id": "@conversation", "up_to": 4}),
    "recall_message": Recipe("li", {"conversation_id": "@conversation", "message_no": 4}),
    "report_conversation": Recipe("li", {"conversation_id": "@conversation", "cause": "outside"}),
    "block_conversation": Recipe("li", {"conversation_id": "@conversation"}),
    "unblock_conversation": Recipe("li", {"conversation_id": "@conversation"}),
    "shop_service": Recipe("nobody", {"seller_id": "=seller_org"}),
    "response_of": Recipe("nobody", {"seller_id": "=seller_org"}),
    "my_response": Recipe("chenguang"),
    "my_service": Recipe("chenguang"),
    "my_service_orders": Recipe("chenguang", {"measure": "pickup_48"}),
    "my_service_appeals": Recipe("chenguang"),
    "appeal_mark": Recipe(
        "chenguang", {"order_id": "@paid_order", "measure": "pickup_48", "reason": "买家要求晚发"}
    ),
    "service_appeals": Recipe("operator"),
    "decide_service_appeal": Recipe(
        "operator",
        {"order_id": "@sent_order", "appeal_id": "@service_appeal", "accept": True, "reason": "聊天记录属实"},
    ),
    "answering": Recipe("chenguang"),
    "edit_answering": Recipe(
        "chenguang",
        {"greeting": "您好，已下班", "is_on": True, "replies": [{"title": "发货", "text": "48 小时内发货"}]},
    ),
    "my_messages": Recipe("li"),
    "write_to_shop": Recipe("li", {"seller_id": "=seller_org", "text": "在吗"}),
    "write_about_offer": Recipe("li", {"offer_id": "=offer", "text": "有货吗"}),
    "write_about_order": Recipe("li", {"order_id": "@paid_order", "text": "周五前能发吗"}),
    "write_about_case": Recipe("li", {"case_id": "@case", "text": "请看照片"}),
    # buy now, pay later
    "my_loans": Recipe("li"),
    "apply_for_limit": Recipe("li"),
    "loan_of_order": Recipe("li", {"order_id": "@lent_order"}),
    "agree_to_debit": Recipe("li", {"is_on": True}),
    "repay_loan": Recipe("li", {"order_id": "@lent_order", "amount_minor": 1_000}),
    "my_switches": Recipe("chenguang"),
    "switch_finance": Recipe("chenguang", {"fee_bp": 50, "what": "pay_later", "is_on": False}),
    "lender_desk": Recipe("operator"),
    "fast_arrival": Recipe("chenguang"),
    "apply_for_fast_arrival": Recipe("chenguang"),
    "switch_fast_arrival": Recipe("chenguang", {"fee_bp": 40, "is_on": False}),
    "fast_arrival_of_order": Recipe("chenguang", {"order_id": "@advanced_order"}),
    "funder_desk": Recipe("operator"),
    "end_funder_deed": Recipe("operator", {"deed_id": "@odd_deed", "again": False, "reason": "已电话核对"}),
    # freight insurance
    "shop_insurance": Recipe("chenguang"),
    "switch_insurance": Recipe("chenguang", {"premium_bp": 60, "is_on": False}),
    "insurance_of_order": Recipe("li", {"order_id": "@insured_order"}),
    "insurer_desk": Recipe("operator"),
    "insurance_policies": Recipe("operator"),
    "end_insurer_deed": Recipe(
        "operator", {"deed_id": "@odd_premium", "again": False, "reason": "已电话核对"}
    ),
    # platform logistics
    "my_logistics": Recipe("chenguang"),
    "switch_logistics": Recipe("chenguang", {"address_id": "@seller_address", "is_on": True}),
    "my_waybills": Recipe("chenguang"),
    "my_carriage": Recipe("chenguang"),
    "waybills_of": Recipe("chenguang", {"order_id": "@waybill_order"}),
    "ask_waybill": Recipe("chenguang", {"order_id": "@paid_order", "carrier_code": "SF"}),
    "cancel_waybill": Recipe("chenguang", {"order_id": "@waybill_order", "waybill_id": "@waybill"}),
    "send_waybill": Recipe("chenguang", {"order_id": "@waybill_order", "waybill_id": "@waybill"}),
    "waybill_label": Recipe("chenguang", {"order_id": "@waybill_order", "waybill_id": "@waybill"}),
    "carrier_contracts": Recipe("operator"),
    "make_carrier_contract": Recipe(
        "operator",
        {"reason": "续签", "carrier_code": "YTO", "account_no": "6222020200990011", "account_name": "圆通速递有限公司",
         "bank_name": "中国工商银行"},
    ),
    "carrier_contract": Recipe("operator", {"carrier_id": "@carrier"}),
    "publish_carrier_terms": Recipe(
        "operator", {"carrier_id": "@carrier", "is_on": True, "reason": "旺季价目", **terms()}
    ),
    "carrier_desk": Recipe("operator"),
    "decide_bill_line": Recipe("operator", {"reason": "核对过底单", "deed": "accept"}, differing_line),
    "pay_carrier": Recipe("operator", {"carrier_id": "@carrier", "reason": "月结"}, payable_and_code),
    "approve_carrier_payout": Recipe(
        "operator",
        {"carrier_id": "@other_carrier", "payout_id": "@carrier_payout", "reason": "已核对"},
        _second_step("operator"),
    ),
    "refuse_carrier_payout": Recipe(
        "operator", {"carrier_id": "@other_carrier", "payout_id": "@carrier_payout", "reason": "金额有疑问"}
    ),
    "end_lender_deed": Recipe(
        "operator",
        {
            "order_id": "@lenders_order", "deed_id": "@lenders_deed", "end": "accept", "taken_minor": 0, "reason": "已与资金方核对",
        },
    ),
    # credit
    "my_credit": Recipe("li"),
    "credit_given": Recipe("chenguang"),
    "my_open_credit": Recipe("chenguang"),
    "say_open_credit": Recipe("chenguang", {"term_days": 30, "yearly_from_minor": 1_000_000}),
    "grant_credit": Recipe(
        "chenguang",
        {"buyer_id": "=li_org", "limit_minor": 2_000_000, "term_kind": "monthly", "term_day": 25,
         "seller_size": "small"},
        _in_a_year,
    ),
    "credit_page": Recipe("li", {"agreement_id": "@agreement"}),
    "accept_credit": Recipe("li", {"agreement_id": "@agreement", "buyer_size": "micro"}, _offered),
    "decline_credit": Recipe("li", {"agreement_id": "@agreement"}, _offered),
    "suspend_credit": Recipe("chenguang", {"agreement_id": "@agreement", "reason": "对账中"}),
    "resume_credit": Recipe("chenguang", {"agreement_id": "@agreement"}, _suspended),
    "end_credit": Recipe("chenguang", {"agreement_id": "@agreement", "reason": "不再合作"}),
    "repay_credit": Recipe("li", {"agreement_id": "@agreement", "amount_minor": 10_000}),
    "dispute_bill": Recipe(
        "li", {"agreement_id": "@agreement", "bill_id": "@bill", "amount_minor": 500, "reason": "破损两件"}
    ),
    "answer_dispute": Recipe(
        "chenguang", {"agreement_id": "@agreement", "dispute_id": "@dispute", "agree": True}
    ),
    # invoices
    "my_titles": Recipe("li"),
    "save_title": Recipe("li", {"kind": "personal", "name": "李小明"}),
    "set_default_title": Recipe("li", {"title_id": "@title"}),
    "drop_title": Recipe("li", {"title_id": "@title"}),
    "drop_wish": Recipe("li", {"order_id": "@wished_order"}),
    "my_fee_invoices": Recipe("chenguang"),
    "fee_desk": Recipe("operator"),
    "set_fee_issuer": Recipe(
        "operator", {"name": "货栈网络技术有限公司", "taxpayer_id": "91330100MA2B0XYZ1A", "reason": "首次设置"}
    ),
    "retry_fee_invoice": Recipe(
        "operator", {"seller_id": "=seller_org", "document_id": "@failed_fee_invoice", "reason": "税务平台已恢复"}
    ),
    "order_invoices": Recipe("li", {"order_id": "@received_order"}),
    "invoiceable_with": Recipe("li", {"order_id": "@received_order"}),
    "my_invoices": Recipe("li"),
    "ask_invoice": Recipe("li", {"order_ids": ["@received_order"], "title_id": "@title", "kind": "special"}),
    "invoices_to_issue": Recipe("chenguang"),
    "invoice_record": Recipe("chenguang"),
    "invoice_page": Recipe("li", {"invoice_id": "@invoice"}),
    "invoice_file": Recipe("li", {"invoice_id": "@red_invoice", "red_id": "0", "format": "pdf"}),
    "withdraw_invoice": Recipe("li", {"invoice_id": "@invoice", "reason": "抬头写错"}),
    "issue_invoice": Recipe("chenguang", {"invoice_id": "@invoice"}),
    "refuse_invoice": Recipe("chenguang", {"invoice_id": "@invoice", "reason": "抬头不完整"}),
    "void_invoice": Recipe("chenguang", {"invoice_id": "@issued_invoice", "reason": "开错抬头"}),
    "confirm_red": Recipe("li", {"invoice_id": "@red_invoice", "red_id": "@red"}),
    "retry_red": Recipe("chenguang", {"invoice_id": "@failed_red_invoice", "red_id": "@failed_red"}),
    "my_rates": Recipe("chenguang"),
    "tax_reports": Recipe("operator"),
    "ask_report": Recipe("operator", {"year": 2025, "quarter": 4}),
    "save_rates": Recipe("chenguang", {"rate_bp": 300, "at_payment": True, "issues": ["ordinary"]}),
    # funds
    "give_goodwill": Recipe(
        "chenguang", {"order_id": "@paid_order", "amount_minor": 1, "reason": "补运费差价"}
    ),
    "goodwill_given": Recipe("chenguang", {"selling": True}),
    "funds": Recipe("chenguang"),
    "fund_lines": Recipe("chenguang"),
    "export_funds": Recipe("chenguang"),
    "deposit": Recipe("chenguang"),
    "pay_deposit": Recipe("chenguang", {"amount_minor": 50_000}),
    "list_deposits": Recipe("operator"),
    "penalise": Recipe("operator", {"org_id": "=seller_org", "amount_minor": 100, "reason": "虚假发货"}),
    "fill_pool": Recipe("operator", {"amount_minor": 100_000, "reason": "开业备付"}),
    "close_shop": Recipe("foreign_seller"),
    "open_shop": Recipe("foreign_seller"),
    "fund_months": Recipe("chenguang"),
    "my_exports": Recipe("chenguang"),
    "ask_export": Recipe("chenguang", {"number": "12", "from_on": "2026-03-01", "until_on": "2026-03-31", "format": "xlsx"}),
    "check_statement": Recipe("nobody", {"sha256": "0" * 64}),
    "bank_accounts": Recipe("chenguang"),
    "add_bank_account": Recipe(
        "chenguang", {"number": "6222021208007654321", "holder": "义乌市晨光小商品有限公司", "bank_name": "建设银行"}
    ),
    "my_withdrawals": Recipe("chenguang"),
    "approve_withdrawal": Recipe("chenguang", {"withdrawal_id": "@large_withdrawal"}, _second_step("chenguang")),
    "refuse_withdrawal": Recipe("chenguang", {"withdrawal_id": "@large_withdrawal", "reason": "金额不对"}),
    "take_back_withdrawal": Recipe("chenguang", {"withdrawal_id": "@large_withdrawal"}),
    "withdraw": Recipe("chenguang", {"account_id": "@account", "amount_minor": 100}),
    # market
    "supplier_applications": Recipe("operator"),
    "supplier_application": Recipe("operator", {"application_id": "@application"}),
    "parked_receipts": Recipe("operator"),
    "return_receipt": Recipe("operator", {"receipt_id": "@receipt", "reason": "付款人付错了"}),
    "settle_receipt": Recipe("operator", {"receipt_id": "@receipt", "reason": "已电汇退回，凭证 TT-20260301"}),
    "bank_receipts": Recipe("operator"),
    "assign_bank_receipt": Recipe(
        "operator", {"receipt_id": "@bank_receipt", "account_no": "@account_no", "reason": "已收到代付说明"}
    ),
    "return_bank_receipt": Recipe("operator", {"receipt_id": "@bank_receipt", "reason": "付款人付错了"}),
    "import_statement": Recipe("operator", {"content": STATEMENT}),
    "refused_bank_lines": Recipe("operator"),
    "failed_payouts": Recipe("operator"),
    "retry_payout": Recipe(
        "operator", {"receipt_id": "@paid_receipt", "payout_id": "@payout", "reason": "对方账户已恢复"}
    ),
    "cases_to_rule": Recipe("operator"),
    "case_on_file": Recipe("operator", {"case_id": "@case_in_dispute"}),
    "rule_case": Recipe(
        "operator",
        {"case_id": "@case_to_rule", "outcome": "part", "goods_minor": 500, "liability": "quality",
         "rules": ["B1.6"], "reason": "照片可见瑕疵"},
    ),
    "read_talk": Recipe("operator", {"case_id": "@case_in_dispute", "reason": "核对双方约定"}),
    "reported_conversations": Recipe("operator"),
    "report_on_file": Recipe("operator", {"report_id": "@report"}),
    "judge_report": Recipe("operator", {"report_id": "@report", "outcome": "upheld", "reason": "引导站外付款"}),
    "doubts": Recipe("operator"),
    "settle_doubt": Recipe(
        "operator", {"order_id": "@sent_order", "doubt_id": "@doubt", "reason": "已核实，物流延迟上传"}
    ),
    "reconcile": Recipe("operator", {"on": "2026-02-28"}),
    "closing": Recipe("operator"),
    "day_close": Recipe("operator", {"on": "2026-02-27"}),
    "believe_empty": Recipe("operator", {"reason": "渠道确认当日无交易", "on": "2026-02-27", "source": "trades"}),
    "differences": Recipe("operator"),
    "end_difference": Recipe(
        "operator", {"difference_id": "@difference", "end": "explain", "reason": "渠道已更正账单"}
    ),
    "review_supplier": Recipe("operator", {"application_id": "@application", "decision": "approve"}),
    "take_down_offer": Recipe("operator", {"offer_id": "=offer", "reason": "涉嫌侵权"}),
    "restore_offer": Recipe("operator", {"offer_id": "@judged_offer", "reason": "已补齐授权"}),
    "trial_balance": Recipe("operator"),
    "rules": Recipe("operator"),
    "compare_rankings": Recipe("operator", {"q": "cup", **_RANKING}),
    "ranking_trials": Recipe("operator"),
    "start_ranking_trial": Recipe("operator", {"name": "新权重", "people": 50, "reason": "试一试", **_RANKING}),
    "end_ranking_trial": Recipe("operator", {"reason": "看不出差别"}, _trial),
    "publish_rule": Recipe("operator", {"code": "pay_close.spot", "value": 30, "reason": "旺季缩短"}, _soon),
    "synonym_groups": Recipe("operator"),
    "synonym_group": Recipe("operator", {"group_id": "1"}),
    "try_synonyms": Recipe("operator", {"q": "水杯", "words": ["水杯", "保温杯"]}),
    "put_synonyms": Recipe("operator", {"reason": "买家叫法不同", "words": ["热水壶", "电水壶"]}),
    "remove_synonyms": Recipe("operator", {"group_id": "2", "reason": "含义不同"}),
    "chores": Recipe("operator"),
    "retry_job": Recipe("operator", {"job_id": "@job", "reason": "对方已恢复"}),
    "discard_job": Recipe("operator", {"job_id": "@job", "reason": "不再需要"}),
    "arranged_shelves": Recipe("operator"),
    "arranged_shelf": Recipe("operator", {"shelf_key": "dropship"}),
    "preview_shelf": Recipe("operator", {"rule": {"q": "杯"}}),
    "arrange_shelf": Recipe(
        "operator",
        {"shelf_key": "gifts", "version": 0, "place": "home", "position": 9, "title_zh": "礼品", "reason": "节前备货"},
    ),
    "suspensions": Recipe("operator"),
    "suspension": Recipe("operator", {"suspension_id": "@draft"}),
    "draft_disruption": Recipe("operator", _NOTICE),
    "preview_disruption": Recipe("operator", {"suspension_id": "@draft"}),
    "approve_disruption": Recipe("operator", {"suspension_id": "@draft", "reason": "已核对"}),
    "publish_disruption": Recipe("operator", {"suspension_id": "@approved", "reason": "已核对"}),
    "drop_disruption": Recipe("operator", {"suspension_id": "@draft", "reason": "公告已撤"}),
    "propose_disruption_end": Recipe(
        "operator", {"suspension_id": "@running", "until_at": OTHER_END, "reason": "路已通"}
    ),
    "judge_disruption_end": Recipe(
        "operator", {"suspension_id": "@ending", "until_at": OTHER_END, "agree": True, "reason": "已核对"}
    ),
    "exemption_filings": Recipe("operator"),
    "decide_filing": Recipe(
        "operator", {"order_id": "@filed_order", "filing_id": "@filing", "grant": True, "reason": "属实"}
    ),
    "audit_log": Recipe("operator"),
    "pulse": Recipe("operator"),
    "verify": Recipe("operator"),
} | {name: Recipe(*row) for name, row in {**PRICE_ROWS, **PICKING_ROWS, **REVIEW_ROWS, **SEARCH_ROWS, **SAME_ROWS, **CERTIFICATE_ROWS}.items()}  # fmt: skip
