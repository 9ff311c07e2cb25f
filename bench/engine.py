"""The search engine alone among any number of made-up offers: making the index, its size, and what questions cost.

Questions are words of real titles of the market with filters, facets and ranking, on one core; beside them the bare query of
the library for the same words, in the same run.
"""

import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import tantivy

from huozhan.catalogue import QUANTITIES, IndexCard
from huozhan.catalogue.attribute_values import Said, value_keys
from huozhan.catalogue.pricing import step_at
from huozhan.doors.market.plenty import Plenty
from huozhan.doors.market.records import OfferRecord, SupplierRecord
from huozhan.kernel.shapes import Bilingual
from huozhan.parties import OrgFace
from huozhan.search.documents import document_of, made_together
from huozhan.search.fields import SORTED_BY, OfferDocument, schema
from huozhan.search.finding import FindOffers, look_for
from huozhan.search.index import OfferIndex
from huozhan.search.kinds import kind_words
from huozhan.search.making import EMBEDDED
from huozhan.search.segmenting import asked_words, load_dictionaries
from huozhan.search.writer import BUILD_HEAP_BYTES, as_json, writing

AT_ONCE = 500
QUESTIONS = 300
SMALL = 10_000
BARE_WRITTEN = 20_000
PROVINCES = ("330000", "440000", "350000")


def measure_engine(*, offers: int, rounds: int, kept_in: Path | None = None) -> dict[str, Any]:
    """Figures at `offers` and at 10,000, and how they grow.

    With a folder to keep it in, an index of so many that is there already is asked again instead of made anew.
    """
    load_dictionaries()
    kind_words()
    large = _measure(offers, rounds, kept_in)
    small = _measure(SMALL, rounds) if offers > SMALL else large
    return {
        "what": "two words of a title, three filters, five facets, ranking, 40 offers; engine time on one core",
        f"among_{offers}": large,
        f"among_{SMALL}": small,
        "growth_of_median": round(large["question_ms"]["p50"] / small["question_ms"]["p50"], 2),
        "growth_of_cpu": round(large["cpu_ms"] / small["cpu_ms"], 2),
        "growth_of_bare_lists": round(large["bare_lists_cpu_ms"] / small["bare_lists_cpu_ms"], 2),
    }


def kept_index(folder: Path, offers: int) -> Path:
    """The index of so many offers in a folder of indexes: the one that is there, or a new one."""
    home = folder / str(offers)
    home.mkdir(parents=True, exist_ok=True)
    if OfferIndex(home).count() != offers:
        _make(home, offers)
    return home


def _measure(offers: int, rounds: int, kept_in: Path | None = None) -> dict[str, Any]:
    home = kept_in / str(offers) if kept_in else Path(tempfile.mkdtemp(prefix="huozhan-engine-"))
    try:
        home.mkdir(parents=True, exist_ok=True)
        made = {} if OfferIndex(home).count() == offers else _make(home, offers)
        index = OfferIndex(home)
        assert index.count() == offers
        asks = questions(offers)
        _timed(index, asks[:50])  # what is asked first reads the index from the disk
        before = _resident_mib()
        runs = [_timed(index, asks) for _ in range(rounds)]
        bare = [_bare(home, asks) for _ in range(rounds)]
        lists = [_bare_lists(home, asks) for _ in range(rounds)]
        return {
            **made,
            "question_ms": _spread(runs),
            "cpu_ms": round(statistics.median(statistics.fmean(cpu) for _, cpu in runs), 3),
            "bare_query_cpu_ms": round(statistics.median(statistics.fmean(cpu) for _, cpu in bare), 3),
            "bare_lists_cpu_ms": round(statistics.median(statistics.fmean(cpu) for _, cpu in lists), 3),
            "found_something_percent": round(
                100 * statistics.fmean(bool(look_for(index, ask).hits.total) for ask in asks)
            ),
            "resident_mib": {"before": before, "after": _resident_mib()},
        }
    finally:
        if kept_in is None:
            shutil.rmtree(home)


