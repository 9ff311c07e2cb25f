"""Build the demo market's goods and the reference files from the shared sets: `python tools/demo/build.py`."""

import json

import beyond
import check
import clothing
import groceries
import icecat
import own_goods
import pictures
import reference
import suppliers
import uk
from sources import DATA, DEMO, GBP_CNY_E4, SEED, USD_CNY_E4, write


def rate(rate_e4: int) -> str:
    """An exchange rate as printed."""
    return f"{rate_e4 // 10_000}.{rate_e4 % 10_000:04d}"


def market() -> None:
    """Write what holds for the whole demo market."""
    facts = {
        "currency": "CNY",
        "gbp_cny": rate(GBP_CNY_E4),
        "usd_cny": rate(USD_CNY_E4),
        "seed": SEED,
        "labelled": "demo",
    }
    (DEMO / "market.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Make everything, then check it."""
    assert DATA.is_dir(), f"the shared sets are not at {DATA}"
    reference.build()
    market()
    suppliers.build()
    offers = [
        *uk.giftware(),
        *clothing.clothing(),
        *groceries.groceries(),
        *own_goods.own_goods(),
        *icecat.products(),
    ]
    print(f"offers.jsonl.gz: {write(DEMO / 'offers.jsonl.gz', map(beyond.said, offers))} records")
    print(f"pictures: {pictures.finish()}")
    check.main()


if __name__ == "__main__":
    main()
