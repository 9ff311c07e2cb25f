"""How the words that were typed become a query of the engine: where each may stand, and what that is worth."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import islice, pairwise

import msgspec

from huozhan.search.kinds import can_name
from huozhan.search.making import Made, Maker
from huozhan.search.segmenting import signs_of, sizes_in
from huozhan.search.synonyms import AS_SHIPPED, Synonyms

BOOSTS = {"title": 3.0, "options": 1.0, "names": 1.5, "details": 0.6}
SAID_OF_IT = {"title": 3.0, "options": 2.5, "names": 1.0, "details": 1.8}
"""The same of words that say how a thing is, its colour or size: sellers say that in options and attributes."""
CODE_BOOST = 10.0
SIGN_BOOST = 0.5
ONE_SIGN_SHARE = 0.3
OTHER_WORD_SHARE = 0.6
CATEGORY_BOOST = 4.0
"""What an offer of the category that is surely meant earns: about as much as a common word in its title."""
BRAND_BOOST = 4.0
"""What an offer of a brand that is named earns: a brand's own cartridge comes before one that fits its printers."""
SIZE_BOOST = 4.0
"""What an offer earns that says a size as a whole (30x40cm), and not only its numbers somewhere."""
JOINED_MAX = 3
"""So many pairs of words are also looked for as one: each is another query of all words, and single letters join endlessly."""
WHOLE_BOOST = 0.3
"""What the word itself earns for being said of the offer at all: of two that say it alike, the one of fewer words is more about it."""
KIND_BOOST = 0.5
"""What a word earns beside that where it names what the thing is: a monitor comes before a stand for monitors."""

BOTH_WORDS = 2.0
"""What a thing whose name is two words written as one earns for it: a headset comes before a set of heads."""

InTitles = Callable[[str], bool]
"""Whether any title says this word."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed: its words, and the whole of it as a code might read."""

    words: Sequence[str]
    code: str = ""
    missing: int = 0
    """So many of the words an offer may lack."""
    not_whole: bool = False
    """Only offers that do lack one."""
    needed: Sequence[str] = ()
    """Words that none may lack: what is wanted, before how it should be."""
    likely: Sequence[tuple[str, float]] = ()
    """Categories that the words probably mean, and how probably: their goods are raised, the others stay."""
    brands: Sequence[str] = ()
    """Brands that the words name, as the index has them: their goods are raised before what only fits them."""
    attributes: Collection[str] = ()
    """Words that say how a thing is, not what it is."""
    part: int = 0
    """Of Chinese: one in so many of the words and of their signs is enough, whatever else is there; 0 asks for all."""
    by_signs: bool = False
    """Chinese words count as found where their signs are in the title, however they are cut."""
    synonyms: Synonyms = AS_SHIPPED
    """What else each word is called; the reader of the index puts the market's own here."""


def words_query(make: Maker, asked: Asked, in_titles: InTitles) -> Made:
    """Offers with the words, or with what was typed as their code; every offer where nothing was typed."""
    if not asked.words:
        return make.everything(1.0)
    by_words = _part_query(make, asked) if asked.part else _all_words_query(make, asked, in_titles)
    any_way = make.best_of([by_words, make.times(make.term("code", asked.code), CODE_BOOST)])
    raised = [
        make.flat(make.term("category", category_id), CATEGORY_BOOST * share)
        for category_id, share in asked.likely
    ]
    raised += [make.flat(make.term("attribute", brand), BRAND_BOOST) for brand in asked.brands]
    raised += [make.flat(make.term("sizes", size), SIZE_BOOST) for size in sizes_in(asked.code)]
    return make.all_of([any_way], better=raised) if raised else any_way


def _part_query(make: Maker, asked: Asked) -> Made:
    """Offers with a part of the words and signs; a sign that stands alone says less than a word."""
    signs = signs_of("".join(asked.words))
    ways = [
        make.times(_word_query(make, word, asked), ONE_SIGN_SHARE)
        if len(word) == 1 and not word.isascii()
        else _word_query(make, word, asked)
        for word in asked.words
    ]
    ways += [_term(make, "signs", sign, SIGN_BOOST) for sign in signs]
    return make.any_of(ways, max(1, -(-len(signs) // asked.part)))


def _all_words_query(make: Maker, asked: Asked, in_titles: InTitles) -> Made:
    """Offers with the words, two English ones also written as one (head set, headset)."""
    joined = islice(_joined(asked.words, in_titles), JOINED_MAX)
    ways = [(asked.words, ""), *joined]
    enough = make.best_of([_enough_of(make, words, asked, both) for words, both in ways])
    if not asked.not_whole:
        return enough
    whole = msgspec.structs.replace(asked, missing=0, not_whole=False)
    needed = [_word_query(make, word, asked) for word in asked.needed]
    return make.all_of([enough, *needed], none=[_all_words_query(make, whole, in_titles)])


def _enough_of(make: Maker, words: Sequence[str], asked: Asked, both: str) -> Made:
    ways = [
        make.times(_word_query(make, word, asked), BOTH_WORDS)
        if word == both and can_name(both)
        else _word_query(make, word, asked)
        for word in words
    ]
    return make.any_of(ways, max(1, len(words) - asked.missing))


def _joined(words: Sequence[str], in_titles: InTitles) -> Iterator[tuple[list[str], str]]:
    """The words with two neighbours written as one, where a title says them so; and that one."""
    for at, (one, next_one) in enumerate(pairwise(words)):
        both = one + next_one
        if both.isascii() and in_titles(both):
            yield [*words[:at], both, *words[at + 2 :]], both


def _word_query(make: Maker, word: str, asked: Asked) -> Made:
    """One word in any text field, or another word for the same; the field where it weighs most counts."""
    said = (word, *asked.synonyms.others_of(word))
    boosts = SAID_OF_IT if word in asked.attributes else BOOSTS
    ways = [_term(make, field, word, boost) for field, boost in boosts.items()]
    for other in said[1:]:
        ways += [_term(make, field, other, boost * OTHER_WORD_SHARE) for field, boost in boosts.items()]
    # Where any field says it is one list, which filters and counts go through without those of the fields.
    there = [_all_of(make, one, lambda part: make.term("any", part)) for one in said]
    if not word.isascii() and (asked.by_signs or len(word) == 1):
        ways.append(make.all_of([_term(make, "signs", sign, SIGN_BOOST) for sign in word if sign != " "]))
        there.append(ways[-1])
    whole = make.any_of([make.times(there[0], WHOLE_BOOST), *map(make.passing, there[1:])])
    return make.all_of(
        [whole],
        # The bonus of a thing that is what the word says comes after what the word is worth in its best field.
        better=[
            make.best_of(ways, 0.1),
            *(make.times(make.term("kinds", one), KIND_BOOST) for one in said),
        ],
    )


def _term(make: Maker, field: str, said: str, boost: float) -> Made:
    """What is said, in one field; another name of several words by all of them."""
    return make.times(_all_of(make, said, lambda word: make.term(field, word, often=True)), boost)


def _all_of(make: Maker, said: str, term: Callable[[str], Made]) -> Made:
    if " " not in said:
        return term(said)
    return make.all_of([term(word) for word in said.split()])
