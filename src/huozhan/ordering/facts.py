"""What happens to an order, told to others after commit."""

from huozhan.kernel.facts import Fact


class OrderFact(Fact, frozen=True, kw_only=True):
    """Every fact about an order says which one and between whom."""

    order_id: int
    number: str
    buyer_id: int
    seller_id: int

    @property
    def about_id(self) -> int:
        return self.order_id


class OrderPlaced(OrderFact, frozen=True, kw_only=True):
    """A buyer placed an order; it awaits payment."""

    name = "ordering.order_placed"
    amount_minor: int


class InvoiceWished(OrderFact, frozen=True, kw_only=True):
    """A buyer who placed an order wants an invoice of it, made out to a title of theirs; invoicing judges both."""

    name = "ordering.invoice_wished"
    title_id: int
    kind: str


class OrderAmended(OrderFact, frozen=True, kw_only=True):
    """The seller changed the amount before payment; `is_offer` while a higher one awaits the buyer's yes."""

    name = "ordering.order_amended"
    amount_minor: int
    is_offer: bool


class OrderTakenOnCredit(OrderFact, frozen=True, kw_only=True):
    """A buyer placed an order on credit terms; the seller may ship it."""

    name = "ordering.order_taken_on_credit"
    amount_minor: int


class OrderPaid(OrderFact, frozen=True, kw_only=True):
    """The order's money is in escrow; the seller may ship."""

    name = "ordering.order_paid"
    amount_minor: int
    lines: list[tuple[int, int]]
    """What was bought, as (offer_id, quantity)."""
    is_lent: bool = False
    """No money came: a lender has promised to pay."""


class OrderClosed(OrderFact, frozen=True, kw_only=True):
    """The order ended unpaid: by the buyer, the seller or the clock."""

    name = "ordering.order_closed"
    closed_by: str


class OrderShipped(OrderFact, frozen=True, kw_only=True):
    """A part or all of what was left left the seller."""

    name = "ordering.order_shipped"
    all_sent: bool


class OrderLate(OrderFact, frozen=True, kw_only=True):
    """The promise to ship was not kept; the buyer may now cancel at once."""

    name = "ordering.order_late"


class OrderExempted(OrderFact, frozen=True, kw_only=True):
    """A disruption moved the order's clocks."""

    name = "ordering.order_exempted"
    title_zh: str
    title_en: str


class ClaimTakenBack(OrderFact, frozen=True, kw_only=True):
    """The order is not late after all, and its compensation went back to the seller."""

    name = "ordering.claim_taken_back"
    amount_minor: int


class LongerPromiseAsked(OrderFact, frozen=True, kw_only=True):
    """The seller asks the buyer for more days to ship."""

    name = "ordering.longer_promise_asked"
    days: int


class LongerPromiseAnswered(OrderFact, frozen=True, kw_only=True):
    """The buyer agreed to a longer promise, or did not."""

    name = "ordering.longer_promise_answered"
    agreed: bool


class FilingDecided(OrderFact, frozen=True, kw_only=True):
    """An operator granted or rejected a seller's filing for an exemption; the buyer hears once clocks move."""

    name = "ordering.filing_decided"
    granted: bool


class RefundAsked(OrderFact, frozen=True, kw_only=True):
    """The buyer asks for money back for goods not shipped; the seller has to answer."""

    name = "ordering.refund_asked"
    refund_id: int
    amount_minor: int


class RefundAnswered(OrderFact, frozen=True, kw_only=True):
    """The question of a refund was answered: agreed (by whom or by the clock) or refused."""

    name = "ordering.refund_answered"
    refund_id: int
    amount_minor: int
    agreed: bool


class UnshippedGivenBack(OrderFact, frozen=True, kw_only=True):
    """Goods that were not shipped went back without anybody being asked, whatever the way of their money.

    `by` says what let them go: a rule, the clock of what stays unshipped, a disruption, or that the seller lacks them.
    """

    name = "ordering.unshipped_given_back"
    refund_id: int
    amount_minor: int
    by: str = "rule"
    ended: bool = False


class LackDeclared(OrderFact, frozen=True):
    """The seller has not got what was paid; its money goes back."""

    name = "ordering.lack_declared"
    amount_minor: int


class RefundTakenBack(OrderFact, frozen=True, kw_only=True):
    """The buyer took a question for a refund back before it was answered; the order goes on."""

    name = "ordering.refund_taken_back"
    refund_id: int
    amount_minor: int


class OrderReceived(OrderFact, frozen=True, kw_only=True):
    """Goods were received and their money was released to the seller; `on_credit` it is billed instead."""

    name = "ordering.order_received"
    released_minor: int
    on_credit: bool = False


class OrderCompleted(OrderFact, frozen=True, kw_only=True):
    """Nothing is left to send, receive or pay out."""

    name = "ordering.order_completed"


class OrderTerminated(OrderFact, frozen=True, kw_only=True):
    """Everything that was paid went back to the buyer."""

    name = "ordering.order_terminated"


class StageFact(OrderFact, frozen=True, kw_only=True):
    """A fact about one stage of an order's payment."""

    stage_no: int


class StageDue(StageFact, frozen=True, kw_only=True):
    """The buyer is asked to pay a stage."""

    name = "ordering.stage_due"
    amount_minor: int


class StagePaid(StageFact, frozen=True, kw_only=True):
    """A stage is paid: the first one into its own escrow, a later one straight to the seller."""

    name = "ordering.stage_paid"
    amount_minor: int


class StageDeclared(StageFact, frozen=True, kw_only=True):
    """The seller says that a stage's condition is met; the buyer has to answer."""

    name = "ordering.stage_declared"
    condition: str


class StageRejected(StageFact, frozen=True, kw_only=True):
    """The buyer does not find a stage's condition met; the seller has to act again."""

    name = "ordering.stage_rejected"


class StageConfirmed(StageFact, frozen=True, kw_only=True):
    """A stage's condition is met, by the buyer's word or the clock's; its money is the seller's."""

    name = "ordering.stage_confirmed"
    released_minor: int


class GateOpened(StageFact, frozen=True, kw_only=True):
    """What must be paid before shipping is paid: the seller may ship."""

    name = "ordering.gate_opened"


class OrderStopped(OrderFact, frozen=True, kw_only=True):
    """An order in stages ended before its goods left, on the buyer's or the seller's account."""

    name = "ordering.order_stopped"
    fault: str
    kept_minor: int
    back_minor: int
