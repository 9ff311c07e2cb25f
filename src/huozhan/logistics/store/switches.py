"""Which suppliers take waybills of the market, and where their parcels are fetched."""

from collections.abc import Mapping
from typing import Any

from huozhan.kernel.work import Work
from huozhan.parties import DeliveryAddress, SealedColumn, SealedReceiver

Row = Mapping[str, Any]

SEALED_COLUMNS = tuple(
    SealedColumn(table="logistics_switch", column=field, field=field, owner="org_id")
    for field in ("receiver", "phone", "street")
)
"""Every sealed column of this context."""


async def of_org(work: Work, org_id: int) -> Row | None:
    """A supplier's switch; the caller knows whose it asks for."""
    row: Row | None = await work.db.fetchrow("SELECT * FROM logistics_switch WHERE org_id = $1", org_id)
    return row


async def switch_on(work: Work, place: DeliveryAddress, sealed: SealedReceiver) -> None:
    """Writes that the acting supplier takes them, fetched at a place."""
    await work.db.execute(
        "INSERT INTO logistics_switch (org_id, is_on, region_code, province, city, county, receiver, phone, street,"
        " switched_at, switched_by) VALUES ($1, true, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        " ON CONFLICT (org_id) DO UPDATE SET is_on = true, region_code = EXCLUDED.region_code,"
        "  province = EXCLUDED.province, city = EXCLUDED.city, county = EXCLUDED.county, receiver = EXCLUDED.receiver,"
        "  phone = EXCLUDED.phone, street = EXCLUDED.street, switched_at = EXCLUDED.switched_at,"
        "  switched_by = EXCLUDED.switched_by",
        work.actor.org_id, place.division_code, place.province, place.city, place.county, sealed.receiver, sealed.phone,
        sealed.street, work.now, work.actor.person_id,
    )  # fmt: skip


async def switch_off(work: Work) -> None:
    """Writes that the acting supplier takes no more."""
    await work.db.execute(
        "UPDATE logistics_switch SET is_on = false, switched_at = $2, switched_by = $3 WHERE org_id = $1",
        work.actor.org_id, work.now, work.actor.person_id,
    )  # fmt: skip