def _make(home: Path, offers: int) -> dict[str, Any]:
    """Makes the index; CPU of our documents and of the library's writer apart, in microseconds an offer."""
    documents_s = writing_s = 0.0
    some: list[OfferDocument] = []
    with writing(home, rebuild=True) as writer:
        writer.begin(offers)
        for cards in made_cards(offers):
            began = _cpu()
            documents = made_together(
                document_of(card, face, suggests=writer.suggests(card.offer_id)) for card, face in cards
            )
            documents_s += _cpu() - began
            some += documents[: BARE_WRITTEN - len(some)]
            began = _cpu()
            writer.add(documents)
            writing_s += _cpu() - began
        began = _cpu()
        writer.take_over()
    writing_s += _cpu() - began
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    return {
        "document_cpu_us": round(documents_s / offers * 1e6, 1),
        "writing_cpu_us": round(writing_s / offers * 1e6, 1),
        "bare_writer_cpu_us": _bare_writer(some),
        "offers_per_second_of_one_core": round(offers / (documents_s + writing_s)),
        "index_bytes_an_offer": round(size / offers),
    }


def _bare_writer(documents: list[OfferDocument]) -> float:
    """The library's writer alone, with lines that were made before: what a document costs it at least, in microseconds."""
    lines = [as_json(document) for document in documents]
    with tempfile.TemporaryDirectory(prefix="huozhan-engine-") as folder:
        writer = tantivy.Index(schema(), folder, sort_by_field=SORTED_BY).writer(BUILD_HEAP_BYTES, 1)
        began = _cpu()
        for line in lines:
            writer.add_json(line)
        writer.commit()
        took = _cpu() - began
        writer.wait_merging_threads()
    return round(took / len(documents) * 1e6, 1)


