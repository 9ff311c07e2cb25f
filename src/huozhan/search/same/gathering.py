"""Keeps the groups of identical goods equal to the offers on sale: the worker's part.

What is compared of an offer, its pairs and its group are kept, so that a changed offer costs its own comparisons only; the
outcome is that of comparing everything anew. Words are as rare as they were when this round first met them; a new round, which
looks at every offer again, begins when the market has doubled or halved, or the program tells them otherwise than before.

How rare words are only the index knows, which may be across a network: it is asked between transactions. Who gathers reads what
waits, asks, and comes back with the answers; words that turn up only then (`AskFirst`) undo it, and are asked for too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from huozhan import catalogue
from huozhan.kernel.work import Work
from huozhan.search import store as index_feed
from huozhan.search.index import OfferIndex
from huozhan.search.pictures import store as pictures
from huozhan.search.same import store
from huozhan.search.same.grouping import JOINED, Pair, Place, grouped, pair_of
from huozhan.search.same.judge import judged
from huozhan.search.same.traits import Rarity, Traits, keys_of, traits_of
from huozhan.search.versions import judge_version

BATCH_MAX = 100
FEED_MAX = 5_000
BLOCK_MAX = 60
"""What more offers than these share tells nothing: they are not compared for it."""
ROUND_LEAST = 100
"""A market that is smaller is not worth a new round."""


async def note_same(work: Work, offer_ids: Collection[int]) -> None:
    """Notes offers that may be the same as others now, or not any more."""
    await store.feed(work, offer_ids)


class AskFirst(Exception):
    """The index must be asked in how many titles these words stand; what was begun is undone."""

    def __init__(self, words: Collection[str]) -> None:
        super().__init__(f"{len(words)} words")
        self.words = frozenset(words)


class Waiting(NamedTuple):
    """Offers that wait to be compared, as they were noted and as they are now; those that cannot be bought are not read."""

    noted: Sequence[tuple[int, datetime]]
    traits: Mapping[int, Traits]
    uncounted: Collection[str]
    """Words of theirs that this round has not met yet."""


class Counted(NamedTuple):
    """What the index said: how many offers it holds, and in how many titles words stand."""

    offers: int
    words: Mapping[str, int] = {}


async def same_waiting(work: Work) -> Waiting:
    """The next batch of offers to be compared; read outside the transaction that compares them."""
    noted = await store.waiting(work, BATCH_MAX)
    traits = await _read(work, {offer_id for offer_id, _ in noted}) if noted else {}
    wanted = _words(traits.values())
    return Waiting(noted, traits, wanted - (await store.words(work, wanted)).keys())


def counted_by(index: OfferIndex, words: Collection[str]) -> Counted:
    """How many offers an index holds, and in how many titles these words stand; asked `aside`, outside of transactions."""
    index.expect(words, ())
    return Counted(index.count(), {word: index.titled(word) for word in sorted(words)})


async def gather_waiting(work: Work, waiting: Waiting, counted: Counted) -> int:
    """Compares one batch of what waits, and tells how many offers that were; nothing where another worker does.

    Raises AskFirst where the index was not asked for words that are needed.
    """
    held = await store.hold_round(work)
    if held is None:
        return 0
    if not waiting.noted:
        return await _round_on(work, held, counted.offers)
    # What another worker compared meanwhile is done; what changed since it was read is noted again, and read again.
    noted = await store.still_waiting(work, waiting.noted)
    ids = {offer_id for offer_id, _ in noted}
    now = {offer_id: one for offer_id, one in waiting.traits.items() if offer_id in ids}
    await _gather(work, held, ids, now, counted)
    await store.done(work, noted)
    return len(waiting.noted)


async def _round_on(work: Work, held: store.Round, offers: int) -> int:
    """Begins a new round where it is due, or notes the next offers of one."""
    if held.after_id is None:
        has_grown = max(offers, held.offers) >= ROUND_LEAST and not held.offers < 2 * offers < 4 * held.offers
        if has_grown or held.judge != judge_version():
            await store.begin_round(work, offers, judge_version())
            return 1
        return 0
    offer_ids = await catalogue.offer_ids_after(work, held.after_id, FEED_MAX)
    await store.feed(work, offer_ids)
    await store.go_on(work, offer_ids[-1] if offer_ids else None)
    return len(offer_ids)


async def _gather(
    work: Work, held: store.Round, noted: set[int], now: Mapping[int, Traits], counted: Counted
) -> None:
    """Compares what changed of these offers, and groups what that touches."""
    before = await store.traits(work, noted)
    rarity = await _rarity(work, held, now.values(), counted)
    changed = {
        offer_id: traits
        for offer_id, traits in now.items()
        if offer_id not in before
        or before[offer_id].round != held.round
        or before[offer_id].traits != store.packed(traits)
    }
    gone = before.keys() - now.keys()
    keys = {
        offer_id: [number_of(key) for key in keys_of(traits, rarity)] for offer_id, traits in changed.items()
    }
    touched = {key for offer_id in changed.keys() & before.keys() | gone for key in before[offer_id].keys}
    touched |= {key for own in keys.values() for key in own}
    was = await store.blocks(work, touched, BLOCK_MAX + 1)
    await store.put(
        work, held.round,
        {offer_id: (traits.seller_id, store.packed(traits), keys[offer_id]) for offer_id, traits in changed.items()}, gone,
    )  # fmt: skip
    again = {*changed, *gone, *await _crossing(work, touched, was)}
    neighbours = await store.replace_pairs(work, again, await _compared(work, held, again, counted))
    await _regroup(work, held, await store.connected(work, {*noted, *again, *neighbours}), counted)


async def _read(work: Work, offer_ids: Collection[int]) -> dict[int, Traits]:
    """What is compared of those of these offers that can be bought."""
    cards = await catalogue.index_cards(work, sorted(offer_ids))
    hung = await catalogue.pictures_on_sale(work, [card.offer_id for card in cards])
    first = {offer_id: ids[0] for offer_id, ids in hung.items() if ids}
    index: OfferIndex = work.index
    looks = await pictures.vectors(work, set(first.values()), index.eye.model.name) if first else {}
    return {card.offer_id: traits_of(card, looks.get(first.get(card.offer_id, ""), b"")) for card in cards}


def _words(compared: Iterable[Traits]) -> set[str]:
    """The words whose rarity is looked at; numbers of models are words of titles too."""
    return {word for one in compared for word in (*one.zh, *one.en, *one.models)}


async def _rarity(work: Work, held: store.Round, compared: Iterable[Traits], counted: Counted) -> Rarity:
    """How rare the words of these titles are in this round; what the index said of those that are new to it is kept."""
    wanted = _words(compared)
    known = await store.words(work, wanted)
    if unasked := wanted - known.keys() - counted.words.keys():
        raise AskFirst(unasked)
    new = {word: counted.words[word] for word in wanted - known.keys()}
    if new:
        await store.add_words(work, new)
    return Rarity(offers=held.offers, counts=known | new)


def number_of(key: str) -> int:
    """A key as it is kept."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


