"""Made-up offers as documents, held by both engines: what the one answers, the other must."""

import random
from collections.abc import Sequence
from pathlib import Path

from huozhan.search import OfferIndex
from huozhan.search.fields import FIELDS, Kind, OfferDocument
from huozhan.search.opensearch.line import Line, PortSettings
from huozhan.search.opensearch.reading import OpenSearchIndex
from huozhan.search.opensearch.writing import OpenSearchWriter
from huozhan.search.sampling import shares_of, shuffled
from huozhan.search.segmenting import signs_of
from huozhan.search.writer import writing
from tests.search.opensearch_server.server import Server, transport_of

WORDS = (
    "cup", "mug", "steel", "red", "保温杯", "不锈钢", "红色", "杯子", "case", "head", "set", "headset", "500ml", "杯", "xxl",
)  # fmt: skip
NOWHERE = Path("/nowhere")
SETTINGS = PortSettings(url="http://opensearch.test:9200")


def a_document(offer_id: int, chance: random.Random) -> OfferDocument:
    """An offer of a few words that says something in every text field."""

    def some(least: int, most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(least, most)))

    texts = {"title": some(2, 9), "options": some(1, 3), "names": some(2, 4), "details": some(1, 60)}
    number = shuffled(offer_id)
    numbers = {field.name: chance.randint(1, 40) for field in FIELDS if field.kind is Kind.number}
    del numbers["offer_id"]
    title = set(texts["title"].split())
    return OfferDocument(
        offer_id=offer_id,
        texts=texts
        | {
            "any": " ".join(texts.values()),
            "kinds": some(1, 3),
            "signs": " ".join(signs_of(f"{texts['title']}货")),
        },
        terms={
            "code": [f"sku-{offer_id}", *chance.choices(WORDS, k=2)],
            "within": ["root", *chance.sample(("home", "cups", "toys"), 2)],
            "category": [chance.choice(("home", "cups", "toys"))],
            "province": [chance.choice(("330000", "440000"))],
            "marks": chance.sample(("mixed", "sample", "single"), 2),
            "attribute": [f"colour:{chance.choice('rgb')}", f"size:{chance.choice('sml')}"],
            "reach": [chance.choice(("CN", "US"))],
            "sample": shares_of(number),
            "custom": chance.sample(("logo", "label", "packaging"), chance.randint(0, 2)),
            "sizes": chance.sample(("30x40cm", "12-24v"), 1),
            "suggest": sorted(word for word in title if len(word) > 1),
        },
        numbers=numbers
        | {"weight": chance.randint(0, 10**9), "factors": chance.randrange(2**57), "shuffled": number},
    )


def documents(count: int, seed: int) -> list[OfferDocument]:
    """So many offers, always the same for a seed."""
    chance = random.Random(seed)
    return [a_document(offer_id, chance) for offer_id in range(1, count + 1)]


def embedded(folder: Path, held: Sequence[OfferDocument]) -> OfferIndex:
    """The engine in the process, with these offers."""
    with writing(folder, rebuild=True) as writer:
        writer.begin(len(held))
        writer.add(held)
        writer.take_over()
    return OfferIndex(folder)


def a_line(server: Server, settings: PortSettings = SETTINGS) -> Line:
    """A line to the stand-in, inside this process."""
    return Line(settings, transport=transport_of(server))


def a_writer(line: Line, version: int = 1) -> OpenSearchWriter:
    """A writer in its round of this number, without a database to give it one."""
    writer = OpenSearchWriter(line, NOWHERE, pause=lambda seconds: None)
    writer._version = version
    writer._open()
    return writer


def elsewhere(folder: Path, server: Server, held: Sequence[OfferDocument]) -> OpenSearchIndex:
    """The port, with these offers in the stand-in."""
    line = a_line(server)
    writer = a_writer(line)
    writer.begin(len(held))
    writer.add(held)
    writer.take_over()
    return OpenSearchIndex(folder, line)
