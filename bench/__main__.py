"""bin/bench: each command prints one JSON document."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any

import click

from bench.engine import measure_engine
from bench.figures import keep, show
from bench.freshness import measure_freshness
from bench.grouping import measure_grouping
from bench.json_search import ENVIRONMENT, measure_json_search
from bench.ledger import measure_ledger
from bench.meaning import measure_meaning
from bench.opensearch import measure_opensearch
from bench.orders import measure_orders
from bench.pages import measure_offer_page, measure_search
from bench.pictures import MANY, measure_pictures
from bench.process import market
from bench.readers import measure_readers
from bench.recommend import measure_recommend
from bench.relevance import measure_relevance
from bench.replay import measure_replay
from bench.same_item import measure_same_item
from bench.stored import measure_among_stored
from bench.suggestions import measure_suggestions
from bench.understanding import measure_understanding

SETTLE_SECONDS = 20

rounds_option = click.option("--rounds", default=3, show_default=True, help="Rounds; the median counts.")
keep_option = click.option(
    "--keep",
    "kept_in",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep the figures in this file, with date and machine.",
)
json_option = click.option("--json", is_flag=True, expose_value=False, help="One JSON document, as always.")
index_option = click.option(
    "--index",
    "index_in",
    type=click.Path(file_okay=False, path_type=Path),
    help="Keep the index in this folder; one that is there is asked, not made anew.",
)
data_argument = click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
pages_option = click.option("--pages", default=400, show_default=True, help="Pages in a round.")


def _tell(figures: Any, kept_in: Path | None) -> None:
    """Prints the figures, and keeps them where a file is named."""
    if kept_in is not None:
        keep(figures, kept_in)
    click.echo(show(figures))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measures the market beside the bare limit of this machine."""


@main.command()
@click.option("--orders", default=300, show_default=True, help="Orders in a round.")
@rounds_option
@click.option("--stored", default=0, help="Measure with 1,000 and with so many orders stored, and compare.")
@keep_option
@json_option
def orders(orders: int, rounds: int, stored: int, kept_in: Path | None) -> None:
    """CPU per placed-and-paid order, and orders a second beside bare SQL."""
    with market() as served:
        if stored:
            figures = measure_among_stored(served, stored=stored, orders=orders, rounds=rounds)
        else:
            figures = asyncio.run(measure_orders(served, orders=orders, rounds=rounds))
    _tell(figures, kept_in)


@main.command()
@pages_option
@rounds_option
@json_option
def search(pages: int, rounds: int) -> None:
    """CPU of a search page beside the engine's own."""
    with market() as served:
        click.echo(show(asyncio.run(measure_search(served, pages=pages, rounds=rounds))))


@main.command()
@data_argument
@keep_option
@json_option
def relevance(data: Path, kept_in: Path | None) -> None:
    """How well search ranks by people's ratings: DATA holds icecat-search and zh-product-understanding."""
    _tell(measure_relevance(data), kept_in)


@main.command()
@data_argument
@json_option
@keep_option
def recommend(data: Path, kept_in: Path | None) -> None:
    """How well recommendations guess what buyers take next: DATA holds online-retail-uk and taobao-behavior."""
    _tell(measure_recommend(data), kept_in)


@main.command()
@data_argument
@keep_option
@json_option
def understanding(data: Path, kept_in: Path | None) -> None:
    """Categories and spans of titles: DATA holds zh-product-understanding and zh-title-ner."""
    _tell(measure_understanding(data), kept_in)


@main.command("same-item")
@data_argument
@click.option(
    "--grouping", type=int, default=0, help="Measure what gathering so many made-up offers costs, instead."
)
@click.option(
    "--hot",
    type=int,
    default=2_000,
    show_default=True,
    help="With --grouping: so many that all say one rare word.",
)
@keep_option
@json_option
def same_item(data: Path, grouping: int, hot: int, kept_in: Path | None) -> None:
    """Whether two titles are of the same goods: DATA holds zh-product-understanding and icecat-search."""
    _tell(measure_grouping(grouping, hot) if grouping else measure_same_item(data), kept_in)


@main.command()
@data_argument
@rounds_option
@keep_option
@json_option
def suggestions(data: Path, rounds: int, kept_in: Path | None) -> None:
    """What a suggestion costs among a million phrases: DATA holds zh-ecom-queries and icecat-search."""
    _tell(measure_suggestions(data, rounds), kept_in)