async def _crossing(work: Work, keys: Collection[int], was: dict[int, list[int]]) -> set[int]:
    """Offers of blocks that became too large to tell anything, or small enough again: what they share counts otherwise now."""
    now = await store.blocks(work, keys, 2 * BLOCK_MAX + BATCH_MAX)
    return {
        offer_id
        for key in keys
        if (len(was.get(key, ())) > BLOCK_MAX) != (len(now.get(key, ())) > BLOCK_MAX)
        for offer_id in now.get(key, ())
    }


async def _compared(
    work: Work, held: store.Round, offer_ids: Collection[int], counted: Counted
) -> dict[Pair, int]:
    """The pairs of these offers with any others that are the same goods."""
    own = await store.traits(work, offer_ids)
    blocks = await store.blocks(work, {key for one in own.values() for key in one.keys}, BLOCK_MAX + 1)
    wanted: set[Pair] = set()
    for offer_id, one in own.items():
        for key in one.keys:
            block: Sequence[int] = blocks.get(key, ())
            if len(block) <= BLOCK_MAX:
                wanted |= {pair_of(offer_id, other) for other in block if other != offer_id}
    kept = own | await store.traits(work, {one for pair in wanted for one in pair} - own.keys())
    read = {offer_id: one.read() for offer_id, one in kept.items()}
    rarity = await _rarity(work, held, read.values(), counted)
    verdicts = ((pair, judged(read[pair[0]], read[pair[1]], rarity)) for pair in sorted(wanted))
    return {pair: verdict.points for pair, verdict in verdicts if verdict.is_same}


async def _regroup(work: Work, held: store.Round, offer_ids: Collection[int], counted: Counted) -> None:
    """Groups these offers, which nothing connects with others, anew, and notes those whose place changed for the index."""
    sellers = await store.sellers(work, offer_ids)
    decided = await store.verdicts(work, offer_ids)
    pairs = await store.pairs(work, sellers)
    places = grouped(
        sellers,
        pairs,
        [pair for pair, verdict in decided.items() if verdict == "joined"],
        [pair for pair, verdict in decided.items() if verdict == "apart"],
    )
    before = await store.members(work, offer_ids)
    put = [
        offer_id
        for offer_id, place in places.items()
        if offer_id not in before or before[offer_id].place != place
    ]
    gone = before.keys() - places.keys()
    told = await _told(work, held, {offer_id: places[offer_id] for offer_id in put}, counted)
    await store.put_members(
        work,
        [
            store.Member(
                offer_id=offer_id, goods_id=places[offer_id].goods_id, seller_id=sellers[offer_id],
                centre_id=places[offer_id].centre_id, points=places[offer_id].points, evidence=told.get(offer_id, []), joined_at=work.now,
            )
            for offer_id in put
        ],
        gone,
    )  # fmt: skip
    moved = [one for one in put if one not in before or before[one].goods_id != places[one].goods_id]
    if moved or gone:
        await index_feed.feed(work, {*moved, *gone})


async def _told(
    work: Work, held: store.Round, places: dict[int, Place], counted: Counted
) -> dict[int, list[tuple[str, int]]]:
    """What told that these offers are the same as the one their group is gathered around."""
    kept = await store.traits(work, {*places, *(place.centre_id for place in places.values())})
    read = {offer_id: one.read() for offer_id, one in kept.items()}
    rarity = await _rarity(work, held, read.values(), counted)
    told = {}
    for offer_id, place in places.items():
        if place.points == JOINED and offer_id != place.centre_id:
            told[offer_id] = [("operator", JOINED)]
        elif offer_id != place.centre_id:
            verdict = judged(read[offer_id], read[place.centre_id], rarity)
            told[offer_id] = [(one.sign, one.points) for one in verdict.evidence]
    return told
