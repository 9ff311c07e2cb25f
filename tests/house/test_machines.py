"""Every state machine, told a second time: what its table allows, and that it allows nothing else.

An order's and a stage's are told beside their own tests. Who changes a table says here what it means for the trade.
"""

import importlib
import re
from pathlib import Path

import pytest

import huozhan
from huozhan.kernel.moves import Moves, NoSuchMove

TOLD = {
    "interest.watch.MOVES": """
        edit: open over banned -> open
        end: open -> over
        ban: open -> banned
    """,
    "aftersales.case.MOVES": """
        modify: wait_seller wait_buyer_modify -> wait_seller
        cancel: wait_seller wait_buyer_modify wait_buyer_send platform -> closed
        agree_refund: wait_seller -> refunding
        agree_return: wait_seller -> wait_buyer_send
        agree_resend: wait_seller -> wait_seller_send
        refuse: wait_seller -> wait_buyer_modify
        lapse: wait_buyer_modify wait_buyer_send -> closed
        send_back: wait_buyer_send -> wait_seller_receive
        accept: wait_seller_receive -> refunding
        accept_exchange: wait_seller_receive -> wait_seller_send
        accept_dearer: wait_seller_receive -> wait_buyer_pay
        pay_difference: wait_buyer_pay -> wait_seller_send
        unpaid: wait_buyer_pay -> refunding
        reject: wait_seller_receive -> wait_buyer_modify
        send_again: wait_seller_send -> wait_buyer_receive
        refund_instead: wait_buyer_pay wait_seller_send -> refunding
        receive_again: wait_buyer_receive -> replaced
        receive_cheaper: wait_buyer_receive platform -> refunding
        escalate: wait_seller wait_buyer_modify wait_seller_receive wait_seller_send wait_buyer_receive -> platform
        extend: platform -> platform
        rule: platform -> ruled
        appeal: ruled -> platform
        carry_out_refund: ruled -> refunding
        carry_out_return: ruled -> wait_buyer_send
        carry_out_nothing: ruled -> closed
        refunded: refunding -> success
        """,
    "insurance.policy.MOVES": """
        bind: asked -> bound
        refuse: asked -> refused
        end: asked bound -> ended
        claim: bound -> bound
        """,
    "insurance.policy.CLAIM_MOVES": """
        ask: filed -> asked
        drop: filed -> dropped
        pay: asked refused -> paid
        refuse: asked -> refused
        ask_again: refused -> asked
        """,
    "insurance.policy.DEED_MOVES": """
        do: asked -> done
        refuse: asked -> refused
        differ: asked -> odd
        ask_again: odd -> asked
        end: odd refused -> ended
        """,
    "carriage.bill.MOVES": """
        agree: open -> agreed
        accept: open disputed -> agreed
        concede: open disputed -> agreed
        dispute: open -> disputed
        void: open disputed -> void
        """,
    "carriage.charge.MOVES": """
        cancel: expected -> void
        weigh: expected -> due
        take: due -> taken
        accept: expected void -> taken
        """,
    "contracts.contract.MOVES": """
        write: drafting -> signing
        sign: signing -> signing
        complete: signing -> sealing
        seal: sealing -> in_force
        refuse: signing -> refused
        expire: signing -> expired
        withdraw: drafting signing -> withdrawn
        supersede: drafting signing in_force -> superseded
        """,
    "contracts.evidence.MOVES": """
        write: waiting -> done
        fail: waiting -> failed
        """,
    "contracts.signature.MOVES": """
        prepare: intended -> prepared
        sign: prepared -> signed
        fail: intended prepared -> failed
        """,
    "credit.agreement.MOVES": """
        accept: offered declined active terminated -> active
        accept: suspended -> suspended
        decline: offered -> declined
        suspend: active -> suspended
        resume: suspended -> active
        freeze: active -> frozen
        clear: frozen -> active
        terminate: active suspended frozen -> terminated
        """,
    "credit.bill.MOVES": """
        state: billable -> stated
        lessen: billable -> billable
        lessen: stated -> stated
        settle: billable stated -> settled
        """,
    "disruption.suspension.MOVES": """
        edit: draft -> draft
        approve: draft -> approved
        publish: approved -> published
        propose: published -> published
        move_end: published -> published
        keep_end: published -> published
        drop: draft approved -> dropped
        """,
    "finance.advance.MOVES": """
        give: asked -> open
        refuse: asked -> refused
        withdraw: asked -> withdrawn
        repay_part: open -> open
        bear_part: open -> open
        repay: open -> repaid
        bear: open -> borne
        """,
    "finance.advance.DEED_MOVES": """
        do: asked -> done
        refuse: asked -> refused
        differ: asked -> odd
        ask_again: odd -> asked
        end: odd -> ended
        """,
    "finance.loan.MOVES": """
        void_all: authorised -> voided
        capture: authorised active part due overdue repaid written_off claimed -> active
        pay_part: active part due -> part
        fall_due: active part due overdue written_off claimed -> due
        lapse: active part due overdue written_off claimed -> overdue
        write_off: active part due overdue written_off claimed -> written_off
        claim: active part due overdue written_off claimed -> claimed
        put_off: due overdue written_off claimed -> active
        put_off_rest: overdue written_off claimed -> part
        settle: active part due overdue repaid written_off claimed -> repaid
        """,
    "finance.loan.DEED_MOVES": """
        do: asked -> done
        differ: asked -> odd
        ask_again: odd -> asked
        accept: odd -> done
        write_off: odd -> done
        """,
    "invoicing.fee.MOVES": """
        issued: issuing -> issued
        fail: issuing -> failed
        again: failed -> issuing
        """,
    "invoicing.wish.MOVES": """
        ask: open -> asked
        drop: open -> dropped
        """,
    "invoicing.invoice.MOVES": """
        issue: init failed verify_failed -> issuing
        issued: issuing -> issued
        fail: issuing -> failed
        enter: init failed verify_failed -> verifying
        verified: verifying -> issued
        fail: verifying -> verify_failed
        refuse: init failed verify_failed -> closed
        withdraw: init failed verify_failed -> closed
        lapse: init failed verify_failed -> closed
        lessen: init -> init
        lessen: failed -> failed
        lessen: verify_failed -> verify_failed
        void: issued -> invaliding
        voided: invaliding -> deprecated
        fail: invaliding -> issued
        red: issued red_part_issued -> red_issuing
        red_part: red_issuing -> red_part_issued
        red_all: red_issuing -> red_all_issued
        red_fail: red_issuing -> issued
        red_fail_again: red_issuing -> red_part_issued
        """,
    "invoicing.invoice.RED_MOVES": """
        confirm: confirming -> issuing
        issued: issuing -> issued
        fail: issuing -> failed
        again: failed -> issuing
        """,
    "invoicing.reporting.REPORT_MOVES": "make: waiting -> done",
    "ledger.holding.MOVES": """
        post: pending -> posted
        void: pending -> voided
        expire: pending -> expired
        """,
    "logistics.waybill.MOVES": """
        give: asked -> given
        refuse: asked -> refused
        cancel: given -> cancelling
        end: given cancelling -> cancelled
        pick_up: given cancelling -> picked_up
        """,
    "ordering.exemption.LONGER_MOVES": """
        agree: asked -> agreed
        refuse: asked -> refused
        """,
    "ordering.exemption.FILING_MOVES": """
        grant: filed -> granted
        reject: filed -> rejected
        """,
    "reviews.review.MOVES": """
        write: invited -> shown
        lapse: invited -> lapsed
        give_back: invited -> lapsed
        follow_up: shown -> shown
        reply: shown -> shown
        hide: shown -> hidden
        restore: hidden -> shown
        """,
    "scenes.appeal.MOVES": """
        accept: filed -> accepted
        refuse: filed -> refused
        """,
    "search.same.report.MOVES": """
        accept: filed -> accepted
        refuse: filed -> refused
    """,
    "ordering.refund.MOVES": """
        agree: asked -> agreed
        refuse: asked -> refused
        take_back: asked -> taken_back
        """,
    "parties.supplying.MOVES": """
        approve: waiting -> approved
        reject: waiting -> rejected
        withdraw: waiting -> withdrawn
        """,
    "payments.bank_money.MOVES": """
        wait: new -> waiting
        match: waiting -> matched
        park: new -> parked
        assign: parked -> new
        send_back: parked waiting -> returning
        sent: returning -> returned
        refused: returning -> parked
        """,
    "payments.bank_money.PAYOUT_MOVES": """
        sent: asked -> done
        refused: asked -> failed
        retry: failed -> retried
        """,
    "payments.carrier_paying.MOVES": """
        approve: waiting -> asked
        refuse: waiting -> refused
        pay: asked -> done
        fail: asked -> failed
        """,
    "payments.deposit.MOVES": """
        fall_low: enough restricted -> low
        fall_below: enough low -> restricted
        fill: low restricted -> enough
        """,
    "payments.differing.MOVES": """
        explain: open -> explained
        accept: open -> accepted
        write_off: open -> written_off
        """,
    "payments.exporting.MOVES": """
        write: waiting -> done
        fail: waiting -> failed
        """,
    "payments.payment.MOVES": """
        open: opening -> open
        ask_to_close: opening open -> closing
        close: opening open closing -> closed
        pay: opening open closing closed -> paid
        mismatch: opening open closing closed -> mismatched
        """,
    "payments.withdrawal.MOVES": """
        approve: waiting -> asked
        refuse: waiting -> refused
        take_back: waiting -> taken_back
        expire: waiting -> expired
        pay: asked -> done
        fail: asked -> failed
        """,
    "pricebook.book.MOVES": """
        set: offered -> in_force
        accept: offered -> in_force
        decline: offered -> declined
        replace: offered in_force -> replaced
        end: in_force -> ended
        """,
    "promotion.promotion.MOVES": "stop: open -> stopped",
    "promotion.promotion.USE_MOVES": """
        pay: placed -> paid
        close: placed -> closed
        drop: placed -> dropped
        reopen: closed -> paid
        """,
}
ELSEWHERE = {"ordering.order.MOVES", "staging.stage.MOVES"}