@main.command()
@data_argument
@keep_option
@json_option
def meaning(data: Path, kept_in: Path | None) -> None:
    """How near goods must be in meaning: DATA holds zh-product-understanding, icecat-search and product-taxonomy."""
    _tell(measure_meaning(data), kept_in)


@main.command()
@data_argument
@click.option(
    "--model",
    "model_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also an ONNX model.",
)
@click.option("--many", default=MANY, show_default=True, help="Vectors in the index that is timed.")
@json_option
@keep_option
def pictures(data: Path, model_file: Path | None, many: int, kept_in: Path | None) -> None:
    """How well photos find their goods: DATA holds product-photos-clothing and product-photos-grocery."""
    _tell(measure_pictures(data, model_file, many), kept_in)


@main.command()
@click.option("--offers", default=1_000_000, show_default=True, help="Offers in the index.")
@index_option
@rounds_option
@keep_option
@json_option
def engine(offers: int, index_in: Path | None, rounds: int, kept_in: Path | None) -> None:
    """The search engine alone: its index's making and size, and questions with filters, facets and ranking."""
    _tell(measure_engine(offers=offers, rounds=rounds, kept_in=index_in), kept_in)


@main.command("json-search")
@click.option("--searches", default=400, show_default=True, help="Searches in a round.")
@rounds_option
@keep_option
@json_option
def json_search(searches: int, rounds: int, kept_in: Path | None) -> None:
    """CPU of a search over HTTP in JSON on a warm market, beside the library's bare query for the same words."""
    with market(environment=ENVIRONMENT) as served:
        figures = asyncio.run(measure_json_search(served, searches=searches, rounds=rounds))
    _tell(figures, kept_in)


@main.command()
@click.option("--offers", default=1_000_000, show_default=True, help="Offers in the index.")
@click.option("--readers", "count", default=os.cpu_count() or 1, show_default=True, help="Readers at once.")
@index_option
@keep_option
@json_option
def readers(offers: int, count: int, index_in: Path | None, kept_in: Path | None) -> None:
    """Memory of web processes that read an index: what is their own, and what are pages of the index's files."""
    _tell(measure_readers(offers=offers, readers=count, kept_in=index_in), kept_in)


@main.command("offer-page")
@pages_option
@rounds_option
@json_option
def offer_page(pages: int, rounds: int) -> None:
    """CPU of an offer page."""
    with market() as served:
        click.echo(show(asyncio.run(measure_offer_page(served, pages=pages, rounds=rounds))))


@main.command()
@click.option("--offers", default=4_000, show_default=True, help="Made-up offers to send.")
@keep_option
@json_option
def opensearch(offers: int, kept_in: Path | None) -> None:
    """What an offer and a search are as requests to OpenSearch: bytes, clauses, and CPU of making them."""
    _tell(measure_opensearch(offers=offers), kept_in)


@main.command()
@click.option("--changes", default=100, show_default=True, help="Changed prices that are looked for.")
@click.option("--load", default=50, show_default=True, help="Other changes a second in the second half.")
@json_option
def freshness(changes: int, load: int) -> None:
    """Time from a changed price's commit until every web process finds it."""
    with market() as served:
        click.echo(show(asyncio.run(measure_freshness(served, changes=changes, load=load))))


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--invoices", default=1_000, show_default=True, help="So many of the file's first invoices.")
@json_option
def replay(file: Path, invoices: int) -> None:
    """Rows and orders a second of real invoices in FILE, and CPU per order."""
    click.echo(show(measure_replay(file, invoices)))


@main.command()
@click.option("--seconds", default=8, show_default=True, help="Seconds of a round.")
@rounds_option
@click.option("--stored", default=0, help="Measure among 20,000 entries and again among so many.")
@keep_option
@json_option
def ledger(seconds: int, rounds: int, stored: int, kept_in: Path | None) -> None:
    """Transfers a second through the ledger beside bare SQL, and CPU of each, at 1 and 32 clients."""
    _tell(measure_ledger(seconds=seconds, rounds=rounds, stored=stored), kept_in)


@main.command()
@json_option
def memory() -> None:
    """Memory (PSS) of everything while the market idles after some searches."""
    with market() as served:
        asyncio.run(measure_search(served, pages=100, rounds=1))
        time.sleep(SETTLE_SECONDS)
        pss = {role: round(mib, 1) for role, mib in served.pss_mib().items()}
        click.echo(
            show(
                {
                    "what": "PSS after 100 search pages, idle, MiB",
                    "all_mib": round(sum(pss.values()), 1),
                    **pss,
                }
            )
        )


main(prog_name="bin/bench")
