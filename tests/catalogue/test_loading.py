"""Filling a market from records."""

import gzip
import json
from importlib import resources
from pathlib import Path

import duckdb
import msgspec

from huozhan.catalogue import Step
from huozhan.catalogue.offer import faults
from huozhan.doors.hall import Hall
from huozhan.doors.market import sets
from huozhan.doors.market.accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from huozhan.doors.market.load import load_folder
from huozhan.doors.market.records import OfferRecord, SupplierRecord
from huozhan.kernel.actor import anonymous
from huozhan.parties import SignIn, sign_in

DEMO = resources.files("huozhan") / "demo"


def small_set(folder: Path) -> Path:
    """Two suppliers of the demo with three offers each, and their pictures."""
    suppliers = (DEMO / "suppliers.jsonl").read_text().splitlines()
    offers = gzip.decompress((DEMO / "offers.jsonl.gz").read_bytes()).decode().splitlines()
    codes = sorted({json.loads(line)["supplier_code"] for line in offers})[:2]
    kept = [
        line for code in codes for line in [o for o in offers if json.loads(o)["supplier_code"] == code][:3]
    ]
    shops = [line for line in suppliers if json.loads(line)["supplier_code"] in codes]
    (folder / "suppliers.jsonl").write_text("\n".join(shops))
    (folder / "offers.jsonl.gz").write_bytes(gzip.compress("\n".join(kept).encode()))
    for name in {name for line in kept for name in json.loads(line)["pictures"]}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((DEMO / name).read_bytes())
    return folder


async def test_a_set_is_loaded_once_and_a_demos_people_can_sign_in(hall: Hall, tmp_path: Path) -> None:
    hall.terms = msgspec.structs.replace(hall.terms, is_demo=True)
    folder, told = small_set(tmp_path), []

    first = await load_folder(hall, folder, lambda *progress: told.append(progress))
    again = await load_folder(hall, folder, lambda *progress: told.append(progress))

    assert (first.suppliers, first.offers, first.offers_changed) == (2, 6, 6)
    assert (again.offers, again.offers_changed) == (0, 0)
    assert ("shops", 2, 2) in told
    assert ("offers", 6, 6) in told
    for account in DEMO_ACCOUNTS:
        signed = await hall.run(
            sign_in, SignIn(sign_in_name=account.sign_in_name, password=DEMO_PASSWORD), anonymous()
        )
        assert int(signed.org_id) > 0


async def test_a_load_that_was_killed_ends_where_it_would_have_ended(hall: Hall, tmp_path: Path) -> None:
    folder = small_set(tmp_path)
    await load_folder(hall, folder, lambda *_: None)
    (folder / "suppliers.jsonl").write_text((folder / "suppliers.jsonl").read_text() + "\n")

    again = await load_folder(hall, folder, lambda *_: None)

    assert (again.offers, again.offers_changed) == (6, 0)


def test_every_record_of_the_demo_can_be_read() -> None:
    suppliers = msgspec.json.Decoder(SupplierRecord).decode_lines((DEMO / "suppliers.jsonl").read_bytes())
    packed = (DEMO / "offers.jsonl.gz").read_bytes()
    offers = msgspec.json.Decoder(OfferRecord).decode_lines(gzip.decompress(packed))

    assert {offer.supplier_code for offer in offers} <= {supplier.supplier_code for supplier in suppliers}
    assert all(offer.ask({}).title for offer in offers)


def test_a_set_of_invoices_becomes_ladders_that_are_sound(tmp_path: Path) -> None:
    suppliers = msgspec.json.Decoder(SupplierRecord).decode_lines((DEMO / "suppliers.jsonl").read_bytes())
    (tmp_path / "online-retail-uk").mkdir()
    lines = [
        ("85123A", "WHITE HEART", quantity, price) for quantity, price in [(6, 2.95), (12, 2.95), (64, 2.55)]
    ]
    values = ", ".join(
        str(line) for line in [*lines * 3, ("POST", "POSTAGE", 1, 18.0), ("85123A", "", 1, 99.0)]
    )
    duckdb.sql(
        f"COPY (SELECT * FROM (VALUES {values}) AS t(stock_code, description, quantity, unit_price_gbp))"
        f" TO '{tmp_path / sets.INVOICES}' (FORMAT parquet)"
    )

    [offer] = sets.offers_of(tmp_path, suppliers, "GBP")

    assert sets.holds_sets(tmp_path)
    assert (offer.offer_code, offer.title_en) == ("UK-85123A", "White heart")
    assert offer.ladder == (Step(1, 29_500), Step(64, 25_500))
    assert list(faults(offer.ask({}))) == []
