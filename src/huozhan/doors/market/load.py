"""Fills a market from records: shops, freight, pictures, offers, through the use cases that people use.

A killed load is begun again: what stands is only found, so that it ends where it would have ended.
"""

import asyncio
import gzip
import hashlib
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import groupby
from pathlib import Path
from typing import Final

import msgspec

from huozhan import catalogue, credit, invoicing
from huozhan.catalogue import FolderShelf
from huozhan.doors.hall import Hall
from huozhan.doors.market import sets
from huozhan.doors.market.certified import certify
from huozhan.doors.market.people import (
    open_demo_accounts,
    open_keeper,
    open_person,
    open_shop,
    plenty_keeper,
)
from huozhan.doors.market.plenty import Plenty
from huozhan.doors.market.records import OfferRecord, SupplierRecord
from huozhan.kernel.actor import Actor, system
from huozhan.kernel.work import Work

OFFERS_AT_ONCE = 50
PLENTY_AT_ONCE = 500
SHOPS_OF_A_KEEPER = 40
GOODS_RATE_BP: Final = 1300
"""What most goods are taxed at."""
PICTURES_AT_ONCE = 16

Progress = Callable[[str, int, int], None]
"""`progress(stage, done, total)`."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a load came to."""

    suppliers: int
    offers: int
    offers_changed: int
    pictures: int


async def load_demo(hall: Hall, progress: Progress) -> Loaded:
    """Fills the market with the demo's goods; at once done where they are there already."""
    return await load_folder(hall, resources.files("huozhan") / "demo", progress)


async def load_folder(hall: Hall, folder: Path | Traversable, progress: Progress) -> Loaded:
    """Fills the market from a folder: whole data sets where it holds them, else records with the pictures they name."""
    if isinstance(folder, Path) and sets.holds_sets(folder):
        suppliers = _suppliers((resources.files("huozhan") / "demo" / "suppliers.jsonl").read_bytes())
        digest = sets.digest_of(folder)
        return await _load(
            hall,
            folder,
            digest,
            suppliers,
            lambda: list(sets.offers_of(folder, suppliers, hall.terms.currency)),
            progress,
        )
    files = [(folder / name).read_bytes() for name in ("suppliers.jsonl", "offers.jsonl.gz")]
    digest = hashlib.sha256(b"".join(files)).hexdigest()
    read = msgspec.json.Decoder(OfferRecord).decode_lines
    return await _load(
        hall, folder, digest, _suppliers(files[0]), lambda: read(gzip.decompress(files[1])), progress
    )


async def load_plenty(hall: Hall, scale: int, progress: Progress, *, data: Path | None = None) -> Loaded:
    """Fills the market with `scale` made-up offers, shop by shop, with titles of real goods where a folder of data sets has some.

    What a stopped load has done is not done again.
    """
    models = _suppliers((resources.files("huozhan") / "demo" / "suppliers.jsonl").read_bytes())
    plenty = await asyncio.to_thread(Plenty, scale, models, data=data)
    await open_demo_accounts(hall)
    offers = changed = 0
    keeper, keeps = await open_keeper(hall), -1
    for number, size in enumerate(plenty.sizes):
        digest = f"plenty {plenty.name} {number}"
        async with hall.working(system()) as work:
            if await catalogue.was_loaded(work, digest):
                offers += size
                continue
        if number // SHOPS_OF_A_KEEPER != keeps:
            keeps = number // SHOPS_OF_A_KEEPER
            keeper = await open_person(hall, plenty_keeper(keeps))
        made = plenty.shop(number)
        shop = await open_shop(hall, keeper, made.supplier)
        async with hall.working(shop) as work:
            await _arrange(work, made.supplier)
        for start in range(0, size, PLENTY_AT_ONCE):
            batch = made.offers[start : start + PLENTY_AT_ONCE]
            async with hall.working(shop) as work:
                published = await catalogue.publish_offers(work, [offer.ask({}) for offer in batch])
            offers += len(batch)
            changed += sum(offer.changed for offer in published)
            progress("offers", offers, scale)
        async with hall.working(system()) as work:
            await catalogue.note_loaded(work, digest)
    return Loaded(suppliers=len(plenty.sizes), offers=offers, offers_changed=changed, pictures=0)


