"""What sellers were paid for stages, as rows; the callers hold the order."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work


async def note(work: Work, order_id: int, key: str, memo: Mapping[str, str | int]) -> None:
    """Writes what a seller was paid for a stage, as its entry's memo says; once per key."""
    await work.db.execute(
        "INSERT INTO stage_earning (order_id, stage_key, goods_minor, freight_minor, commission_minor, vat_minor)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (order_id, stage_key) DO NOTHING",
        order_id, key, *(memo[name] for name in ("goods_minor", "freight_minor", "commission_minor", "vat_minor")),
    )  # fmt: skip


async def of_order(work: Work, order_id: int) -> Mapping[str, Any]:
    """What a seller was paid for an order's stages together."""
    row: Mapping[str, Any] = await work.db.fetchrow(
        "SELECT coalesce(sum(goods_minor), 0)::bigint AS goods_minor,"
        " coalesce(sum(freight_minor), 0)::bigint AS freight_minor,"
        " coalesce(sum(commission_minor), 0)::bigint AS commission_minor,"
        " coalesce(sum(vat_minor), 0)::bigint AS vat_minor FROM stage_earning WHERE order_id = $1",
        order_id,
    )
    return row
