"""What scenes is asked for."""

from huozhan.kernel.shapes import PAGE_SIZE, Ask, Cursor, Id, PageSize, Reason
from huozhan.scenes.measure import Measure


class ServiceOf(Ask, frozen=True, kw_only=True):
    """How one supplier serves."""

    seller_id: Id


class MarksOf(Ask, frozen=True, kw_only=True):
    """Which of one's own orders made a figure; `against` are only those that count against one."""

    measure: Measure
    against: bool = False
    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class AppealMark(Ask, frozen=True, kw_only=True):
    """Why an order should not count for a figure."""

    order_id: Id
    measure: Measure
    reason: Reason


class ListAppeals(Ask, frozen=True, kw_only=True):
    """A page of appeals."""

    cursor: Cursor | None = None
    size: PageSize = PAGE_SIZE


class DecideAppeal(Ask, frozen=True, kw_only=True):
    """Whether an order counts no more, and why."""

    order_id: Id
    appeal_id: Id
    accept: bool
    reason: Reason
