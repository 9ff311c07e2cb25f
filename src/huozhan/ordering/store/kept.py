"""What sellers keep of lines that were received; the caller holds the order's lock."""

from collections.abc import Mapping
from typing import Protocol

from huozhan.kernel.work import Work


class _Taken(Protocol):
    @property
    def goods_minor(self) -> int: ...
    @property
    def freight_minor(self) -> int: ...
    @property
    def subsidy_minor(self) -> int: ...


_TAKE = """
UPDATE order_line l
   SET kept_goods_minor = kept_goods_minor - n.goods - n.subsidy, kept_subsidy_minor = kept_subsidy_minor - n.subsidy,
       kept_freight_minor = kept_freight_minor - n.freight
  FROM unnest($2::int[], $3::bigint[], $4::bigint[], $5::bigint[]) AS n(line_no, goods, freight, subsidy)
 WHERE l.order_id = $1 AND l.line_no = n.line_no
"""


async def take_back(work: Work, order_id: int, taken: Mapping[int, _Taken]) -> None:
    """Lowers what the seller keeps of these lines: the buyer's goods money, freight and the market's part."""
    parts = taken.values()
    await work.db.execute(
        _TAKE, order_id, list(taken), [one.goods_minor for one in parts], [one.freight_minor for one in parts],
        [one.subsidy_minor for one in parts],
    )  # fmt: skip
