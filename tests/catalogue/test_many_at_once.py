"""Many new offers are copied in: their rows are those of offers that came one by one."""

from typing import Any

import pytest

from huozhan.catalogue import publish_offer
from huozhan.catalogue.offer import Name, PublishOffer
from huozhan.catalogue.publishing import publish_offers
from huozhan.catalogue.store import publishing as store
from huozhan.doors.hall import Hall
from huozhan.kernel.actor import Actor
from huozhan.kernel.shapes import Bilingual
from tests.catalogue.making import grid, shirts

_OWN = {"offer_id", "sku_id", "move_id", "seller_id", "published_by", "moved_by", "published_at", "changed_at", "moved_at",
        "snapshot", "sku_ids", "fingerprint"}  # fmt: skip


def many() -> list[PublishOffer]:
    """Enough offers of all ways to quote."""
    plain = [
        shirts(offer_code=f"T-{n}", skus=tuple(_recoded(n)), title=Name(f"T恤 {n}", f'"Tee" \\ {n}'))
        for n in range(store.COPIED_MIN)
    ]
    return [*plain, grid(2, 3), grid(1, 2, offer_code="GRID-2", description=Bilingual("多", "Many"))]


def _recoded(n: int) -> list[Any]:
    return [type(sku)(sku_code=f"{sku.sku_code}-{n}", choice=sku.choice, stock=n) for sku in shirts().skus]


async def rows_of(hall: Hall, seller: Actor) -> dict[str, list[dict[str, Any]]]:
    """All that stands of a seller's offers but what is its own."""
    tables = {"offer": "", "sku": "position", "offer_version": "version", "offer_move": "event"}
    found = {}
    async with hall.pool.acquire() as db:
        for table, order in tables.items():
            rows = await db.fetch(
                f"SELECT t.*, o.offer_code FROM {table} t JOIN offer o USING (offer_id) WHERE o.seller_id = $1"
                f" ORDER BY o.offer_code{', t.' + order if order else ''}",
                seller.org_id,
            )
            found[table] = [{name: value for name, value in row.items() if name not in _OWN} for row in rows]
        snapshots = await db.fetch(
            "SELECT v.snapshot - 'seller_id' - 'freight_template_id' #- '{skus}' AS shown FROM offer_version v"
            " JOIN offer o USING (offer_id) WHERE o.seller_id = $1 ORDER BY o.offer_code",
            seller.org_id,
        )
        stock = await db.fetch(
            "SELECT k.sku_code, s.on_hand FROM stock s JOIN sku k USING (sku_id) WHERE s.seller_id = $1 ORDER BY 1",
            seller.org_id,
        )
    return {**found, "snapshots": list(map(dict, snapshots)), "stock": list(map(dict, stock))}


async def test_rows_of_many_are_those_of_each(hall: Hall, mei: Actor, bolt_works: Actor) -> None:
    async with hall.working(mei) as work:
        together = await publish_offers(work, many())
    alone = [await hall.run(publish_offer, ask, bolt_works) for ask in many()]

    assert [(one.offer_code, one.version, one.changed) for one in together] == [
        (one.offer_code, one.version, one.changed) for one in alone
    ]
    rows = await rows_of(hall, mei)
    assert len(rows["offer"]) == len(many())
    assert rows == await rows_of(hall, bolt_works)


async def test_many_that_stand_are_changed_and_not_copied_twice(hall: Hall, mei: Actor) -> None:
    for _ in range(2):
        async with hall.working(mei) as work:
            published = await publish_offers(work, many())
    assert not any(one.changed for one in published)
    async with hall.working(mei) as work:
        [edited, *_] = await publish_offers(
            work, [shirts(offer_code=one.offer_code, skus=one.skus, moq=3) for one in many()[:-2]]
        )
    assert (edited.version, edited.changed) == (2, True)


async def test_what_the_database_refuses_of_many_leaves_nothing(
    hall: Hall, mei: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huozhan.catalogue.publishing.price_range_e4", lambda _: (0, 0))
    with pytest.raises(Exception, match="price"):
        async with hall.working(mei) as work:
            await publish_offers(work, many())
    monkeypatch.undo()
    assert (await rows_of(hall, mei))["offer"] == []
