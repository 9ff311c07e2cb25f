"""The chart of accounts: what each code holds, on which side, and whether its balance is kept and checked."""

from enum import StrEnum
from types import MappingProxyType

import msgspec


class Side(StrEnum):
    """The side on which an account grows."""

    debit = "debit"
    credit = "credit"


class AccountKind(msgspec.Struct, frozen=True):
    """One line of the chart.

    A checked account keeps a balance row that may never fall below what is held on it. An account that every
    order touches keeps none, so that it serialises nobody; its balance is a checkpoint plus the entries since.
    Its name stands in the words under `ledger.account.<code>`.
    """

    code: int
    side: Side
    is_checked: bool = False


CHANNEL_CLEARING = 101
CUSTODY_BANK = 102
FUNDER_CLEARING = 103
SELLER_DEBT = 105
WALLET = 201
ESCROW = 202
PAYABLE_PENDING = 203
PAYABLE_AVAILABLE = 204
DEPOSIT = 205
REFUND_PAYABLE = 206
WITHDRAWAL = 207
CARRIER_PAYABLE = 208
INSURANCE_POOL = 209
VAT = 210
UNMATCHED = 213
RECONCILIATION = 214
DISTRIBUTOR_PAYABLE = 215
COMMISSION = 301
SERVICE_FEE = 302
PENALTY = 305
COUPON_SUBSIDY = 401
CHANNEL_FEES = 402
BAD_DEBT = 404
BUDGET_FREE = 911
BUDGET_GRANTED = 912
MARKET_COMPENSATION = 403
CREDIT_FREE = 901
CREDIT_GRANTED = 902
CREDIT_OWED = 903
LOAN_HELD = 921
LOAN_GRANTED = 922
LOAN_OWED = 923
MEMO_FROM = 900
"""From here on the book only remembers who trusts whom with how much; no event mixes it with money."""

_DEBIT = (101, 102, 103, 104, 105, 401, 402, 403, 404, 902)
_CREDIT = (201, 202, 203, 204, 205, 206, 207, 208, 209, 210, 211, 212, 213, 214, 215, 301, 302, 303, 304, 305,
           901, 903)  # fmt: skip
_CHECKED = frozenset({105, 201, 202, 203, 204, 205, 206, 207, 209, 211, 213, 901, 903})

_BUDGETS = (AccountKind(BUDGET_FREE, Side.credit, is_checked=True), AccountKind(BUDGET_GRANTED, Side.debit))
"""What the market allows itself to spend: the book only remembers it, and no event mixes it with money."""

_LOANS = (
    AccountKind(LOAN_HELD, Side.credit, is_checked=True),
    AccountKind(LOAN_GRANTED, Side.debit),
    AccountKind(LOAN_OWED, Side.credit, is_checked=True),
)
"""What a lender has promised for orders and their buyers owe it: none of it is the market's money."""

CHART = MappingProxyType(
    {code: AccountKind(code, Side.debit, code in _CHECKED) for code in _DEBIT}
    | {code: AccountKind(code, Side.credit, code in _CHECKED) for code in _CREDIT}
    | {kind.code: kind for kind in (*_BUDGETS, *_LOANS)}
)


class Account(msgspec.Struct, frozen=True, order=True):
    """One account: its code in the chart and whose it is (an order, an organisation, a channel …)."""

    code: int
    owner_id: int = 0

    def __hash__(self) -> int:
        return hash((self.code, self.owner_id))

    @property
    def kind(self) -> AccountKind:
        """Its line in the chart."""
        return CHART[self.code]


def channel_clearing(channel_id: int) -> Account:
    """What a payment channel has collected for us and not yet paid out (101)."""
    return Account(CHANNEL_CLEARING, channel_id)


def custody_bank(bank_id: int) -> Account:
    """The money of our customers at the custody bank (102)."""
    return Account(CUSTODY_BANK, bank_id)


def funder_clearing(funder_id: int) -> Account:
    """What a lender or funder owes the market for what it finances (103); on the other side, what the market owes it."""
    return Account(FUNDER_CLEARING, funder_id)


def loan_held(order_id: int) -> Account:
    """What a lender has authorised for an order and is neither captured nor given free (921)."""
    return Account(LOAN_HELD, order_id)


def loan_owed(order_id: int) -> Account:
    """What a buyer owes a lender for the received goods of an order (923)."""
    return Account(LOAN_OWED, order_id)


def wallet(org_id: int) -> Account:
    """A buyer's money with the market (201)."""
    return Account(WALLET, org_id)


def escrow(order_id: int) -> Account:
    """What is paid for an order and belongs to nobody yet (202)."""
    return Account(ESCROW, order_id)


def payable_pending(org_id: int) -> Account:
    """A seller's money that is earned and not yet free (203)."""
    return Account(PAYABLE_PENDING, org_id)


def payable_available(org_id: int) -> Account:
    """A seller's money that may be withdrawn (204)."""
    return Account(PAYABLE_AVAILABLE, org_id)


def seller_debt(org_id: int) -> Account:
    """What a seller owes the market, because neither its money nor its deposit covered it (105)."""
    return Account(SELLER_DEBT, org_id)


def deposit(org_id: int) -> Account:
    """A seller's deposit 保证金 (205)."""
    return Account(DEPOSIT, org_id)


def carrier_payable(carrier_id: int) -> Account:
    """What the market owes a carrier for the freight of its waybills (208)."""
    return Account(CARRIER_PAYABLE, carrier_id)


def insurance_pool(product_id: int) -> Account:
    """What is set aside to pay claims that a badge promises (209)."""
    return Account(INSURANCE_POOL, product_id)


def refund_payable(refund_id: int) -> Account:
    """A refund on its way to the payer (206)."""
    return Account(REFUND_PAYABLE, refund_id)


def withdrawal(withdrawal_id: int) -> Account:
    """A withdrawal on its way through the bank (207)."""
    return Account(WITHDRAWAL, withdrawal_id)


def unmatched(receipt_id: int) -> Account:
    """Money that came and fits nothing we asked for (213)."""
    return Account(UNMATCHED, receipt_id)


def vat() -> Account:
    """Tax we owe on our own fees (210)."""
    return Account(VAT)


def commission() -> Account:
    """What the market earns, without tax (301)."""
    return Account(COMMISSION)


def channel_fees() -> Account:
    """What the channels charge us (402)."""
    return Account(CHANNEL_FEES)


def credit_free(agreement_id: int) -> Account:
    """What a buyer may still order of a seller on credit; pending orders are held on it (901)."""
    return Account(CREDIT_FREE, agreement_id)


def credit_owed(agreement_id: int) -> Account:
    """What a buyer owes a seller for goods received on credit (903)."""
    return Account(CREDIT_OWED, agreement_id)


def budget_free(promotion_id: int) -> Account:
    """What is left of a promotion's budget (911); orders that await payment hold their part of it."""
    return Account(BUDGET_FREE, promotion_id)


def budget_granted(promotion_id: int) -> Account:
    """What the market has allowed a promotion to spend and it has not spent (912)."""
    return Account(BUDGET_GRANTED, promotion_id)


def coupon_subsidy(promotion_id: int) -> Account:
    """What the market has added to orders by the coupons of a promotion (401)."""
    return Account(COUPON_SUBSIDY, promotion_id)
