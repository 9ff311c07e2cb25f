"""From an offer to what the index holds of it."""

import gc
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise

from huozhan import scenes
from huozhan.catalogue import IndexCard
from huozhan.kernel.shapes import Bilingual
from huozhan.parties import OrgFace
from huozhan.search.fields import OfferDocument
from huozhan.search.filters import filter_numbers, filter_terms
from huozhan.search.kinds import kinds_of
from huozhan.search.ranking.factors import Factors, Weights, weight_of
from huozhan.search.sampling import shares_of, shuffled
from huozhan.search.segmenting import (
    narrow,
    pieces_of,
    plain,
    search_words,
    signs_in,
    sizes_in,
    words_in,
    words_of_often,
    words_of_pieces,
)
from huozhan.search.sounds import sounds

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
SUGGESTION_LENGTH_MAX = 24
DETAILS_LENGTH_MAX = 2_000
PROMISES = (24, 48, 72)
_PROMISED = [tuple(map(str, PROMISES[first:])) for first in range(len(PROMISES) + 1)]
TIES = 1_024
WORDS_KEPT = 20_000
NAMES_KEPT, FACTORS_KEPT = 4_000, 4_000
SHOP_SHIFT = 8
"""A shop is told from others by 24 bits: on a page of forty two share them once in 20,000 pages, and then share its places."""
UNTRIED = Factors()
"""Of an offer that nothing is known of."""
AS_FOUNDED = Weights()


def document_of(
    card: IndexCard,
    face: OrgFace | None,
    factors: Factors = UNTRIED,
    weights: Weights = AS_FOUNDED,
    service: scenes.views.ServiceFace | None = None,
    *,
    certified: Sequence[str] = (),
    goods_id: int = 0,
    suggests: bool = True,
) -> OfferDocument:
    """The index's document of one offer on sale; what ranking knows of it comes as its factors, how it is served from `scenes`,
    what it is certified for from `certificates`.

    One that suggests also lends its phrases to whoever types; identical goods have one `goods_id`.
    """
    zh, en = plain(card.title.zh), plain(card.title.en)
    seller = (face.name.zh, face.name.en, face.belt.zh, face.belt.en) if face else ()
    number = shuffled(card.offer_id)
    pieces_zh, pieces_en = pieces_of(zh), pieces_of(en)
    title = words_of_pieces([*pieces_zh, *pieces_en])
    options, names = words_of_often(card.option_texts), _names(card.category_names, seller)
    details = _details(card)
    weight, packed = _ranked(factors, weights)
    return OfferDocument(
        offer_id=card.offer_id,
        texts={
            "title": title,
            "options": options,
            "names": names,
            "details": details,
            "any": f"{title} {options} {names} {details}",
            "kinds": " ".join([*kinds_of(zh, pieces_zh), *kinds_of(en, pieces_en)]),
            "signs": " ".join(signs_in(zh)),
        },
        terms={
            "code": [plain(code) for code in (card.offer_code, *card.sku_codes) if code],
            "seller": (str(card.seller_id),),
            "within": card.category_path,
            "suggest": suggestions_of(card, words_in(zh), words_in(en)) if suggests else (),
            "new": ("1",) if factors.is_new else (),
            "category": (card.category_id,),
            "vertical": card.category_path[:1],
            "province": (face.province_code,) if face and face.province_code else (),
            "supplier_kind": (face.supplier_kind,) if face and face.supplier_kind else (),
            "promise": _PROMISED[bisect_left(PROMISES, card.promise_hours)],
            **filter_terms(card, face, service, certified),
            "sample": shares_of(number),
            "sizes": [*sizes_in(zh), *sizes_in(en), *_sizes((*card.option_texts, *card.attribute_texts))],
        },
        numbers={
            "price_low": card.price_low_e4,
            **filter_numbers(card),
            "moq": card.moq,
            "promise_hours": card.promise_hours,
            # What sold equally is shuffled, always the same way: a shop that was first to publish is not first here.
            "sold": card.sold * TIES + (number >> 22),
            "published": seconds_of(card.published_at),
            "weight": weight,
            "factors": packed,
            "shop": shuffled(card.seller_id) >> SHOP_SHIFT,
            "goods": shuffled(goods_id),
            "shuffled": number,
        },
    )


def made_together(documents: Iterable[OfferDocument]) -> list[OfferDocument]:
    """Makes a batch of documents while the collector of cycles rests.

    A document is dozens of small lists and dicts without a cycle among them. The collector would look for one every few
    documents, and now and then in all that the process keeps: a quarter of what a document costs.
    """
    rests = gc.isenabled()
    gc.disable()
    try:
        return list(documents)
    finally:
        if rests:
            gc.enable()


@lru_cache(FACTORS_KEPT)
def _ranked(factors: Factors, weights: Weights) -> tuple[int, int]:
    """What factors weigh, and themselves as one number; most offers that are new or slow have the same."""
    return weight_of(weights.value_e6(factors)), factors.packed()


@lru_cache(NAMES_KEPT)
def _names(categories: tuple[Bilingual, ...], seller: tuple[str, ...]) -> str:
    """What the categories, the seller and the belt are called; a shop's offers of one category share them all."""
    return words_of_often(
        [*(name for category in categories for name in (category.zh, category.en)), *seller]
    )


def seconds_of(at: datetime) -> int:
    """A moment as the index keeps it."""
    return max(int((at - _EPOCH).total_seconds()), 0)


def _sizes(texts: Sequence[str]) -> list[str]:
    """The sizes of options and of attributes' values."""
    return [size for text in texts for size in _sizes_of_often(text)]


@lru_cache(WORDS_KEPT)
def _sizes_of_often(text: str) -> tuple[str, ...]:
    """The sizes of a text that many offers share."""
    return tuple(sizes_in(plain(text)))


def _details(card: IndexCard) -> str:
    """Words of the attributes' values, and of the description as far as there is room beside them."""
    room = max(0, DETAILS_LENGTH_MAX - sum(map(len, card.attribute_texts)))
    told = f"{card.description.zh} {card.description.en}"[:room]
    return f"{words_of_often(card.attribute_texts)} {search_words(narrow(told))}"


def suggestions_of(card: IndexCard, *titles: Sequence[str]) -> list[str]:
    """Phrases that lead to this offer: its category's name, and neighbouring words of its titles (`words_in`); Chinese also in pinyin.

    A phrase found by pinyin is stored as "pinyin|phrase".
    """
    phrases: dict[str, tuple[str, ...]] = {
        name.lower(): (name.lower(),)
        for category in card.category_names[-1:]
        for name in (category.zh, category.en)
        if name
    }
    for said in titles:
        phrases.update((word, (word,)) for word in said)
        phrases.update((_joined(*pair), pair) for pair in pairwise(said))
    found: set[str] = set()
    for phrase, words in phrases.items():
        if 2 <= len(phrase) <= SUGGESTION_LENGTH_MAX and not phrase.isdigit():
            found.add(phrase)
            if not phrase.isascii():
                full, letters = zip(*map(_sound, words), strict=True)
                found.add(f"{''.join(full)}|{phrase}")
                found.add(f"{''.join(letters)}|{phrase}")
    return sorted(found)


def _joined(one: str, other: str) -> str:
    """Two words as they are typed: English ones apart, Chinese ones together."""
    return f"{one} {other}" if one[-1].isascii() and other[0].isascii() else one + other


@lru_cache(WORDS_KEPT)
def _sound(word: str) -> tuple[str, str]:
    """How a word sounds, and the first letters of that; titles say the same few thousand words again and again."""
    syllables = sounds(word)
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)
