"""What a process needs to look for goods by meaning: the model, where it is installed, and the index of titles."""

from functools import cached_property
from pathlib import Path

from huozhan.search.meaning.model import TextModel, installed_model
from huozhan.search.pictures.index import PictureIndex
from huozhan.search.pictures.model import Vectors
from huozhan.search.pictures.reading import in_thread
from huozhan.search.segmenting import Kept, signs_in

FOLDER = "meaning_index"
NEAR_MIN, NEAR_MIN_CHINESE = 8_450, 8_850
"""The cosine, in ten-thousandths, from which goods are near words of Latin letters, and Chinese ones: what asks for no goods at
all stays below it (`bin/bench meaning`). A title in the other language alone hardly ever reaches it, and is as often wrong."""
BELOW_BEST = 250
"""What lies further than this behind the nearest is left out."""
WANTED_READ = 48
"""So many Latin letters of a question are read, or half as many other signs, each of which costs twice as much: some 25 ms."""
WANTED_KEPT = 512
"""A page asks for goods and then for suppliers, by the same words: what they mean is reckoned once."""


class Sense:
    """Finds offers whose titles mean nearly what words mean. Its index lies beside that of words."""

    def __init__(self, text_index: Path) -> None:
        self.folder = text_index.with_name(FOLDER)
        self._wanted: Kept[Vectors] = Kept(self._reckoned, WANTED_KEPT)

    @property
    def model(self) -> TextModel | None:
        """The model, where it is installed."""
        return installed_model()

    @cached_property
    def _index(self) -> PictureIndex | None:
        return PictureIndex(self.folder, self.model.name, self.model.width) if self.model else None

    async def near(self, words: str, limit: int) -> list[int]:
        """Offers that mean nearly what the words mean, the nearest first; none without a model or an index."""
        if self.model is None or self._index is None or not words.strip() or not self.folder.exists():
            return []
        return await in_thread(self._near, words, limit)

    def _near(self, words: str, limit: int) -> list[int]:
        if self.model is None or self._index is None:
            return []
        found = self._index.near(self._wanted[beginning(words)], limit)
        floor = NEAR_MIN_CHINESE if signs_in(words) else NEAR_MIN
        floor = max(floor, found[0].likeness - BELOW_BEST) if found else floor
        return [one.offer_id for one in found if one.likeness >= floor]

    def _reckoned(self, words: str) -> Vectors:
        assert self.model, "only a market with a model reckons"
        return self.model.wanted(words)

    def look_now(self) -> None:
        """The next question sees what was reckoned until now."""
        if self._index is not None:
            self._index.look_now()


def beginning(words: str) -> str:
    """As much of a question as is read: the model's time grows with its length, and the goods stand at its beginning."""
    room = WANTED_READ
    for at, sign in enumerate(words):
        room -= 1 if sign.isascii() else 2
        if room < 0:
            return words[:at]
    return words
