"""Keeps the index equal to the offers on sale: from the feed while it runs, from the start when it must be made anew."""

from collections.abc import Collection, Sequence
from pathlib import Path

from huozhan import catalogue, certificates, parties, scenes
from huozhan.kernel import queues
from huozhan.kernel.findings import Finding
from huozhan.kernel.work import Work
from huozhan.search import store
from huozhan.search.documents import document_of, made_together
from huozhan.search.fields import OfferDocument
from huozhan.search.index import OfferIndex
from huozhan.search.meaning.sense import Sense
from huozhan.search.opensearch.line import Line
from huozhan.search.opensearch.reading import OpenSearchIndex
from huozhan.search.opensearch.writing import OpenSearchWriter
from huozhan.search.pictures.eye import Eye
from huozhan.search.ranking.standing import standings, weights_of
from huozhan.search.same import store as same
from huozhan.search.writer import IndexHeld, OfferIndexWriter

BATCH_MAX = 500
LAG_SECONDS_MAX = 60
Writer = OfferIndexWriter | OpenSearchWriter


async def note_changed(work: Work, offer_ids: Collection[int]) -> None:
    """Notes offers whose goods, price, stock or seller changed, for the indexer."""
    await store.feed(work, offer_ids)


async def index_waiting(work: Work, writer: Writer) -> int:
    """Indexes one batch of what waits, makes it visible, and tells how many offers that were."""
    noted = await store.waiting(work, BATCH_MAX)
    if not noted:
        return 0
    wanted = [offer_id for offer_id, _ in noted]
    await writer.take(work)
    documents = await documents_for(work, wanted, writer)
    gone = set(wanted) - {document.offer_id for document in documents}

    def put() -> None:
        writer.put(documents, gone)
        writer.commit()

    await writer.aside(put)
    if not await writer.holds(work):
        raise IndexHeld
    await store.done(work, noted)
    return len(noted)


async def rebuild_batch(work: Work, writer: Writer, after_id: int) -> int | None:
    """Puts the next offers into a new build, begun with the first; returns the last one's id, None when it is in use.

    Between two batches the feed may be worked: what changes meanwhile goes to both builds.
    """
    await writer.take(work)
    if not writer.is_building:
        if not writer.is_answering:
            # The first build reads every offer later than this: what waits so far would be read twice.
            await store.clear(work)
        offers = await catalogue.count_on_sale(work)
        await writer.aside(lambda: writer.begin(offers))
    offer_ids = await catalogue.offer_ids_after(work, after_id, BATCH_MAX)
    if not offer_ids:
        await writer.aside(writer.take_over)
        return None
    documents = await documents_for(work, offer_ids, writer)
    await writer.aside(lambda: writer.add(documents))
    return offer_ids[-1]


async def documents_for(work: Work, offer_ids: Sequence[int], writer: Writer) -> list[OfferDocument]:
    """Documents of those of these offers that are on sale."""
    cards = await catalogue.index_cards(work, offer_ids)
    seller_ids = {card.seller_id for card in cards}
    faces, served = await parties.org_faces(work, seller_ids), await scenes.service_of(work, seller_ids)
    goods = await same.goods_of(work, offer_ids)
    certified = await certificates.held(work, {card.offer_id: card.seller_id for card in cards})
    known, weights = await standings(work, cards, served), weights_of(work)
    return made_together(
        document_of(
            card,
            faces.get(card.seller_id),
            known[card.offer_id].factors,
            weights,
            served[card.seller_id],
            certified=certified.get(card.offer_id, ()),
            goods_id=goods.get(card.offer_id, 0),
            suggests=writer.suggests(card.offer_id),
        )
        for card in cards
    )


async def verify(work: Work) -> list[Finding]:
    """Compares the index with the offers on sale, leaving out what is still on its way into it."""
    index: OfferIndex = work.index
    _, since = await store.waiting_since(work)
    findings = []
    if since and (work.now - since).total_seconds() > LAG_SECONDS_MAX:
        findings.append(Finding(code="search.feed_late", facts={"since": since.isoformat()}))
    was_quiet = not await _on_the_way(work)
    await index.aside(index.look_now)
    after_id, on_sale = 0, 0
    while offer_ids := await catalogue.offer_ids_after(work, after_id, 5_000):
        on_sale += len(offer_ids)
        after_id = offer_ids[-1]
        missing = await _not_held(index, offer_ids)
        if missing:
            # What is not on its way any more has arrived, or never will.
            missing -= await _on_the_way(work)
            await index.aside(index.look_now)
            missing = await _not_held(index, sorted(missing))
        findings += [
            Finding(code="search.not_indexed", facts={"offer_id": str(i)}) for i in sorted(missing)[:20]
        ]
    indexed = await index.aside(index.count)
    if was_quiet and not findings and indexed != on_sale and not await _on_the_way(work):
        findings.append(Finding(code="search.index_differs", facts={"index": indexed, "offers": on_sale}))
    return findings


async def _not_held(index: OfferIndex, offer_ids: Sequence[int]) -> set[int]:
    """Which of these offers the index does not hold."""
    return set(offer_ids) - await index.aside(lambda: index.holds(offer_ids))


async def _on_the_way(work: Work) -> set[int]:
    """Offers whose change the relay or the indexer has still to work."""
    told = await queues.told_about(work)
    return told | {offer_id for offer_id, _ in await store.waiting(work, 2**31)}


def open_index(folder: Path, line: Line | None = None) -> OfferIndex:
    """The index as a web process reads it, elsewhere where there is a line to it; what looks for pictures and meanings is beside it."""
    index = OpenSearchIndex(folder, line) if line else OfferIndex(folder)
    index.eye = Eye(folder)
    index.sense = Sense(folder)
    return index


def open_writer(index: OfferIndex, folder: Path) -> Writer:
    """The writer of this index; raises IndexHeld where there is another, at once or when it is to write."""
    return (
        OpenSearchWriter(index.line, folder)
        if isinstance(index, OpenSearchIndex)
        else OfferIndexWriter(folder)
    )
