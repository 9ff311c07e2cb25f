"""What after-sales is asked to do, and within which limits."""

from typing import Annotated

import msgspec

from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason
from huozhan.messaging import Words
from huozhan.parties import StepCode

NOTE_MAX = 500
LINES_MAX = 1_000
PICTURES_MAX = 9
MINOR_MAX = 10**15

Note = Annotated[str, msgspec.Meta(max_length=NOTE_MAX)]
Minor = Annotated[int, msgspec.Meta(ge=0, le=MINOR_MAX)]
PictureId = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{32}(?!\n)$")]
Pictures = Annotated[tuple[PictureId, ...], msgspec.Meta(max_length=PICTURES_MAX)]
KindName = Annotated[str, msgspec.Meta(pattern=r"^(refund_only|return_refund|exchange|resend)(?!\n)$")]
GoodsStatusName = Annotated[str, msgspec.Meta(pattern=r"^(not_received|received)(?!\n)$")]
ReasonCode = Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{3,30}(?!\n)$")]


RuleCode = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.]{2,60}(?!\n)$")]


class CaseLineAsk(Ask, frozen=True):
    """So many units of one line."""

    line_no: Annotated[int, msgspec.Meta(ge=1, le=LINES_MAX)]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=9_999_999)]


class WantedAsk(Ask, frozen=True):
    """So many pieces of another SKU of the same offer, instead of what goes back of a line."""

    line_no: Annotated[int, msgspec.Meta(ge=1, le=LINES_MAX)]
    sku_id: Id
    quantity: Annotated[int, msgspec.Meta(ge=1, le=9_999_999)]


Difference = Annotated[int, msgspec.Meta(ge=-MINOR_MAX, le=MINOR_MAX)]
WantedAsks = Annotated[tuple[WantedAsk, ...], msgspec.Meta(max_length=LINES_MAX)]


class ApplyCase(Ask, frozen=True, kw_only=True):
    """Apply for money back for goods that were sent; without amounts for all that these units cost.

    In an exchange `wanted` says of which lines another SKU is wanted; the others are exchanged for the same. `difference_minor`
    is what the buyer agrees to pay more; below nothing it comes back. A refusal tells the one that holds.
    """

    order_id: Id
    kind: KindName
    goods_status: GoodsStatusName
    reason_code: ReasonCode
    lines: Annotated[tuple[CaseLineAsk, ...], msgspec.Meta(min_length=1, max_length=LINES_MAX)]
    wanted: WantedAsks = ()
    difference_minor: Difference = 0
    goods_minor: Minor | None = None
    freight_minor: Minor | None = None
    note: Note = ""
    pictures: Pictures = ()


class GiveGoodwill(Ask, frozen=True, kw_only=True):
    """An amount for the buyer of an order, or for a buyer and no order in particular: one of both is named.

    `code` is the person's second step, as for a withdrawal.
    """

    order_id: Id | None = None
    buyer_id: Id | None = None
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=MINOR_MAX)]
    reason: Reason
    code: StepCode = ""


class ListGoodwill(Ask, frozen=True, kw_only=True):
    """What was given as a seller, or came as a buyer."""

    selling: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class CaseRef(Ask, frozen=True, kw_only=True):
    """One case."""

    case_id: Id


class ModifyCase(Ask, frozen=True, kw_only=True):
    """Ask for less, or otherwise, after a refusal; `wanted` as when it was applied for."""

    case_id: Id
    kind: KindName
    goods_minor: Minor
    freight_minor: Minor = 0
    wanted: WantedAsks = ()
    difference_minor: Difference = 0
    note: Note = ""
    pictures: Pictures = ()


class AnswerCase(Ask, frozen=True, kw_only=True):
    """The seller's answer; goods come back to the address that is named, or to the default one. A no needs a reason."""

    case_id: Id
    agree: bool
    reason: Note = ""
    address_id: Id | None = None
    pictures: Pictures = ()