def tables() -> set[str]:
    """Every table of moves there is."""
    source = Path(huozhan.__file__).parent
    return {
        ".".join((*file.relative_to(source).with_suffix("").parts, name))
        for file in source.rglob("*.py")
        for name in re.findall(r"^(\w+) = Moves\(", file.read_text(), re.MULTILINE)
    }


def test_every_machine_is_told() -> None:
    assert tables() == set(TOLD) | ELSEWHERE


@pytest.mark.parametrize("name", TOLD)
def test_a_machine_allows_what_is_told_and_nothing_else(name: str) -> None:
    module, _, table = name.rpartition(".")
    moves: Moves = getattr(importlib.import_module(f"huozhan.{module}"), table)
    told: dict[tuple[str, str], str] = {}
    for line in TOLD[name].strip().splitlines():
        event, _, way = line.strip().partition(": ")
        starts, _, to = way.partition(" -> ")
        told |= {(start, event): to for start in starts.split()}

    states, events = type(moves.first), {event for _, event in moves.table} | {event for _, event in told}
    for state in states:
        for event in events:
            to = told.get((state, event))
            assert moves.allows(state, event) is (to is not None), (state, event)
            if to is not None:
                assert moves.after(state, event) == to
                continue
            with pytest.raises(NoSuchMove) as refused:
                moves.after(state, event)
            assert refused.value.facts["state"] == state