def _cpu() -> float:
    """Of all threads of this process: the writer has its own."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_mib() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() >> 20


def made_cards(offers: int) -> Iterator[list[tuple[IndexCard, OrgFace]]]:
    """What the catalogue tells of so many made-up offers, some thousands at a time."""
    plenty, batch, offer_id = _plenty(offers), list[tuple[IndexCard, OrgFace]](), 0
    for number in range(len(plenty.sizes)):
        shop = plenty.shop(number)
        face = _face(number + 1, shop.supplier)
        for offer in shop.offers:
            offer_id += 1
            batch.append((_card(offer_id, offer, face.org_id), face))
        if len(batch) >= AT_ONCE:
            yield batch
            batch = []
    yield batch


def _plenty(offers: int) -> Plenty:
    lines = (resources.files("huozhan") / "demo" / "suppliers.jsonl").read_bytes()
    return Plenty(offers, msgspec.json.Decoder(SupplierRecord).decode_lines(lines))


@cache
def _names(offers: int) -> dict[str, Bilingual]:
    return _plenty(offers).category_names()


def _face(org_id: int, supplier: SupplierRecord) -> OrgFace:
    return OrgFace(
        org_id=org_id, name=Bilingual(supplier.name_zh, supplier.name_en), about=Bilingual(),
        supplier_kind=str(supplier.kind), province_code=supplier.province_code6, city_code=supplier.city_code6,
        belt=Bilingual(supplier.belt_zh, supplier.belt_en), since_on=None, verified=True, can_buy=True, can_sell=True,
        country="CN",
    )  # fmt: skip


def _card(offer_id: int, offer: OfferRecord, seller_id: int) -> IndexCard:
    steps = offer.category_id.split("-")
    return IndexCard(
        offer_id=offer_id,
        offer_code=offer.offer_code,
        seller_id=seller_id,
        title=Bilingual(offer.title_zh, offer.title_en),
        category_id=offer.category_id,
        category_path=tuple("-".join(steps[: n + 1]) for n in range(len(steps))),
        category_names=(_names(SMALL)[offer.category_id],),
        attribute_texts=tuple(f"{one.zh} {one.en}" for one in offer.attributes),
        description=Bilingual(offer.description_zh, offer.description_en),
        option_texts=tuple(f"{value.zh} {value.en}" for axis in offer.options for value in axis.values),
        sku_codes=tuple(sku.sku_code for sku in offer.skus),
        price_low_e4=offer.ladder[-1].price_e4,
        moq=offer.moq,
        mixable=offer.mixable,
        promise_hours=offer.promise_hours,
        published_at=datetime(2026, 1, 1, tzinfo=UTC),
        has_picture=False,
        free=100,
        sold=offer_id % 1_000,
        lot=offer.lot,
        has_sample=offer.sample_price_e4 is not None,
        mixes=offer.mixable,
        prices_e4=tuple(step_at(offer.ladder, quantity).price_e4 for quantity in QUANTITIES),
        values=tuple(sorted(set(value_keys(_said(offer), ())))),
        services=("no_reason", "fast_refund")[: seller_id % 3],
        reach=("-65", "-71", "-81", "-82")[: seller_id % 5],
    )


def _said(offer: OfferRecord) -> list[Said]:
    said = [Said(one.handle, Bilingual(), (Bilingual(one.zh, one.en),)) for one in offer.attributes]
    return said + [
        Said("", Bilingual(axis.name_zh, axis.name_en), tuple(Bilingual(v.zh, v.en) for v in axis.values))
        for axis in offer.options
    ]


def questions(offers: int) -> list[FindOffers]:
    """Two words of a title, its place among three provinces, a price and a minimum; always the same for a size."""
    chance, plenty = random.Random(f"{offers}:questions"), _plenty(offers)
    asks = []
    while len(asks) < QUESTIONS:
        offer = chance.choice(plenty.shop(chance.randrange(len(plenty.sizes))).offers)
        words = asked_words(offer.title_zh if len(asks) % 3 else offer.title_en)
        asks.append(
            FindOffers(
                q=" ".join(chance.sample(words, min(2, len(words)))),
                province=list(PROVINCES),
                price_to_e4=offer.ladder[-1].price_e4 * 2,
                moq_to=max(100, offer.moq),
            )
        )
    return asks


def _timed(index: OfferIndex, asks: list[FindOffers]) -> tuple[list[float], list[float]]:
    """Milliseconds and CPU milliseconds of each question."""
    return _each(asks, lambda ask: look_for(index, ask))


def _bare(home: Path, asks: list[FindOffers]) -> tuple[list[float], list[float]]:
    """The library's own parser and collector for the same words in the title, without filters, facets or ranking of ours."""
    index = tantivy.Index.open(str(home / (home / "current").read_text().strip()))
    searcher = index.searcher()
    queries = [
        index.parse_query(" ".join(asked_words(ask.q)), ["title"], conjunction_by_default=True)
        for ask in asks
    ]
    return _each(queries, lambda query: searcher.search(query, 40))


def _bare_lists(home: Path, asks: list[FindOffers]) -> tuple[list[float], list[float]]:
    """The library's walk through the lists that any search must go through: offers that say every word somewhere, nothing weighed.

    It grows with the offers, whatever is built on it.
    """
    searcher = tantivy.Index.open(str(home / (home / "current").read_text().strip())).searcher()
    queries = [
        EMBEDDED.passing(EMBEDDED.all_of([EMBEDDED.term("any", word) for word in asked_words(ask.q)]))
        for ask in asks
    ]
    return _each(queries, lambda query: searcher.search(query, 40))


def _each(questions: list[Any], ask: Callable[[Any], Any]) -> tuple[list[float], list[float]]:
    took, cpu = [], []
    for question in questions:
        began, began_cpu = time.perf_counter(), time.process_time()
        ask(question)
        took.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - began_cpu) * 1000)
    return took, cpu


def _spread(runs: list[tuple[list[float], list[float]]]) -> dict[str, float]:
    """Medians over the rounds."""
    cuts = [statistics.quantiles(took, n=100) for took, _ in runs]
    return {
        name: round(statistics.median(cut[at] for cut in cuts), 2)
        for name, at in (("p50", 49), ("p95", 94), ("p99", 98))
    }