class PayDifference(Ask, frozen=True, kw_only=True):
    """Pay what the wanted goods cost more, from the wallet or through the channel."""

    case_id: Id
    method: Annotated[str, msgspec.Meta(pattern=r"^(wallet|channel)(?!\n)$")] = "channel"


class DifferencePaid(Ask, frozen=True, kw_only=True):
    """What a payment for the difference of a case brought."""

    case_id: Id
    payment_id: Id
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=MINOR_MAX)]


class CancelCase(Ask, frozen=True, kw_only=True):
    """The buyer wants nothing any more."""

    case_id: Id


class SendBack(Ask, frozen=True, kw_only=True):
    """The goods are on their way back."""

    case_id: Id
    carrier_code: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    waybill: Annotated[str, msgspec.Meta(min_length=5, max_length=40)]


class ReceiveBack(Ask, frozen=True, kw_only=True):
    """The goods came back: accepted, put in stock again or not, or rejected with a reason."""

    case_id: Id
    accept: bool
    restock: bool = False
    reason: Note = ""
    pictures: Pictures = ()


class GiveEvidence(Ask, frozen=True, kw_only=True):
    """What one side says and shows."""

    case_id: Id
    note: Annotated[str, msgspec.Meta(min_length=2, max_length=NOTE_MAX)]
    pictures: Pictures = ()


class RevealReturn(Ask, frozen=True, kw_only=True):
    """The address to send goods back to, in plain, and why."""

    case_id: Id
    reason: Reason


class WriteAboutCase(Words, frozen=True, kw_only=True):
    """Words to the other side of a case."""

    case_id: Id


class EvidencePicture(Ask, frozen=True, kw_only=True):
    """One picture of a case."""

    case_id: Id
    picture_id: PictureId


class ListCases(Ask, frozen=True, kw_only=True):
    """Cases of the buying or the selling side; open ones by their deadline, or all that ended, the newest first."""

    selling: bool = False
    ended: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class CountCases(Ask, frozen=True, kw_only=True):
    """How many cases wait for the buying or the selling side."""

    selling: bool = False


class OpenCasesOf(Ask, frozen=True, kw_only=True):
    """The cases of one order."""

    order_id: Id


class EscalateCase(Ask, frozen=True, kw_only=True):
    """Have the market rule: after a no, or after some days without agreement."""

    case_id: Id
    note: Note = ""


class ExtendEvidence(Ask, frozen=True, kw_only=True):
    """Ask for more time for evidence; given once in a case."""

    case_id: Id


class AppealRuling(Ask, frozen=True, kw_only=True):
    """Have the market rule once more, with what was not seen."""

    case_id: Id
    note: Reason


class RuleCase(Ask, frozen=True, kw_only=True):
    """The market's ruling: what goes back, who bears the freight and answers for it, by which rules and why.

    Goods that are sent back already are not asked for once more, whatever `needs_return` says.
    """

    case_id: Id
    outcome: Annotated[str, msgspec.Meta(pattern=r"^(full|part|none)(?!\n)$")]
    goods_minor: Minor = 0
    freight_minor: Minor = 0
    freight_bearer: Annotated[str, msgspec.Meta(pattern=r"^(buyer|seller)(?!\n)$")] = "seller"
    compensation_minor: Minor = 0
    liability: ReasonCode
    needs_return: bool = False
    restock: bool = False
    rules: Annotated[tuple[RuleCode, ...], msgspec.Meta(min_length=1, max_length=10)]
    reason: Reason


class CasesToRule(Ask, frozen=True, kw_only=True):
    """Cases before the market: those to rule on, or those it has ruled on."""

    ruled: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class TimerDue(Ask, frozen=True):
    """A timer of a case is due."""

    about_id: Id


class Refunded(Ask, frozen=True, kw_only=True):
    """A refund of a case has ended."""

    order_id: Id
    refund_id: Id
