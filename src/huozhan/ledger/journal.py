"""The journal's events as one table: which accounts each event may move money between."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from huozhan.ledger.account import (
    BAD_DEBT,
    BUDGET_FREE,
    BUDGET_GRANTED,
    CARRIER_PAYABLE,
    CHANNEL_CLEARING,
    CHANNEL_FEES,
    COMMISSION,
    COUPON_SUBSIDY,
    CREDIT_FREE,
    CREDIT_GRANTED,
    CREDIT_OWED,
    CUSTODY_BANK,
    DEPOSIT,
    DISTRIBUTOR_PAYABLE,
    ESCROW,
    FUNDER_CLEARING,
    INSURANCE_POOL,
    LOAN_GRANTED,
    LOAN_HELD,
    LOAN_OWED,
    MARKET_COMPENSATION,
    PAYABLE_AVAILABLE,
    PAYABLE_PENDING,
    PENALTY,
    RECONCILIATION,
    REFUND_PAYABLE,
    SELLER_DEBT,
    SERVICE_FEE,
    UNMATCHED,
    VAT,
    WALLET,
    WITHDRAWAL,
    Account,
)
from huozhan.ledger.entry import Entry, Posting


class Line(msgspec.Struct, frozen=True):
    """One posting that an event may have: the part of the amount it moves, from where to where."""

    part: str
    debit: int
    credit: int


JOURNAL: Mapping[str, tuple[Line, ...]] = MappingProxyType(
    {
        # An online payment is settled.
        "E1": (Line("paid", CHANNEL_CLEARING, ESCROW), Line("coupon", COUPON_SUBSIDY, ESCROW)),
        # The channel pays out to the custody bank and keeps its fee.
        "E2": (Line("net", CUSTODY_BANK, CHANNEL_CLEARING), Line("fee", CHANNEL_FEES, CHANNEL_CLEARING)),
        # The channel's refunds of a day are more than its payments: the bank pays the channel.
        "E2r": (Line("net", CHANNEL_CLEARING, CUSTODY_BANK), Line("fee", CHANNEL_FEES, CHANNEL_CLEARING)),
        # A buyer pays from the wallet.
        "E3": (Line("paid", WALLET, ESCROW),),
        # Goods are received: the seller's part, our commission and the tax inside it.
        "E4": (
            Line("seller", ESCROW, PAYABLE_PENDING),
            Line("commission", ESCROW, COMMISSION),
            Line("vat", ESCROW, VAT),
            Line("freight", ESCROW, CARRIER_PAYABLE),
            Line("distributor", ESCROW, DISTRIBUTOR_PAYABLE),
            Line("service", ESCROW, SERVICE_FEE),
            Line("service_vat", ESCROW, VAT),
        ),
        # Freight of a waybill that the market gave, where no release pays it: by the order of payers. What was charged too
        # much goes back; what a carrier charges more and nobody is to blame for the market bears; the carrier is paid.
        "E4f": (
            Line("available", PAYABLE_AVAILABLE, CARRIER_PAYABLE),
            Line("deposit", DEPOSIT, CARRIER_PAYABLE),
            Line("debt", SELLER_DEBT, CARRIER_PAYABLE),
        ),
        "E4b": (Line("available", CARRIER_PAYABLE, PAYABLE_AVAILABLE),),
        "E4m": (Line("market", MARKET_COMPENSATION, CARRIER_PAYABLE),),
        "E4p": (Line("bank", CARRIER_PAYABLE, CUSTODY_BANK),),
        # The seller's money becomes free.
        "E5": (Line("seller", PAYABLE_PENDING, PAYABLE_AVAILABLE),),
        # What a seller owes is netted first, before money that became free can be withdrawn.
        "E5n": (Line("debt", PAYABLE_AVAILABLE, SELLER_DEBT),),
        # A withdrawal: asked for, done by the bank, refused by the bank.
        "E6a": (Line("available", PAYABLE_AVAILABLE, WITHDRAWAL), Line("wallet", WALLET, WITHDRAWAL)),
        "E6b": (Line("amount", WITHDRAWAL, CUSTODY_BANK),),
        "E6c": (Line("available", WITHDRAWAL, PAYABLE_AVAILABLE), Line("wallet", WITHDRAWAL, WALLET)),
        # A refund before release, and its end at the channel or in the buyer's wallet.
        "E7a": (Line("buyer", ESCROW, REFUND_PAYABLE), Line("coupon", ESCROW, COUPON_SUBSIDY)),
        "E7b": (
            Line("channel", REFUND_PAYABLE, CHANNEL_CLEARING),
            Line("wallet", REFUND_PAYABLE, WALLET),
            Line("bank", REFUND_PAYABLE, CUSTODY_BANK),
            Line("funder", REFUND_PAYABLE, FUNDER_CLEARING),
            Line("lost", REFUND_PAYABLE, BAD_DEBT),
        ),
        # A refund of what the seller was paid already: by the order of payers, to the buyer and to the market whose
        # coupon paid a part; our commission comes back.
        "E8": (
            Line("available", PAYABLE_AVAILABLE, REFUND_PAYABLE),
            Line("deposit", DEPOSIT, REFUND_PAYABLE),
            Line("debt", SELLER_DEBT, REFUND_PAYABLE),
            Line("coupon_available", PAYABLE_AVAILABLE, COUPON_SUBSIDY),
            Line("coupon_deposit", DEPOSIT, COUPON_SUBSIDY),
            Line("coupon_debt", SELLER_DEBT, COUPON_SUBSIDY),
            Line("commission", COMMISSION, PAYABLE_AVAILABLE),
            Line("vat", VAT, PAYABLE_AVAILABLE),
        ),
        # The same where several payments or none brought the money: it is in the buyer's wallet.
        "E8w": (
            Line("available", PAYABLE_AVAILABLE, WALLET),
            Line("deposit", DEPOSIT, WALLET),
            Line("debt", SELLER_DEBT, WALLET),
            Line("commission", COMMISSION, PAYABLE_AVAILABLE),
            Line("vat", VAT, PAYABLE_AVAILABLE),
        ),
        # Compensation for a broken promise, by the order of payers, into the buyer's wallet.
        "E9": (
            Line("available", PAYABLE_AVAILABLE, WALLET),
            Line("deposit", DEPOSIT, WALLET),
            Line("pool", INSURANCE_POOL, WALLET),
            Line("debt", SELLER_DEBT, WALLET),
        ),
        # Compensation that was not owed after all goes back to whom it was taken from.
        "E9r": (
            Line("available", WALLET, PAYABLE_AVAILABLE),
            Line("deposit", WALLET, DEPOSIT),
            Line("pool", WALLET, INSURANCE_POOL),
        ),
        # Goodwill: what a seller gives of its own accord, into the buyer's wallet.
        "E9g": (Line("goodwill", PAYABLE_AVAILABLE, WALLET),),
        # A deposit: paid in, what is owed first; out again; a penalty taken from it.
        "E10a": (Line("debt", CHANNEL_CLEARING, SELLER_DEBT), Line("deposit", CHANNEL_CLEARING, DEPOSIT)),
        "E10b": (Line("deposit", DEPOSIT, PAYABLE_AVAILABLE),),
        "E10c": (Line("penalty", DEPOSIT, PENALTY),),
        # The market sets its own money aside for what badges promise.
        "E16m": (Line("market", MARKET_COMPENSATION, INSURANCE_POOL),),
        # Freight insurance: a premium out of what the buyer paid or the goods bring, or by the order of payers where no release
        # brings it; it is the insurer's once the policy stands, and goes back where nothing was sent. What the insurer pays for
        # goods sent back is the buyer's; what it never pays the market bears.
        "E16": (
            Line("escrow", ESCROW, INSURANCE_POOL),
            Line("available", PAYABLE_AVAILABLE, INSURANCE_POOL),
            Line("deposit", DEPOSIT, INSURANCE_POOL),
            Line("debt", SELLER_DEBT, INSURANCE_POOL),
        ),
        "E16s": (Line("premium", INSURANCE_POOL, FUNDER_CLEARING),),
        "E16r": (Line("insurer", FUNDER_CLEARING, INSURANCE_POOL), Line("premium", INSURANCE_POOL, ESCROW)),
        "E16c": (Line("insurer", FUNDER_CLEARING, INSURANCE_POOL), Line("claim", INSURANCE_POOL, WALLET)),
        "E16w": (Line("lost", BAD_DEBT, FUNDER_CLEARING),),
        # The first stage of an order paid in stages: kept in an account of its own; it is released as E4.
        "E11a": (Line("paid", CHANNEL_CLEARING, ESCROW),),
        # A later stage is paid straight to the seller, less our commission and the tax inside it.
        "E11b": (
            Line("seller", CHANNEL_CLEARING, PAYABLE_AVAILABLE),
            Line("commission", CHANNEL_CLEARING, COMMISSION),
            Line("vat", CHANNEL_CLEARING, VAT),
        ),
        # A party's file has more, or less, than our rows explain; what is missing for good is written off.
        "E18l": (
            Line("amount", CHANNEL_CLEARING, RECONCILIATION),
            Line("bank", CUSTODY_BANK, RECONCILIATION),
        ),
        "E18s": (
            Line("amount", RECONCILIATION, CHANNEL_CLEARING),
            Line("bank", RECONCILIATION, CUSTODY_BANK),
        ),
        "E18w": (Line("amount", BAD_DEBT, RECONCILIATION),),
        # Credit terms. Memo: a limit is granted or taken back, goods are received, what is owed is paid or forgiven;
        # an order in between is a hold. Money: the buyer's payment to the seller, interest for being late, and what
        # was paid beyond what is owed.
        "E12g": (Line("more", CREDIT_GRANTED, CREDIT_FREE), Line("less", CREDIT_FREE, CREDIT_GRANTED)),
        "E12a": (Line("amount", CREDIT_FREE, CREDIT_OWED),),
        "E12b": (Line("amount", CREDIT_OWED, CREDIT_FREE),),
        "E12": (
            Line("seller", CHANNEL_CLEARING, PAYABLE_AVAILABLE),
            Line("interest", CHANNEL_CLEARING, PAYABLE_AVAILABLE),
            Line("commission", CHANNEL_CLEARING, COMMISSION),
            Line("vat", CHANNEL_CLEARING, VAT),
            Line("excess", CHANNEL_CLEARING, WALLET),
        ),
        # Buy now, pay later. Memo: a lender authorises an order, frees what of it will not be needed, lends what was
        # received; the debt grows less by refunds and by repayment. Money: goods are received, and the lender owes
        # their price; the lender pays, or takes what it is owed; a buyer repays through the market, and what is more
        # than the debt is the buyer's.
        "E13a": (Line("amount", LOAN_GRANTED, LOAN_HELD),),
        "E13v": (Line("amount", LOAN_HELD, LOAN_GRANTED),),
        "E13d": (Line("amount", LOAN_HELD, LOAN_OWED),),
        "E13x": (Line("amount", LOAN_OWED, LOAN_GRANTED),),
        "E13": (Line("captured", FUNDER_CLEARING, ESCROW),),
        "E13c": (Line("in", CUSTODY_BANK, FUNDER_CLEARING), Line("out", FUNDER_CLEARING, CUSTODY_BANK)),
        "E13r": (
            Line("funder", CHANNEL_CLEARING, FUNDER_CLEARING),
            Line("wallet", WALLET, FUNDER_CLEARING),
        ),
        "E13e": (Line("excess", FUNDER_CLEARING, WALLET),),
        # Fast arrival: a funder pays the seller when a parcel is picked up, less its fee; what the goods bring is the
        # funder's first. What a refund took stays the funder's loss and is no entry: its money never was in the book twice.
        "E22a": (Line("seller", FUNDER_CLEARING, PAYABLE_AVAILABLE),),
        "E22r": (Line("funder", PAYABLE_PENDING, FUNDER_CLEARING),),
        # What of a repayment the funder did not take is the seller's, out of whose money it came.
        "E22e": (Line("excess", FUNDER_CLEARING, PAYABLE_AVAILABLE),),
        # A lender does not pay what it had promised: the market's loss, less what a refund of it gave the buyer.
        "E13w": (Line("lost", BAD_DEBT, FUNDER_CLEARING), Line("wallet", WALLET, FUNDER_CLEARING)),
        # Money came: at the channel it fits nothing we asked for, at the bank it is yet to be matched.
        "E14a": (Line("amount", CHANNEL_CLEARING, UNMATCHED), Line("bank", CUSTODY_BANK, UNMATCHED)),
        # Money at the bank is matched with what it pays; what is too much is the buyer's.
        "E14b": (Line("paid", UNMATCHED, ESCROW), Line("excess", UNMATCHED, WALLET)),
        # It goes back to whoever paid it.
        "E14c": (Line("amount", UNMATCHED, REFUND_PAYABLE), Line("bank", UNMATCHED, CUSTODY_BANK)),
        # The channel would not take it back: it waits again.
        "E14d": (Line("amount", REFUND_PAYABLE, UNMATCHED),),
        # A budget of the market: granted, spent on an order, given back by a refund of it.
        "M4a": (Line("amount", BUDGET_GRANTED, BUDGET_FREE),),
        "M4b": (Line("amount", BUDGET_FREE, BUDGET_GRANTED),),
        "M4c": (Line("amount", BUDGET_GRANTED, BUDGET_FREE),),
    }
)


def write_entry(
    code: str,
    *,
    business_key: str,
    about_id: int,
    owners: Mapping[int, int],
    amounts: Mapping[str, int],
    memo: Mapping[str, str | int] | None = None,
) -> Entry:
    """Writes an event by the journal's table: `amounts` by part, `owners` by account code; nothings are left out."""
    lines = JOURNAL[code]
    assert set(amounts) <= {line.part for line in lines}, f"{code} has no such part"
    return Entry(
        code=code,
        business_key=business_key,
        about_id=about_id,
        postings=tuple(
            Posting(
                Account(line.debit, owners.get(line.debit, 0)),
                Account(line.credit, owners.get(line.credit, 0)),
                amount,
            )
            for line in lines
            if (amount := amounts.get(line.part, 0))
        ),
        memo=memo or {},
    )
