"""What was made faster gives what the plain way gives: titles cut piece by piece, words found in one list of all fields."""

import gzip
import random
from importlib import resources
from pathlib import Path

import msgspec

from huozhan.doors.market.records import OfferRecord
from huozhan.search import OfferIndex, OfferIndexWriter, segmenting
from huozhan.search.fields import OfferDocument
from huozhan.search.narrowing import Filters
from huozhan.search.segmenting import asked_words, plain, words_of
from huozhan.search.wording import BOOSTS, Asked
from tests.search.plain_words import numbers_apart

ODD = (
    "５００ 毫升 保溫杯 ３ＸＬ", "適用於 5 釐米", "T Shirt / t-shirts", "a-b c/d_e.5", "1 m 2  kg3", "", " ", "％", "👕T恤👕", "①号 ㎡ ½",
    "保温杯。500 ml、大容量！(2026)", "usb线type-c", "ﬁne  x" * 50, "轮胎 195/50R13C 8层 60r14R15R16", "30 × 40厘米 5*6*7 m8x20 330mlx24 12ax7", "\u0301\u200b零宽\u200b", "ＡＢＣ－１２３",
)  # fmt: skip


def texts() -> list[str]:
    """Titles and descriptions of the demo, and odd ones."""
    packed = (resources.files("huozhan") / "demo" / "offers.jsonl.gz").read_bytes()
    offers = msgspec.json.Decoder(OfferRecord).decode_lines(gzip.decompress(packed))
    found = [
        text for o in offers for text in (o.title_zh, o.title_en, o.description_zh, o.description_en) if text
    ]
    return [*random.Random(3).sample(found, 600), *ODD]


def test_a_text_cut_piece_by_piece_is_as_if_it_was_cut_whole() -> None:
    for text in texts():
        whole = numbers_apart(segmenting._JOINT.sub(" ", segmenting._TEE.sub(r"tshirt\1", plain(text))))
        cutter = segmenting._cutter()
        assert words_of(text) == segmenting._cleaned(cutter.cut_for_search(whole)), text
        assert asked_words(text) == list(dict.fromkeys(segmenting._cleaned(cutter.cut(whole)))), text


def test_a_word_is_found_wherever_any_field_says_it(tmp_path: Path) -> None:
    chance, words = random.Random(9), "abcdefgh"
    said = {n: {field: chance.sample(words, chance.randint(0, 2)) for field in BOOSTS} for n in range(1, 301)}
    writer = OfferIndexWriter(tmp_path)
    writer.begin(len(said))
    writer.add(
        [
            OfferDocument(
                offer_id=n,
                texts={
                    **{field: " ".join(its) for field, its in fields.items()},
                    "any": " ".join({word for its in fields.values() for word in its}),
                },
                terms={},
                numbers={"weight": 10},
            )
            for n, fields in said.items()
        ]
    )
    writer.take_over()
    index = OfferIndex(tmp_path)
    for _ in range(60):
        wanted, missing = chance.sample(words, chance.randint(1, 3)), chance.randint(0, 1)
        asked = Asked(words=wanted, missing=missing)
        found = index.search(asked, Filters(), sort="sold", offset=0, limit=300, counted=())
        enough = max(1, len(wanted) - missing)
        by_hand = {
            n
            for n, fields in said.items()
            if sum(any(word in its for its in fields.values()) for word in wanted) >= enough
        }
        assert set(found.offer_ids) == by_hand, (wanted, missing)