async def _arrange(work: Work, record: SupplierRecord) -> None:
    """A shop's rule and freight, and what it grants its buyers."""
    await catalogue.edit_shop(work, record.shop())
    for freight in record.freight:
        await catalogue.edit_freight(work, freight.ask())
    if record.invoices:
        issues = tuple(record.invoices)
        await invoicing.save_rates(work, invoicing.asks.SaveRates(rate_bp=GOODS_RATE_BP, issues=issues))
    if record.credit:
        said = credit.asks.SayOpenCredit(
            term_days=record.credit.days, yearly_from_minor=record.credit.yearly_from_minor
        )
        await credit.say_open_credit(work, said)


def _suppliers(lines: bytes) -> list[SupplierRecord]:
    return msgspec.json.Decoder(SupplierRecord).decode_lines(lines)


async def _load(
    hall: Hall,
    folder: Path | Traversable,
    digest: str,
    suppliers: Sequence[SupplierRecord],
    read_offers: Callable[[], list[OfferRecord]],
    progress: Progress,
) -> Loaded:
    async with hall.working(system()) as work:
        if await catalogue.was_loaded(work, digest):
            return Loaded(suppliers=len(suppliers), offers=0, offers_changed=0, pictures=0)
    offers = await asyncio.to_thread(read_offers)
    if hall.terms.is_demo:
        await open_demo_accounts(hall)
    shops = await _open_shops(hall, suppliers, progress)
    picture_ids = await _hang_pictures(hall, folder, offers, next(iter(shops.values())), progress)
    changed = await _publish(hall, offers, shops, picture_ids, progress)
    await certify(hall, suppliers, shops)
    async with hall.working(system()) as work:
        await catalogue.note_loaded(work, digest)
    return Loaded(
        suppliers=len(suppliers), offers=len(offers), offers_changed=changed, pictures=len(picture_ids)
    )


async def _open_shops(
    hall: Hall, suppliers: Sequence[SupplierRecord], progress: Progress
) -> dict[str, Actor]:
    keeper = await open_keeper(hall)
    shops = {}
    for done, record in enumerate(suppliers, start=1):
        shop = await open_shop(hall, keeper, record)
        async with hall.working(shop) as work:
            await _arrange(work, record)
        shops[record.supplier_code] = shop
        progress("shops", done, len(suppliers))
    return shops


async def _hang_pictures(
    hall: Hall, folder: Path | Traversable, offers: Sequence[OfferRecord], actor: Actor, progress: Progress
) -> dict[str, str]:
    """Puts every picture on the shelf and tells its id by its name in the set; one that cannot be read is left out."""
    shelf = FolderShelf(hall.settings.pictures)
    names = sorted({name for offer in offers for name in offer.pictures})
    picture_ids: dict[str, str] = {}
    for start in range(0, len(names), PICTURES_AT_ONCE):
        batch = names[start : start + PICTURES_AT_ONCE]
        hung = await asyncio.gather(
            *(catalogue.add_picture(shelf, actor, (folder / name).read_bytes()) for name in batch)
        )
        picture_ids.update((name, picture.picture_id) for name, picture in zip(batch, hung, strict=True))
        progress("pictures", len(picture_ids), len(names))
    return picture_ids


async def _publish(
    hall: Hall,
    offers: Sequence[OfferRecord],
    shops: dict[str, Actor],
    picture_ids: dict[str, str],
    progress: Progress,
) -> int:
    done = changed = 0
    for supplier_code, batch in _batches(offers):
        async with hall.working(shops[supplier_code]) as work:
            published = await catalogue.publish_offers(work, [offer.ask(picture_ids) for offer in batch])
        done += len(batch)
        changed += sum(offer.changed for offer in published)
        progress("offers", done, len(offers))
    return changed


def _batches(offers: Sequence[OfferRecord]) -> Iterator[tuple[str, list[OfferRecord]]]:
    by_shop = sorted(offers, key=lambda offer: offer.supplier_code)
    for supplier_code, group in groupby(by_shop, key=lambda offer: offer.supplier_code):
        own = list(group)
        for start in range(0, len(own), OFFERS_AT_ONCE):
            yield supplier_code, own[start : start + OFFERS_AT_ONCE]
