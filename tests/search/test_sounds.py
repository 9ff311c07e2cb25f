"""Texts sound as pypinyin says they do, though its tables are read another way."""

import importlib.util
import json
import random
from pathlib import Path

import pytest
from pypinyin import lazy_pinyin

from huozhan.search.sounds import sounds

SEED = 20_261_130


def table(name: str) -> list[str]:
    """The signs or phrases that the library has readings of."""
    library = importlib.util.find_spec("pypinyin")
    assert library is not None
    assert library.origin is not None
    return list(json.loads((Path(library.origin).parent / name).read_text("utf-8")))


def test_signs_and_phrases_sound_the_same() -> None:
    signs = [chr(int(number)) for number in table("pinyin_dict.json")]
    phrases = table("phrases_dict.json")
    assert len(signs) > 40_000
    assert len(phrases) > 40_000
    tried = [one for one in signs if one < "\ua000"] + signs[::9] + phrases
    assert [one for one in tried if sounds(one) != lazy_pinyin(one)] == []


def test_phrases_within_one_another_and_beside_other_signs_sound_the_same() -> None:
    dice = random.Random(SEED)
    phrases = table("phrases_dict.json")
    between = ["", "", "", " ", "，", "500ml", "t恤", "〇", "𪛗", "\U00030eea"]
    for _ in range(5_000):
        one, other = dice.choice(phrases), dice.choice(phrases)
        text = (
            one[dice.randrange(len(one)) :] + dice.choice(between) + other[: dice.randrange(len(other) + 1)]
        )
        assert sounds(text) == lazy_pinyin(text), text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", []),
        ("mug", ["mug"]),
        ("银行行长", ["yin", "hang", "hang", "zhang"]),
        ("绿色 mug 女", ["lv", "se", " mug ", "nv"]),
        # The beginning of a phrase that does not go on is read sign by sign.
        ("重庆火", ["chong", "qing", "huo"]),
    ],
)
def test_a_sign_sounds_as_its_phrase_says(text: str, said: list[str]) -> None:
    assert sounds(text) == said == lazy_pinyin(text)
